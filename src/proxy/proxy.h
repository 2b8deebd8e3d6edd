/*
 * proxy: passes requests on to other servers (upstreams), and their responses back.
 *
 * A proxied request takes over its connection from http1. exchange.h says how it goes on.
 */
#ifndef PROXY_H
#define PROXY_H

#include "base/loop.h"
#include "base/slice.h"
#include "fastcgi/cgi_variables.h"
#include "html/script_tag.h"
#include "http/response.h"
#include "net/tls.h"
#include "upstream/upstream.h"

struct proxy;

/*
 * An upstream is away, or is back (is_over): then what pages have of it may be old. sentence says so to
 * the person.
 */
typedef void proxy_outage_fn(void *context, bool is_over, const char *sentence);

struct proxy_options {
	struct loop *loop;
	const struct script_tag *script_tag; /* for error pages, and documents if injects */
	bool injects;                        /* documents get the tag */
	bool is_insecure;  /* certificates of https:// upstreams are not checked */
	bool has_own_host; /* upstreams get their own name as Host */
	struct tls *tls;   /* that clients speak; or NULL */
	const struct upstream *upstreams;
	size_t upstream_count;
	unsigned wait_ms;         /* how long a page is held for an upstream that is away */
	proxy_outage_fn *outage;  /* NULL: not called */
	void *context;            /* of outage */
	bool drops_authorization; /* it is for this server and is not passed on */
	/*
	 * Finds the FastCGI server of a request, and its script if that is not NULL (script_files.h). NULL
	 * when no upstream is a FastCGI server. The caller finishes *script in any case.
	 */
	const struct upstream *(*find_script)(
		void *context, const struct request *request, struct cgi_script *script);
	void *script_context;
};

/*
 * Copies options and keeps all pointers in it. Addresses of names are looked up when a request needs
 * them. To be called before the sandbox is entered. Returns NULL when there are no upstreams.
 */
struct proxy *proxy_create(const struct proxy_options *options);
/* Sends what can be sent at once, then closes all connections. NULL is allowed. */
void proxy_destroy(struct proxy *proxy);

enum proxy_verdict {
	PROXY_NONE, /* no upstream answers for the path */
	PROXY_FOUND,
	PROXY_AMBIGUOUS, /* 400: the upstream and this server might read the path differently */
};

/*
 * Finds the upstream for a path as it was sent: of those that match, the one with the longest route.
 * *upstream is set with PROXY_FOUND only.
 */
enum proxy_verdict proxy_find(
	const struct proxy *proxy, struct slice path, const struct upstream **upstream);

/* The same for a request. The file of a FastCGI server is found first. */
enum proxy_verdict proxy_find_for(
	const struct proxy *proxy, const struct request *request, const struct upstream **upstream);

/*
 * Makes response the takeover that passes the request on to upstream, one that these functions returned.
 * The fields of response replace those of the same name that the upstream sends.
 */
void proxy_take_over(
	struct proxy *proxy, const struct upstream *upstream, struct response *response);

#endif

/*
 * proxy: passes requests on to other servers (upstreams), and their responses back.
 *
 * A proxied request takes over its connection from http1. A tunnel joins that connection with one
 * to the upstream; the ports of the tunnel rewrite both heads (proxy_head.h). So bodies of any
 * length and WebSockets pass with only one piece of them in memory.
 */
#ifndef PROXY_H
#define PROXY_H

#include "base/loop.h"
#include "base/slice.h"
#include "html/script_tag.h"
#include "http/response.h"
#include "proxy/upstream.h"

struct proxy;

/* If the upstream has not taken the request after this time, the client gets a 504. */
enum { PROXY_CONNECT_MS = 30000 };

struct proxy_options {
	struct loop *loop;
	const struct script_tag *script_tag; /* for error pages */
	const struct upstream *upstreams;
	size_t upstream_count;
	bool drops_authorization; /* it is for this server and is not passed on */
};

/*
 * Copies options and keeps all pointers in it. The addresses of the upstreams are looked up at
 * once, while this process can still read the files of the resolver. If that fails for an upstream,
 * it is repeated with each request for it. Never returns NULL.
 */
struct proxy *proxy_create(const struct proxy_options *options);
/* Sends what can be sent at once, then closes all connections. NULL is allowed. */
void proxy_destroy(struct proxy *proxy);

/*
 * The upstream for a path as it was sent: of those that match, the one with the longest route. NULL
 * when none matches.
 */
const struct upstream *proxy_find(const struct proxy *proxy, struct slice path);

/*
 * Makes response the takeover that passes the request on to upstream, one that proxy_find returned.
 * The fields of response replace those of the same name that the upstream sends. The request must
 * not have a chunked body.
 */
void proxy_take_over(
	struct proxy *proxy, const struct upstream *upstream, struct response *response);

#endif

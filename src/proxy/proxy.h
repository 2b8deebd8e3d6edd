/*
 * proxy: passes requests on to other servers (upstreams), and their responses back.
 *
 * A proxied request takes over its connection from http1. A tunnel joins that with one to the
 * upstream; the ports of the tunnel write both heads anew (proxy_head.h). So bodies of any length
 * and WebSockets pass with one piece in memory.
 */
#ifndef PROXY_H
#define PROXY_H

#include "base/buf.h"
#include "base/loop.h"
#include "html/script_tag.h"
#include "http/response.h"
#include "proxy/upstream.h"

struct proxy;

enum { PROXY_CONNECT_MS = 30000 }; /* for the upstream to take the request: 504 after that */

struct proxy_options {
	struct loop *loop;
	const struct script_tag *script_tag; /* goes into error pages */
	const struct upstream *upstreams;
	size_t upstream_count;
};

/*
 * Keeps what the options point to. The addresses of the upstreams are looked up at once, while the
 * files that the resolver needs can be read; one that is not found is looked up again when a
 * request is for it.
 */
struct proxy *proxy_create(const struct proxy_options *options);
/* Sends what can be sent at once, then closes everything. */
void proxy_destroy(struct proxy *proxy);

/*
 * The upstream for a path as it was sent; of several that match, the one with the longest route.
 * NULL when none matches.
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

/*
 * proxy: hands requests on to other servers, and their answers back.
 *
 * Room: wire. Each is a pump between the client's connection and one to the upstream; the ports of
 * that pump write both heads anew (proxy_head.h). So bodies of any length and WebSockets pass with one
 * piece in memory.
 */
#ifndef PROXY_H
#define PROXY_H

#include "base/buf.h"
#include "html/script_tag.h"
#include "base/loop.h"
#include "http/request.h"
#include "proxy/upstream.h"

struct proxy;

enum { PROXY_CONNECT_MS = 30000 }; /* for the upstream to take the request: 504 after that */

/* Keeps pointers to both. */
struct proxy *proxy_create(struct loop *loop, const struct script_tag *tag);
void proxy_destroy(struct proxy *proxy);

/* Looks up where upstream is, while the files that tell can be read; else that is done later. */
void proxy_look_up(struct proxy *proxy, const struct upstream *upstream);

/*
 * Takes the socket of a client. bytes begin with the request, and may hold some of its body; fields
 * are lines for the answer. A chunked body must not come here. Keeps a pointer to upstream.
 */
void proxy_take(struct proxy *proxy, int socket, const struct upstream *upstream,
	const struct request *request, struct slice bytes, struct slice fields);

#endif

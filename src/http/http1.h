/*
 * http1: HTTP/1.1 on sockets: reads requests, writes answers, decides nothing.
 *
 * Room: wire. The one place where header bytes are read from the network, and the one where they
 * are written. The head of a request is parsed by request.c from the raw bytes, before any library
 * sees them; a connection that becomes a WebSocket is handed on.
 *
 * Memory of a connection: about 200 bytes while idle; up to REQUEST_HEAD_MAX of a head that is not
 * complete, or HTTP1_SMALL_MAX of an answer that the socket did not take at once. Files are never
 * buffered.
 */
#ifndef HTTP1_H
#define HTTP1_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "live/protocol.h"
#include "base/loop.h"
#include "proxy/proxy.h"
#include "http/request.h"
#include "site/router.h"
#include "net/tls.h"

struct http1;

enum {
	HTTP1_IDLE_MS = 5000,   /* between requests, as Node's and Apache's keep-alive */
	HTTP1_HEAD_MS = 10000,  /* from the first byte of a head to its last */
	HTTP1_STALL_MS = 30000, /* an answer of which nothing moves on */
	HTTP1_LINGER_MS =
		2000, /* after the last answer, for the client to read it (RFC 9112 9.6) */
	HTTP1_SMALL_MAX = 64 * 1024, /* bodies up to this go out with their head in one write */
};

/*
 * Takes over a socket whose request was answered with 101. browser is user_agent_browser's name, key the
 * request's Sec-WebSocket-Key, rest what the client sent after the head; these two are borrowed for
 * the call.
 */
typedef void http1_upgrade_fn(void *context, int socket, enum protocol protocol,
	const char *browser, struct slice key, struct slice rest);

/* Keeps pointers to loop and site. */
struct http1 *http1_create(
	struct loop *loop, struct router *router, http1_upgrade_fn *upgrade, void *context);
/* Closes every connection at once. */
void http1_destroy(struct http1 *http1);

/* From now on clients are expected to speak TLS. Keeps the pointer, which is used until the end. */
void http1_set_tls(struct http1 *http1, struct tls *tls);

/* Who is given requests that others answer. Keeps the pointer. */
void http1_set_proxy(struct http1 *http1, struct proxy *proxy);

/* Where a connection comes from. */
enum http1_entry {
	HTTP1_FRONT,      /* the port of the pages */
	HTTP1_LIVERELOAD, /* the port for livereload.js */
	HTTP1_OWNER,      /* control's socket */
};

/* Takes a connected, non-blocking socket that came in at door. */
void http1_accept(struct http1 *http1, int socket, enum http1_entry entry);

size_t http1_connection_count(const struct http1 *http1);

#endif

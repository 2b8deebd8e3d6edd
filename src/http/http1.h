/*
 * http1: HTTP/1.1 on sockets: reads requests, writes answers, decides nothing.
 *
 * Room: wire. The one place where header bytes are read from the network, and the one where they
 * are written. The head of a request is parsed by request.c from the raw bytes, before any library
 * sees them; a connection that becomes a WebSocket is handed on.
 *
 * Memory of a connection: about 200 bytes while idle; up to REQUEST_HEAD_MAX of a head that is not
 * complete, or WIRE_SMALL_MAX of an answer that the socket did not take at once. Files are never
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

struct wire;

enum {
	WIRE_IDLE_MS = 5000,   /* between requests, as Node's and Apache's keep-alive */
	WIRE_HEAD_MS = 10000,  /* from the first byte of a head to its last */
	WIRE_STALL_MS = 30000, /* an answer of which nothing moves on */
	WIRE_LINGER_MS = 2000, /* after the last answer, for the client to read it (RFC 9112 9.6) */
	WIRE_SMALL_MAX = 64 * 1024, /* bodies up to this go out with their head in one write */
};

/*
 * Takes over a socket whose request was answered with 101. browser is agent_browser's name, key the
 * request's Sec-WebSocket-Key, rest what the client sent after the head; these two are borrowed for
 * the call.
 */
typedef void wire_upgrade_fn(void *context, int socket, enum dialect dialect, const char *browser,
	struct slice key, struct slice rest);

/* Keeps pointers to loop and site. */
struct wire *wire_create(
	struct loop *loop, struct site *site, wire_upgrade_fn *upgrade, void *context);
/* Closes every connection at once. */
void wire_destroy(struct wire *wire);

/* From now on clients are expected to speak TLS. Keeps the pointer, which is used until the end. */
void wire_set_tls(struct wire *wire, struct tls *tls);

/* Who is given requests that others answer. Keeps the pointer. */
void wire_set_proxy(struct wire *wire, struct proxy *proxy);

/* Where a connection comes from. */
enum wire_door {
	WIRE_FRONT,      /* the port of the pages */
	WIRE_LIVERELOAD, /* the port for livereload.js */
	WIRE_OWNER,      /* control's socket */
};

/* Takes a connected, non-blocking socket that came in at door. */
void wire_accept(struct wire *wire, int socket, enum wire_door door);

size_t wire_connection_count(const struct wire *wire);

#endif

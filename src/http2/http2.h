/*
 * http2: HTTP/2 on sockets: what http/http1 is for HTTP/1.1, with the same handler.
 *
 * session.h says how requests are read and answered; this part moves the bytes. While a client does not take
 * what was produced for it, nothing more is read from it and nothing is produced, so a connection has at most
 * HTTP2_OUTPUT_MAX bytes and one frame waiting. A file is read when there is room for its bytes, never earlier.
 * What all streams and connections hold together is limited by HTTP2_HELD_MAX: when it is more, the one that
 * has made no progress for the longest time is reset or closed.
 */
#ifndef HTTP2_H
#define HTTP2_H

#include "base/loop.h"
#include "http/response.h"

struct http2;

enum {
	HTTP2_IDLE_MS = 60000, /* without a request; see response_writer_set_keep_alive() */
	HTTP2_HEAD_MS = 10000, /* from the beginning of a preface, frame or head to its end */
	HTTP2_STALL_MS = RESPONSE_STALL_MS, /* while the client takes nothing */
	HTTP2_LINGER_MS = 2000,             /* after the last byte, for the client to close */
	HTTP2_OUTPUT_MAX = 32 * 1024,       /* bytes that are produced at a time */
	HTTP2_HELD_MAX = 48 * 1024 * 1024,
};

/* Keeps a pointer to loop and a copy of *handler, which must not end http2. Never returns NULL. */
struct http2 *http2_create(struct loop *loop, const struct response_handler *handler);
/* Tells every client that no more requests are taken, as far as its socket has room, and closes all. */
void http2_destroy(struct http2 *http2);

/*
 * Takes a connected, non-blocking socket whose client has agreed on HTTP/2 and begins with its preface. entry and
 * peer become those of every request on this connection.
 */
void http2_accept(struct http2 *http2, int socket, unsigned entry, struct peer peer);

#endif

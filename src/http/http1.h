/*
 * http1: HTTP/1.1 on sockets: reads requests, calls a handler, sends its responses.
 *
 * It decides nothing about what is served. The head of a request is parsed strictly by request.c
 * from the raw bytes. A malformed request is refused and its connection is closed.
 * tests/unit/http/test_http1.c has an example with a handler of ten lines.
 *
 * A handler may pause a request (response_pause). Requests behind it on the same connection wait, so
 * the order of the answers stays.
 *
 * Memory of a connection: about 200 bytes while idle; up to REQUEST_HEAD_MAX of a head that is not
 * complete, or 64 KiB of a request that is paused and what was read behind it, or
 * RESPONSE_WRITER_SMALL_MAX of a response that the socket did not take at once. Files are never
 * buffered. All connections together hold HTTP1_HELD_MAX. When it is more, the one that has made no
 * progress for the longest time is closed.
 */
#ifndef HTTP1_H
#define HTTP1_H

#include "base/loop.h"
#include "http/request.h"
#include "http/response.h"
#include "http/response_writer.h"

struct http1;

enum {
	/* Between requests, unless response_writer_set_keep_alive() was called. */
	HTTP1_IDLE_MS = RESPONSE_WRITER_KEEP_ALIVE_S * 1000,
	/* From the first byte of a head to its last. */
	HTTP1_HEAD_MS = 10000,
	/*
	 * While a response is being sent and the client receives nothing of it; and the longest
	 * time that a request is paused, however often.
	 */
	HTTP1_STALL_MS = RESPONSE_STALL_MS,
	/* After the last response, for the client to read it (RFC 9112 9.6). */
	HTTP1_LINGER_MS = 2000,
	/* Bytes of incomplete heads, and of responses that clients do not read. */
	HTTP1_HELD_MAX = 48 * 1024 * 1024,
};

/*
 * Keeps a pointer to loop and a copy of *handler. Never returns NULL. A connection waits for HTTP1_IDLE_MS,
 * HTTP1_HEAD_MS, HTTP1_STALL_MS or HTTP1_LINGER_MS (enum response_wait). It is closed after a request that
 * was refused, and after one whose handler has not read its body.
 */
struct http1 *http1_create(struct loop *loop, const struct response_handler *handler);
/* Closes every connection at once. */
void http1_destroy(struct http1 *http1);

/*
 * Takes a connected, non-blocking socket that carries plaintext. scheme, entry and peer become those of every
 * request on this connection.
 */
void http1_accept(struct http1 *http1, int socket, enum request_scheme scheme, unsigned entry,
	struct peer peer);

#endif

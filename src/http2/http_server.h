/*
 * http_server: HTTP on sockets, in the version that each client speaks: http1 and http2 behind one door.
 *
 * Where TLS is expected, the first byte shows whether it comes. When the handshake is over and the first bytes
 * of plaintext are there, it is known whether the client has agreed on "h2" (RFC 9113 3.2); so http2 or http1
 * gets the plaintext. Plain HTTP there is answered by http1, too: its requests have the scheme
 * REQUEST_HTTP_TO_TLS.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include "base/loop.h"
#include "http/response.h"
#include "net/tls.h"

struct http_server;

/* Keeps a pointer to loop and a copy of *handler. Never returns NULL. */
struct http_server *http_server_create(struct loop *loop, const struct response_handler *handler);
/* Closes every connection; clients of HTTP/2 are told before. NULL is allowed. */
void http_server_destroy(struct http_server *server);

/*
 * Takes a connected, non-blocking socket. If tls is not NULL, the client is expected to speak TLS; keeps a pointer
 * to tls. entry and peer become those of every request on this connection. A client that says nothing is closed
 * after HTTP1_IDLE_MS.
 */
void http_server_accept(
	struct http_server *server, int socket, struct tls *tls, unsigned entry, struct peer peer);

#endif

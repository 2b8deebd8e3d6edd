/*
 * lws_host: libwebsockets, set up as websocket.h uses it: it listens to nothing, waits for nothing, looks
 * for no event library or plugin, and runs no timer.
 */
#ifndef LWS_HOST_H
#define LWS_HOST_H

#include <libwebsockets.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"

/* What libwebsockets keeps pointers to; the caller's, as long as its context lives. */
struct lws_host {
	const char *subprotocol; /* set by the caller: the only one that is accepted */
	struct lws_protocols protocols[3];
};

/*
 * Every socket gets session_size zeroed bytes, the user argument of callback. Keeps user, which
 * lws_context_user() returns. Returns NULL when libwebsockets does not start; else the caller ends it
 * with lws_context_destroy().
 */
struct lws_context *lws_host_create(
	struct lws_host *host, lws_callback_function *callback, size_t session_size, void *user);

/*
 * Gives the socket to libwebsockets with a new request in place of the client's: it has only key, 24
 * characters, of the client, and subprotocol, which may be NULL. libwebsockets answers it, and calls
 * callback with LWS_CALLBACK_ESTABLISHED. If that fails, it closes the socket.
 */
void lws_host_adopt(struct lws_context *lws, int socket, const char *subprotocol, struct slice key);

/*
 * For callback, which returns what these return. The first sends text behind its first LWS_PRE bytes as
 * one frame. The second begins to close the WebSocket, with status in the close frame (RFC 6455 7.4.1).
 */
int lws_host_write(struct lws *wsi, struct buf *text, enum lws_write_protocol kind);
int lws_host_close(struct lws *wsi, unsigned status);

/* Calls callback with reason for every socket. */
void lws_host_call_all(struct lws_context *lws, int reason);

#endif

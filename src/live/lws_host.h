/*
 * lws_host: libwebsockets, set up as websocket.h uses it: it listens to nothing, waits for nothing, looks
 * for no event library or plugin, and runs no timer.
 */
#ifndef LWS_HOST_H
#define LWS_HOST_H

#include <libwebsockets.h>
#include <stddef.h>

#include "base/slice.h"

/*
 * Every socket gets session_size zeroed bytes, the user argument of callback. Keeps user, which
 * lws_context_user() returns. Returns NULL when libwebsockets does not start; else the caller ends it
 * with lws_context_destroy().
 */
struct lws_context *lws_host_create(
	lws_callback_function *callback, size_t session_size, void *user);

/*
 * Gives the socket to libwebsockets, which answers the request (handshake.h) and then calls callback
 * with LWS_CALLBACK_ESTABLISHED. If that fails, it closes the socket.
 */
void lws_host_adopt(struct lws_context *lws, int socket, struct slice request);

/* Calls callback with reason for every socket. */
void lws_host_call_all(struct lws_context *lws, int reason);

#endif

/*
 * websocket_request: the request for a WebSocket that libwebsockets gets to read.
 *
 * The request of the client was checked by request.h. libwebsockets gets one that is written anew.
 */
#ifndef WEBSOCKET_REQUEST_H
#define WEBSOCKET_REQUEST_H

#include "base/buf.h"
#include "base/slice.h"
#include "live/protocol.h"

/* The Host of the request. libwebsockets finds its virtual host by this name. */
#define WEBSOCKET_REQUEST_HOST "localhost"

/* Adds the request to bytes. From the client it has only key, 24 characters. */
void websocket_request_write(struct buf *bytes, enum protocol protocol, struct slice key);

#endif

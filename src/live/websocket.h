/*
 * websocket: the WebSockets of the open pages (RFC 6455), between the hub and libwebsockets.
 *
 * The only module that includes <libwebsockets.h>. libwebsockets does the framing and owns each
 * socket. It never waits and sets no timers; our loop does both. It never gets a request from the
 * network: http has parsed and checked the request, and this module writes a new one for
 * libwebsockets.
 */
#ifndef WEBSOCKET_H
#define WEBSOCKET_H

#include "base/loop.h"
#include "http/response.h"
#include "live/hub.h"
#include "live/protocol.h"

struct websockets;

/* Keeps pointers to loop and hub. libwebsockets is started for the first WebSocket. Never NULL. */
struct websockets *websockets_create(struct loop *loop, struct hub *hub);
/*
 * Sends close code 1001 to every page (RFC 6455 7.4.1) and closes the connections without waiting
 * for answers. Afterwards no page is in the hub. NULL is fine.
 */
void websockets_destroy(struct websockets *websockets);

/*
 * Makes response a takeover by websockets: its connection becomes the WebSocket of a page that uses
 * protocol. The request must be a valid upgrade with a Sec-WebSocket-Key of 24 characters (RFC 6455
 * 4.2.1). If protocol has a subprotocol, the request must list it.
 */
void websockets_take_over(
	struct websockets *websockets, enum protocol protocol, struct response *response);

/* The hub_wake_fn for the hub. */
void websockets_wake(void *socket);

#endif

/*
 * websocket: the WebSockets of the open pages (RFC 6455), between the hub and libwebsockets.
 *
 * The only module that includes <libwebsockets.h>. libwebsockets does the framing and owns each
 * socket; it never waits and has no timers, both are our loop's. It never sees a request from the
 * network either: http has read and checked the request, and the one that libwebsockets is given is
 * written here.
 */
#ifndef WEBSOCKET_H
#define WEBSOCKET_H

#include "base/loop.h"
#include "http/response.h"
#include "live/hub.h"
#include "live/protocol.h"

struct websockets;

/* Keeps pointers to loop and hub. libwebsockets is started by the first WebSocket. Never NULL. */
struct websockets *websockets_create(struct loop *loop, struct hub *hub);
/*
 * Sends close code 1001 to every page (RFC 6455 7.4.1), waits for nobody, and closes. Every page
 * has then left the hub. NULL is fine.
 */
void websockets_destroy(struct websockets *websockets);

/*
 * Makes response hand its connection to websockets: it becomes a WebSocket of a page that speaks
 * protocol. The request must be an upgrade that was checked: it has a Sec-WebSocket-Key of 24
 * characters (4.2.1), and lists the subprotocol of protocol, if it has one.
 */
void websockets_take_over(
	struct websockets *websockets, enum protocol protocol, struct response *response);

/* The hub_wake_fn of the hub. */
void websockets_wake(void *socket);

#endif

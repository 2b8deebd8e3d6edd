/*
 * page_sockets: the WebSockets of the open pages, between the hub and websocket.
 *
 * The hub says what a page is told, and gets what a page sends. Large messages of pages take turns
 * (places.h).
 */
#ifndef PAGE_SOCKETS_H
#define PAGE_SOCKETS_H

#include "base/loop.h"
#include "http/response.h"
#include "live/hub.h"
#include "live/protocol.h"

struct page_sockets;

/*
 * Keeps pointers to loop and hub, whose wake is hub_wake_socket(). libwebsockets is started for the first
 * page. Never NULL.
 */
struct page_sockets *page_sockets_create(struct loop *loop, struct hub *hub);
/*
 * Sends close code 1001 to every page (RFC 6455 7.4.1) and closes the connections without waiting
 * for answers. Afterwards no page is in the hub. NULL is fine.
 */
void page_sockets_destroy(struct page_sockets *page_sockets);

/*
 * Makes response a takeover: its connection becomes the WebSocket of a page that uses protocol. The
 * request must be a valid upgrade with a Sec-WebSocket-Key of 24 characters (RFC 6455 4.2.1). If
 * protocol has a subprotocol, the request must list it.
 */
void page_sockets_take_over(
	struct page_sockets *page_sockets, enum protocol protocol, struct response *response);

/* Says by the request of a page what it sees: bits of enum hub_sight. */
typedef unsigned page_sockets_sees_fn(const struct request *request);
/* From now on fn is asked about each new page. Without it none sees anything. */
void page_sockets_set_sees(struct page_sockets *page_sockets, page_sockets_sees_fn *fn);

/* Who has sent the request of a page. sees may be NULL. */
struct hub_visitor page_sockets_visitor(const struct request *request, page_sockets_sees_fn *sees);

/* Whether key, a Sec-WebSocket-Key, is 16 bytes in base64 (RFC 6455 4.1). */
bool page_sockets_is_key(struct slice key);

/*
 * Sets *protocol to what the WebSocket that is requested speaks. Returns false when the request offers only
 * unknown subprotocols.
 */
bool page_sockets_choose(const struct request *request, enum protocol *protocol);

#endif

/*
 * websocket: speaks WebSocket (RFC 6455) with clients, for any owner: the pages of the hub
 * (page_sockets.h) and the pages of the wire (wire/viewers.h).
 *
 * libwebsockets does the handshake and writes the frames, and owns each connection; frame_reader reads.
 * libwebsockets never waits and sets no timers; our loop does both. It never gets a request from the
 * network: http has parsed and checked the request, and lws_host writes a new one for libwebsockets.
 *
 * The owner of the connections says what is sent and what a message means. Pings are answered here, a
 * wrong frame closes the connection, and a closing handshake that takes too long is cut.
 */
#ifndef WEBSOCKET_H
#define WEBSOCKET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/loop.h"
#include "base/slice.h"
#include "http/request.h"
#include "http/response.h"
#include "live/frame_reader.h"
#include "live/queue.h"

struct lws;
struct websockets;

enum { WEBSOCKET_POLICY_VIOLATION = 1008 }; /* RFC 6455 7.4.1 */

/*
 * One connection. Private. It is the first member of what the owner keeps for each. This memory and the
 * descriptor belong to libwebsockets.
 */
struct websocket {
	struct queue_item item; /* in the queue of those that may have a message */
	struct websockets *websockets;
	struct lws *wsi;
	struct loop_source source;
	struct loop_timer closing;          /* set while it is closing, or has to be closed */
	bool has_message;                   /* the owner may have a message for it */
	bool is_closing;                    /* libwebsockets has begun to close it */
	bool has_sent_close, has_got_close; /* the close frames */
	bool has_pong;                      /* pong has to be sent */
	unsigned close_status;              /* to close it with; 0: it stays open */
	unsigned message_max;               /* bytes in a message of the client */
	struct frame_reader frames;
	struct buf pong;
};

/*
 * What the owner of connections does. Everything is called with context. Arguments are borrowed. None
 * of these functions is called for a connection before opened, or after closed.
 */
struct websocket_owner {
	/* The client has been answered. All behind the struct websocket is zeroed. */
	void (*opened)(void *context, struct websocket *websocket, const struct request *request);
	/* The connection has ended; the memory is freed after the call. */
	void (*closed)(void *context, struct websocket *websocket);
	/* Gets a whole text message. Returns false to close the connection with 1008. */
	bool (*receive)(void *context, struct websocket *websocket, struct slice message);
	/*
	 * Adds the next message to text, behind what is there. Returns false, and adds nothing, when
	 * there is none. It is called when the client can take a message: again after true, and after
	 * websocket_wake(). It may be called at other times, too.
	 */
	bool (*next_message)(void *context, struct websocket *websocket, struct buf *text);
	/*
	 * After next_message has returned true: whether it has to be called again, without another call
	 * of websocket_wake(). NULL: always.
	 */
	bool (*may_have_more)(void *context, const struct websocket *websocket);
	/*
	 * Whether to read on. length: the bytes of the client's message that are there, if it is not
	 * complete yet. After false the owner calls websocket_read_again(). NULL: always.
	 */
	bool (*may_read)(void *context, struct websocket *websocket, size_t length);
};

struct websockets_options {
	struct loop *loop;
	const struct websocket_owner *owner;
	void *context;           /* of the functions of owner */
	size_t size;             /* bytes that the owner keeps for each connection */
	bool is_crowd;           /* there may be very many: LOOP_CROWD */
	const char *subprotocol; /* the only one, beside none; a static string */
	const char *failure;     /* what the user misses if libwebsockets does not start; static */
};

/*
 * The connections of one owner. Copies options and keeps the pointers in it. libwebsockets is started
 * for the first connection. Never NULL.
 */
struct websockets *websockets_create(const struct websockets_options *options);
/*
 * Sends close code 1001 to every client (RFC 6455 7.4.1) and closes the connections without waiting
 * for answers. Afterwards closed was called for each. NULL is fine.
 */
void websockets_destroy(struct websockets *websockets);

/*
 * Opens a connection, from a takeover_fn: takes the socket, answers the request, calls opened, and
 * reads what the client has sent behind the request. The request must be a valid upgrade with a
 * Sec-WebSocket-Key of 24 characters (RFC 6455 4.2.1); if subprotocol is not NULL, it must list it.
 * message_max is the largest message that the client may send, in bytes. If opening fails, the socket is
 * closed, and opened is not called.
 */
void websockets_open(struct websockets *websockets, const struct takeover *takeover,
	const char *subprotocol, unsigned message_max);

/* Calls websocket_wake() for every connection. */
void websockets_wake(struct websockets *websockets);

/* There may be a message: next_message is called before the loop waits, when the client can take it. */
void websocket_wake(struct websocket *websocket);
/* may_read may say something else now. */
void websocket_read_again(struct websocket *websocket);
/* Closes the connection with status, an error of RFC 6455 7.4.1. Nothing is received any more. */
void websocket_close(struct websocket *websocket, unsigned status);

#endif

/*
 * page_streams: the streams of Server-Sent Events (WHATWG HTML 9.2) to pages that can have no WebSocket.
 *
 * To the hub a stream is a page as any other (hub_join), which speaks liveserve.v1. Its first event is of the
 * type "key" and tells the page the key of its stream: whatever a request sends with that key counts as sent by
 * this page. After it, each message of the hub is an event. A stream on which nothing was sent for a while
 * gets a comment, so that programs on the way do not end it.
 *
 * A browser has six connections to a server that speaks HTTP/1.1, for all its pages together. So when one address has
 * more than PAGE_STREAMS_KEPT streams there, each gets an event of the type "many": a page that nobody looks at
 * then ends its stream, and opens another one when it is seen again.
 *
 * A stream has one message at a time waiting. A page that does not read makes the next one longer, not more.
 */
#ifndef PAGE_STREAMS_H
#define PAGE_STREAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/loop.h"
#include "base/slice.h"
#include "http/response.h"
#include "live/hub.h"
#include "live/page_sockets.h"

enum {
	PAGE_STREAMS_KEY_LENGTH = 48, /* hexadecimal digits */
	PAGE_STREAMS_QUIET_US = 15 *
				1000000, /* until a comment is sent; HTML 9.2.8 has this number */
	PAGE_STREAMS_KEPT = 4,           /* see above */
	PAGE_STREAMS_PEER_MAX = 256,     /* streams of one other machine (connection_limit.h) */
};

struct page_stream;
struct page_streams;

/* Keeps pointers to loop and hub, whose wake is hub_wake_socket(). Never NULL. */
struct page_streams *page_streams_create(struct loop *loop, struct hub *hub);
/* Ends every stream. Afterwards none of their pages is in the hub. NULL is fine. */
void page_streams_destroy(struct page_streams *streams);

/* As page_sockets_set_sees(). */
void page_streams_set_sees(struct page_streams *streams, page_sockets_sees_fn *fn);

/* Whether another machine may have one more stream. This one may have any number. */
bool page_streams_has_room(const struct page_streams *streams, uint64_t peer_key);

/*
 * A takeover_fn; context is a struct page_streams: sends the head of the takeover's response, which has the status 200 and the
 * type text/event-stream, and then the events, until the client goes.
 */
void page_streams_open(void *context, const struct takeover *takeover);

/* The stream with this key; NULL when there is none. Valid until control returns to the loop. */
struct page_stream *page_streams_find(const struct page_streams *streams, struct slice key);

/*
 * A stream sends one message at a time: page_stream_begin_message() returns false when another one is on its
 * way, and page_stream_end_message() is called after true, if the stream is still there.
 */
bool page_stream_begin_message(struct page_stream *stream);
void page_stream_end_message(struct page_stream *stream);

/*
 * The page of the stream has sent message. Returns false, and ends the stream, when that violates the protocol
 * (hub_receive).
 */
bool page_stream_receive(struct page_stream *stream, struct slice message);

#endif

/*
 * page_posts: POST requests by which a page without a WebSocket sends its messages: the body of each is one
 * message.
 *
 * A body has at most protocol_message_max() bytes, and large ones take turns (live/places.h). A request that is
 * not complete after PAGE_POSTS_US is cut off, unless it waits for its turn.
 */
#ifndef PAGE_POSTS_H
#define PAGE_POSTS_H

#include "base/loop.h"
#include "events/page_streams.h"
#include "http/response.h"
#include "live/hub.h"

enum {
	PAGE_POSTS_US = 10 * 1000000, /* for a request */
	PAGE_POSTS_LINGER_US = 2 *
			       1000000, /* for the client to read an answer before all was read */
};

struct page_posts;

/* Keeps the pointers. Never NULL. */
struct page_posts *page_posts_create(
	struct loop *loop, const struct hub *hub, struct page_streams *streams);
/* Cuts all requests off; to be called before page_streams_destroy(). NULL is fine. */
void page_posts_destroy(struct page_posts *posts);

/*
 * A takeover_fn; context is a struct page_posts: reads the body, gives it to the stream that the request has the key of
 * and for which page_stream_begin_message() has returned true, answers with 204, 400, 404 (the stream has ended
 * meanwhile) or 413, and gives the connection back.
 */
void page_posts_open(void *context, const struct takeover *takeover);

#endif

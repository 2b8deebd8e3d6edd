/*
 * viewers: the WebSockets of the pages that show the wire (RFC 6455).
 *
 * A viewer gets its next message (live_feed.h) only when it has taken the last one.
 */
#ifndef VIEWERS_H
#define VIEWERS_H

#include <stdbool.h>

#include "base/loop.h"
#include "http/response.h"
#include "wire/live_feed.h"

struct viewers;

enum { VIEWERS_MAX = 32 };

struct viewers_options {
	struct loop *loop;
	const struct packet_store *store;
	/* Sets what the viewers are told of the capture. */
	void (*describe)(void *context, struct live_feed_state *state);
	void *context;
};

/* Keeps all pointers of options. libwebsockets is started for the first viewer. Never NULL. */
struct viewers *viewers_create(const struct viewers_options *options);
/* Sends close code 1001 to every viewer, and closes the connections. NULL is allowed. */
void viewers_destroy(struct viewers *viewers);

/*
 * Makes response a takeover: its connection becomes a viewer. The request must be a valid upgrade that lists
 * LIVE_FEED_PROTOCOL. Returns false, and does nothing, when there are VIEWERS_MAX.
 */
bool viewers_take_over(struct viewers *viewers, struct response *response);

/* There may be something new. Tells the viewers at most some twenty times a second. */
void viewers_wake(struct viewers *viewers);

#endif

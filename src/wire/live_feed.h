/*
 * live_feed: the messages to a viewer of the wire: what is new since the last one (pull). So a viewer has no
 * queue, and a slow one gets fewer, larger messages.
 *
 * A message is a JSON object with one or more of these members, in the protocol LIVE_FEED_PROTOCOL:
 *
 *   "state"    the site, how it is captured, and which rows are there
 *   "rows"     rows (stored_row.h), at most LIVE_FEED_ROWS, in order
 *   "marks"    [{"after":46,"t":"5.012345678","text":"saved local.html"}]
 *   "cleared"  true: all rows so far are gone
 *
 * The viewer sends one message: {"from":N}, the number of the first row that it wants.
 */
#ifndef LIVE_FEED_H
#define LIVE_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "wire/packet_store.h"

#define LIVE_FEED_PROTOCOL "liveserve.wire.v1"

enum { LIVE_FEED_ROWS = 500, LIVE_FEED_MESSAGE_MAX = 256 };

/* What is said of the capture as a whole; all is borrowed. */
struct live_feed_state {
	const char *site; /* the name of the folder that is served */
	uint16_t port;
	const char *by;  /* the program that captures */
	const char *how; /* a sentence about that, if it matters; else "" */
	uint64_t lost;   /* packets that were not captured */
	bool has_ended;  /* nothing is captured any more */
};

/* How far one viewer is. A zeroed one has not said what it wants. */
struct live_feed {
	bool has_begun;
	uint32_t next_row, next_mark;
	unsigned clearings;
	uint64_t state_hash; /* of the state that it knows */
};

/* Reads what the viewer has sent. Returns false when it is wrong: the connection is to be closed. */
bool live_feed_read(struct live_feed *feed, const struct packet_store *store, struct slice message);

/* Adds the next message. Returns false, and adds nothing, when there is none. */
bool live_feed_next(struct live_feed *feed, const struct packet_store *store,
	const struct live_feed_state *state, struct buf *json);

#endif

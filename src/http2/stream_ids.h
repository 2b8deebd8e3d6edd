/*
 * stream_ids: what the frames of a client say of its streams: which it has opened, passed over and ended.
 *
 * nghttp2 forgets a stream when it is closed, and ignores what comes for it afterwards, because this server may
 * have reset it and the client not know yet. But a stream that the client has ended itself, or a number that it
 * has passed over, can get nothing more by mistake (RFC 9113 5.1 and 5.1.1). Only the newest STREAM_IDS_WINDOW
 * streams are known; for older ones everything is right.
 */
#ifndef STREAM_IDS_H
#define STREAM_IDS_H

#include <stdint.h>

enum { STREAM_IDS_WINDOW = 256 };

enum stream_ids_state {
	STREAM_IDS_UNKNOWN, /* not opened, too old, or not a number that a client may open */
	STREAM_IDS_OPEN,    /* opened, and not ended by the client */
	STREAM_IDS_SKIPPED, /* closed, because a stream with a higher number was opened (RFC 9113 5.1.1) */
	STREAM_IDS_ENDED, /* by END_STREAM or RST_STREAM of the client */
};

/* Of one connection. Zeroed at first. The members are private. */
struct stream_ids {
	uint32_t last; /* the highest number that was opened; 0: none */
	/* One bit for each of the newest streams: bit (id / 2) % STREAM_IDS_WINDOW. */
	uint64_t skipped[STREAM_IDS_WINDOW / 64], ended[STREAM_IDS_WINDOW / 64];
};

enum stream_ids_state stream_ids_get(const struct stream_ids *ids, uint32_t id);

/* The client sends HEADERS for id. Does nothing when it is no new number. */
void stream_ids_open(struct stream_ids *ids, uint32_t id);

/* The client sends END_STREAM or RST_STREAM for id. Does nothing when it is not open. */
void stream_ids_end(struct stream_ids *ids, uint32_t id);

#endif

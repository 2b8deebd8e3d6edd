/*
 * frame_limits: looks at the frames that a client of HTTP/2 sends, before anything else is done with them: it says
 * when they are a flood, or for a stream that cannot get any.
 *
 * Each frame of these is allowed, costs its sender next to nothing, and gives the server work: a stream that is
 * cancelled as soon as it was opened (rapid reset), a header block that never ends (CONTINUATION), SETTINGS
 * and PING, which have to be answered, WINDOW_UPDATE that lets one byte through, DATA without data. So frames
 * are counted. What browsers do in an hour of reloads is far below the limits.
 */
#ifndef FRAME_LIMITS_H
#define FRAME_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rate_limit.h"
#include "base/slice.h"
#include "http2/stream_ids.h"

enum {
	FRAME_LIMITS_PREFACE = 24,           /* bytes of the client's preface (RFC 9113 3.4) */
	FRAME_LIMITS_HEAD = 9,               /* bytes of a frame's head (RFC 9113 4.1) */
	FRAME_LIMITS_CONTINUATIONS = 8,      /* frames of one header block, after the first */
	FRAME_LIMITS_BLOCK_MAX = 128 * 1024, /* bytes of one header block */
	FRAME_LIMITS_SMALL_DATA =
		64, /* fewer bytes in a DATA frame that is not the last are small */
	FRAME_LIMITS_CREDIT_MAX = 16 * 1024, /* WINDOW_UPDATEs that were earned by taking data */
};

/* What a connection is closed for (RFC 9113 7). */
enum frame_limits_error {
	FRAME_LIMITS_NO_ERROR = 0,
	FRAME_LIMITS_PROTOCOL_ERROR = 1,
	FRAME_LIMITS_STREAM_CLOSED = 5,
	FRAME_LIMITS_ENHANCE_YOUR_CALM = 11,
};

/* What is counted together. */
enum frame_limits_group {
	FRAME_LIMITS_RESETS,   /* RST_STREAM: burst 1000, then 100 a second */
	FRAME_LIMITS_SETTINGS, /* burst 32, then 2 a second */
	FRAME_LIMITS_PINGS,    /* burst 500, then 50 a second */
	FRAME_LIMITS_WINDOWS, /* WINDOW_UPDATE: burst 2000, then 100 a second, and what was earned */
	FRAME_LIMITS_EMPTY,   /* small DATA frames: burst 1000, then 200 a second */
	FRAME_LIMITS_OTHER, /* PRIORITY, unknown ones and the like: burst 1000, then 100 a second */
	FRAME_LIMITS_GROUPS,
};

/* Of one connection. Made by frame_limits_init. The members are private, but for error. */
struct frame_limits {
	enum frame_limits_error error; /* set when a function has returned a fault */
	size_t preface_left;           /* bytes of the preface that have not come */
	unsigned char head[FRAME_LIMITS_HEAD];
	size_t head_length;    /* bytes of the current frame's head that have come */
	uint32_t payload_left; /* bytes of the current frame that have not come */
	bool is_in_block;      /* the header block goes on in the next frame */
	unsigned continuations;
	uint32_t block_size;
	unsigned begun;  /* frames that have begun; it wraps around */
	unsigned credit; /* of WINDOW_UPDATEs */
	struct rate_state rates[FRAME_LIMITS_GROUPS];
	struct stream_ids streams;
};

void frame_limits_init(struct frame_limits *limits);

/*
 * Looks at the frames in bytes, which the client has sent behind those of the last call. now_us is the time of a
 * monotonic clock. Returns NULL, or what is wrong ("too many PING frames"); then limits->error is set, and the
 * connection has to be closed. Wrong are floods (ENHANCE_YOUR_CALM), HEADERS for a number that the client has
 * passed over, and PRIORITY for the connection (PROTOCOL_ERROR, RFC 9113 5.1.1 and 6.3), HEADERS and DATA for
 * a stream that the client has ended (STREAM_CLOSED, 5.1).
 */
const char *frame_limits_read(struct frame_limits *limits, struct slice bytes, uint64_t now_us);

/*
 * The server has reset a stream because of what its client did: that counts as if the client had. Returns like
 * frame_limits_read.
 */
const char *frame_limits_reset(struct frame_limits *limits, uint64_t now_us);

/* The client was sent a DATA frame of length bytes: it may update two windows, and more for a long one. */
void frame_limits_earn(struct frame_limits *limits, size_t length);

/*
 * Whether the preface, a frame or a header block has begun and is not complete. *which is another number for each
 * frame that is in no header block.
 */
bool frame_limits_is_inside(const struct frame_limits *limits, unsigned *which);

#endif

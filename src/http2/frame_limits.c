/*
 * frame_limits: see frame_limits.h. It only reads the heads of frames: what is wrong in a frame is for nghttp2
 * to find.
 */
#include "http2/frame_limits.h"

/* RFC 9113 6 */
enum frame_type {
	FRAME_DATA = 0,
	FRAME_HEADERS = 1,
	FRAME_PRIORITY = 2,
	FRAME_RST_STREAM = 3,
	FRAME_SETTINGS = 4,
	FRAME_PING = 6,
	FRAME_WINDOW_UPDATE = 8,
	FRAME_CONTINUATION = 9,
};

enum {
	FLAG_END_STREAM = 1,
	FLAG_ACK = 1,
	FLAG_END_HEADERS = 4,
};

/* How many bytes of DATA earn a WINDOW_UPDATE beside the two of each frame. */
enum { EARNING = 4096 };

static const struct {
	struct rate_limit limit;
	const char *fault;
} groups[FRAME_LIMITS_GROUPS] = {
	[FRAME_LIMITS_RESETS] = {{1000, 100}, "too many cancelled requests"},
	[FRAME_LIMITS_SETTINGS] = {{32, 2}, "too many SETTINGS frames"},
	[FRAME_LIMITS_PINGS] = {{500, 50}, "too many PING frames"},
	[FRAME_LIMITS_WINDOWS] = {{2000, 100}, "too many WINDOW_UPDATE frames"},
	[FRAME_LIMITS_EMPTY] = {{1000, 200}, "too many DATA frames with hardly any data"},
	[FRAME_LIMITS_OTHER] = {{1000, 100}, "too many frames that ask for nothing"},
};

void
frame_limits_init(struct frame_limits *limits)
{
	*limits = (struct frame_limits){.preface_left = FRAME_LIMITS_PREFACE};
}

static const char *
fail(struct frame_limits *limits, enum frame_limits_error error, const char *fault)
{
	limits->error = error;
	return fault;
}

static const char *
count(struct frame_limits *limits, enum frame_limits_group group, uint64_t now_us)
{
	if (rate_limit_take(&limits->rates[group], &groups[group].limit, now_us))
		return NULL;
	return fail(limits, FRAME_LIMITS_ENHANCE_YOUR_CALM, groups[group].fault);
}

static uint32_t
stream_of(const struct frame_limits *limits)
{
	struct slice head = {(const char *)limits->head, FRAME_LIMITS_HEAD};

	return slice_get32(head, 5) & 0x7fffffff;
}

/* HEADERS or DATA. */
static const char *
use_stream(struct frame_limits *limits, bool is_headers, unsigned flags)
{
	uint32_t id = stream_of(limits);
	enum stream_ids_state state = stream_ids_get(&limits->streams, id);

	if (state == STREAM_IDS_ENDED || (state == STREAM_IDS_SKIPPED && !is_headers))
		return fail(
			limits, FRAME_LIMITS_STREAM_CLOSED, "a frame for a stream that is closed");
	if (state == STREAM_IDS_SKIPPED)
		return fail(limits, FRAME_LIMITS_PROTOCOL_ERROR,
			"a stream with a lower number than the one before");
	if (is_headers)
		stream_ids_open(&limits->streams, id);
	if (flags & FLAG_END_STREAM)
		stream_ids_end(&limits->streams, id);
	return NULL;
}

/* Part of a header block of length bytes. */
static const char *
count_block(struct frame_limits *limits, uint32_t length, unsigned flags)
{
	limits->block_size += length;
	limits->is_in_block = !(flags & FLAG_END_HEADERS);
	if (limits->block_size > FRAME_LIMITS_BLOCK_MAX ||
		limits->continuations > FRAME_LIMITS_CONTINUATIONS)
		return fail(limits, FRAME_LIMITS_ENHANCE_YOUR_CALM, "too many CONTINUATION frames");
	return NULL;
}

static const char *
count_headers(struct frame_limits *limits, uint32_t length, unsigned flags)
{
	const char *fault = use_stream(limits, true, flags);

	limits->continuations = 0;
	limits->block_size = 0;
	return fault ? fault : count_block(limits, length, flags);
}

static const char *
count_data(struct frame_limits *limits, uint32_t length, unsigned flags, uint64_t now_us)
{
	const char *fault = use_stream(limits, false, flags);

	if (fault || length >= FRAME_LIMITS_SMALL_DATA || flags & FLAG_END_STREAM)
		return fault;
	return count(limits, FRAME_LIMITS_EMPTY, now_us);
}

static const char *
count_window(struct frame_limits *limits, uint64_t now_us)
{
	if (limits->credit == 0)
		return count(limits, FRAME_LIMITS_WINDOWS, now_us);
	limits->credit--;
	return NULL;
}

/* The head of a frame is complete. */
static const char *
count_frame(struct frame_limits *limits, uint64_t now_us)
{
	uint32_t length = limits->payload_left;
	unsigned flags = limits->head[4];

	switch ((enum frame_type)limits->head[3]) {
	case FRAME_DATA:
		return count_data(limits, length, flags, now_us);
	case FRAME_HEADERS:
		return count_headers(limits, length, flags);
	case FRAME_PRIORITY:
		if (stream_of(limits) == 0)
			return fail(limits, FRAME_LIMITS_PROTOCOL_ERROR,
				"a PRIORITY frame for no stream");
		return count(limits, FRAME_LIMITS_OTHER, now_us);
	case FRAME_CONTINUATION:
		limits->continuations++;
		return count_block(limits, length, flags);
	case FRAME_RST_STREAM:
		stream_ids_end(&limits->streams, stream_of(limits));
		return count(limits, FRAME_LIMITS_RESETS, now_us);
	case FRAME_SETTINGS:
		return count(limits, flags & FLAG_ACK ? FRAME_LIMITS_OTHER : FRAME_LIMITS_SETTINGS,
			now_us);
	case FRAME_PING:
		return count(limits, FRAME_LIMITS_PINGS, now_us);
	case FRAME_WINDOW_UPDATE:
		return count_window(limits, now_us);
	}
	return count(limits, FRAME_LIMITS_OTHER, now_us);
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Takes bytes of a frame's head. Returns like frame_limits_read. */
static const char *
read_head(struct frame_limits *limits, struct slice *bytes, uint64_t now_us)
{
	size_t part = least(FRAME_LIMITS_HEAD - limits->head_length, bytes->length);

	limits->begun += limits->head_length == 0 && !limits->is_in_block;
	memcpy(limits->head + limits->head_length, bytes->at, part);
	slice_drop(bytes, part);
	limits->head_length += part;
	if (limits->head_length < FRAME_LIMITS_HEAD)
		return NULL;
	limits->payload_left = (uint32_t)limits->head[0] << 16 | (uint32_t)limits->head[1] << 8 |
			       limits->head[2];
	return count_frame(limits, now_us);
}

const char *
frame_limits_read(struct frame_limits *limits, struct slice bytes, uint64_t now_us)
{
	size_t part = least(limits->preface_left, bytes.length);
	const char *fault;

	slice_drop(&bytes, part);
	limits->preface_left -= part;
	while (bytes.length) {
		if (limits->head_length < FRAME_LIMITS_HEAD) {
			fault = read_head(limits, &bytes, now_us);
			if (fault)
				return fault;
		}
		part = least(limits->payload_left, bytes.length);
		slice_drop(&bytes, part);
		limits->payload_left -= (uint32_t)part;
		if (limits->head_length == FRAME_LIMITS_HEAD && limits->payload_left == 0)
			limits->head_length = 0;
	}
	return NULL;
}

const char *
frame_limits_reset(struct frame_limits *limits, uint64_t now_us)
{
	return count(limits, FRAME_LIMITS_RESETS, now_us);
}

void
frame_limits_earn(struct frame_limits *limits, size_t length)
{
	limits->credit += 2 + (unsigned)(length / EARNING);
	if (limits->credit > FRAME_LIMITS_CREDIT_MAX)
		limits->credit = FRAME_LIMITS_CREDIT_MAX;
}

bool
frame_limits_is_inside(const struct frame_limits *limits, unsigned *which)
{
	*which = limits->begun;
	return limits->preface_left || limits->head_length || limits->is_in_block;
}

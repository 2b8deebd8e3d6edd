/*
 * websocket_stream: the WebSocket frames that one side of a connection sends (RFC 6455 5.2). It keeps a
 * frame's head and the first bytes of its payload, unmasked; the rest is counted off.
 */
#ifndef WEBSOCKET_STREAM_H
#define WEBSOCKET_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "dissect/message.h"
#include "dissect/payload_said.h"

enum { WEBSOCKET_HEAD_MAX = 14 };

/* A zeroed stream is at the start of a frame. */
struct websocket_stream {
	uint8_t head[WEBSOCKET_HEAD_MAX];
	unsigned head_length;
	bool is_in_payload;
	uint64_t left, done;    /* bytes of the payload that are to come, and that have come */
	struct message message; /* text is the payload's begin, of a text or a close frame */
	unsigned text_length;
};

/* Hears the bytes of a packet that follow those before, and adds to said. */
void websocket_stream_hear(struct websocket_stream *stream, struct slice bytes, uint32_t packet,
	uint32_t *next_id, struct payload_said *said);

/* So many bytes were not captured. Returns false when it is not known where the next frame begins. */
bool websocket_stream_skip(struct websocket_stream *stream, uint64_t count);

bool websocket_stream_is_open(const struct websocket_stream *stream);

/* Sets what a packet shows that ends no frame. */
void websocket_stream_settle(const struct websocket_stream *stream, struct payload_said *said);

#endif

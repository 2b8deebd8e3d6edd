/*
 * frame_reader: see frame_reader.h. It owns the parts of a message. Its one idea: a head is collected
 * until it is whole, and judged before a byte of its payload is taken.
 */
#include "live/frame_reader.h"

#include "base/loop.h"
#include "base/utf8.h"

enum {
	HEAD_MIN = 2, /* up to the mask bit and the short length */
	MASK_LENGTH = 4,
	FINAL_BIT = 0x80,
	RESERVED_BITS = 0x70,
	OPCODE_BITS = 0x0f,
	MASK_BIT = 0x80,
	LENGTH_BITS = 0x7f,
	LENGTH_16 = 126, /* the length has 2 more bytes */
	LENGTH_64 = 127, /* or 8 */
	CONTROL_MAX = 125,
};

/*
 * For frames, and pieces of PIECE_MAX bytes, from one client: more than any page needs, too little to
 * block the others.
 */
static const struct rate_limit rate_limit = {.burst = 20 * 1000, .a_second = 2000};

enum { PIECE_MAX = 512 };

enum {
	OPCODE_CONTINUATION = 0,
	OPCODE_TEXT = 1,
	OPCODE_BINARY = 2,
	OPCODE_CLOSE = 8,
	OPCODE_PING = 9,
	OPCODE_PONG = 10,
};

enum {
	STATUS_NORMAL = 1000,
	STATUS_PROTOCOL_ERROR = 1002,
	STATUS_UNACCEPTABLE = 1003,
	STATUS_NOT_UTF8 = 1007,
	STATUS_POLICY_VIOLATION = 1008,
	STATUS_TOO_LARGE = 1009,
};

/* ---- the head ---- */

static unsigned
opcode_of(const struct frame_reader *reader)
{
	return reader->head[0] & OPCODE_BITS;
}

static bool
is_control(const struct frame_reader *reader)
{
	return opcode_of(reader) >= OPCODE_CLOSE;
}

static bool
is_final(const struct frame_reader *reader)
{
	return reader->head[0] & FINAL_BIT;
}

static bool
is_masked(const struct frame_reader *reader)
{
	return reader->head[1] & MASK_BIT;
}

static size_t
length_bytes(const struct frame_reader *reader)
{
	unsigned length = reader->head[1] & LENGTH_BITS;

	return length == LENGTH_64 ? 8 : length == LENGTH_16 ? 2 : 0;
}

static size_t
head_size(const struct frame_reader *reader)
{
	if (reader->head_length < HEAD_MIN)
		return HEAD_MIN;
	return HEAD_MIN + length_bytes(reader) + (is_masked(reader) ? MASK_LENGTH : 0);
}

static uint64_t
payload_length(const struct frame_reader *reader)
{
	size_t more = length_bytes(reader);
	uint64_t length = more ? 0 : reader->head[1] & LENGTH_BITS;

	for (size_t i = 0; i < more; i++)
		length = length << 8 | reader->head[HEAD_MIN + i];
	return length;
}

/* Takes the head up to size bytes. Returns whether they are there now. */
static bool
take_head(struct frame_reader *reader, struct slice *bytes, size_t size)
{
	while (reader->head_length < size) {
		if (bytes->length == 0)
			return false;
		reader->head[reader->head_length++] = (unsigned char)*bytes->at;
		slice_drop(bytes, 1);
	}
	return true;
}

/* ---- the rules ---- */

static bool
is_known_opcode(unsigned opcode)
{
	return opcode <= OPCODE_BINARY || (opcode >= OPCODE_CLOSE && opcode <= OPCODE_PONG);
}

/* Returns false and sets status when the frame breaks a rule that its first two bytes show. */
static bool
judge_first_bytes(struct frame_reader *reader)
{
	unsigned opcode = opcode_of(reader);

	reader->status = STATUS_PROTOCOL_ERROR;
	if (!is_masked(reader) || reader->head[0] & RESERVED_BITS || !is_known_opcode(opcode))
		return false;
	if (is_control(reader))
		return is_final(reader);
	if (reader->is_in_message != (opcode == OPCODE_CONTINUATION))
		return false;
	reader->status = STATUS_UNACCEPTABLE;
	return opcode != OPCODE_BINARY;
}

/* A length that no frame can have ends the connection: what follows cannot be read. */
static bool
judge_length(struct frame_reader *reader, size_t message_max)
{
	uint64_t length = payload_length(reader);

	reader->status = 0;
	if (length > INT64_MAX || (is_control(reader) && length > CONTROL_MAX))
		return false;
	reader->status = STATUS_TOO_LARGE;
	return is_control(reader) || length <= message_max - reader->message.length;
}

/* RFC 6455 7.4: codes that an endpoint may send. */
static bool
is_valid_status(unsigned status)
{
	return (status >= 1000 && status <= 1014 && (status < 1004 || status > 1006)) ||
	       (status >= 3000 && status <= 4999);
}

/* RFC 6455 5.5.1: an answer has the same status. */
static enum frame_event
read_close(struct frame_reader *reader)
{
	const unsigned char *payload = (const unsigned char *)reader->control.bytes;
	struct slice reason = buf_slice(&reader->control);

	reader->status = STATUS_NORMAL;
	if (reason.length == 0)
		return FRAME_CLOSE;
	if (reason.length >= 2)
		reader->status = (unsigned)payload[0] << 8 | payload[1];
	if (reason.length == 1 || !is_valid_status(reader->status)) {
		reader->status = STATUS_PROTOCOL_ERROR;
		return FRAME_CLOSE;
	}
	slice_drop(&reason, 2);
	if (!utf8_is_valid(reason, true))
		reader->status = STATUS_NOT_UTF8;
	return FRAME_CLOSE;
}

/* ---- frames ---- */

/* Leaves out the payload of a frame, and the message that it is part of. */
static enum frame_event
skip(struct frame_reader *reader)
{
	reader->is_skipped = true;
	reader->is_in_message = false;
	buf_finish(&reader->message);
	return FRAME_WRONG;
}

static enum frame_event
end_frame(struct frame_reader *reader)
{
	reader->is_in_payload = false;
	reader->head_length = 0;
	if (reader->is_skipped)
		return FRAME_INCOMPLETE;
	switch (opcode_of(reader)) {
	case OPCODE_PING:
		return FRAME_PING;
	case OPCODE_PONG:
		return FRAME_PONG;
	case OPCODE_CLOSE:
		return read_close(reader);
	default:
		break;
	}
	reader->is_in_message = !is_final(reader);
	if (reader->is_in_message)
		return FRAME_INCOMPLETE;
	if (utf8_is_valid(buf_slice(&reader->message), true))
		return FRAME_MESSAGE;
	reader->status = STATUS_NOT_UTF8;
	buf_finish(&reader->message);
	return FRAME_WRONG;
}

/* Adds the unmasked bytes to text. */
static void
unmask(struct frame_reader *reader, struct slice bytes, struct buf *text)
{
	const unsigned char *mask = reader->head + reader->head_length - MASK_LENGTH;
	size_t start = text->length;

	buf_add_slice(text, bytes);
	for (size_t i = 0; i < bytes.length; i++)
		text->bytes[start + i] = (char)(text->bytes[start + i] ^
						mask[(reader->position + i) % MASK_LENGTH]);
}

static enum frame_event
take_payload(struct frame_reader *reader, struct slice *bytes)
{
	struct slice part = *bytes;

	if (part.length > reader->left)
		part.length = (size_t)reader->left;
	if (!reader->is_skipped && part.length)
		unmask(reader, part, is_control(reader) ? &reader->control : &reader->message);
	slice_drop(bytes, part.length);
	reader->left -= part.length;
	reader->position += part.length;
	return reader->left ? FRAME_INCOMPLETE : end_frame(reader);
}

/* The first two bytes are judged at once, because the others may never come. */
static enum frame_event
read_head(struct frame_reader *reader, struct slice *bytes, size_t message_max)
{
	if (!reader->is_judged) {
		reader->is_judged = true;
		reader->is_skipped = false;
		reader->control.length = 0;
		if (!judge_first_bytes(reader))
			return skip(reader);
	}
	if (!take_head(reader, bytes, head_size(reader)))
		return FRAME_INCOMPLETE;
	reader->is_judged = false;
	reader->is_in_payload = true;
	reader->left = payload_length(reader);
	reader->position = 0;
	if (!reader->is_skipped && !judge_length(reader, message_max))
		return skip(reader);
	return FRAME_INCOMPLETE;
}

/* Whether the next step can be done. */
static bool
has_enough(struct frame_reader *reader, struct slice *bytes)
{
	if (reader->is_in_payload)
		return bytes->length || reader->left == 0;
	return take_head(reader, bytes, reader->is_judged ? head_size(reader) : (size_t)HEAD_MIN);
}

static enum frame_event
read_piece(struct frame_reader *reader, struct slice *piece, size_t message_max)
{
	enum frame_event event = FRAME_INCOMPLETE;

	while (event == FRAME_INCOMPLETE && has_enough(reader, piece))
		event = reader->is_in_payload ? take_payload(reader, piece)
					      : read_head(reader, piece, message_max);
	return event;
}

enum frame_event
frame_reader_next(struct frame_reader *reader, struct slice *bytes, size_t message_max)
{
	size_t length = bytes->length < PIECE_MAX ? bytes->length : (size_t)PIECE_MAX;
	struct slice piece = {bytes->at, length};
	enum frame_event event = read_piece(reader, &piece, message_max);

	slice_drop(bytes, length - piece.length);
	if (rate_limit_take(&reader->rate, &rate_limit, loop_now()) || event == FRAME_CLOSE)
		return event;
	reader->status = STATUS_POLICY_VIOLATION;
	return FRAME_WRONG;
}

void
frame_reader_finish(struct frame_reader *reader)
{
	buf_finish(&reader->message);
	buf_finish(&reader->control);
}

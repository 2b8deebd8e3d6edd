/*
 * websocket_stream: see websocket_stream.h.
 */
#include "dissect/websocket_stream.h"

enum {
	FINAL = 0x80,
	OPCODE = 0x0f,
	MASKED = 0x80,
	LENGTH = 0x7f,
	LENGTH_16 = 126,
	LENGTH_64 = 127,
	MASK_SIZE = 4,
	OPCODE_BINARY = 2,
};

/* How long the head is without its mask, as far as its first two bytes are there. */
static unsigned
length_size(const struct websocket_stream *stream)
{
	unsigned size = 2;

	if (stream->head_length < 2)
		return 2;
	if ((stream->head[1] & LENGTH) == LENGTH_16)
		size += 2;
	if ((stream->head[1] & LENGTH) == LENGTH_64)
		size += 8;
	return size;
}

static unsigned
head_size(const struct websocket_stream *stream)
{
	bool is_masked = stream->head_length >= 2 && stream->head[1] & MASKED;

	return length_size(stream) + (is_masked ? MASK_SIZE : 0);
}

/* Whether the length of the frame that has begun is known. */
static bool
knows_length(const struct websocket_stream *stream)
{
	return stream->head_length >= 2 && stream->head_length >= length_size(stream);
}

static uint64_t
payload_size(const struct websocket_stream *stream)
{
	unsigned first = stream->head[1] & LENGTH;
	unsigned end = first == LENGTH_16 ? 4 : 10;
	uint32_t size = 0; /* tshark has no more bits for it */

	if (first < LENGTH_16)
		return first;
	for (unsigned i = 2; i < end; i++)
		size = size << 8 | stream->head[i];
	return size;
}

/* Takes bytes of the head off the front. Returns whether the head is whole. */
static bool
take_head(struct websocket_stream *stream, struct slice *bytes, uint32_t packet)
{
	struct message *message = &stream->message;

	while (stream->head_length < head_size(stream)) {
		if (!bytes->length)
			return false;
		stream->head[stream->head_length++] = (uint8_t)bytes->at[0];
		slice_drop(bytes, 1);
		message_count(message, packet, 1);
	}
	stream->is_in_payload = true;
	stream->left = payload_size(stream);
	stream->done = 0;
	stream->text_length = 0;
	message->opcode = stream->head[0] & OPCODE;
	message->is_final = stream->head[0] & FINAL;
	message->is_masked = stream->head[1] & MASKED;
	message->has_total = true;
	message->total = message->bytes + stream->left;
	return true;
}

/* Takes bytes of the payload off the front. Returns whether it is whole. */
static bool
take_payload(struct websocket_stream *stream, struct slice *bytes, uint32_t packet)
{
	struct message *message = &stream->message;
	size_t length = bytes->length < stream->left ? bytes->length : (size_t)stream->left;
	const uint8_t *mask = stream->head + stream->head_length - MASK_SIZE;

	for (size_t i = 0; i < length && message->opcode != OPCODE_BINARY &&
			   stream->text_length < MESSAGE_TEXT_MAX - 1;
		i++) {
		uint8_t byte = (uint8_t)bytes->at[i];

		if (message->is_masked)
			byte ^= mask[(stream->done + i) % MASK_SIZE];
		message->text[stream->text_length++] = (char)byte;
	}
	stream->left -= length;
	stream->done += length;
	message->body_bytes += length;
	message_count(message, packet, length);
	slice_drop(bytes, length);
	return stream->left == 0;
}

static void
say(const struct websocket_stream *stream, struct payload_said *said)
{
	static const char *const names[] = {
		[0] = "Continuation",
		[1] = "Text",
		[2] = "Binary",
		[8] = "Connection Close",
		[9] = "Ping",
		[10] = "Pong",
	};
	unsigned opcode = stream->message.opcode;
	const char *name = opcode < sizeof(names) / sizeof(names[0]) ? names[opcode] : NULL;

	/* Of several frames in a packet, tshark shows the last one. */
	said->info.length = said->fixed;
	said->protocol = "WebSocket";
	buf_addf(&said->info, "WebSocket %s%s %s", name ? name : "Unknown Opcode",
		stream->message.is_final ? " [FIN]" : "[FRAGMENT] ",
		stream->message.is_masked ? "[MASKED]" : "");
}

/* A length for which tshark's numbers are too small. */
static bool
is_malformed(const struct websocket_stream *stream)
{
	return stream->left + stream->head_length > UINT32_MAX;
}

static void
complete(struct websocket_stream *stream, struct payload_said *said)
{
	if (stream->message.missing) {
		said->is_segment = !said->protocol;
	} else {
		stream->message.is_complete = true;
		say(stream, said);
		if (is_malformed(stream))
			buf_add_text(&said->info, "[Malformed Packet]");
	}
	payload_said_add_part(said, &stream->message);
	*stream = (struct websocket_stream){0};
}

void
websocket_stream_hear(struct websocket_stream *stream, struct slice bytes, uint32_t packet,
	uint32_t *next_id, struct payload_said *said)
{
	bool is_known = knows_length(stream);

	while (bytes.length) {
		if (stream->head_length == 0)
			message_begin(&stream->message, MESSAGE_FRAME, ++*next_id, packet);
		if (!stream->is_in_payload && !take_head(stream, &bytes, packet))
			return;
		if (is_malformed(stream))
			slice_drop(&bytes, bytes.length);
		else if (!take_payload(stream, &bytes, packet))
			return;
		complete(stream, said);
		/* A frame that was waited for is shown beside those that begin behind it. */
		if (is_known)
			said->fixed = said->info.length;
		is_known = false;
	}
}

bool
websocket_stream_is_open(const struct websocket_stream *stream)
{
	return stream->head_length;
}

bool
websocket_stream_skip(struct websocket_stream *stream, uint64_t count)
{
	if (!stream->is_in_payload || count > stream->left)
		return false;
	stream->left -= count;
	stream->done += count;
	stream->message.missing += (uint32_t)count;
	return true;
}

void
websocket_stream_settle(const struct websocket_stream *stream, struct payload_said *said)
{
	if (!websocket_stream_is_open(stream))
		return;
	if (!said->protocol)
		said->is_segment = true;
	payload_said_add_part(said, &stream->message);
}

/*
 * http_stream: see http_stream.h. A state for each part of a message; each state takes its bytes off the
 * front of those of the packet. What is shown follows tshark: a start line as soon as it is whole, and
 * again when the message is.
 */
#include "dissect/http_stream.h"

enum {
	CHUNK_LINE_MAX = 4096,
	CHUNK_END_SIZE = 2,
};

void
http_stream_finish(struct http_stream *stream)
{
	buf_finish(&stream->head);
	buf_finish(&stream->line);
	buf_finish(&stream->late.line);
	*stream = (struct http_stream){0};
}

void
http_stream_reset(struct http_stream *stream)
{
	buf_clear(&stream->head);
	buf_clear(&stream->line);
	stream->state = HTTP_HEAD;
	stream->left = stream->extra = 0;
	stream->has_line_now = stream->is_silent_now = false;
	stream->is_shortened = stream->is_coded = false;
	stream->rest = HTTP_REST_NEXT;
	stream->body = (struct media_body){0};
	stream->message = (struct message){0};
}

bool
http_stream_is_open(const struct http_stream *stream)
{
	return stream->state != HTTP_HEAD || stream->head.length;
}

/* ---- the end of a message ---- */

static struct slice
start_line(const struct http_stream *stream)
{
	struct slice next, line = http_head_line(buf_slice(&stream->head), &next);

	return line;
}

static void
say_line(const struct http_stream *stream, struct payload_said *said)
{
	payload_said_add(said, start_line(stream));
	payload_said_add(said, SLICE_LITERAL(" "));
}

static void
find_label(const struct http_stream *stream, struct media_label *label)
{
	*label = (struct media_label){.protocol = "HTTP"};
	if (stream->message.body_bytes && stream->message.has_type && !stream->is_coded)
		media_label_find(label, slice_of(stream->message.type), &stream->body);
}

/* The last byte has come. A message with a hole is not whole, but the hole may be filled. */
static void
complete(struct http_stream *stream, struct payload_said *said)
{
	struct media_label label;

	if (stream->message.missing) {
		stream->state = HTTP_HOLES;
		return;
	}
	stream->message.is_complete = true;
	find_label(stream, &label);
	say_line(stream, said);
	payload_said_add(said, slice_of(label.words));
	said->protocol = label.protocol;
	payload_said_add_part(said, &stream->message);
	http_stream_reset(stream);
}

/* The message stays incomplete, and the next one begins. */
static void
be_late(struct http_stream *stream)
{
	struct http_late *late = &stream->late;

	late->message = stream->message;
	find_label(stream, &late->label);
	buf_clear(&late->line);
	buf_add_slice(&late->line, start_line(stream));
	http_stream_reset(stream);
}

static void
complete_late(struct http_late *late, struct payload_said *said)
{
	late->message.is_complete = true;
	payload_said_add(said, buf_slice(&late->line));
	payload_said_add(said, SLICE_LITERAL(" "));
	payload_said_add(said, slice_of(late->label.words));
	said->protocol = late->label.protocol;
	payload_said_add_part(said, &late->message);
	late->message = (struct message){0};
}

struct message *
http_stream_lacking(struct http_stream *stream, uint32_t id)
{
	bool is_counted = stream->state == HTTP_BODY || stream->state == HTTP_HOLES;

	if (is_counted && stream->message.id == id)
		return &stream->message;
	return stream->late.message.id && stream->late.message.id == id ? &stream->late.message
									: NULL;
}

void
http_stream_fill(struct http_stream *stream, struct message *message, uint32_t count,
	uint32_t packet, struct payload_said *said)
{
	message_count(message, packet, count);
	message->body_bytes += count;
	message->missing -= count < message->missing ? count : message->missing;
	if (message == &stream->late.message && !message->missing)
		complete_late(&stream->late, said);
	else if (message == &stream->message && stream->state == HTTP_HOLES)
		complete(stream, said);
	else
		payload_said_add_part(said, message);
}

/* ---- the head ---- */

static void
begin_body(struct http_stream *stream, const struct http_head *head, enum http_head_body body)
{
	static const enum http_state states[] = {
		[HTTP_HEAD_BODY_NONE] = HTTP_BODY,
		[HTTP_HEAD_BODY_COUNTED] = HTTP_BODY,
		[HTTP_HEAD_BODY_CHUNKED] = HTTP_CHUNK_SIZE,
		[HTTP_HEAD_BODY_UNTIL_END] = HTTP_UNTIL_END,
	};

	stream->state = states[body];
	stream->left = body == HTTP_HEAD_BODY_COUNTED ? head->length : 0;
	if (body == HTTP_HEAD_BODY_NONE && !head->is_chunked &&
		head->length <= HTTP_HEAD_LENGTH_MAX)
		stream->extra = head->length;
	stream->message.has_total = stream->state == HTTP_BODY;
	stream->message.total = stream->message.bytes + stream->left;
}

/* Reads the head, which is whole, and sets what its body is. */
static void
read_head(struct http_stream *stream, const struct http_place *place, struct slice bytes,
	struct payload_said *said)
{
	struct message *message = &stream->message;
	struct http_head head;

	http_head_read(&head, bytes);
	if (!stream->is_shortened)
		payload_said_add_head(said, message->id, bytes);
	message->kind = head.status ? MESSAGE_ANSWER : MESSAGE_REQUEST;
	message->status = head.status;
	message->has_type = head.type.at;
	message_set_text(message->type, sizeof(message->type), head.type);
	message_set_text(message->text, sizeof(message->text), head.start_line);
	media_body_begin(&stream->body, head.boundary);
	stream->has_line_now = true;
	stream->is_coded = head.is_coded;
	if (head.is_broken)
		stream->rest = head.status && !head.has_length_before_break
				       ? HTTP_REST_BODY
				       : HTTP_REST_CONTINUATION;
	begin_body(stream, &head, http_head_body(&head, place->requests));
	/* Without the request, tshark does not take what follows for WebSocket. */
	stream->is_upgraded = head.status == 101 && head.is_upgrade_to_websocket &&
			      place->requests->count;
	stream->is_foreign = head.status == 101 && head.is_upgrade && !stream->is_upgraded;
	if (head.status)
		http_requests_answer(place->requests, &head, message);
	else
		http_requests_add(place->requests, &head, place->packet);
}

/* Bytes that are no message, up to the end of the packet. */
static void
say_continuation(struct http_stream *stream, const struct http_place *place, struct slice *bytes,
	struct payload_said *said)
{
	struct message message;

	message_begin(&message, MESSAGE_CONTINUATION, ++*place->next_id, place->packet);
	message_count(&message, place->packet, bytes->length);
	message.is_complete = true;
	payload_said_add(said, SLICE_LITERAL("Continuation"));
	said->protocol = "HTTP";
	payload_said_add_part(said, &message);
	slice_drop(bytes, bytes->length);
	http_stream_reset(stream);
}

/*
 * Empty lines in front of a message are left out. Returns false when nothing is left: as tshark shows
 * it, a packet of empty lines is a continuation. With the begin of a line behind them, nothing is said.
 */
static bool
skip_empty_lines(struct http_stream *stream, const struct http_place *place, struct slice *bytes,
	struct payload_said *said)
{
	struct slice rest = *bytes, next = rest, line;
	bool has_skipped = false;

	while ((line = http_head_line(rest, &next)).at && line.length == 0) {
		rest = next;
		has_skipped = true;
	}
	if (has_skipped && !rest.length) {
		say_continuation(stream, place, bytes, said);
		return false;
	}
	stream->is_silent_now = has_skipped && !line.at;
	*bytes = rest;
	return true;
}

/* A message has ended. What follows it in the packet can be no message. */
static void
end_message(struct http_stream *stream, const struct http_place *place, struct slice *bytes,
	struct payload_said *said)
{
	enum http_rest rest = stream->rest;

	complete(stream, said);
	if (stream->state == HTTP_HOLES && bytes->length)
		said->has_segment_in_front = true;
	if (rest == HTTP_REST_CONTINUATION)
		say_continuation(stream, place, bytes, said);
	else if (rest == HTTP_REST_BODY)
		slice_drop(bytes, bytes->length);
}

/* Keeps bytes of a head that is not whole yet. */
static void
keep_head(struct http_stream *stream, const struct http_place *place, struct slice *bytes,
	bool has_line)
{
	message_count(&stream->message, place->packet, bytes->length);
	if (stream->head.length > HTTP_STREAM_HEAD_MAX) {
		http_head_shorten(&stream->head);
		stream->is_shortened = true;
	}
	stream->has_line_now = has_line;
	slice_drop(bytes, bytes->length);
}

/* Takes up to most bytes of the body, or of what stands behind a chunk, off the front. */
static size_t
take_body(struct http_stream *stream, const struct http_place *place, struct slice *bytes,
	uint64_t most)
{
	size_t length = bytes->length < most ? bytes->length : (size_t)most;

	if (stream->state != HTTP_CHUNK_END) {
		media_body_hear(&stream->body, (struct slice){bytes->at, length});
		stream->message.body_bytes += length;
	}
	message_count(&stream->message, place->packet, length);
	slice_drop(bytes, length);
	return length;
}

/* The head is whole, and length long in stream->head. */
static void
hear_whole_head(struct http_stream *stream, const struct http_place *place, struct slice *bytes,
	size_t length, struct payload_said *said)
{
	read_head(stream, place, (struct slice){stream->head.bytes, length}, said);
	/* Of the head, only the start line is shown again. */
	stream->head.length = start_line(stream).length;
	buf_add_char(&stream->head, '\n');
	if (stream->state != HTTP_BODY || stream->left)
		return;
	if (stream->extra)
		take_body(stream, place, bytes, stream->extra);
	end_message(stream, place, bytes, said);
}

static void
hear_head(struct http_stream *stream, const struct http_place *place, struct slice *bytes,
	struct payload_said *said)
{
	size_t before = stream->head.length, length;
	struct slice line;

	if (before == 0 && !skip_empty_lines(stream, place, bytes, said))
		return;
	if (before == 0)
		message_begin(&stream->message, MESSAGE_NONE, ++*place->next_id, place->packet);
	buf_add_slice(&stream->head, *bytes);
	line = start_line(stream);
	if (!line.at && (before || http_head_may_begin(*bytes))) {
		keep_head(stream, place, bytes, false);
		return;
	}
	if (!line.at || !http_head_is_start(line)) {
		say_continuation(stream, place, bytes, said);
		return;
	}
	length = http_head_length(buf_slice(&stream->head));
	if (length == 0) {
		keep_head(stream, place, bytes, true);
		return;
	}
	message_count(&stream->message, place->packet, length - before);
	slice_drop(bytes, length - before);
	hear_whole_head(stream, place, bytes, length, said);
}

/* ---- the body ---- */

/*
 * Takes a line off the front, which may have begun in a packet before. Returns false when it is not
 * whole yet. *is_wrong is set when it is too long.
 */
static bool
take_line(struct http_stream *stream, const struct http_place *place, struct slice *bytes)
{
	const char *end = memchr(bytes->at, '\n', bytes->length);
	size_t length = end ? (size_t)(end - bytes->at) + 1 : bytes->length;

	if (stream->line.length < CHUNK_LINE_MAX)
		buf_add(&stream->line, bytes->at, length);
	message_count(&stream->message, place->packet, length);
	slice_drop(bytes, length);
	return end;
}

/* tshark shows a size that does not fit into its number as a fault. */
static void
say_malformed(struct http_stream *stream, struct slice *bytes, struct payload_said *said)
{
	say_line(stream, said);
	said->info.length--;
	payload_said_add(said, SLICE_LITERAL(" [Malformed Packet]"));
	said->protocol = "HTTP";
	payload_said_add_part(said, &stream->message);
	slice_drop(bytes, bytes->length);
	http_stream_reset(stream);
}

/* The line with the size of a chunk. begin: the bytes of the packet from this line on. */
static void
hear_chunk_size(struct http_stream *stream, const struct http_place *place, struct slice *bytes,
	struct slice begin, struct payload_said *said)
{
	struct slice next, line = http_head_line(buf_slice(&stream->line), &next);
	int64_t size = http_head_chunk_size(line);

	if (size > HTTP_HEAD_LENGTH_MAX) {
		say_malformed(stream, bytes, said);
	} else if (size >= 0) {
		stream->state = size ? HTTP_CHUNK_DATA : HTTP_TRAILER;
		stream->left = (uint64_t)size;
	} else {
		/* An empty line ends the message; what is no number belongs to it. */
		stream->rest = line.length ? HTTP_REST_BODY : HTTP_REST_NEXT;
		if (line.length == 0)
			*bytes = begin;
		end_message(stream, place, bytes, said);
	}
}

/* With a first whole line, all lines that the packet has of the trailer end the message. */
static void
hear_trailer(struct http_stream *stream, const struct http_place *place, struct slice *bytes,
	struct payload_said *said)
{
	struct slice rest = *bytes, next, line = http_head_line(buf_slice(&stream->line), &next);

	while (line.length && rest.length) {
		line = http_head_line(rest, &next);
		if (!line.at)
			next = (struct slice){rest.at + rest.length, 0};
		rest = next;
	}
	message_count(&stream->message, place->packet, bytes->length - rest.length);
	*bytes = rest;
	end_message(stream, place, bytes, said);
}

static void
hear_line(struct http_stream *stream, const struct http_place *place, struct slice *bytes,
	struct payload_said *said)
{
	struct slice begin = *bytes;

	if (!take_line(stream, place, bytes))
		return;
	if (stream->state == HTTP_TRAILER)
		hear_trailer(stream, place, bytes, said);
	else
		hear_chunk_size(stream, place, bytes, begin, said);
	buf_clear(&stream->line);
}

static void
hear_counted(struct http_stream *stream, const struct http_place *place, struct slice *bytes,
	struct payload_said *said)
{
	stream->left -= take_body(stream, place, bytes, stream->left);
	if (stream->left)
		return;
	if (stream->state == HTTP_CHUNK_DATA) {
		stream->state = HTTP_CHUNK_END;
		stream->left = CHUNK_END_SIZE;
	} else if (stream->state == HTTP_CHUNK_END) {
		stream->state = HTTP_CHUNK_SIZE;
	} else {
		end_message(stream, place, bytes, said);
	}
}

void
http_stream_hear(struct http_stream *stream, const struct http_place *place, struct slice *bytes,
	struct payload_said *said)
{
	while (bytes->length && !stream->is_upgraded && !stream->is_foreign) {
		switch (stream->state) {
		case HTTP_HOLES:
			be_late(stream);
			break;
		case HTTP_HEAD:
			hear_head(stream, place, bytes, said);
			break;
		case HTTP_BODY:
		case HTTP_CHUNK_DATA:
		case HTTP_CHUNK_END:
			hear_counted(stream, place, bytes, said);
			break;
		case HTTP_UNTIL_END:
			take_body(stream, place, bytes, bytes->length);
			break;
		case HTTP_CHUNK_SIZE:
		case HTTP_TRAILER:
			hear_line(stream, place, bytes, said);
			break;
		}
	}
}

bool
http_stream_skip(struct http_stream *stream, uint64_t count)
{
	bool goes_on = count > stream->left; /* what is lost ends behind the body */
	uint64_t lost = goes_on ? stream->left : count;

	if (stream->state != HTTP_BODY) {
		http_stream_reset(stream);
		return false;
	}
	stream->left -= lost;
	stream->message.missing += (uint32_t)lost;
	if (goes_on)
		be_late(stream);
	return true;
}

void
http_stream_end(
	struct http_stream *stream, const struct http_place *place, struct payload_said *said)
{
	if (stream->state != HTTP_UNTIL_END)
		return;
	message_count(&stream->message, place->packet, 0);
	complete(stream, said);
}

void
http_stream_settle(struct http_stream *stream, struct payload_said *said)
{
	if (!http_stream_is_open(stream))
		return;
	/* The end of chunks is found by looking at all of them again. */
	if (stream->has_line_now || stream->state >= HTTP_CHUNK_SIZE)
		say_line(stream, said);
	if (!said->protocol)
		said->is_segment = !stream->is_silent_now;
	payload_said_add_part(said, &stream->message);
	stream->has_line_now = stream->is_silent_now = false;
}

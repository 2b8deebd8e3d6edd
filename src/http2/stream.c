/*
 * stream: see stream.h. Owns the head and the body.
 */
#include "http2/stream.h"

#include <stdlib.h>

#include "base/mem.h"
#include "http/response_writer.h"

struct stream *
stream_create(struct session *session, int32_t id)
{
	struct stream *stream = mem_zero(sizeof(*stream));

	stream->session = session;
	stream->id = id;
	body_init(&stream->body);
	return stream;
}

void
stream_drop(struct stream *stream)
{
	response_waiter_leave(&stream->waiter);
	buf_finish(&stream->head);
	body_finish(&stream->body);
	relay_destroy(stream->relay);
	stream->relay = NULL;
	stream->is_dropped = true;
}

void
stream_destroy(struct stream *stream)
{
	stream_drop(stream);
	free(stream);
}

bool
stream_take_body(struct stream *stream, struct body *body)
{
	if (body->file >= 0 && body->length <= RESPONSE_WRITER_SMALL_MAX && !body_load(body))
		return false;
	body_move(&stream->body, body);
	return true;
}

size_t
stream_memory(const struct stream *stream)
{
	return stream->head.capacity + stream->body.text.capacity + relay_memory(stream->relay) +
	       (stream->body.file >= 0 ? STREAM_FILE_COST : 0);
}

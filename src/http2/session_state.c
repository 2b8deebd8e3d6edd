/*
 * session_state: see session_state.h. The queue of the streams that are being answered, slowest first, is common
 * to all sessions, and so are one response, which they use in turn, and one list of headers.
 */
#include "http2/session_state.h"

#include <stdlib.h>

#include "base/mem.h"

static const unsigned stall_ms[] = {RESPONSE_STALL_MS};

/* ---- streams ---- */

struct stream *
session_state_find(const struct session *session, int32_t id)
{
	return nghttp2_session_get_stream_user_data(session->nghttp2, id);
}

struct stream *
session_state_add(struct session *session, int32_t id)
{
	struct stream *stream = stream_create(session, id);

	stream->next = session->first;
	if (stream->next)
		stream->next->previous = stream;
	session->first = stream;
	timeouts_enter(&session->sessions->stalls, &stream->timeout, 0);
	return stream;
}

void
session_state_remove(struct stream *stream)
{
	struct session *session = stream->session;

	session->sessions->held -= stream->counted;
	timeouts_leave(&session->sessions->stalls, &stream->timeout);
	if (stream->previous)
		stream->previous->next = stream->next;
	else
		session->first = stream->next;
	if (stream->next)
		stream->next->previous = stream->previous;
	stream_destroy(stream);
}

void
session_state_reset(struct stream *stream, uint32_t error)
{
	struct session *session = stream->session;

	nghttp2_submit_rst_stream(session->nghttp2, NGHTTP2_FLAG_NONE, stream->id, error);
	stream_drop(stream);
	session_state_count(stream);
}

/* Whether it is the client that does not let the stream go on. */
static bool
is_blocked(const struct stream *stream)
{
	nghttp2_session *nghttp2 = stream->session->nghttp2;

	if (stream->relay && (!stream->is_sending || !relay_has_data(stream->relay)))
		return false; /* it waits for who answers, who may think */
	return !stream->is_sending || nghttp2_session_get_remote_window_size(nghttp2) <= 0 ||
	       nghttp2_session_get_stream_remote_window_size(nghttp2, stream->id) <= 0;
}

/* A timeouts_fn. A stream whose turn has not come, because others are more urgent, may wait. */
static void
stalled(struct timeout *timeout)
{
	struct stream *stream = (struct stream *)timeout;

	timeouts_move(&stream->session->sessions->stalls, timeout, 0);
	if (stream->is_dropped || !is_blocked(stream))
		return;
	session_state_reset(stream, NGHTTP2_CANCEL);
	stream->session->wake(stream->session->context);
}

void
session_state_count(struct stream *stream)
{
	size_t memory = stream_memory(stream);

	stream->session->sessions->held += memory - stream->counted;
	stream->counted = memory;
}

void
session_state_init_stalls(struct sessions *sessions, struct loop *loop)
{
	timeouts_init(&sessions->stalls, loop, stall_ms, 1, stalled);
}

/* ---- responses ---- */

/* A nghttp2_data_source_read_callback. */
static ssize_t
read_body(nghttp2_session *nghttp2, int32_t id, uint8_t *bytes, size_t size, uint32_t *flags,
	nghttp2_data_source *source, void *context)
{
	struct stream *stream = source->ptr;
	struct session *session = context;
	ssize_t got;

	(void)nghttp2;
	(void)id;
	if (stream->is_dropped)
		return NGHTTP2_ERR_DEFERRED;
	got = body_read(&stream->body, (char *)bytes, size);
	if (got >= 0 && stream->body.length == 0) {
		body_finish(&stream->body);
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	}
	session_state_count(stream);
	if (got < 0)
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
	timeouts_move(&session->sessions->stalls, &stream->timeout, 0);
	frame_limits_earn(&session->limits, (size_t)got);
	return got;
}

const nghttp2_nv *
session_state_pairs(struct sessions *sessions)
{
	const struct header_list *list = &sessions->list;

	if (sessions->pair_capacity < list->count) {
		sessions->pair_capacity = list->count;
		sessions->pairs = mem_resize(
			sessions->pairs, list->count * sizeof(*sessions->pairs));
	}
	for (size_t i = 0; i < list->count; i++) {
		const struct header_list_item *item = &list->items[i];

		/* nghttp2 copies both and changes neither. */
		sessions->pairs[i] = (nghttp2_nv){
			.name = (uint8_t *)(uintptr_t)item->name.at,
			.value = (uint8_t *)(uintptr_t)item->value.at,
			.namelen = item->name.length,
			.valuelen = item->value.length,
		};
	}
	return sessions->pairs;
}

void
session_state_respond(struct stream *stream, bool is_head)
{
	struct session *session = stream->session;
	struct sessions *sessions = session->sessions;
	struct response *response = &sessions->response;
	nghttp2_data_provider provider = {.source.ptr = stream, .read_callback = read_body};
	const nghttp2_nv *pairs;

	header_list_make_own(&sessions->list, response, date_clock_now(&sessions->date));
	pairs = session_state_pairs(sessions);
	if (is_head)
		body_clear(&response->body);
	stream->is_sending = true;
	if (!stream_take_body(stream, &response->body))
		nghttp2_submit_rst_stream(
			session->nghttp2, NGHTTP2_FLAG_NONE, stream->id, NGHTTP2_INTERNAL_ERROR);
	else
		nghttp2_submit_response(session->nghttp2, stream->id, pairs, sessions->list.count,
			stream->body.length ? &provider : NULL);
	session_state_count(stream);
	response_clear(response);
}

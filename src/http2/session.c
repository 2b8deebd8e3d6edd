/*
 * session: see session.h. session_state.h has what it owns.
 *
 * The handler is called while nghttp2 reads; what it answers is only submitted then. It is produced later, as
 * much as the client's windows and its socket take.
 */
#include "http2/session.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "http/status.h"
#include "http2/session_relay.h"

/* ---- answering ---- */

static void resume(void *context);

/* Keeps text, the head of the request, until the request is answered again. */
static void
pause_request(struct stream *stream, struct buf *text)
{
	struct sessions *sessions = stream->session->sessions;

	if (!stream->head.bytes) {
		stream->head = *text;
		*text = (struct buf){0};
		session_state_count(stream);
	}
	stream->waiter.fn = resume;
	stream->waiter.context = stream;
	response_waiter_join(&stream->waiter, sessions->response.waiters);
	response_clear(&sessions->response);
}

/* text is the head of the request, which request was read from. */
static void
answer(struct stream *stream, struct request *request, struct buf *text)
{
	struct session *session = stream->session;
	struct sessions *sessions = session->sessions;
	struct response *response = &sessions->response;

	request->scheme = REQUEST_HTTPS;
	request->entry = session->entry;
	request->is_http2 = true;
	request->peer = session->peer;
	sessions->handler.answer(sessions->handler.context, request, response);
	if (response->waiters) {
		pause_request(stream, text);
		return;
	}
	if (response->takeover) {
		session_relay_begin(stream, request, buf_slice(text));
		return;
	}
	response_log(response, request);
	session_state_respond(stream, request->method == REQUEST_HEAD);
}

/* The end of a pause. The waiter has left its list. */
static void
resume(void *context)
{
	struct stream *stream = context;
	struct session *session = stream->session;
	struct buf text = stream->head;
	struct request request;

	request_parse(&request, text.bytes, text.length);
	answer(stream, &request, &text);
	if (!response_waiter_is_paused(&stream->waiter) && stream->head.bytes) {
		buf_finish(&stream->head);
		session_state_count(stream);
	}
	session->wake(session->context);
}

static void
refuse(struct stream *stream, const struct header_block *block, int status)
{
	struct sessions *sessions = stream->session->sessions;
	const struct refused_request refused = {
		status, buf_slice(&block->text), &stream->session->peer, true};

	response_refuse(&sessions->response, &sessions->handler, &refused);
	session_state_respond(stream, false);
}

/* ---- what nghttp2 has read ---- */

static bool
is_request(const nghttp2_frame *frame)
{
	return frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST;
}

/* A nghttp2_on_begin_headers_callback, also for the trailers of a request, which are only counted. */
static int
headers_begin(nghttp2_session *nghttp2, const nghttp2_frame *frame, void *context)
{
	struct session *session = context;

	header_block_begin(&session->block);
	if (is_request(frame))
		nghttp2_session_set_stream_user_data(nghttp2, frame->hd.stream_id,
			session_state_add(session, frame->hd.stream_id));
	return 0;
}

/* A nghttp2_on_header_callback. */
static int
header_has_come(nghttp2_session *nghttp2, const nghttp2_frame *frame, const uint8_t *name,
	size_t name_length, const uint8_t *value, size_t value_length, uint8_t flags, void *context)
{
	struct session *session = context;

	(void)nghttp2;
	(void)frame;
	(void)flags;
	if (header_block_add(&session->block, (struct slice){(const char *)name, name_length},
		    (struct slice){(const char *)value, value_length}))
		return 0;
	session->reason = "too many header fields";
	return NGHTTP2_ERR_CALLBACK_FAILURE;
}

/* A nghttp2_on_invalid_header_callback: nghttp2 would leave such a field out, but now it resets the stream. */
static int
header_is_invalid(nghttp2_session *nghttp2, const nghttp2_frame *frame, const uint8_t *name,
	size_t name_length, const uint8_t *value, size_t value_length, uint8_t flags, void *context)
{
	(void)nghttp2;
	(void)frame;
	(void)name;
	(void)name_length;
	(void)value;
	(void)value_length;
	(void)flags;
	(void)context;
	return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

static void
request_has_come(struct stream *stream, const nghttp2_frame *frame)
{
	struct header_block *block = &stream->session->block;
	struct request request;
	int verdict;

	verdict = header_block_end(block, frame->hd.flags & NGHTTP2_FLAG_END_STREAM, &request);
	if (verdict == REQUEST_COMPLETE)
		answer(stream, &request, &block->text);
	else if (block->fault == 400) /* no browser sends that (RFC 9113 8.1.1) */
		session_state_reset(stream, NGHTTP2_PROTOCOL_ERROR);
	else
		refuse(stream, block, verdict);
	header_block_begin(block);
}

/* A nghttp2_on_frame_recv_callback. */
static int
frame_has_come(nghttp2_session *nghttp2, const nghttp2_frame *frame, void *context)
{
	struct stream *stream = NULL;

	(void)nghttp2;
	if (frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA)
		stream = session_state_find(context, frame->hd.stream_id);
	if (!stream)
		return 0;
	if (frame->hd.flags & NGHTTP2_FLAG_END_STREAM)
		stream->request_has_ended = true;
	if (is_request(frame))
		request_has_come(stream, frame);
	else if (stream->request_has_ended && stream->relay)
		session_relay_receive_end(stream);
	return 0;
}

/*
 * A nghttp2_on_data_chunk_recv_callback. Other streams may send more at once. This one may if a relay passes its
 * bytes on; else they are dropped.
 */
static int
data_has_come(nghttp2_session *nghttp2, uint8_t flags, int32_t id, const uint8_t *bytes,
	size_t length, void *context)
{
	struct stream *stream = session_state_find(context, id);

	(void)flags;
	if (stream && stream->relay)
		session_relay_receive(stream, (struct slice){(const char *)bytes, length});
	return nghttp2_session_consume_connection(nghttp2, length);
}

/* A nghttp2_on_frame_send_callback. */
static int
frame_is_produced(nghttp2_session *nghttp2, const nghttp2_frame *frame, void *context)
{
	struct session *session = context;
	struct stream *stream;
	const char *flood = NULL;

	if (frame->hd.type == NGHTTP2_RST_STREAM) {
		uint32_t error = frame->rst_stream.error_code;

		if (error != NGHTTP2_NO_ERROR)
			flood = frame_limits_reset(&session->limits, session->now_us);
		if (flood)
			session->reason = flood;
		return 0;
	}
	if ((frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) ||
		!(frame->hd.flags & NGHTTP2_FLAG_END_STREAM))
		return 0;
	stream = session_state_find(session, frame->hd.stream_id);
	/* The rest of the request is not wanted (RFC 9113 8.1). */
	if (stream && !stream->request_has_ended)
		nghttp2_submit_rst_stream(nghttp2, NGHTTP2_FLAG_NONE, stream->id, NGHTTP2_NO_ERROR);
	return 0;
}

/* A nghttp2_on_stream_close_callback. */
static int
stream_is_closed(nghttp2_session *nghttp2, int32_t id, uint32_t error, void *context)
{
	struct stream *stream = session_state_find(context, id);

	(void)nghttp2;
	(void)error;
	if (stream)
		session_state_remove(stream);
	return 0;
}

/* ---- all sessions ---- */

static bool
make_nghttp2_options(struct sessions *sessions)
{
	nghttp2_session_callbacks *callbacks;

	if (nghttp2_session_callbacks_new(&sessions->callbacks) != 0 ||
		nghttp2_option_new(&sessions->option) != 0)
		return false;
	callbacks = sessions->callbacks;
	nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, headers_begin);
	nghttp2_session_callbacks_set_on_header_callback(callbacks, header_has_come);
	nghttp2_session_callbacks_set_on_invalid_header_callback(callbacks, header_is_invalid);
	nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, frame_has_come);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, data_has_come);
	nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, frame_is_produced);
	nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, stream_is_closed);
	nghttp2_option_set_no_auto_window_update(sessions->option, 1);
	nghttp2_option_set_no_closed_streams(sessions->option, 1);
	return true;
}

struct sessions *
sessions_create(struct loop *loop, const struct response_handler *handler)
{
	struct sessions *sessions = mem_zero(sizeof(*sessions));

	sessions->loop = loop;
	sessions->handler = *handler;
	session_state_init_stalls(sessions, loop);
	response_init(&sessions->response);
	if (!make_nghttp2_options(sessions))
		mem_exhausted();
	return sessions;
}

void
sessions_destroy(struct sessions *sessions)
{
	if (!sessions)
		return;
	timeouts_finish(&sessions->stalls);
	response_finish(&sessions->response);
	header_list_finish(&sessions->list);
	free(sessions->pairs);
	nghttp2_session_callbacks_del(sessions->callbacks);
	nghttp2_option_del(sessions->option);
	free(sessions);
}

size_t
sessions_memory(const struct sessions *sessions)
{
	return sessions->held;
}

bool
sessions_drop_slowest(struct sessions *sessions)
{
	struct stream *slowest;

	if (sessions->held == 0)
		return false;
	do { /* those that hold nothing may wait */
		slowest = (struct stream *)timeouts_first(&sessions->stalls, 0);
		timeouts_move(&sessions->stalls, &slowest->timeout, 0);
	} while (slowest->counted == 0);
	session_state_reset(slowest, NGHTTP2_CANCEL);
	slowest->session->wake(slowest->session->context);
	return true;
}

/* ---- one session ---- */

struct session *
session_create(struct sessions *sessions, const struct session_options *options)
{
	static const nghttp2_settings_entry settings[] = {
		{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, SESSION_STREAMS_MAX},
		{NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, HEADER_BLOCK_MAX},
		{NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1}, /* RFC 9218 in their place */
	};
	struct session *session = mem_zero(sizeof(*session));

	session->sessions = sessions;
	session->entry = options->entry;
	session->peer = options->peer;
	session->wake = options->wake;
	session->context = options->context;
	frame_limits_init(&session->limits);
	if (nghttp2_session_server_new2(
		    &session->nghttp2, sessions->callbacks, session, sessions->option) == 0 &&
		nghttp2_submit_settings(session->nghttp2, NGHTTP2_FLAG_NONE, settings,
			sizeof(settings) / sizeof(settings[0])) == 0)
		return session;
	session_destroy(session);
	return NULL;
}

void
session_destroy(struct session *session)
{
	if (!session)
		return;
	while (session->first)
		session_state_remove(session->first);
	nghttp2_session_del(session->nghttp2);
	header_block_finish(&session->block);
	free(session);
}

/* Nothing is sent any more but the error, so the streams need nothing. */
static void
end(struct session *session, uint32_t error)
{
	if (session->is_ending)
		return;
	session->is_ending = true;
	nghttp2_session_terminate_session(session->nghttp2, error);
	for (struct stream *stream = session->first; stream; stream = stream->next) {
		stream_drop(stream);
		session_state_count(stream);
	}
}

/* A client whose frames frame_limits refuses is told so, and that is the end. */
static void
end_refused(struct session *session)
{
	uint32_t error = session->limits.error;

	log_verbose("an HTTP/2 connection is closed: %s", session->reason);
	end(session, error ? error : NGHTTP2_ENHANCE_YOUR_CALM);
}

void
session_receive(struct session *session, struct slice bytes, uint64_t now_us, const char **reason)
{
	ssize_t used;

	session->now_us = now_us;
	if (!session->is_ending) {
		session->reason = frame_limits_read(&session->limits, bytes, now_us);
		used = session->reason ? 0
				       : nghttp2_session_mem_recv(session->nghttp2,
						 (const uint8_t *)bytes.at, bytes.length);
		if (session->reason) {
			end_refused(session);
		} else if (used < 0) {
			session->reason = nghttp2_strerror((int)used);
			log_verbose("an HTTP/2 connection is closed: %s", session->reason);
			end(session, used == NGHTTP2_ERR_FLOODED ? NGHTTP2_ENHANCE_YOUR_CALM
								 : NGHTTP2_PROTOCOL_ERROR);
		}
	}
	if (reason)
		*reason = session->reason;
}

bool
session_produce(struct session *session, struct buf *output, size_t most)
{
	while (output->length < most) {
		const uint8_t *bytes;
		ssize_t length = nghttp2_session_mem_send(session->nghttp2, &bytes);

		if (length <= 0)
			return false;
		buf_add(output, bytes, (size_t)length);
		if (session->reason && !session->is_ending)
			end_refused(session);
	}
	return true;
}

void
session_shut_down(struct session *session)
{
	end(session, NGHTTP2_NO_ERROR);
}

bool
session_is_over(const struct session *session)
{
	return !nghttp2_session_want_read(session->nghttp2) &&
	       !nghttp2_session_want_write(session->nghttp2);
}

bool
session_is_busy(const struct session *session)
{
	return session->first && !session_is_over(session);
}

bool
session_is_inside(const struct session *session, unsigned *which)
{
	return frame_limits_is_inside(&session->limits, which);
}

/*
 * session_relay: see session_relay.h.
 *
 * The functions that the relay calls come from the loop, never from nghttp2, so they may submit, and wake the
 * connection at the end.
 */
#include "http2/session_relay.h"

#include "http2/relay.h"

/* ---- the response ---- */

/* A nghttp2_data_source_read_callback. */
static ssize_t
read_body(nghttp2_session *nghttp2, int32_t id, uint8_t *bytes, size_t size, uint32_t *flags,
	nghttp2_data_source *source, void *context)
{
	struct stream *stream = source->ptr;
	struct session *session = context;
	size_t got;

	(void)nghttp2;
	(void)id;
	if (stream->is_dropped)
		return NGHTTP2_ERR_DEFERRED;
	got = relay_read(stream->relay, (char *)bytes, size);
	session_state_count(stream);
	if (relay_has_failed(stream->relay))
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
	if (relay_is_complete(stream->relay))
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	else if (got == 0)
		return NGHTTP2_ERR_DEFERRED;
	timeouts_move(&session->sessions->stalls, &stream->timeout, 0);
	if (got)
		frame_limits_earn(&session->limits, got);
	return (ssize_t)got;
}

/* See struct relay_options. */
static void
head_has_come(void *context, int status, const struct fields *fields, bool has_body)
{
	struct stream *stream = context;
	struct session *session = stream->session;
	struct sessions *sessions = session->sessions;
	nghttp2_data_provider provider = {.source.ptr = stream, .read_callback = read_body};
	const nghttp2_nv *pairs;

	if (stream->is_dropped)
		return;
	header_list_make(&sessions->list, status, fields);
	pairs = session_state_pairs(sessions);
	if (status < 200) {
		nghttp2_submit_headers(session->nghttp2, NGHTTP2_FLAG_NONE, stream->id, NULL, pairs,
			sessions->list.count, NULL);
		return;
	}
	stream->is_sending = true;
	nghttp2_submit_response(session->nghttp2, stream->id, pairs, sessions->list.count,
		has_body ? &provider : NULL);
}

/* ---- the request ---- */

/* What the relay has taken, the client may send again. */
static void
let_client_send(struct stream *stream)
{
	size_t pending = relay_pending(stream->relay);

	if (stream->received > pending)
		nghttp2_session_consume_stream(
			stream->session->nghttp2, stream->id, stream->received - pending);
	stream->received = pending;
}

/* See struct relay_options. */
static void
relay_has_moved(void *context)
{
	struct stream *stream = context;
	struct session *session = stream->session;

	if (stream->is_dropped)
		return;
	let_client_send(stream);
	session_state_count(stream);
	if (relay_has_failed(stream->relay))
		session_state_reset(stream, NGHTTP2_INTERNAL_ERROR);
	else if (stream->is_sending)
		nghttp2_session_resume_data(session->nghttp2, stream->id);
	session->wake(session->context);
}

void
session_relay_receive(struct stream *stream, struct slice bytes)
{
	stream->received += bytes.length;
	relay_send(stream->relay, bytes);
	let_client_send(stream);
	session_state_count(stream);
}

void
session_relay_receive_end(struct stream *stream)
{
	relay_send_end(stream->relay);
	session_state_count(stream);
}

void
session_relay_begin(struct stream *stream, const struct request *request, struct slice text)
{
	struct sessions *sessions = stream->session->sessions;
	struct response *response = &sessions->response;
	struct takeover takeover = {.request = request,
		.bytes = text,
		.response = response,
		.back.has_stall_limit = true}; /* no packets pass between the ends of a relay */

	stream->relay = relay_create(
		&(struct relay_options){
			.loop = sessions->loop,
			.is_head = request->method == REQUEST_HEAD,
			.has_chunks = request_get(request, REQUEST_TRANSFER_ENCODING).at,
			.head = head_has_come,
			.moved = relay_has_moved,
			.context = stream,
		},
		&takeover.socket);
	if (stream->relay)
		response->takeover(response->takeover_context, &takeover);
	else {
		response_end_tell(&response->end, 503, 0);
		session_state_reset(stream, NGHTTP2_REFUSED_STREAM);
	}
	response_clear(response);
}

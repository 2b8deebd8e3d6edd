/*
 * session, with a client of nghttp2 that has no socket either: an example of its use.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <fcntl.h>
#include <nghttp2/nghttp2.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "http/response_writer.h"
#include "http2/relay.h"
#include "http2/session.h"
#include "support/clock.h"
#include "support/folder.h"
#include "support/wrap_loop.h"

enum { STREAMS = 4096, LARGE = 3 * 1024 * 1024, SECOND = 1000 * 1000 };

/* What the client knows of a stream. */
struct result {
	struct buf fields; /* "name=value\n" for each */
	struct buf body;
	bool is_closed, has_ended;
	uint32_t error;
};

static struct {
	struct loop *loop;
	struct sessions *sessions;
	struct session *session;
	size_t descriptors;
	nghttp2_session *client;
	struct result results[STREAMS];
	uint32_t goaway; /* its error code + 1; 0: none came */
	uint64_t now_us;
	const char *reason;
	unsigned answered, woken, refused;
	struct response_waiters waiters;
	unsigned pauses;
	struct request request; /* the last one; without its slices */
	uint64_t shift_us;      /* the clock of the loop is fast by it */
	loop_timer_fn *timer_fn;
	void *timer_context;
	bool holds_window;      /* the client does not update its windows */
	size_t upload;          /* bytes that the client still has to send */
	int taken;              /* the socket of a takeover, or -1 */
	struct buf taken_bytes; /* what it has got */
} here;

/* ---- the clock of the streams ---- */

uint64_t
__wrap_loop_now(void)
{
	return __real_loop_now() + here.shift_us;
}

void
__wrap_loop_timer_set(struct loop *loop, struct loop_timer *timer, uint64_t delay_us,
	loop_timer_fn *fn, void *context)
{
	(void)loop;
	(void)timer;
	(void)delay_us;
	here.timer_fn = fn;
	here.timer_context = context;
}

static void
pass_ms(unsigned ms)
{
	here.shift_us += (uint64_t)ms * 1000;
	here.timer_fn(here.timer_context);
}

/* ---- the handler ---- */

static void
take_over(void *context, const struct takeover *takeover)
{
	assert_ptr_equal(context, &here);
	assert_int_equal(takeover->request->head_length, takeover->bytes.length);
	assert_int_equal(takeover->request->scheme, REQUEST_HTTPS);
	here.taken = takeover->socket;
	buf_clear(&here.taken_bytes);
	buf_add_slice(&here.taken_bytes, takeover->bytes);
}

static void
answer(void *context, const struct request *request, struct response *response)
{
	here.answered++;
	here.request = *request;
	assert_ptr_equal(context, &here);
	if (slice_starts(request->path, "/takeover")) {
		response_take_over(response, take_over, context);
	} else if (slice_starts(request->path, "/later") && here.pauses) {
		here.pauses--;
		response_text(response, 500, "text/plain", request->path); /* is forgotten */
		response_pause(response, &here.waiters);
	} else if (slice_is(request->path, "/large") || slice_is(request->path, "/short")) {
		response->status = 200;
		response->has_content = true;
		body_set_file(&response->body, open("large", O_RDONLY | O_CLOEXEC));
		assert_true(body_add_file(
			&response->body, 0, LARGE + slice_is(request->path, "/short")));
	} else if (slice_is(request->path, "/small")) {
		response->status = 200;
		response->has_content = true;
		body_set_file(&response->body, open("large", O_RDONLY | O_CLOEXEC));
		assert_true(body_add_file(&response->body, 0, RESPONSE_WRITER_SMALL_MAX));
	} else if (slice_is(request->path, "/empty")) {
		response_status(response, 204);
	} else {
		response_text(response, 200, "text/plain", request->path);
		response_field(response, "X-Host", request->authority);
	}
}

static void
refuse(void *context, const struct refused_request *refused, struct response *response)
{
	(void)context;
	here.refused++;
	response_text(response, refused->status, "text/plain", SLICE_LITERAL("What?"));
}

/* ---- the client ---- */

static int
header_has_come(nghttp2_session *client, const nghttp2_frame *frame, const uint8_t *name,
	size_t name_length, const uint8_t *value, size_t value_length, uint8_t flags, void *context)
{
	struct buf *fields = &here.results[frame->hd.stream_id].fields;

	(void)client;
	(void)flags;
	(void)context;
	buf_add(fields, name, name_length);
	buf_add_char(fields, '=');
	buf_add(fields, value, value_length);
	buf_add_char(fields, '\n');
	return 0;
}

static int
data_has_come(nghttp2_session *client, uint8_t flags, int32_t id, const uint8_t *bytes,
	size_t length, void *context)
{
	(void)flags;
	(void)context;
	buf_add(&here.results[id].body, bytes, length);
	if (!here.holds_window)
		nghttp2_session_consume(client, id, length);
	return 0;
}

static int
frame_has_come(nghttp2_session *client, const nghttp2_frame *frame, void *context)
{
	(void)client;
	(void)context;
	if (frame->hd.type == NGHTTP2_GOAWAY)
		here.goaway = frame->goaway.error_code + 1;
	if (frame->hd.type <= NGHTTP2_HEADERS && frame->hd.flags & NGHTTP2_FLAG_END_STREAM)
		here.results[frame->hd.stream_id].has_ended = true;
	return 0;
}

static int
stream_is_closed(nghttp2_session *client, int32_t id, uint32_t error, void *context)
{
	(void)client;
	(void)context;
	here.results[id].is_closed = true;
	here.results[id].error = error;
	return 0;
}

static void
open_client(void)
{
	nghttp2_session_callbacks *callbacks;
	nghttp2_option *option;

	nghttp2_session_callbacks_new(&callbacks);
	nghttp2_option_new(&option);
	nghttp2_option_set_no_auto_window_update(option, 1);
	nghttp2_option_set_peer_max_concurrent_streams(option, STREAMS);
	nghttp2_session_callbacks_set_on_header_callback(callbacks, header_has_come);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, data_has_come);
	nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, frame_has_come);
	nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, stream_is_closed);
	assert_int_equal(nghttp2_session_client_new2(&here.client, callbacks, NULL, option), 0);
	nghttp2_session_callbacks_del(callbacks);
	nghttp2_option_del(option);
	nghttp2_submit_settings(here.client, 0, NULL, 0);
}

static void
wake(void *context)
{
	assert_ptr_equal(context, &here);
	here.woken++;
}

static int
enter(void **state)
{
	const struct response_handler handler = {
		.answer = answer, .refuse = refuse, .context = &here};
	const struct session_options options = {
		.entry = 7, .peer = {.key = 9}, .wake = wake, .context = &here};
	char *bytes = mem_zero(LARGE + 1);

	(void)state;
	memset(&here, 0, sizeof(here));
	here.now_us = 100 * SECOND;
	here.taken = -1;
	folder_enter();
	for (size_t i = 0; i < LARGE; i++)
		bytes[i] = (char)('a' + i % 23);
	folder_write("large", bytes);
	free(bytes);
	here.descriptors = folder_open_descriptors();
	here.loop = loop_create();
	here.sessions = sessions_create(here.loop, &handler);
	here.session = session_create(here.sessions, &options);
	open_client();
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	session_destroy(here.session);
	assert_int_equal(sessions_memory(here.sessions), 0);
	assert_null(here.waiters.first);
	sessions_destroy(here.sessions);
	loop_destroy(here.loop);
	nghttp2_session_del(here.client);
	if (here.taken >= 0)
		close(here.taken);
	buf_finish(&here.taken_bytes);
	for (size_t i = 0; i < STREAMS; i++) {
		buf_finish(&here.results[i].fields);
		buf_finish(&here.results[i].body);
	}
	assert_int_equal(folder_open_descriptors(), here.descriptors);
	folder_leave();
	return 0;
}

/* Lets both talk until neither has anything to say. */
static void
talk(void)
{
	bool has_moved = true;

	while (has_moved) {
		struct buf output = {0};
		const uint8_t *bytes;
		ssize_t length;

		has_moved = false;
		while ((length = nghttp2_session_mem_send(here.client, &bytes)) > 0) {
			session_receive(here.session,
				(struct slice){(const char *)bytes, (size_t)length}, here.now_us,
				&here.reason);
			has_moved = true;
		}
		session_produce(here.session, &output, 64 * 1024);
		if (output.length) {
			assert_true(output.length < 64 * 1024 + SESSION_FRAME_MAX + 9);
			nghttp2_session_mem_recv(
				here.client, (uint8_t *)output.bytes, output.length);
			has_moved = true;
		}
		buf_finish(&output);
	}
}

/* Sends bytes as they are, past nghttp2. */
static void
send_raw(const void *bytes, size_t length)
{
	session_receive(here.session, (struct slice){bytes, length}, here.now_us, &here.reason);
}

static void
send_frame(unsigned type, unsigned flags, uint32_t stream, struct slice payload)
{
	const unsigned char head[] = {(unsigned char)(payload.length >> 16),
		(unsigned char)(payload.length >> 8), (unsigned char)payload.length,
		(unsigned char)type, (unsigned char)flags, (unsigned char)(stream >> 24),
		(unsigned char)(stream >> 16), (unsigned char)(stream >> 8), (unsigned char)stream};

	send_raw(head, sizeof(head));
	if (payload.length)
		send_raw(payload.at, payload.length);
}

#define NV(name, value)                                                                    \
	{                                                                                  \
		(uint8_t *)(uintptr_t)(name), (uint8_t *)(uintptr_t)(value), strlen(name), \
			strlen(value), 0                                                   \
	}

static int32_t
request_with(const char *method, const char *path, const char *name, const char *value,
	const nghttp2_data_provider *body)
{
	const nghttp2_nv fields[] = {NV(":method", method), NV(":scheme", "https"),
		NV(":authority", "localhost"), NV(":path", path), NV(name, value)};

	return nghttp2_submit_request(here.client, NULL, fields, ROWS(fields), body, NULL);
}

static int32_t
get(const char *path)
{
	return request_with("GET", path, "x", "y", NULL);
}

static ssize_t
give_body(nghttp2_session *client, int32_t id, uint8_t *bytes, size_t size, uint32_t *flags,
	nghttp2_data_source *source, void *context)
{
	size_t part = size < here.upload ? size : here.upload;

	(void)client;
	(void)id;
	(void)source;
	(void)context;
	memset(bytes, 'u', part);
	here.upload -= part;
	if (here.upload == 0)
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	return (ssize_t)part;
}

/* The fields of a response without its date. */
static void
expect(int32_t id, const char *fields, const char *body)
{
	struct result *result = &here.results[id];
	char *date = result->fields.bytes ? strstr(result->fields.bytes, "date=") : NULL;

	assert_non_null(date);
	memmove(date, strchr(date, '\n') + 1, strlen(strchr(date, '\n')));
	assert_string_equal(result->fields.bytes, fields);
	assert_string_equal(buf_slice(&result->body).at, body);
	assert_true(result->has_ended);
	assert_true(result->is_closed);
	assert_int_equal(result->error, NGHTTP2_NO_ERROR);
}

#define OK "\nserver=liveserve\n"

static void
expect_reset(int32_t id, uint32_t error)
{
	assert_true(here.results[id].is_closed);
	assert_int_equal(here.results[id].error, error);
	assert_false(here.results[id].has_ended);
}

/* The connection ends with this error, and without another word. */
static void
expect_end(uint32_t error)
{
	talk();
	assert_int_equal(here.goaway, error + 1);
	assert_true(session_is_over(here.session));
	assert_false(session_is_busy(here.session));
}

/* ---- tests ---- */

static void
requests_are_answered(void **state)
{
	int32_t first = get("/a?b"), second = request_with("HEAD", "/abc", "x", "y", NULL),
		third = get("/empty");

	(void)state;
	talk();
	expect(first,
		":status=200" OK "content-length=2\ncontent-type=text/plain\nx-host=localhost\n",
		"/a");
	expect(second,
		":status=200" OK "content-length=4\ncontent-type=text/plain\nx-host=localhost\n",
		"");
	expect(third, ":status=204" OK, "");
	assert_int_equal(here.request.scheme, REQUEST_HTTPS);
	assert_int_equal(here.request.entry, 7);
	assert_int_equal(here.request.peer.key, 9);
	assert_false(here.request.has_body);
	assert_false(session_is_busy(here.session));
	assert_false(session_is_inside(here.session, &(unsigned){0}));
	assert_false(session_is_over(here.session));
	assert_int_equal(here.woken, 0);
	assert_null(here.reason);
}

static void
check_large(const struct result *result, size_t length)
{
	assert_int_equal(result->body.length, length);
	for (size_t i = 0; i < length; i++)
		if (result->body.bytes[i] != (char)('a' + i % 23))
			fail_msg("byte %zu", i);
}

static void
files_are_sent_as_the_windows_allow(void **state)
{
	int32_t large, small;

	(void)state;
	here.holds_window = true;
	large = get("/large");
	talk();
	assert_int_equal(here.results[large].body.length, NGHTTP2_INITIAL_WINDOW_SIZE);
	assert_int_equal(sessions_memory(here.sessions), 64 * 1024); /* for the descriptor */
	/* Its window does not hold up others; that of the connection does. */
	nghttp2_submit_window_update(here.client, 0, 0, 100 * 1024);
	small = get("/small");
	talk();
	check_large(&here.results[small], 65535);
	assert_false(here.results[small].has_ended);
	nghttp2_submit_window_update(here.client, 0, small, 1);
	talk();
	check_large(&here.results[small], RESPONSE_WRITER_SMALL_MAX);
	assert_true(here.results[small].has_ended);
	here.holds_window = false;
	nghttp2_submit_window_update(here.client, 0, 0, 10 * LARGE);
	nghttp2_submit_window_update(here.client, 0, large, 10 * LARGE);
	talk();
	check_large(&here.results[large], LARGE);
	assert_true(here.results[large].has_ended);
	assert_int_equal(folder_open_descriptors(), here.descriptors + 2); /* of the loop */
}

static void
small_files_need_no_descriptor(void **state)
{
	size_t descriptors = folder_open_descriptors();

	(void)state;
	here.holds_window = true;
	for (int i = 0; i < 100; i++)
		get("/small");
	talk();
	assert_int_equal(folder_open_descriptors(), descriptors);
	assert_true(sessions_memory(here.sessions) >= 99 * RESPONSE_WRITER_SMALL_MAX);
	while (sessions_memory(here.sessions) > 0)
		assert_true(sessions_drop_slowest(here.sessions));
	assert_true(here.woken >= 99);
	talk();
	for (int i = 3; i <= 199; i += 2)
		expect_reset(i, NGHTTP2_CANCEL);
	assert_false(sessions_drop_slowest(here.sessions));
}

static void
a_file_that_shrinks_resets_its_stream_only(void **state)
{
	int32_t bad = get("/short"), good = get("/a");

	(void)state;
	talk();
	expect_reset(bad, NGHTTP2_INTERNAL_ERROR);
	assert_true(here.results[good].has_ended);
}

static void
paused_requests_are_answered_later(void **state)
{
	int32_t later, other;

	(void)state;
	here.pauses = 2;
	later = get("/later");
	other = get("/a");
	talk();
	assert_true(here.results[other].is_closed);
	assert_false(here.results[later].is_closed);
	assert_true(session_is_busy(here.session));
	assert_true(sessions_memory(here.sessions) > 0);
	response_resume(&here.waiters); /* is paused again */
	assert_int_equal(here.woken, 1);
	talk();
	assert_false(here.results[later].is_closed);
	response_resume(&here.waiters);
	assert_int_equal(here.woken, 2);
	talk();
	expect(later,
		":status=200" OK "content-length=6\ncontent-type=text/plain\nx-host=localhost\n",
		"/later");
	assert_int_equal(here.answered, 4);
	assert_int_equal(sessions_memory(here.sessions), 0);
}

static void
a_client_that_goes_away_is_not_waited_for(void **state)
{
	int32_t later;

	(void)state;
	here.pauses = 2;
	later = get("/later1");
	get("/later2");
	talk();
	nghttp2_submit_rst_stream(here.client, 0, later, NGHTTP2_CANCEL);
	talk();
	response_resume(&here.waiters);
	assert_int_equal(here.answered, 3); /* the second one again */
}

static void
streams_that_stall_are_reset(void **state)
{
	int32_t later, large, small;

	(void)state;
	here.pauses = 1;
	here.holds_window = true;
	later = get("/later");
	large = get("/large");
	talk();
	pass_ms(RESPONSE_STALL_MS - 1000);
	talk();
	assert_false(here.results[large].is_closed);
	pass_ms(2000);
	assert_int_equal(here.woken, 2);
	talk();
	expect_reset(later, NGHTTP2_CANCEL);
	expect_reset(large, NGHTTP2_CANCEL);
	assert_int_equal(sessions_memory(here.sessions), 0);
	response_resume(&here.waiters); /* answers nobody */
	assert_int_equal(here.answered, 2);
	/* One byte is progress. */
	nghttp2_submit_window_update(here.client, 0, 0, 200 * 1000);
	small = get("/small");
	talk();
	pass_ms(RESPONSE_STALL_MS - 1000);
	nghttp2_submit_window_update(here.client, 0, small, 1);
	talk();
	assert_true(here.results[small].has_ended);
}

/* ---- takeovers ---- */

static void
say(const char *text)
{
	assert_int_equal(send(here.taken, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

static void
stop_saying(void)
{
	close(here.taken);
	here.taken = -1;
}

static bool
is_closed(void *id)
{
	talk();
	return here.results[*(int32_t *)id].is_closed;
}

static void
wait_closed(int32_t id)
{
	clock_wait(here.loop, is_closed, &id);
}

static bool
has_body(void *id)
{
	talk();
	return here.results[*(int32_t *)id].body.length > 0;
}

static bool
has_got(void *length)
{
	char piece[4096];
	ssize_t got;

	talk();
	while ((got = recv(here.taken, piece, sizeof(piece), MSG_DONTWAIT)) > 0)
		buf_add(&here.taken_bytes, piece, (size_t)got);
	return here.taken_bytes.length >= *(size_t *)length;
}

static bool
has_lost_client(void *context)
{
	char byte;

	(void)context;
	talk();
	return recv(here.taken, &byte, 1, MSG_DONTWAIT) == 0;
}

static void
a_takeover_answers_by_http1(void **state)
{
	static const struct {
		const char *method, *text, *fields, *body;
		bool ends; /* the connection ends the body */
	} rows[] = {
		{"GET",
			"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\nConnection: "
			"close\r\n\r\nhello",
			":status=200\ncontent-length=5\nx=y\n", "hello", false},
		{"GET",
			"HTTP/1.1 404 No\r\nTransfer-Encoding: "
			"chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
			":status=404\n", "abcde", false},
		{"GET", "HTTP/1.1 200 OK\r\n\r\nto the end", ":status=200\n", "to the end", true},
		{"GET",
			"HTTP/1.1 103 Early\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: "
			"1\r\n\r\nx",
			":status=103\nlink=a\n:status=200\ncontent-length=1\n", "x", false},
		{"GET", "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n",
			":status=304\netag=\"a\"\n", "", false},
		{"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
			":status=200\ncontent-length=5\n", "", false},
		{"GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
			":status=200\ncontent-length=0\n", "", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		int32_t id = request_with(rows[i].method, "/takeover?a", "x", "y", NULL);
		char *head = mem_format(
			"%s /takeover?a HTTP/1.1\r\nhost: localhost\r\nx: y\r\n\r\n",
			rows[i].method);

		talk();
		assert_string_equal(here.taken_bytes.bytes, head);
		free(head);
		say(rows[i].text);
		if (rows[i].ends)
			shutdown(here.taken, SHUT_WR);
		wait_closed(id);
		assert_int_equal(here.results[id].error, NGHTTP2_NO_ERROR);
		assert_string_equal(here.results[id].fields.bytes, rows[i].fields);
		assert_string_equal(buf_slice(&here.results[id].body).at, rows[i].body);
		assert_true(has_lost_client(NULL));
		stop_saying();
	}
}

/* A stream ends with an error when what answers it does not end its answer. */
static void
a_takeover_that_fails_resets_its_stream(void **state)
{
	static const char *const rows[] = {
		"",
		"HTTP/1.1 200",
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
		"HTTP/1.1 200 OK\r\n\r\nis cut off",
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
		"HTTP/1.1 101 Switch\r\nUpgrade: websocket\r\n\r\n",
		"nonsense\r\n\r\n",
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		int32_t id = get("/takeover"), other;

		talk();
		say(rows[i]);
		stop_saying();
		wait_closed(id);
		expect_reset(id, NGHTTP2_INTERNAL_ERROR);
		other = get("/a");
		talk();
		assert_true(here.results[other].has_ended);
	}
}

static void
a_takeover_is_read_as_the_client_reads(void **state)
{
	static char piece[4096];
	size_t sent = 0;
	ssize_t step;
	int32_t id;

	(void)state;
	here.holds_window = true;
	id = get("/takeover");
	talk();
	say("HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n");
	memset(piece, 'x', sizeof(piece));
	for (int i = 0; i < 500; i++) {
		while ((step = send(
				here.taken, piece, sizeof(piece), MSG_NOSIGNAL | MSG_DONTWAIT)) > 0)
			sent += (size_t)step;
		clock_drain(here.loop);
		talk();
	}
	assert_int_equal(here.results[id].body.length, NGHTTP2_INITIAL_WINDOW_SIZE);
	assert_true(sent < 1000 * 1000);
	assert_true(sessions_memory(here.sessions) <= 6 * RELAY_DATA_MAX);
	/* Who answers may think for a long time, but a client that takes nothing is not waited for. */
	pass_ms(RESPONSE_STALL_MS + 1000);
	talk();
	expect_reset(id, NGHTTP2_CANCEL);
	assert_int_equal(sessions_memory(here.sessions), 0);
}

static void
a_takeover_may_think(void **state)
{
	int32_t id = get("/takeover");

	(void)state;
	talk();
	pass_ms(10 * RESPONSE_STALL_MS);
	talk();
	say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
	clock_wait(here.loop, has_body, &id);
	assert_string_equal(here.results[id].body.bytes, "abc"); /* it arrives at once */
	pass_ms(10 * RESPONSE_STALL_MS);
	talk();
	say("0\r\n\r\n");
	wait_closed(id);
	assert_int_equal(here.results[id].error, NGHTTP2_NO_ERROR);
}

static void
bodies_of_requests_reach_a_takeover(void **state)
{
	const nghttp2_data_provider body = {.read_callback = give_body};
	size_t expected, head, sent;
	int32_t id;

	(void)state;
	here.upload = 1000 * 1000;
	id = request_with("POST", "/takeover", "content-length", "1000000", &body);
	for (int i = 0; i < 100; i++) {
		talk();
		clock_drain(here.loop);
	}
	/* What nobody reads stays with the client. */
	sent = 1000 * 1000 - here.upload;
	assert_in_range(sent, 65535, 600 * 1000);
	assert_true(sessions_memory(here.sessions) < 200 * 1000);
	expected = here.taken_bytes.length + 1000 * 1000;
	clock_wait(here.loop, has_got, &expected);
	assert_int_equal(here.taken_bytes.length, expected);
	say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	wait_closed(id);
	stop_saying();
	/* Without a length it comes in chunks. */
	here.upload = 3;
	id = request_with("POST", "/takeover", "x", "y", &body);
	talk();
	head = strlen(strstr(here.taken_bytes.bytes, "\r\n\r\n"));
	assert_int_equal(head, 4);
	assert_non_null(strstr(here.taken_bytes.bytes, "transfer-encoding: chunked\r\n"));
	buf_clear(&here.taken_bytes);
	expected = strlen("3\r\nuuu\r\n0\r\n\r\n");
	clock_wait(here.loop, has_got, &expected);
	assert_string_equal(here.taken_bytes.bytes, "3\r\nuuu\r\n0\r\n\r\n");
	/* It may answer before it has all; the rest is not wanted. */
	stop_saying();
	wait_closed(id);
	here.upload = LARGE;
	id = request_with("POST", "/takeover", "x", "y", &body);
	talk();
	say("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
	wait_closed(id);
	assert_int_equal(here.results[id].error, NGHTTP2_NO_ERROR);
	assert_true(here.upload > LARGE / 2);
}

static void
a_takeover_sees_the_client_go(void **state)
{
	int32_t id = get("/takeover");

	(void)state;
	talk();
	nghttp2_submit_rst_stream(here.client, 0, id, NGHTTP2_CANCEL);
	clock_wait(here.loop, has_lost_client, NULL);
	stop_saying();
	get("/takeover");
	talk();
	session_shut_down(here.session);
	clock_wait(here.loop, has_lost_client, NULL);
}

static void
bodies_of_requests_are_not_waited_for(void **state)
{
	const nghttp2_data_provider body = {.read_callback = give_body};
	int32_t id;

	(void)state;
	here.upload = (size_t)10 * 1024 * 1024;
	id = request_with("POST", "/a", "content-length", "10485760", &body);
	talk();
	assert_true(here.request.has_body);
	assert_true(here.results[id].has_ended);
	assert_true(here.results[id].is_closed);
	assert_int_equal(here.results[id].error, NGHTTP2_NO_ERROR);
	assert_in_range(here.upload, 10 * 1024 * 1024 - 65535, 10 * 1024 * 1024);
	/* What had come of it does not use up the window of the connection. */
	for (int i = 0; i < 20; i++) {
		here.upload = 60000;
		id = request_with("POST", "/a", "x", "y", &body);
		talk();
		assert_true(here.results[id].is_closed);
	}
	assert_null(here.reason);
}

/* The fields of malformed requests, and what becomes of them. */
static void
malformed_requests_are_refused(void **state)
{
	static const struct {
		const char *name, *value;
		int status; /* 0: the stream is reset */
	} rows[] = {
		{"connection", "close", 0},
		{"transfer-encoding", "chunked", 0},
		{"te", "gzip", 0},
		{"host", "evil", 0},
		{":path", "/b", 0},
		{":status", "200", 0},
		{"range", "a", 200},
		{"x", "a\rb", 0},
		{"x", "a\nb", 0},
		{"x\ny", "a", 0},
		{"X-Upper", "a", 0},
		{"x y", "a", 0},
		{"content-length", "3", 0},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		nghttp2_nv fields[] = {NV(":method", "GET"), NV(":scheme", "https"),
			NV(":authority", "localhost"), NV(":path", "/a"),
			NV(rows[i].name, rows[i].value)};
		nghttp2_hd_deflater *deflater;
		unsigned char block[512];
		uint32_t id = (uint32_t)(2 * i + 1);
		ssize_t length;

		talk();
		/* The client would not send these, so its frames are made here. */
		nghttp2_hd_deflate_new(&deflater, 0);
		length = nghttp2_hd_deflate_hd(
			deflater, block, sizeof(block), fields, ROWS(fields));
		nghttp2_hd_deflate_del(deflater);
		assert_true(length > 0);
		here.answered = 0;
		send_frame(NGHTTP2_HEADERS, 5, id, (struct slice){(char *)block, (size_t)length});
		assert_int_equal(here.answered, rows[i].status == 200);
		assert_null(here.reason);
		/* Reading the answers is not possible for a client that did not ask. */
		struct buf output = {0};
		bool is_reset;

		session_produce(here.session, &output, LARGE);
		assert_true(output.length >= 9);
		is_reset = output.bytes[3] == NGHTTP2_RST_STREAM &&
			   output.bytes[12] == NGHTTP2_PROTOCOL_ERROR;
		assert_int_equal(is_reset, rows[i].status == 0);
		buf_finish(&output);
	}
}

static void
what_http1_refuses_is_refused_in_the_same_words(void **state)
{
	char *path = mem_zero(REQUEST_LINE_MAX + 1);
	int32_t id;

	(void)state;
	memset(path, '/', REQUEST_LINE_MAX);
	id = get(path);
	talk();
	expect(id, ":status=414" OK "content-length=5\ncontent-type=text/plain\n", "What?");
	id = get("/a#b");
	talk();
	expect(id, ":status=400" OK "content-length=5\ncontent-type=text/plain\n", "What?");
	assert_int_equal(here.answered, 0);
	assert_int_equal(here.refused, 2);
	free(path);
}

static void
large_heads_are_refused(void **state)
{
	char *value = mem_zero(REQUEST_HEAD_MAX + 1);
	int32_t id;

	(void)state;
	memset(value, 'v', REQUEST_HEAD_MAX);
	id = request_with("GET", "/a", "x", value, NULL);
	talk();
	expect(id, ":status=431" OK "content-length=5\ncontent-type=text/plain\n", "What?");
	id = get("/a");
	talk();
	assert_true(here.results[id].has_ended);
	free(value);
}

/* A field in the table of compression, of nearly its size, and then references to it: a byte for 4 KB. */
static void
a_bomb_of_headers_ends_the_connection(void **state)
{
	struct buf block = {0};
	static const unsigned char literal[] = {0x40, 1, 'x', 0x7f, 0x81, 0x1e}; /* 4,000 bytes */

	(void)state;
	talk();
	buf_add(&block, literal, sizeof(literal));
	for (int i = 0; i < 4000; i++)
		buf_add_char(&block, 'v');
	for (int i = 0; i < 12000; i++)
		buf_add_char(&block, (char)0xbe);
	send_frame(NGHTTP2_HEADERS, 5, 1, buf_slice(&block));
	assert_string_equal(here.reason, "too many header fields");
	expect_end(NGHTTP2_ENHANCE_YOUR_CALM);
	assert_int_equal(here.answered, 0);
	buf_finish(&block);
}

static void
too_many_streams_are_refused(void **state)
{
	unsigned refused = 0, stayed = 0;

	(void)state;
	here.holds_window = true;
	for (int i = 0; i < SESSION_STREAMS_MAX + 20; i++)
		get("/large");
	talk();
	for (int i = 1; i < 2 * (SESSION_STREAMS_MAX + 20); i += 2) {
		refused += here.results[i].is_closed &&
			   here.results[i].error == NGHTTP2_REFUSED_STREAM;
		stayed += !here.results[i].is_closed;
	}
	/* The client keeps to the limit once it knows it. */
	assert_true(here.answered <= SESSION_STREAMS_MAX);
	assert_int_equal(refused + stayed, SESSION_STREAMS_MAX + 20);
}

/* A GET of /large, in the static table of compression but for its path and host. */
static const char get_large[] = "\x82\x87\x04\x06/large\x01\x01h";

static void
rapid_resets_end_the_connection(void **state)
{
	static const char cancel[4] = {0, 0, 0, NGHTTP2_CANCEL};
	unsigned count = 0;

	(void)state;
	talk();
	while (!here.reason && count < 5000) {
		uint32_t id = 2 * count + 1;

		send_frame(NGHTTP2_HEADERS, 5, id, slice_of(get_large));
		send_frame(NGHTTP2_RST_STREAM, 0, id, (struct slice){cancel, 4});
		count++;
		assert_true(here.reason || sessions_memory(here.sessions) == 0);
	}
	assert_int_equal(count, 1001);
	assert_int_equal(here.answered, 1001);
	assert_string_equal(here.reason, "too many cancelled requests");
	assert_int_equal(sessions_memory(here.sessions), 0);
	expect_end(NGHTTP2_ENHANCE_YOUR_CALM);
}

/* The client makes the server reset its streams, here by a window that is too large (RFC 9113 6.9.1). */
static void
resets_that_are_provoked_end_the_connection(void **state)
{
	static const char large[4] = {0x7f, '\xff', '\xff', '\xff'};
	struct buf output = {0};
	unsigned count = 0;

	(void)state;
	talk();
	while (!here.reason && count < 5000) {
		uint32_t id = 2 * count + 1;

		send_frame(NGHTTP2_HEADERS, 5, id, slice_of(get_large));
		send_frame(NGHTTP2_WINDOW_UPDATE, 0, id, (struct slice){large, 4});
		buf_clear(&output);
		while (session_produce(here.session, &output, LARGE))
			buf_clear(&output);
		count++;
	}
	assert_in_range(count, 1001, 1002); /* the reason is told with the next frame */
	assert_string_equal(here.reason, "too many cancelled requests");
	assert_true(session_is_over(here.session));
	buf_finish(&output);
}

static void
floods_end_the_connection(void **state)
{
	static const struct {
		unsigned type, flags;
		uint32_t stream;
		size_t length;
		const char *reason;
	} rows[] = {
		{NGHTTP2_PING, 0, 0, 8, "too many PING frames"},
		{NGHTTP2_SETTINGS, 0, 0, 0, "too many SETTINGS frames"},
		{NGHTTP2_PRIORITY, 0, 1, 5, "too many frames that ask for nothing"},
		{0x77, 0, 0, 0, "too many frames that ask for nothing"},
	};
	static const char payload[8] = {0, 0, 0, 0, 1};

	for (size_t i = 0; i < ROWS(rows); i++) {
		unsigned count = 0;

		if (i > 0)
			enter(state);
		talk();
		while (!here.reason && count++ < 5000)
			send_frame(rows[i].type, rows[i].flags, rows[i].stream,
				(struct slice){payload, rows[i].length});
		assert_string_equal(here.reason, rows[i].reason);
		expect_end(NGHTTP2_ENHANCE_YOUR_CALM);
		/* What comes later is not even read. */
		send_frame(NGHTTP2_PING, 0, 0, (struct slice){payload, 8});
		assert_true(session_is_over(here.session));
		if (i + 1 < ROWS(rows))
			leave(state);
	}
}

static void
a_header_block_without_an_end_ends_the_connection(void **state)
{
	(void)state;
	talk();
	send_frame(NGHTTP2_HEADERS, 1, 1, SLICE_LITERAL("\x82"));
	for (int i = 0; i < 100 && !here.reason; i++)
		send_frame(NGHTTP2_CONTINUATION, 0, 1, SLICE_LITERAL("\x40\x01x\x01y"));
	assert_string_equal(here.reason, "too many CONTINUATION frames");
	expect_end(NGHTTP2_ENHANCE_YOUR_CALM);
}

static void
tiny_windows_end_the_connection(void **state)
{
	static const char one[4] = {0, 0, 0, 1};
	int32_t id;

	(void)state;
	here.holds_window = true;
	talk();
	nghttp2_submit_settings(here.client, 0,
		&(nghttp2_settings_entry){NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 0}, 1);
	id = get("/large");
	talk();
	assert_int_equal(here.results[id].body.length, 0);
	/* A byte at a time is served: two updates for each are the client's right. */
	for (int i = 0; i < 5000; i++) {
		nghttp2_submit_window_update(here.client, 0, id, 1);
		talk();
	}
	assert_null(here.reason);
	assert_int_equal(here.results[id].body.length, 5000);
	/* Updates that ask for nothing are not. */
	for (int i = 0; i < 20000 && !here.reason; i++)
		send_frame(NGHTTP2_WINDOW_UPDATE, 0, 0, (struct slice){one, 4});
	assert_string_equal(here.reason, "too many WINDOW_UPDATE frames");
	expect_end(NGHTTP2_ENHANCE_YOUR_CALM);
}

static void
what_is_no_http2_ends_the_connection(void **state)
{
	static const char *const rows[] = {
		"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\rx",
	};

	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf output = {0};

		if (i > 0)
			enter(state);
		assert_true(session_is_inside(here.session, &(unsigned){0}));
		send_raw(rows[i], strlen(rows[i]));
		assert_non_null(here.reason);
		assert_false(session_produce(here.session, &output, LARGE));
		assert_true(session_is_over(here.session));
		assert_int_equal(here.answered, 0);
		buf_finish(&output);
		if (i + 1 < ROWS(rows))
			leave(state);
	}
}

static void
frames_in_the_wrong_place_end_the_connection(void **state)
{
	static const struct {
		unsigned type, flags;
		uint32_t stream;
		const char *payload;
		size_t length;
		uint32_t error;
	} rows[] = {
		{NGHTTP2_DATA, 0, 0, "x", 1, NGHTTP2_PROTOCOL_ERROR},
		{NGHTTP2_HEADERS, 5, 0, "\x82", 1, NGHTTP2_PROTOCOL_ERROR},
		{NGHTTP2_HEADERS, 5, 2, "\x82", 1, NGHTTP2_PROTOCOL_ERROR},
		{NGHTTP2_HEADERS, 5, 1, "\xff\xff\xff\xff\xff\xff", 6, NGHTTP2_COMPRESSION_ERROR},
		{NGHTTP2_CONTINUATION, 4, 1, "\x82", 1, NGHTTP2_PROTOCOL_ERROR},
		{NGHTTP2_PUSH_PROMISE, 4, 1, "\0\0\0\2\x82", 5, NGHTTP2_PROTOCOL_ERROR},
		{NGHTTP2_RST_STREAM, 0, 1, "\0\0\0\0", 4, NGHTTP2_PROTOCOL_ERROR},
		{NGHTTP2_SETTINGS, 0, 0, "x", 1, NGHTTP2_FRAME_SIZE_ERROR},
		{NGHTTP2_SETTINGS, 0, 0, "\0\2\0\0\0\2", 6, NGHTTP2_PROTOCOL_ERROR},
		{NGHTTP2_PING, 0, 0, "x", 1, NGHTTP2_FRAME_SIZE_ERROR},
		{NGHTTP2_WINDOW_UPDATE, 0, 0, "\0\0\0\0", 4, NGHTTP2_PROTOCOL_ERROR},
		{NGHTTP2_WINDOW_UPDATE, 0, 0, "\x7f\xff\xff\xff", 4, NGHTTP2_FLOW_CONTROL_ERROR},
		{NGHTTP2_WINDOW_UPDATE, 0, 9, "\0\0\0\1", 4, NGHTTP2_PROTOCOL_ERROR},
	};

	for (size_t i = 0; i < ROWS(rows); i++) {
		if (i > 0)
			enter(state);
		talk();
		send_frame(rows[i].type, rows[i].flags, rows[i].stream,
			(struct slice){rows[i].payload, rows[i].length});
		talk();
		if (here.goaway != rows[i].error + 1)
			fail_msg("row %zu: %u", i, here.goaway);
		expect_end(rows[i].error);
		assert_int_equal(here.answered, 0);
		if (i + 1 < ROWS(rows))
			leave(state);
	}
}

/* RFC 9113 5.1, 5.1.1 and 6.3; each row is sent behind a request on stream 5, which was answered. */
static void
frames_for_closed_streams_end_the_connection(void **state)
{
	static const struct {
		unsigned type, flags;
		uint32_t stream, error;
	} rows[] = {
		{NGHTTP2_HEADERS, 5, 5, NGHTTP2_STREAM_CLOSED},
		{NGHTTP2_DATA, 1, 5, NGHTTP2_STREAM_CLOSED},
		{NGHTTP2_DATA, 0, 3, NGHTTP2_STREAM_CLOSED},
		{NGHTTP2_HEADERS, 5, 3, NGHTTP2_PROTOCOL_ERROR},
		{NGHTTP2_PRIORITY, 0, 0, NGHTTP2_PROTOCOL_ERROR},
	};

	for (size_t i = 0; i < ROWS(rows); i++) {
		if (i > 0)
			enter(state);
		nghttp2_session_set_next_stream_id(here.client, 5);
		assert_int_equal(get("/a"), 5);
		talk();
		assert_true(here.results[5].has_ended);
		send_frame(rows[i].type, rows[i].flags, rows[i].stream,
			SLICE_LITERAL("\x82\x87\x84\x82\x82"));
		expect_end(rows[i].error);
		assert_int_equal(here.answered, 1);
		if (i + 1 < ROWS(rows))
			leave(state);
	}
}

/* It may not know yet that the server has reset its stream. */
static void
what_a_client_sends_behind_a_reset_is_ignored(void **state)
{
	const nghttp2_data_provider body = {.read_callback = give_body};
	int32_t id;

	(void)state;
	here.upload = 1000 * 1000;
	id = request_with("POST", "/a", "x", "y", &body);
	talk();
	assert_true(here.results[id].is_closed);
	send_frame(NGHTTP2_DATA, 0, (uint32_t)id, SLICE_LITERAL("some more"));
	send_frame(NGHTTP2_DATA, 1, (uint32_t)id, SLICE_LITERAL("the end"));
	talk();
	assert_int_equal(here.goaway, 0);
	get("/b");
	talk();
	assert_int_equal(here.answered, 2);
}

static void
it_is_shut_down_in_words(void **state)
{
	int32_t id = get("/a");

	(void)state;
	talk();
	assert_true(here.results[id].has_ended);
	session_shut_down(here.session);
	expect_end(NGHTTP2_NO_ERROR);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)
		TEST(requests_are_answered),
		TEST(files_are_sent_as_the_windows_allow),
		TEST(small_files_need_no_descriptor),
		TEST(a_file_that_shrinks_resets_its_stream_only),
		TEST(paused_requests_are_answered_later),
		TEST(a_client_that_goes_away_is_not_waited_for),
		TEST(streams_that_stall_are_reset),
		TEST(a_takeover_answers_by_http1),
		TEST(a_takeover_that_fails_resets_its_stream),
		TEST(a_takeover_is_read_as_the_client_reads),
		TEST(a_takeover_may_think),
		TEST(bodies_of_requests_reach_a_takeover),
		TEST(a_takeover_sees_the_client_go),
		TEST(bodies_of_requests_are_not_waited_for),
		TEST(malformed_requests_are_refused),
		TEST(what_http1_refuses_is_refused_in_the_same_words),
		TEST(large_heads_are_refused),
		TEST(a_bomb_of_headers_ends_the_connection),
		TEST(too_many_streams_are_refused),
		TEST(rapid_resets_end_the_connection),
		TEST(resets_that_are_provoked_end_the_connection),
		TEST(floods_end_the_connection),
		TEST(a_header_block_without_an_end_ends_the_connection),
		TEST(tiny_windows_end_the_connection),
		TEST(what_is_no_http2_ends_the_connection),
		TEST(frames_in_the_wrong_place_end_the_connection),
		TEST(frames_for_closed_streams_end_the_connection),
		TEST(what_a_client_sends_behind_a_reset_is_ignored),
		TEST(it_is_shut_down_in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

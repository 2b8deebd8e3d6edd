/*
 * http2 on socket pairs. The client is nghttp2's, or bytes as they are.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <nghttp2/nghttp2.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "http2/http2.h"
#include "http2/session.h"
#include "support/clock.h"
#include "support/folder.h"
#include "support/wrap_loop.h"

enum { LARGE = 3 * 1024 * 1024, TIMERS_MAX = 8 };

static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0";

static struct {
	struct loop *loop;
	struct http2 *http2;
	size_t descriptors;
	int socket; /* the client's end */
	nghttp2_session *client;
	struct buf body;
	unsigned closed; /* streams */
	uint32_t error;  /* of the last one that was closed */
	uint32_t goaway; /* its error code + 1 */
	bool has_ended;  /* the server has closed its end */
	unsigned answered, begun;
	int noted; /* the reason of note_close + 1 */
	struct response_waiters waiters;
	bool pauses, holds_window;
	uint64_t shift_us; /* the clock is fast by it */
	struct {
		struct loop_timer *timer;
		loop_timer_fn *fn;
		void *context;
	} timers[TIMERS_MAX];
} here;

/* ---- the clock ---- */

uint64_t
__wrap_loop_now(void)
{
	return __real_loop_now() + here.shift_us;
}

/* Long timers expire when the test says so. */
void
__wrap_loop_timer_set(struct loop *loop, struct loop_timer *timer, uint64_t delay_us,
	loop_timer_fn *fn, void *context)
{
	size_t i = 0;

	if (delay_us == 0) {
		__real_loop_timer_set(loop, timer, delay_us, fn, context);
		return;
	}
	while (here.timers[i].timer && here.timers[i].timer != timer)
		i++;
	assert_in_range(i, 0, TIMERS_MAX - 1);
	here.timers[i].timer = timer;
	here.timers[i].fn = fn;
	here.timers[i].context = context;
}

/* ---- the handler ---- */

static void
answer(void *context, const struct request *request, struct response *response)
{
	(void)context;
	here.answered++;
	if (here.pauses) {
		response_pause(response, &here.waiters);
	} else if (slice_is(request->path, "/large")) {
		response->status = 200;
		response->has_content = true;
		body_set_file(&response->body, open("large", O_RDONLY | O_CLOEXEC));
		assert_true(body_add_file(&response->body, 0, LARGE));
	} else {
		response_text(response, 200, "text/plain", request->path);
	}
}

static void
refuse(void *context, const struct refused_request *refused, struct response *response)
{
	(void)context;
	response_text(response, refused->status, "text/plain", SLICE_LITERAL("What?"));
}

static void
begin(void *context)
{
	(void)context;
	here.begun++;
}

static void
note_close(void *context, int socket, int reason)
{
	(void)context;
	assert_true(socket >= 0);
	here.noted = reason + 1;
}

/* ---- the client ---- */

static int
data_has_come(nghttp2_session *client, uint8_t flags, int32_t id, const uint8_t *bytes,
	size_t length, void *context)
{
	(void)flags;
	(void)context;
	buf_add(&here.body, bytes, length);
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
	return 0;
}

static int
stream_is_closed(nghttp2_session *client, int32_t id, uint32_t error, void *context)
{
	(void)client;
	(void)id;
	(void)context;
	here.closed++;
	here.error = error;
	return 0;
}

static void
connect_client(void)
{
	nghttp2_session_callbacks *callbacks;
	nghttp2_option *option;
	int pair[2];

	assert_return_code(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), errno);
	here.socket = pair[0];
	nghttp2_session_callbacks_new(&callbacks);
	nghttp2_option_new(&option);
	nghttp2_option_set_no_auto_window_update(option, 1);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, data_has_come);
	nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, frame_has_come);
	nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, stream_is_closed);
	assert_int_equal(nghttp2_session_client_new2(&here.client, callbacks, NULL, option), 0);
	nghttp2_session_callbacks_del(callbacks);
	nghttp2_option_del(option);
	http2_accept(here.http2, pair[1], 7, (struct peer){.key = 9});
	nghttp2_submit_settings(here.client, 0, NULL, 0);
}

static int
enter(void **state)
{
	const struct response_handler handler = {.answer = answer,
		.refuse = refuse,
		.begin = begin,
		.note_close = note_close,
		.context = &here};
	char *bytes = mem_zero(LARGE + 1);

	(void)state;
	memset(&here, 0, sizeof(here));
	folder_enter();
	memset(bytes, 'x', LARGE);
	folder_write("large", bytes);
	free(bytes);
	here.descriptors = folder_open_descriptors();
	here.loop = loop_create();
	here.http2 = http2_create(here.loop, &handler);
	here.socket = -1;
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	http2_destroy(here.http2);
	assert_null(here.waiters.first);
	loop_destroy(here.loop);
	if (here.socket >= 0)
		close(here.socket);
	nghttp2_session_del(here.client);
	buf_finish(&here.body);
	assert_int_equal(folder_open_descriptors(), here.descriptors);
	folder_leave();
	return 0;
}

static void
send_waiting(void)
{
	const uint8_t *bytes;
	ssize_t length;

	while ((length = nghttp2_session_mem_send(here.client, &bytes)) > 0)
		assert_int_equal(send(here.socket, bytes, (size_t)length, MSG_NOSIGNAL), length);
}

static void
receive(void)
{
	char piece[64 * 1024];
	ssize_t got;

	while ((got = recv(here.socket, piece, sizeof(piece), 0)) > 0)
		nghttp2_session_mem_recv(here.client, (uint8_t *)piece, (size_t)got);
	here.has_ended |= got == 0;
}

static void
get(const char *path)
{
#define NV(name, value)                                                                    \
	{                                                                                  \
		(uint8_t *)(uintptr_t)(name), (uint8_t *)(uintptr_t)(value), strlen(name), \
			strlen(value), 0                                                   \
	}
	const nghttp2_nv fields[] = {NV(":method", "GET"), NV(":scheme", "https"),
		NV(":authority", "localhost"), NV(":path", path)};

	assert_true(
		nghttp2_submit_request(here.client, NULL, fields, ROWS(fields), NULL, NULL) > 0);
	send_waiting();
}

/* Lets time pass without waiting: the clock is set, and the timers expire. */
static void
pass_ms(unsigned ms)
{
	here.shift_us += (uint64_t)ms * 1000;
	for (size_t i = 0; i < TIMERS_MAX; i++)
		if (here.timers[i].timer)
			here.timers[i].fn(here.timers[i].context);
	clock_drain(here.loop);
}

/* ---- conditions ---- */

static bool
is_closed(void *count)
{
	receive();
	send_waiting();
	return here.closed >= *(unsigned *)count;
}

static void
expect_closed(unsigned count)
{
	clock_wait(here.loop, is_closed, &count);
	assert_int_equal(here.closed, count);
}

static bool
has_ended(void *context)
{
	(void)context;
	receive();
	return here.has_ended;
}

static bool
is_answered(void *count)
{
	return here.answered >= *(unsigned *)count;
}

/* ---- tests ---- */

static void
requests_are_answered(void **state)
{
	(void)state;
	connect_client();
	get("/a");
	expect_closed(1);
	assert_string_equal(here.body.bytes, "/a");
	assert_true(here.begun > 0);
	get("/b");
	get("/c");
	expect_closed(3);
	assert_string_equal(here.body.bytes, "/a/b/c");
}

static void
large_files_arrive(void **state)
{
	(void)state;
	connect_client();
	for (int i = 0; i < 4; i++)
		get("/large");
	expect_closed(4);
	assert_int_equal(here.error, NGHTTP2_NO_ERROR);
	assert_int_equal(here.body.length, 4 * LARGE);
	assert_int_equal(here.body.bytes[4 * LARGE - 1], 'x');
}

static void
a_paused_request_is_answered_when_it_is_resumed(void **state)
{
	unsigned one = 1;

	(void)state;
	here.pauses = true;
	connect_client();
	get("/later");
	clock_wait(here.loop, is_answered, &one);
	here.pauses = false;
	response_resume(&here.waiters);
	expect_closed(1);
	assert_string_equal(here.body.bytes, "/later");
}

static void
an_idle_client_is_told_to_go(void **state)
{
	(void)state;
	connect_client();
	get("/a");
	expect_closed(1);
	clock_drain(here.loop);
	pass_ms(HTTP2_IDLE_MS - 1000);
	receive();
	assert_int_equal(here.goaway, 0);
	pass_ms(2000);
	clock_wait(here.loop, has_ended, NULL);
	assert_int_equal(here.goaway, NGHTTP2_NO_ERROR + 1);
	assert_int_equal(here.noted, RESPONSE_WAIT_IDLE + 1);
}

static void
a_client_that_waits_for_an_answer_is_not_idle(void **state)
{
	unsigned one = 1;

	(void)state;
	here.pauses = true;
	connect_client();
	get("/later");
	clock_wait(here.loop, is_answered, &one);
	clock_drain(here.loop);
	pass_ms(RESPONSE_STALL_MS + 1000); /* the request is given up */
	expect_closed(1);
	assert_int_equal(here.error, NGHTTP2_CANCEL);
	assert_int_equal(here.goaway, 0);
	assert_false(here.has_ended);
}

static void
what_is_begun_has_to_be_completed(void **state)
{
	static const size_t lengths[] = {14, 24 + 5};

	for (size_t i = 0; i < ROWS(lengths); i++) {
		if (i > 0)
			enter(state);
		connect_client();
		send(here.socket, preface, lengths[i], MSG_NOSIGNAL);
		clock_drain(here.loop);
		pass_ms(HTTP2_HEAD_MS - 1000);
		receive();
		assert_false(here.has_ended);
		/* A byte more does not prolong it. */
		send(here.socket, preface + lengths[i], 1, MSG_NOSIGNAL);
		clock_drain(here.loop);
		pass_ms(2000);
		clock_wait(here.loop, has_ended, NULL);
		assert_int_equal(here.noted, RESPONSE_WAIT_HEAD + 1);
		if (i + 1 < ROWS(lengths))
			leave(state);
	}
}

/* Nothing more is read from a client that reads nothing, and after some time it is closed. */
static void
a_client_that_reads_nothing(void **state)
{
	char piece[100];
	size_t received = 0;
	ssize_t got;

	(void)state;
	connect_client();
	nghttp2_submit_settings(here.client, 0,
		&(nghttp2_settings_entry){
			NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, NGHTTP2_MAX_WINDOW_SIZE},
		1);
	nghttp2_submit_window_update(here.client, 0, 0, 100 * LARGE);
	get("/large");
	clock_drain(here.loop);
	assert_int_equal(here.answered, 1);
	get("/a");
	clock_drain(here.loop);
	assert_int_equal(here.answered, 1);
	/* It goes on when there is room, and the time begins anew. */
	pass_ms(HTTP2_STALL_MS - 1000);
	while ((got = recv(here.socket, piece, sizeof(piece), 0)) > 0)
		received += (size_t)got;
	assert_in_range(received, 100 * 1000, LARGE / 2);
	clock_drain(here.loop);
	pass_ms(HTTP2_STALL_MS - 1000);
	assert_int_equal(here.noted, 0);
	pass_ms(2000);
	assert_int_equal(here.noted, RESPONSE_WAIT_WRITE + 1);
}

static void
a_flood_is_answered_by_the_end(void **state)
{
	static const char ping[17] = {0, 0, 8, 6};

	(void)state;
	connect_client();
	send(here.socket, preface, sizeof(preface) - 1, MSG_NOSIGNAL);
	for (int i = 0; i < 600; i++) {
		ssize_t sent = send(here.socket, ping, sizeof(ping), MSG_NOSIGNAL);

		assert_true(sent == sizeof(ping) || i > 500);
		if (i % 100 == 99)
			clock_drain(here.loop);
		receive();
	}
	clock_wait(here.loop, has_ended, NULL);
	assert_int_equal(here.goaway, NGHTTP2_ENHANCE_YOUR_CALM + 1);
}

static void
the_end_of_the_program_is_said(void **state)
{
	const struct response_handler handler = {.answer = answer, .refuse = refuse};

	(void)state;
	connect_client();
	get("/a");
	expect_closed(1);
	http2_destroy(here.http2);
	here.http2 = http2_create(here.loop, &handler);
	assert_true(has_ended(NULL));
	assert_int_equal(here.goaway, NGHTTP2_NO_ERROR + 1);
}

/* What clients do not take is limited in all: those that have waited for the longest time lose it. */
static void
memory_is_limited(void **state)
{
	enum { CLIENTS = 9 };
	int sockets[CLIENTS];
	unsigned closed_before;

	(void)state;
	here.holds_window = true;
	for (size_t i = 0; i < CLIENTS; i++) {
		connect_client();
		sockets[i] = here.socket;
		closed_before = here.closed;
		/* A file that is open counts as 64 KiB. */
		for (int n = 0; n < 100; n++)
			get("/large");
		clock_drain(here.loop);
		receive();
		assert_int_equal(here.closed, closed_before);
		if (i + 1 < CLIENTS)
			nghttp2_session_del(here.client);
	}
	assert_in_range(folder_open_descriptors() - here.descriptors, 700,
		HTTP2_HELD_MAX / (64 * 1024) + 2 * CLIENTS + 2);
	for (size_t i = 0; i + 1 < CLIENTS; i++)
		close(sockets[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)
		TEST(requests_are_answered),
		TEST(large_files_arrive),
		TEST(a_paused_request_is_answered_when_it_is_resumed),
		TEST(an_idle_client_is_told_to_go),
		TEST(a_client_that_waits_for_an_answer_is_not_idle),
		TEST(what_is_begun_has_to_be_completed),
		TEST(a_client_that_reads_nothing),
		TEST(a_flood_is_answered_by_the_end),
		TEST(the_end_of_the_program_is_said),
		TEST(memory_is_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

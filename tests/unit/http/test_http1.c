/*
 * http1 on a socket pair, with a handler of ten lines: an example of its use.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "http/http1.h"
#include "support/clock.h"
#include "support/folder.h"
#include "support/wrap_loop.h"

/* ---- the program ---- */

static void take_over(void *context, const struct takeover *takeover);
static void add_large_file(struct response *response);
static void pause_request(const struct request *request, struct response *response);
static void receive(void);

enum { LARGE = 3 * 1024 * 1024 };

static struct {
	struct loop *loop;
	struct http1 *http1;
	size_t descriptors;
	int client;
	struct buf received;
	bool has_ended;
	int taken; /* the socket of a takeover, or -1 */
	struct buf bytes;
	enum request_scheme scheme;
	unsigned entry;
	uint64_t peer;
	struct takeover_return back; /* of the takeover */
	unsigned batches;            /* how often begin() was called */
	bool checks_batch;           /* begin() checks that nothing is left to be received */
	int server, other_server;
	unsigned pauses;  /* /later is paused so many times */
	size_t paused;    /* how often it was */
	bool takes_later; /* /later becomes a takeover */
	struct response_waiters waiters;
	uint64_t shift_us; /* the clock of http1 is fast by it */
	loop_timer_fn *timer_fn;
	void *timer_context;
} here;

/* ---- its clock ---- */

uint64_t
__wrap_loop_now(void)
{
	return __real_loop_now() + here.shift_us;
}

void
__wrap_loop_timer_set(struct loop *loop, struct loop_timer *timer, uint64_t delay_us,
	loop_timer_fn *fn, void *context)
{
	here.timer_fn = fn;
	here.timer_context = context;
	__real_loop_timer_set(loop, timer, delay_us, fn, context);
}

/* Lets time pass without waiting: the clock is set, and the timer expires. */
static void
pass_ms(unsigned ms)
{
	here.shift_us += (uint64_t)ms * 1000;
	here.timer_fn(here.timer_context);
	clock_drain(here.loop);
	receive();
}

/* ---- its handler ---- */

static void
answer(void *context, const struct request *request, struct response *response)
{
	if (slice_is(request->path, "/takeover") || here.takes_later)
		response_take_over(response, take_over, context);
	else if (slice_is(request->path, "/large"))
		add_large_file(response);
	else if (slice_starts(request->path, "/later") && here.pauses)
		pause_request(request, response);
	else if (slice_is(request->path, "/empty"))
		response_status(response, 204);
	else
		response_text(response, 200, "text/plain", request->path);
}

static void
refuse(void *context, const struct refused_request *refused, struct response *response)
{
	(void)context;
	response_text(response, refused->status, "text/plain", SLICE_LITERAL("What?"));
}

static bool
has_unread(int socket)
{
	int bytes = 0;

	assert_return_code(ioctl(socket, FIONREAD, &bytes), errno);
	return bytes > 0;
}

static void
begin(void *context)
{
	(void)context;
	here.batches++;
	if (here.checks_batch) {
		assert_false(has_unread(here.server));
		assert_false(has_unread(here.other_server));
	}
}

/* The head of a response up to its Connection field. */
#define HEAD(status, length)                                                             \
	"HTTP/1.1 " status "\r\nDate: -\r\nServer: liveserve\r\nContent-Length: " length \
	"\r\nContent-Type: text/plain\r\n"
#define KEEP_ALIVE "Connection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\n"
#define CLOSE "Connection: close\r\n\r\n"

#define HOST " HTTP/1.1\r\nHost: localhost\r\n"

/* ---- its connections ---- */

/* What was filled in before a pause is forgotten. */
static void
pause_request(const struct request *request, struct response *response)
{
	here.pauses--;
	here.paused++;
	response_text(response, 500, "text/plain", request->path);
	response_pause(response, &here.waiters);
}

static void
take_over(void *context, const struct takeover *takeover)
{
	assert_ptr_equal(context, &here);
	assert_true(here.takes_later || slice_is(takeover->request->path, "/takeover"));
	assert_true(takeover->bytes.length >= takeover->request->head_length);
	here.taken = takeover->socket;
	here.scheme = takeover->request->scheme;
	here.entry = takeover->request->entry;
	here.peer = takeover->request->peer.key;
	here.back = takeover->back;
	buf_add_slice(&here.bytes, takeover->bytes);
}

static void
add_large_file(struct response *response)
{
	response->status = 200;
	response->has_content = true;
	body_set_file(&response->body, open("large", O_RDONLY | O_CLOEXEC));
	assert_true(body_add_file(&response->body, 0, LARGE));
}

static int
enter(void **state)
{
	const struct response_handler handler = {
		.answer = answer, .refuse = refuse, .context = &here, .begin = begin};
	int pair[2];

	(void)state;
	memset(&here, 0, sizeof(here));
	folder_enter();
	here.descriptors = folder_open_descriptors();
	here.loop = loop_create();
	here.http1 = http1_create(here.loop, &handler);
	here.taken = -1;
	assert_return_code(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), errno);
	here.client = pair[0];
	here.server = pair[1];
	http1_accept(here.http1, pair[1], REQUEST_HTTP, 0, (struct peer){.key = 1});
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	http1_destroy(here.http1);
	assert_null(here.waiters.first);
	assert_null(here.waiters.last);
	loop_destroy(here.loop);
	if (here.client >= 0)
		close(here.client);
	if (here.taken >= 0)
		close(here.taken);
	buf_finish(&here.received);
	buf_finish(&here.bytes);
	assert_int_equal(folder_open_descriptors(), here.descriptors);
	folder_leave();
	return 0;
}

/* ---- a client ---- */

static void
send_text(const char *text)
{
	assert_int_equal(send(here.client, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

static void
receive(void)
{
	char piece[64 * 1024];
	ssize_t got;

	while ((got = recv(here.client, piece, sizeof(piece), 0)) > 0)
		buf_add(&here.received, piece, (size_t)got);
	here.has_ended |= got == 0;
}

static bool
has_ended(void *context)
{
	(void)context;
	receive();
	return here.has_ended;
}

/* What was received, with a dash in place of each date. */
static const char *
without_dates(void)
{
	static const char field[] = "\r\nDate: ";
	static struct buf text;
	struct slice rest = buf_slice(&here.received);
	const char *found;

	buf_clear(&text);
	while ((found = strstr(rest.at, field))) {
		found += strlen(field);
		buf_add(&text, rest.at, (size_t)(found - rest.at));
		buf_add_char(&text, '-');
		rest.at = strchr(found, '\r');
	}
	buf_add_text(&text, rest.at);
	return text.bytes;
}

static bool
has_received(void *expected)
{
	receive();
	return strlen(without_dates()) >= strlen(expected);
}

/* Waits for exactly these bytes. */
static void
expect(const char *text)
{
	clock_wait(here.loop, has_received, (void *)(uintptr_t)text);
	clock_drain(here.loop);
	receive();
	assert_string_equal(without_dates(), text);
	buf_clear(&here.received);
}

/* ---- tests ---- */

static void
a_connection_stays_open(void **state)
{
	(void)state;
	send_text("GET /a" HOST "\r\n");
	expect(HEAD("200 OK", "2") KEEP_ALIVE "/a");
	send_text("GET /bc" HOST "\r\n");
	expect(HEAD("200 OK", "3") KEEP_ALIVE "/bc");
	assert_false(here.has_ended);
}

static void
it_closes_when_the_request_requires_it(void **state)
{
	static const char *const requests[] = {
		"GET /a" HOST "Connection: close\r\n\r\n",
		"GET /a HTTP/1.0\r\n\r\n",
		/* It is not known where the next request begins. */
		"POST /a" HOST "Content-Length: 4\r\n\r\nGET /b" HOST "\r\n",
	};

	(void)state;
	for (size_t i = 0; i < ROWS(requests); i++) {
		int pair[2];

		send_text(requests[i]);
		expect(HEAD("200 OK", "2") CLOSE "/a");
		clock_wait(here.loop, has_ended, NULL);
		close(here.client);
		clock_drain(here.loop);
		assert_return_code(
			socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair),
			errno);
		here.client = pair[0];
		here.has_ended = false;
		http1_accept(here.http1, pair[1], REQUEST_HTTP, 0, (struct peer){.key = 1});
	}
}

static void
requests_may_be_pipelined(void **state)
{
	(void)state;
	send_text("GET /a" HOST "\r\nGET /empty" HOST "\r\nGET /b" HOST "\r\nGET /c" HOST);
	expect(HEAD("200 OK", "2") KEEP_ALIVE
		"/aHTTP/1.1 204 No Content\r\nDate: -\r\nServer: liveserve\r\n" KEEP_ALIVE HEAD(
			"200 OK", "2") KEEP_ALIVE "/b");
	send_text("\r\n");
	expect(HEAD("200 OK", "2") KEEP_ALIVE "/c");
}

/* Both requests are received before begin() is called, so it may look up things for both. */
static void
a_batch_begins_when_it_was_received(void **state)
{
	static const char request[] = "GET /a" HOST "\r\n";
	char answer[512];
	int pair[2];

	(void)state;
	assert_return_code(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), errno);
	here.other_server = pair[1];
	http1_accept(here.http1, pair[1], REQUEST_HTTP, 0, (struct peer){.key = 1});
	send_text(request);
	assert_int_equal(write(pair[0], request, strlen(request)), strlen(request));
	here.checks_batch = true;
	expect(HEAD("200 OK", "2") KEEP_ALIVE "/a");
	assert_int_equal(here.batches, 1);
	assert_true(recv(pair[0], answer, sizeof(answer), 0) > 0);
	close(pair[0]);
	clock_drain(here.loop);
	assert_int_equal(here.batches, 1);
}

static void
a_head_may_arrive_in_pieces(void **state)
{
	static const char request[] = "GET /a" HOST "\r\n";

	(void)state;
	for (size_t i = 0; i < strlen(request); i++) {
		send_text((const char[]){request[i], '\0'});
		clock_drain(here.loop);
	}
	expect(HEAD("200 OK", "2") KEEP_ALIVE "/a");
}

static void
a_malformed_request_is_refused(void **state)
{
	(void)state;
	send_text("GET /a" HOST "\r\nGET /b HTTP/2.0\r\n\r\nGET /c" HOST "\r\n");
	expect(HEAD("200 OK", "2") KEEP_ALIVE "/a" HEAD("505 HTTP Version Not Supported", "5") CLOSE
		"What?");
	clock_wait(here.loop, has_ended, NULL);
	assert_int_equal(here.received.length, 0);
}

static void
responses_to_head_have_no_body(void **state)
{
	(void)state;
	folder_write("large", "");
	send_text("HEAD /abc" HOST "\r\nHEAD /large" HOST "\r\nGET /a" HOST "\r\n");
	expect(HEAD("200 OK", "4") KEEP_ALIVE
		"HTTP/1.1 200 OK\r\nDate: -\r\nServer: liveserve\r\nContent-Length: "
		"3145728\r\n" KEEP_ALIVE HEAD("200 OK", "2") KEEP_ALIVE "/a");
}

static bool
has_large(void *context)
{
	(void)context;
	receive();
	return here.received.length > LARGE && slice_ends(buf_slice(&here.received), "/a");
}

/* It is sent in several turns; the next request is answered after it. */
static void
a_large_body_is_sent_in_turns(void **state)
{
	char *text = mem_zero(LARGE + 1);
	const char *body;

	(void)state;
	for (size_t i = 0; i < LARGE; i++)
		text[i] = (char)('a' + i % 23);
	folder_write("large", text);
	send_text("GET /large" HOST "\r\nGET /a" HOST "\r\n");
	clock_drain(here.loop); /* until the socket is full */
	clock_wait(here.loop, has_large, NULL);
	body = strstr(here.received.bytes, "\r\n\r\n") + 4;
	assert_memory_equal(body, text, LARGE);
	assert_true(slice_starts(slice_of(body + LARGE), "HTTP/1.1 200 OK\r\n"));
	assert_true(folder_open_descriptors() < here.descriptors + 8);
	free(text);
}

/* The body is shorter than its Content-Length, so the connection ends and the client sees that. */
static void
a_file_that_shrinks_ends_the_connection(void **state)
{
	(void)state;
	folder_write("large", "short");
	send_text("GET /large" HOST "\r\n");
	clock_wait(here.loop, has_ended, NULL);
	assert_non_null(strstr(here.received.bytes, "Content-Length: 3145728\r\n"));
	assert_true(slice_ends(buf_slice(&here.received), "\r\n\r\nshort"));
}

/* The function gets the socket and all bytes that were read, also those after the head. */
static void
a_takeover_gets_the_socket(void **state)
{
	static const char request[] = "GET /takeover" HOST "\r\nand more";
	char byte;

	(void)state;
	send_text("GET /a" HOST "\r\n");
	send_text(request);
	expect(HEAD("200 OK", "2") KEEP_ALIVE "/a");
	assert_true(here.taken >= 0);
	assert_string_equal(here.bytes.bytes, request);
	assert_int_equal(here.scheme, REQUEST_HTTP);
	send_text("!");
	clock_drain(here.loop); /* http1 does not read the socket any more */
	assert_int_equal(recv(here.taken, &byte, 1, 0), 1);
	assert_int_equal(byte, '!');
	assert_int_equal(send(here.taken, "bye", 3, 0), 3);
	expect("bye");
}

/* The head arrives in two pieces, the second with more bytes after it. */
static void
a_takeover_gets_the_bytes_of_two_reads(void **state)
{
	(void)state;
	send_text("GET /takeover" HOST);
	clock_drain(here.loop);
	assert_int_equal(here.taken, -1);
	send_text("\r\nmore");
	clock_drain(here.loop);
	assert_true(here.taken >= 0);
	assert_string_equal(here.bytes.bytes, "GET /takeover" HOST "\r\nmore");
}

static void
the_entry_is_in_the_request(void **state)
{
	int pair[2];

	(void)state;
	assert_return_code(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), errno);
	close(here.client);
	here.client = pair[0];
	http1_accept(here.http1, pair[1], REQUEST_HTTP, 7, (struct peer){.key = 9});
	send_text("GET /takeover" HOST "\r\n");
	clock_drain(here.loop);
	assert_int_equal(here.entry, 7);
	assert_int_equal(here.peer, 9);
	assert_int_equal(here.scheme, REQUEST_HTTP);
}

/* What is known of a connection is known of it when it comes back, and whoever takes it over may add to that. */
static void
a_connection_that_comes_back(void **state)
{
	(void)state;
	send_text("GET /takeover" HOST "\r\n");
	clock_drain(here.loop);
	assert_false(here.back.has_stall_limit);
	here.back.has_stall_limit = true;
	takeover_give_back(&here.back, here.taken, SLICE_LITERAL("GET /takeover" HOST "\r\n"));
	clock_drain(here.loop);
	assert_true(here.back.has_stall_limit);
	assert_ptr_equal(here.back.engine, here.http1);
	send_text("GET /a");
	takeover_give_back(&here.back, here.taken, (struct slice){0});
	here.taken = -1;
	send_text(HOST "Connection: close\r\n\r\n");
	expect(HEAD("200 OK", "2") CLOSE "/a");
}

/* Its client wants no other response. */
static void
a_connection_that_does_not_come_back(void **state)
{
	(void)state;
	send_text("GET /takeover" HOST "Connection: close\r\n\r\n");
	clock_drain(here.loop);
	assert_true(here.taken >= 0);
	assert_null(here.back.fn);
}

/* ---- pauses ---- */

static bool
is_paused_now(void *count)
{
	return here.paused == *(const size_t *)count;
}

/* Sends the text; afterwards requests have been paused so many times in all. */
static void
send_to_pause(const char *text, size_t count)
{
	here.pauses++;
	send_text(text);
	clock_wait(here.loop, is_paused_now, &count);
	clock_drain(here.loop);
	receive();
	assert_int_equal(here.pauses, 0);
}

static void
a_request_may_be_paused(void **state)
{
	(void)state;
	send_to_pause("GET /later" HOST "\r\n", 1);
	assert_int_equal(here.received.length, 0);
	assert_non_null(here.waiters.first);
	response_resume(&here.waiters);
	assert_null(here.waiters.first);
	expect(HEAD("200 OK", "6") KEEP_ALIVE "/later");
	response_resume(&here.waiters); /* of nobody */
	send_text("GET /a" HOST "\r\n");
	expect(HEAD("200 OK", "2") KEEP_ALIVE "/a");
}

static void
requests_behind_a_paused_one_wait(void **state)
{
	(void)state;
	send_to_pause("GET /a" HOST "\r\nGET /later" HOST "\r\nGET /b" HOST "\r\nGET /c" HOST, 1);
	expect(HEAD("200 OK", "2") KEEP_ALIVE "/a");
	send_text("\r\nGET /d" HOST "\r\n"); /* which is not even read */
	clock_drain(here.loop);
	expect("");
	response_resume(&here.waiters);
	expect(HEAD("200 OK", "6") KEEP_ALIVE "/later" HEAD("200 OK", "2") KEEP_ALIVE
		"/b" HEAD("200 OK", "2") KEEP_ALIVE "/c" HEAD("200 OK", "2") KEEP_ALIVE "/d");
}

static void
a_paused_head_request_has_no_body(void **state)
{
	(void)state;
	send_to_pause("HEAD /later" HOST "\r\n", 1);
	response_resume(&here.waiters);
	expect(HEAD("200 OK", "6") KEEP_ALIVE);
}

static void
a_request_may_be_paused_twice(void **state)
{
	(void)state;
	send_to_pause("GET /later" HOST "\r\n", 1);
	here.pauses = 1;
	response_resume(&here.waiters); /* which ends, although it is in the list again */
	assert_int_equal(here.paused, 2);
	assert_non_null(here.waiters.first);
	expect("");
	response_resume(&here.waiters);
	expect(HEAD("200 OK", "6") KEEP_ALIVE "/later");
}

static void
each_of_two_pipelined_requests_may_be_paused(void **state)
{
	(void)state;
	send_to_pause("GET /later" HOST "\r\nGET /later2" HOST "\r\n", 1);
	here.pauses = 1;
	/* The first one is paused again, so the second one is not tried. */
	response_resume(&here.waiters);
	expect("");
	here.pauses = 0;
	response_resume(&here.waiters);
	expect(HEAD("200 OK", "6") KEEP_ALIVE "/later" HEAD("200 OK", "7") KEEP_ALIVE "/later2");
	assert_int_equal(here.paused, 2);
	send_to_pause("GET /a" HOST "\r\nGET /later" HOST "Connection: close\r\n\r\n", 3);
	expect(HEAD("200 OK", "2") KEEP_ALIVE "/a");
	response_resume(&here.waiters);
	expect(HEAD("200 OK", "6") CLOSE "/later");
	clock_wait(here.loop, has_ended, NULL);
}

/* A paused request is no idle connection, and no head that takes long. */
static void
a_paused_request_has_its_own_limit(void **state)
{
	(void)state;
	send_to_pause("GET /later" HOST "\r\n", 1);
	pass_ms(HTTP1_STALL_MS - 1000);
	assert_false(here.has_ended);
	here.pauses = 1;
	response_resume(&here.waiters); /* a second pause has no time of its own */
	assert_int_equal(here.paused, 2);
	pass_ms(2000);
	assert_true(here.has_ended);
	assert_null(here.waiters.first);
}

static bool
nobody_waits(void *context)
{
	(void)context;
	return !here.waiters.first;
}

static void
a_client_that_goes_leaves_the_list(void **state)
{
	(void)state;
	send_to_pause("GET /later" HOST "\r\n", 1);
	close(here.client);
	here.client = -1;
	clock_wait(here.loop, nobody_waits, NULL);
	response_resume(&here.waiters);
	assert_int_equal(here.paused, 1);
}

/* It may only have closed its sending side, as netcat does, and still wants an answer. */
static void
a_client_that_has_sent_everything_stays(void **state)
{
	(void)state;
	send_to_pause("GET /later" HOST "\r\n", 1);
	shutdown(here.client, SHUT_WR);
	clock_drain(here.loop);
	assert_non_null(here.waiters.first);
	response_resume(&here.waiters);
	expect(HEAD("200 OK", "6") KEEP_ALIVE "/later");
	clock_wait(here.loop, has_ended, NULL);
}

/* leave() sees that the list is empty. */
static void
the_end_of_the_server_empties_the_list(void **state)
{
	(void)state;
	send_to_pause("GET /later" HOST "\r\n", 1);
}

static void
a_paused_request_may_become_a_takeover(void **state)
{
	static const char request[] = "GET /later" HOST "\r\nmore";

	(void)state;
	send_to_pause(request, 1);
	here.takes_later = true;
	response_resume(&here.waiters);
	assert_true(here.taken >= 0);
	assert_string_equal(here.bytes.bytes, request);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_connection_stays_open),
		TEST(it_closes_when_the_request_requires_it),
		TEST(requests_may_be_pipelined),
		TEST(a_batch_begins_when_it_was_received),
		TEST(a_head_may_arrive_in_pieces),
		TEST(a_malformed_request_is_refused),
		TEST(responses_to_head_have_no_body),
		TEST(a_large_body_is_sent_in_turns),
		TEST(a_file_that_shrinks_ends_the_connection),
		TEST(a_takeover_gets_the_socket),
		TEST(a_connection_that_comes_back),
		TEST(a_connection_that_does_not_come_back),
		TEST(a_takeover_gets_the_bytes_of_two_reads),
		TEST(the_entry_is_in_the_request),
		TEST(a_request_may_be_paused),
		TEST(requests_behind_a_paused_one_wait),
		TEST(a_paused_head_request_has_no_body),
		TEST(a_request_may_be_paused_twice),
		TEST(each_of_two_pipelined_requests_may_be_paused),
		TEST(a_paused_request_has_its_own_limit),
		TEST(a_client_that_goes_leaves_the_list),
		TEST(a_client_that_has_sent_everything_stays),
		TEST(the_end_of_the_server_empties_the_list),
		TEST(a_paused_request_may_become_a_takeover),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

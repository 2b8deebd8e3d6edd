/*
 * http1 on a socket pair, with a handler of ten lines: an example of its use.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "http/http1.h"
#include "support/clock.h"
#include "support/folder.h"

/* ---- the program ---- */

static void take_over(void *context, const struct takeover *takeover);
static void add_large_file(struct response *response);

static void
answer(void *context, const struct request *request, struct response *response)
{
	if (slice_is(request->path, "/takeover"))
		response_take_over(response, take_over, context);
	else if (slice_is(request->path, "/large"))
		add_large_file(response);
	else if (slice_is(request->path, "/empty"))
		response_status(response, 204);
	else
		response_text(response, 200, "text/plain", request->path);
}

static void
refuse(void *context, int status, struct response *response)
{
	(void)context;
	response_text(response, status, "text/plain", SLICE_LITERAL("What?"));
}

/* The head of a response up to its Connection field. */
#define HEAD(status, length)                                                             \
	"HTTP/1.1 " status "\r\nDate: -\r\nServer: liveserve\r\nContent-Length: " length \
	"\r\nContent-Type: text/plain\r\n"
#define KEEP_ALIVE "Connection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\n"
#define CLOSE "Connection: close\r\n\r\n"

#define HOST " HTTP/1.1\r\nHost: localhost\r\n"

/* ---- its connections ---- */

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
} here;

static void
take_over(void *context, const struct takeover *takeover)
{
	assert_ptr_equal(context, &here);
	assert_true(slice_is(takeover->request->path, "/takeover"));
	assert_true(takeover->bytes.length >= takeover->request->head_length);
	here.taken = takeover->socket;
	here.scheme = takeover->request->scheme;
	here.entry = takeover->request->entry;
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
	const struct http1_handler handler = {answer, refuse, &here};
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
	http1_accept(here.http1, pair[1], NULL, 0);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	http1_destroy(here.http1);
	loop_destroy(here.loop);
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
		http1_accept(here.http1, pair[1], NULL, 0);
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
	http1_accept(here.http1, pair[1], NULL, 7);
	send_text("GET /takeover" HOST "\r\n");
	clock_drain(here.loop);
	assert_int_equal(here.entry, 7);
	assert_int_equal(here.scheme, REQUEST_HTTP);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_connection_stays_open),
		TEST(it_closes_when_the_request_requires_it),
		TEST(requests_may_be_pipelined),
		TEST(a_head_may_arrive_in_pieces),
		TEST(a_malformed_request_is_refused),
		TEST(responses_to_head_have_no_body),
		TEST(a_large_body_is_sent_in_turns),
		TEST(a_file_that_shrinks_ends_the_connection),
		TEST(a_takeover_gets_the_socket),
		TEST(a_takeover_gets_the_bytes_of_two_reads),
		TEST(the_entry_is_in_the_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

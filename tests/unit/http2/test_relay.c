/*
 * relay, with what a takeover would do at the other end of the socket pair.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http2/relay.h"
#include "support/clock.h"
#include "support/folder.h"

enum { LARGE = 3 * 1000 * 1000 };

static struct {
	size_t descriptors;
	struct loop *loop;
	struct relay *relay;
	int socket;       /* the takeover's end, or -1 */
	struct buf heads; /* "103 link=a;" for each head, with a '+' when a body follows */
	struct buf body;
	unsigned moves;
} here;

static void
head_has_come(void *context, int status, const struct fields *fields, bool has_body)
{
	assert_ptr_equal(context, &here);
	buf_addf(&here.heads, "%d", status);
	for (size_t i = 0; i < fields->count; i++) {
		struct field field = fields_at(fields, i);

		buf_addf(&here.heads, " %.*s=%.*s", (int)field.name.length, field.name.at,
			(int)field.value.length, field.value.at);
	}
	buf_add_text(&here.heads, has_body ? "+;" : ";");
}

static void
has_moved(void *context)
{
	assert_ptr_equal(context, &here);
	here.moves++;
}

static void
start(bool is_head, bool has_chunks)
{
	here.relay = relay_create(
		&(struct relay_options){
			.loop = here.loop,
			.is_head = is_head,
			.has_chunks = has_chunks,
			.head = head_has_come,
			.moved = has_moved,
			.context = &here,
		},
		&here.socket);
	assert_non_null(here.relay);
	buf_clear(&here.heads);
	buf_clear(&here.body);
	here.moves = 0;
}

static int
enter(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	here.socket = -1;
	here.descriptors = folder_open_descriptors();
	here.loop = loop_create();
	return 0;
}

static void
close_socket(void)
{
	if (here.socket >= 0)
		close(here.socket);
	here.socket = -1;
}

static void
stop(void)
{
	close_socket();
	relay_destroy(here.relay);
	here.relay = NULL;
}

static int
leave(void **state)
{
	(void)state;
	stop();
	loop_destroy(here.loop);
	buf_finish(&here.heads);
	buf_finish(&here.body);
	assert_int_equal(folder_open_descriptors(), here.descriptors);
	return 0;
}

static void
say(const char *text)
{
	assert_int_equal(send(here.socket, text, strlen(text), MSG_NOSIGNAL), strlen(text));
	clock_drain(here.loop);
}

/* Takes what there is of the body, as the session does when it may send. */
static void
take(void)
{
	char bytes[1000];
	size_t got;

	while ((got = relay_read(here.relay, bytes, sizeof(bytes))))
		buf_add(&here.body, bytes, got);
	clock_drain(here.loop);
}

static void
expect(const char *heads, const char *body)
{
	take();
	assert_string_equal(buf_slice(&here.heads).at, heads);
	assert_string_equal(buf_slice(&here.body).at, body);
}

/* ---- responses ---- */

static void
heads_and_bodies(void **state)
{
	static const struct {
		bool is_head;
		const char *said;
		bool ends; /* the connection ends the body */
		const char *heads, *body;
	} rows[] = {
		{false, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", false,
			"200 Content-Length=5+;", "hello"},
		{false, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false,
			"200 Content-Length=0;", ""},
		{false,
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
			"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
			false, "200 Transfer-Encoding=chunked+;", "abcde"},
		{false, "HTTP/1.1 200 OK\r\n\r\nto the end", true, "200+;", "to the end"},
		{false, "HTTP/1.1 204 No Content\r\n\r\n", false, "204;", ""},
		{false, "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", false,
			"304 Content-Length=5;", ""},
		{true, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", false,
			"200 Content-Length=5;", ""},
		{false,
			"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: a\r\n\r\n"
			"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
			false, "100;103 Link=a;200 Content-Length=1+;", "x"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		start(rows[i].is_head, false);
		say(rows[i].said);
		if (rows[i].ends) {
			take();
			assert_false(relay_is_complete(here.relay));
			shutdown(here.socket, SHUT_WR);
			clock_drain(here.loop);
		}
		expect(rows[i].heads, rows[i].body);
		assert_true(relay_is_complete(here.relay));
		assert_false(relay_has_failed(here.relay));
		assert_true(here.moves > 0);
		stop();
	}
}

static void
pieces_make_no_difference(void **state)
{
	static const char said[] = "HTTP/1.1 103 Early\r\nLink: a\r\n\r\n"
				   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
				   "a;x=y\r\n0123456789\r\n1\r\na\r\n0\r\nTrailer: b\r\n\r\n";

	(void)state;
	for (size_t size = 1; size < sizeof(said); size += size < 8 ? 1 : 11) {
		start(false, false);
		for (size_t at = 0; at < sizeof(said) - 1; at += size) {
			char piece[sizeof(said)] = {0};

			strncpy(piece, said + at, size);
			say(piece);
			take();
		}
		expect("103 Link=a;200 Transfer-Encoding=chunked+;", "0123456789a");
		assert_true(relay_is_complete(here.relay));
		stop();
	}
}

/* Whatever is said, and however it ends, nothing of it looks complete. */
static void
what_is_wrong_has_failed(void **state)
{
	static const char *const rows[] = {
		"",
		"HTTP/1.1 200",
		"HTTP/1.1 100 Continue\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
		"HTTP/1.1 200 OK\r\n\r\nis cut off",
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
		"HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
		"HTTP/2 200\r\n\r\n",
		"nonsense\r\n\r\n",
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		start(false, false);
		say(rows[i]);
		close_socket();
		clock_drain(here.loop);
		take();
		if (!relay_has_failed(here.relay) || relay_is_complete(here.relay))
			fail_msg("row %zu", i);
		assert_true(here.moves > 0);
		stop();
	}
}

static void
what_follows_a_response_is_not_read(void **state)
{
	(void)state;
	start(false, false);
	say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\n\r\nsecond");
	say("third");
	expect("200 Content-Length=5+;", "hello");
	assert_true(relay_is_complete(here.relay));
}

/* ---- flow ---- */

static size_t
say_some(size_t *unsaid)
{
	char bytes[10000];
	ssize_t sent;
	size_t said = 0;

	memset(bytes, 'x', sizeof(bytes));
	while (*unsaid > 0) {
		sent = send(here.socket, bytes, *unsaid < sizeof(bytes) ? *unsaid : sizeof(bytes),
			MSG_NOSIGNAL);
		if (sent < 0)
			break;
		*unsaid -= (size_t)sent;
		said += (size_t)sent;
	}
	return said;
}

static void
a_response_is_read_as_it_is_taken(void **state)
{
	size_t unsaid = LARGE;

	(void)state;
	start(false, false);
	say("HTTP/1.1 200 OK\r\n\r\n");
	while (say_some(&unsaid))
		clock_drain(here.loop);
	assert_true(unsaid > LARGE / 2);
	assert_true(relay_has_data(here.relay));
	assert_true(relay_memory(here.relay) <= (size_t)4 * RELAY_DATA_MAX);
	for (int i = 0; i < 10000 && unsaid; i++) {
		take();
		say_some(&unsaid);
		clock_drain(here.loop);
		assert_true(relay_memory(here.relay) <= (size_t)4 * RELAY_DATA_MAX);
	}
	shutdown(here.socket, SHUT_WR);
	for (int i = 0; i < 100 && !relay_is_complete(here.relay); i++) {
		clock_drain(here.loop);
		take();
	}
	assert_int_equal(here.body.length, LARGE);
	assert_true(relay_is_complete(here.relay));
}

/* Who has closed cannot wait: what was said before that is read to its end, as it is taken. */
static void
a_response_is_read_after_its_end(void **state)
{
	size_t unsaid = 100000;

	(void)state;
	start(false, false);
	say("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
	assert_int_equal(say_some(&unsaid), 100000);
	close_socket();
	for (int i = 0; i < 100 && !relay_is_complete(here.relay); i++) {
		clock_drain(here.loop);
		take();
	}
	assert_int_equal(here.body.length, 100000);
	assert_true(relay_is_complete(here.relay));
	assert_false(relay_has_failed(here.relay));
}

/* ---- requests ---- */

static void
expect_request(const char *text)
{
	char bytes[256] = {0};
	ssize_t got;

	clock_drain(here.loop);
	got = recv(here.socket, bytes, sizeof(bytes) - 1, 0);
	assert_int_equal(got, *text ? (ssize_t)strlen(text) : -1);
	assert_string_equal(bytes, text);
}

static void
bodies_are_sent_as_they_are(void **state)
{
	(void)state;
	start(false, false);
	relay_send(here.relay, SLICE_LITERAL("hel"));
	relay_send(here.relay, SLICE_LITERAL("lo"));
	relay_send_end(here.relay);
	expect_request("hello");
	expect_request("");
}

static void
bodies_without_a_length_are_sent_in_chunks(void **state)
{
	(void)state;
	start(false, true);
	relay_send(here.relay, SLICE_LITERAL("0\r\n\r\n"));
	relay_send(here.relay, (struct slice){0}); /* no chunk, which would be the end */
	relay_send(here.relay, SLICE_LITERAL("0123456789"));
	expect_request("5\r\n0\r\n\r\n\r\na\r\n0123456789\r\n");
	relay_send_end(here.relay);
	expect_request("0\r\n\r\n");
}

static void
what_is_not_taken_is_pending(void **state)
{
	static char bytes[LARGE];
	char piece[4096];
	size_t got = 0;

	(void)state;
	start(false, false);
	memset(bytes, 'x', sizeof(bytes));
	relay_send(here.relay, (struct slice){bytes, sizeof(bytes)});
	assert_true(relay_pending(here.relay) > LARGE / 2);
	assert_true(relay_memory(here.relay) >= relay_pending(here.relay));
	for (int i = 0; i < 10000 && got < LARGE; i++) {
		ssize_t part;

		while ((part = recv(here.socket, piece, sizeof(piece), 0)) > 0)
			got += (size_t)part;
		clock_drain(here.loop);
	}
	assert_int_equal(got, LARGE);
	assert_int_equal(relay_pending(here.relay), 0);
	assert_true(here.moves > 0);
}

/* It does not want the rest of the request, but its answer counts. */
static void
an_answer_before_the_end_of_the_request(void **state)
{
	static char bytes[LARGE];

	(void)state;
	start(false, false);
	relay_send(here.relay, (struct slice){bytes, sizeof(bytes)});
	say("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
	close_socket();
	clock_drain(here.loop);
	expect("413 Content-Length=2+;", "no");
	assert_true(relay_is_complete(here.relay));
	relay_send(here.relay, SLICE_LITERAL("more"));
	assert_int_equal(relay_pending(here.relay), 0);
}

static void
the_takeover_sees_the_end(void **state)
{
	char byte;

	(void)state;
	start(false, false);
	relay_destroy(here.relay);
	here.relay = NULL;
	assert_int_equal(recv(here.socket, &byte, 1, 0), 0);
	relay_destroy(NULL);
	assert_int_equal(relay_memory(NULL), 0);
}

static void
there_is_none_without_descriptors(void **state)
{
	struct rlimit limit, none = {0};
	const struct relay_options options = {
		.loop = here.loop, .head = head_has_come, .moved = has_moved, .context = &here};
	int socket = -5;

	(void)state;
	assert_return_code(getrlimit(RLIMIT_NOFILE, &limit), errno);
	none.rlim_max = limit.rlim_max;
	assert_return_code(setrlimit(RLIMIT_NOFILE, &none), errno);
	assert_null(relay_create(&options, &socket));
	assert_return_code(setrlimit(RLIMIT_NOFILE, &limit), errno);
	assert_int_equal(socket, -5);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(heads_and_bodies),
		TEST(pieces_make_no_difference),
		TEST(what_is_wrong_has_failed),
		TEST(what_follows_a_response_is_not_read),
		TEST(a_response_is_read_as_it_is_taken),
		TEST(a_response_is_read_after_its_end),
		TEST(bodies_are_sent_as_they_are),
		TEST(bodies_without_a_length_are_sent_in_chunks),
		TEST(what_is_not_taken_is_pending),
		TEST(an_answer_before_the_end_of_the_request),
		TEST(the_takeover_sees_the_end),
		TEST(there_is_none_without_descriptors),
	};

	signal(SIGPIPE, SIG_IGN); /* as the program does */
	return cmocka_run_group_tests(tests, NULL, NULL);
}

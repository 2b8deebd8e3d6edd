/*
 * A request as records, and the records of its answer as HTTP.
 */
#include "support/test.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proxy/script_relay.h"

struct fixture {
	struct log_limit limit;
	struct buf scratch, held, records;
	struct message_body body;
	struct script_relay *relay;
	struct buf logged;
};

static void
log_to(void *context, enum log_level level, const char *sentence)
{
	struct fixture *fixture = context;

	(void)level;
	buf_add_text(&fixture->logged, sentence);
	buf_add_char(&fixture->logged, '\n');
}

/* Begins the request in text, with whatever is behind its head. */
static enum script_relay_verdict
begin(struct fixture *fixture, const char *text)
{
	struct request request;
	struct response response = {0};
	struct cgi_script script = {0};
	int sockets[2];
	enum script_relay_verdict verdict;

	assert_int_equal(request_parse(&request, text, strlen(text)), REQUEST_COMPLETE);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
	verdict = script_relay_create(&fixture->relay, &fixture->body,
		&(struct takeover){.socket = sockets[0],
			.request = &request,
			.bytes = slice_of(text),
			.response = &response},
		&(struct script_relay_options){
			.script = &script, .server = "fpm", .limit = &fixture->limit},
		&fixture->scratch, &fixture->records, &fixture->held);
	close(sockets[0]);
	close(sockets[1]);
	return verdict;
}

static void
finish(struct fixture *fixture)
{
	script_relay_destroy(fixture->relay);
	buf_finish(&fixture->scratch);
	buf_finish(&fixture->held);
	buf_finish(&fixture->records);
	buf_finish(&fixture->logged);
	log_limit_finish(&fixture->limit);
}

/* The content of all records of a type, and in *ends the number of empty ones. */
static struct buf
content_of(const struct buf *records, enum record_type type, size_t *ends)
{
	struct slice rest = buf_slice(records);
	struct buf content = {0};

	*ends = 0;
	while (rest.length) {
		size_t length = slice_get16(rest, 4);
		bool is_it = slice_get8(rest, 1) == type;

		slice_drop(&rest, RECORD_HEADER);
		if (is_it)
			buf_add(&content, rest.at, length);
		*ends += is_it && length == 0;
		slice_drop(&rest, length);
	}
	return content;
}

static void
check_stream(const struct fixture *fixture, enum record_type type, const char *expected,
	size_t expected_ends)
{
	size_t ends;
	struct buf content = content_of(&fixture->records, type, &ends);

	if (expected)
		assert_true(slice_is(buf_slice(&content), expected));
	assert_int_equal(ends, expected_ends);
	buf_finish(&content);
}

static void
no_body(void **state)
{
	struct fixture fixture = {0};

	(void)state;
	assert_int_equal(
		begin(&fixture, "GET /a.php HTTP/1.1\r\nHost: x\r\n\r\n"), SCRIPT_RELAY_MORE);
	check_stream(&fixture, RECORD_PARAMS, NULL, 1);
	check_stream(&fixture, RECORD_STDIN, "", 1);
	assert_true(fixture.body.has_ended);
	assert_false(fixture.relay->waits);
	finish(&fixture);
}

static void
length(void **state)
{
	struct fixture fixture = {0};

	(void)state;
	assert_int_equal(begin(&fixture, "POST /a.php HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
					 "\r\nhel"),
		SCRIPT_RELAY_MORE);
	check_stream(&fixture, RECORD_PARAMS, NULL, 1);
	check_stream(&fixture, RECORD_STDIN, "hel", 0);
	assert_false(fixture.body.has_ended);
	assert_int_equal(
		script_relay_add_body(fixture.relay, SLICE_LITERAL("lo"), true, &fixture.records),
		SCRIPT_RELAY_MORE);
	check_stream(&fixture, RECORD_STDIN, "hello", 1);
	finish(&fixture);
}

/* The length is the last of the variables, and nothing of the body comes before it. */
static void
chunks(void **state)
{
	static const char last[] = "\x0e\x01"
				   "CONTENT_LENGTH5";
	struct fixture fixture = {0};
	struct buf params;
	size_t ends;

	(void)state;
	assert_int_equal(begin(&fixture, "POST /a.php HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
					 "chunked\r\n\r\n3\r\nhel\r\n"),
		SCRIPT_RELAY_MORE);
	check_stream(&fixture, RECORD_PARAMS, NULL, 0);
	check_stream(&fixture, RECORD_STDIN, "", 0);
	assert_int_equal(
		script_relay_add_body(fixture.relay, SLICE_LITERAL("lo"), true, &fixture.records),
		SCRIPT_RELAY_MORE);
	params = content_of(&fixture.records, RECORD_PARAMS, &ends);
	assert_int_equal(ends, 1);
	assert_true(slice_ends(buf_slice(&params), last));
	check_stream(&fixture, RECORD_STDIN, "hello", 1);
	buf_finish(&params);
	finish(&fixture);
}

static void
bad_chunks(void **state)
{
	struct fixture fixture = {0};
	struct slice much = {NULL, SCRIPT_RELAY_CHUNKED_MAX + 1};

	(void)state;
	assert_int_equal(begin(&fixture, "POST /a.php HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
					 "chunked\r\n\r\nx\r\n"),
		SCRIPT_RELAY_MALFORMED);
	assert_int_equal(script_relay_add_body(fixture.relay, much, false, &fixture.records),
		SCRIPT_RELAY_TOO_LONG);
	finish(&fixture);
}

static void
expectation(void **state)
{
	struct fixture fixture = {0};

	(void)state;
	begin(&fixture, "POST /a.php HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
			"Expect: 100-continue\r\n\r\n");
	assert_true(fixture.relay->waits);
	finish(&fixture);
	fixture = (struct fixture){0};
	begin(&fixture, "POST /a.php HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
			"Expect: 100-continue\r\n\r\nx");
	assert_false(fixture.relay->waits);
	finish(&fixture);
}

/* The answer comes in pieces of size bytes. */
static void
answer(struct fixture *fixture, struct slice bytes, size_t size, struct buf *http)
{
	enum script_relay_verdict verdict = SCRIPT_RELAY_MORE;
	const char *fault;

	while (bytes.length) {
		struct slice piece = bytes;

		assert_int_equal(verdict, SCRIPT_RELAY_MORE);
		piece.length = size < bytes.length ? size : bytes.length;
		slice_drop(&bytes, piece.length);
		verdict = script_relay_read(fixture->relay, piece, &fault);
		buf_add_slice(http, buf_slice(&fixture->relay->http));
	}
	assert_int_equal(verdict, SCRIPT_RELAY_ENDED);
}

static void
answers(void **state)
{
	struct buf bytes = {0};

	(void)state;
	record_add(&bytes, RECORD_STDERR, SLICE_LITERAL("one\x1b\ntw"));
	record_add(&bytes, RECORD_STDOUT, SLICE_LITERAL("Status: 200\nA: b\n\nbody"));
	record_add(&bytes, RECORD_STDERR, SLICE_LITERAL("o\n\nthree"));
	record_add(&bytes, RECORD_END_REQUEST, (struct slice){"\0\0\0\0\0\0\0\0", 8});
	for (size_t size = 1; size <= bytes.length; size++) {
		struct fixture fixture = {0};
		struct buf http = {0};

		log_set_sink(log_to, &fixture);
		begin(&fixture, size % 2 ? "GET /a.php HTTP/1.1\r\nHost: x\r\n\r\n"
					 : "HEAD /a.php HTTP/1.1\r\nHost: x\r\n\r\n");
		answer(&fixture, buf_slice(&bytes), size, &http);
		assert_true(
			slice_is(buf_slice(&http), size % 2 ? "HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody"
							    : "HTTP/1.1 200 OK\r\nA: b\r\n\r\n"));
		assert_true(slice_is(
			buf_slice(&fixture.logged), "fpm: one\\x1b\nfpm: two\nfpm: three\n"));
		buf_clear(&http);
		script_relay_restart(fixture.relay);
		answer(&fixture, buf_slice(&bytes), bytes.length, &http);
		assert_true(slice_starts(buf_slice(&http), "HTTP/1.1 200 OK\r\n"));
		log_set_sink(NULL, NULL);
		buf_finish(&http);
		finish(&fixture);
	}
	buf_finish(&bytes);
}

static void
long_line(void **state)
{
	struct fixture fixture = {0};
	struct buf bytes = {0}, line = {0};
	const char *fault;

	(void)state;
	for (int i = 0; i < 100000; i++)
		buf_add_char(&line, 'x');
	record_add(&bytes, RECORD_STDERR, buf_slice(&line));
	log_set_sink(log_to, &fixture);
	begin(&fixture, "GET /a.php HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_int_equal(
		script_relay_read(fixture.relay, buf_slice(&bytes), &fault), SCRIPT_RELAY_MORE);
	assert_in_range(fixture.relay->line.length, 1, SCRIPT_RELAY_LINE_MAX + 1);
	buf_clear(&bytes);
	record_add(&bytes, RECORD_STDERR, SLICE_LITERAL("\n"));
	script_relay_read(fixture.relay, buf_slice(&bytes), &fault);
	assert_in_range(fixture.logged.length, SCRIPT_RELAY_LINE_MAX, SCRIPT_RELAY_LINE_MAX + 20);
	log_set_sink(NULL, NULL);
	buf_finish(&bytes);
	buf_finish(&line);
	finish(&fixture);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_body),
		cmocka_unit_test(length),
		cmocka_unit_test(chunks),
		cmocka_unit_test(bad_chunks),
		cmocka_unit_test(expectation),
		cmocka_unit_test(answers),
		cmocka_unit_test(long_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Lines of the Combined Log Format. The rows are what Apache httpd 2.4 writes for the same requests.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <stdlib.h>
#include <time.h>

#include "accesslog/combined.h"

/* SLICE_LITERAL is no constant. */
#define TEXT(text)                     \
	{                              \
		text, sizeof(text) - 1 \
	}

static const struct event_request plain = {
	.when = {.tv_sec = 971211336},
	.address = TEXT("127.0.0.1"),
	.line = TEXT("GET /apache_pb.gif HTTP/1.0"),
	.status = 200,
	.bytes = 2326,
};

static void
assert_line(const struct event_request *request, const char *expected)
{
	struct buf line = {0};

	combined_add(&line, request);
	assert_string_equal(line.bytes, expected);
	buf_finish(&line);
}

/* The example of httpd's manual. */
static void
all_fields(void **state)
{
	struct event_request request = plain;

	(void)state;
	request.user = SLICE_LITERAL("frank");
	request.referer = SLICE_LITERAL("http://www.example.com/start.html");
	request.agent = SLICE_LITERAL("Mozilla/4.08 [en] (Win98; I ;Nav)");
	assert_line(&request, "127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] \"GET /apache_pb.gif "
			      "HTTP/1.0\" 200 "
			      "2326 \"http://www.example.com/start.html\" \"Mozilla/4.08 [en] "
			      "(Win98; I ;Nav)\"\n");
}

static void
what_is_missing(void **state)
{
	struct event_request request = plain;

	(void)state;
	request.bytes = 0;
	assert_line(&request,
		"127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] \"GET /apache_pb.gif HTTP/1.0\" 200 - "
		"\"-\" \"-\"\n");
	request.user = request.agent = SLICE_LITERAL("");
	assert_line(&request, "127.0.0.1 - \"\" [10/Oct/2000:13:55:36 -0700] \"GET /apache_pb.gif "
			      "HTTP/1.0\" 200 - "
			      "\"-\" \"\"\n");
}

static void
hostile_bytes(void **state)
{
	static const struct {
		struct slice sent;
		const char *written;
	} rows[] = {
		{TEXT("a \"b\" \\ c"), "a \\\"b\\\" \\\\ c"},
		{TEXT("\b\n\r\t\v\f"), "\\b\\n\\r\\t\\v\\x0c"},
		{TEXT("\0x"), "\\x00x"},
		{TEXT("\x1b[31m\x7f"), "\\x1b[31m\\x7f"},
		{TEXT("\x80\xff\xc3\xa9"), "\\x80\\xff\\xc3\\xa9"},
		{TEXT(" ~"), " ~"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct event_request request = plain;
		struct buf expected = {0};

		request.line = request.referer = request.agent = rows[i].sent;
		buf_addf(&expected,
			"127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] \"%s\" 200 2326 \"%s\" "
			"\"%s\"\n",
			rows[i].written, rows[i].written, rows[i].written);
		assert_line(&request, expected.bytes);
		buf_finish(&expected);
	}
}

/* A program that splits the line at spaces still finds each field. */
static void
a_user_with_a_space(void **state)
{
	struct event_request request = plain;

	(void)state;
	request.user = SLICE_LITERAL("a b\"\xff");
	assert_line(&request, "127.0.0.1 - a\\x20b\\\"\\xff [10/Oct/2000:13:55:36 -0700] "
			      "\"GET /apache_pb.gif HTTP/1.0\" 200 2326 \"-\" \"-\"\n");
}

static int
be_in_california(void **state)
{
	(void)state;
	setenv("TZ", "PST8PDT,M4.1.0,M10.5.0", 1);
	tzset();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_fields),
		cmocka_unit_test(what_is_missing),
		cmocka_unit_test(hostile_bytes),
		cmocka_unit_test(a_user_with_a_space),
	};

	return cmocka_run_group_tests(tests, be_in_california, NULL);
}

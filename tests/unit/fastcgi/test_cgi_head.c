/*
 * Heads of CGI, good and bad, in whichever pieces they arrive.
 */
#include "support/test.h"

#include <string.h>

#include "fastcgi/cgi_head.h"

static enum cgi_head_verdict
read_in_pieces(
	const char *bytes, size_t size, bool without_body, struct buf *http, const char **fault)
{
	struct cgi_head head = {0};
	struct slice rest = slice_of(bytes);
	enum cgi_head_verdict verdict = CGI_HEAD_MORE;

	while (rest.length && verdict == CGI_HEAD_MORE) {
		struct slice piece = rest;

		piece.length = size < rest.length ? size : rest.length;
		slice_drop(&rest, piece.length);
		verdict = cgi_head_read(&head, piece, without_body, http, fault);
	}
	if (verdict == CGI_HEAD_COMPLETE && !without_body)
		buf_add_slice(http, rest);
	cgi_head_finish(&head);
	return verdict;
}

static void
heads(void **state)
{
	static const struct {
		const char *bytes, *http;
	} rows[] = {
		{"Content-Type: text/html\r\n\r\nbody",
			"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nbody"},
		{"Content-Type: a/b\n\nbody", "HTTP/1.1 200 OK\r\nContent-Type: a/b\r\n\r\nbody"},
		{"Content-Type: a/b\n\r\n\n\n", "HTTP/1.1 200 OK\r\nContent-Type: a/b\r\n\r\n\n\n"},
		{"Status: 404\nA: b\n\n", "HTTP/1.1 404 Not Found\r\nA: b\r\n\r\n"},
		{"A: b\r\nstatus:  201 My Own \r\n\r\n", "HTTP/1.1 201 My Own\r\nA: b\r\n\r\n"},
		{"Location: /x\n\n", "HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n"},
		{"Status: 201 Created\nLocation: /x\n\n",
			"HTTP/1.1 201 Created\r\nLocation: /x\r\n\r\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t size = 1; size <= strlen(rows[i].bytes); size++) {
			struct buf http = {0};
			const char *fault;

			assert_int_equal(read_in_pieces(rows[i].bytes, size, false, &http, &fault),
				CGI_HEAD_COMPLETE);
			assert_true(slice_is(buf_slice(&http), rows[i].http));
			buf_finish(&http);
		}
}

static void
faults(void **state)
{
	static const struct {
		const char *bytes, *fault;
	} rows[] = {
		{"\n", "sent an answer without a CGI header"},
		{"<html>\n\n", "sent an answer without a CGI header"},
		{"A: b\n\n", "sent an answer without a CGI header"},
		{"Status: 200\nStatus: 200\n\n", "sent an answer with two statuses"},
		{"Status: 100 Continue\n\n", "sent an answer with a wrong status"},
		{"Status: 600\n\n", "sent an answer with a wrong status"},
		{"Status: 20\n\n", "sent an answer with a wrong status"},
		{"Status: 2000\n\n", "sent an answer with a wrong status"},
		{"Status:\n\n", "sent an answer with a wrong status"},
		{"Status: +20\n\n", "sent an answer with a wrong status"},
		{"transfer-encoding: chunked\nContent-Type: a/b\n\n",
			"sent a header that CGI does not have"},
		{"Status: 200\nUpgrade: websocket\n\n", "sent a header that CGI does not have"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t size = 1; size <= strlen(rows[i].bytes); size++) {
			struct buf http = {0};
			const char *fault = NULL;

			assert_int_equal(read_in_pieces(rows[i].bytes, size, false, &http, &fault),
				CGI_HEAD_FAILED);
			assert_string_equal(fault, rows[i].fault);
			buf_finish(&http);
		}
}

static void
no_body(void **state)
{
	struct buf http = {0};
	const char *fault;

	(void)state;
	assert_int_equal(
		read_in_pieces("Status: 200\n\nbody", 100, true, &http, &fault), CGI_HEAD_COMPLETE);
	assert_true(slice_is(buf_slice(&http), "HTTP/1.1 200 OK\r\n\r\n"));
	buf_finish(&http);
}

static void
too_long(void **state)
{
	struct cgi_head head = {0};
	struct buf http = {0};
	enum cgi_head_verdict verdict = CGI_HEAD_MORE;
	const char *fault;
	size_t length = 0;

	(void)state;
	for (; verdict == CGI_HEAD_MORE; length += 6)
		verdict = cgi_head_read(&head, SLICE_LITERAL("A: bc\n"), false, &http, &fault);
	assert_int_equal(verdict, CGI_HEAD_FAILED);
	assert_string_equal(fault, "sent an answer whose head is too long");
	assert_in_range(length, CGI_HEAD_MAX, CGI_HEAD_MAX + 6);
	assert_int_equal(http.length, 0);
	cgi_head_finish(&head);
	buf_finish(&http);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads),
		cmocka_unit_test(faults),
		cmocka_unit_test(no_body),
		cmocka_unit_test(too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

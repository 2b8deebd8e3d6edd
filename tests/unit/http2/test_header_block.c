#include "support/test.h"

#include <stdlib.h>

#include "base/mem.h"
#include "http2/header_block.h"

enum { FIELDS_MAX = 8 };

struct pair {
	const char *name, *value;
};

#define GET                                                                    \
	{":method", "GET"}, {":scheme", "https"}, {":authority", "localhost"}, \
	{                                                                      \
		":path", "/a?b"                                                \
	}

static int
make_head(struct header_block *block, const struct pair *pairs, bool ends_stream,
	struct request *request)
{
	header_block_begin(block);
	for (size_t i = 0; i < FIELDS_MAX && pairs[i].name; i++)
		assert_true(
			header_block_add(block, slice_of(pairs[i].name), slice_of(pairs[i].value)));
	return header_block_end(block, ends_stream, request);
}

static void
heads_are_written(void **state)
{
	static const struct {
		struct pair pairs[FIELDS_MAX];
		bool has_body;
		const char *text;
	} rows[] = {
		{{GET}, false, "GET /a?b HTTP/1.1\r\nhost: localhost\r\n\r\n"},
		{{GET, {"x", "1"}, {"te", "trailers"}, {"empty", ""}}, false,
			"GET /a?b HTTP/1.1\r\nhost: localhost\r\nx: 1\r\nempty: \r\n\r\n"},
		/* RFC 9113 8.2.3 */
		{{GET, {"cookie", "a=b"}, {"x", "1"}, {"cookie", "c=d"}, {"cookie", "e"}}, false,
			"GET /a?b HTTP/1.1\r\nhost: localhost\r\nx: 1\r\ncookie: a=b; c=d; "
			"e\r\n\r\n"},
		/* Host in place of :authority, and beside the same one. */
		{{{":path", "/"}, {":method", "GET"}, {":scheme", "HTTPS"}, {"host", "h:1"}}, false,
			"GET / HTTP/1.1\r\nhost: h:1\r\n\r\n"},
		{{GET, {"host", "LOCALHOST"}}, false,
			"GET /a?b HTTP/1.1\r\nhost: localhost\r\n\r\n"},
		{{{":method", "OPTIONS"}, {":scheme", "https"}, {":authority", "h"},
			 {":path", "*"}},
			false, "OPTIONS * HTTP/1.1\r\nhost: h\r\n\r\n"},
		{{GET, {"content-length", "3"}}, true,
			"GET /a?b HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\n\r\n"},
		{{GET, {"content-length", "0"}}, false,
			"GET /a?b HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n"},
		{{GET}, true,
			"GET /a?b HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: "
			"chunked\r\n\r\n"},
		{{GET, {"x", "a\tb\xff \"<"}}, false,
			"GET /a?b HTTP/1.1\r\nhost: localhost\r\nx: a\tb\xff \"<\r\n\r\n"},
	};
	struct header_block block = {0};
	struct request request;

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		assert_int_equal(make_head(&block, rows[i].pairs, !rows[i].has_body, &request),
			REQUEST_COMPLETE);
		assert_string_equal(block.text.bytes, rows[i].text);
		assert_int_equal(request.has_body, rows[i].has_body);
		assert_int_equal(request.head_length, block.text.length);
	}
	header_block_finish(&block);
}

static void
what_is_wrong_is_refused(void **state)
{
	static const struct {
		struct pair pairs[FIELDS_MAX];
		int status;
		bool has_body;
	} rows[] = {
		/* Names: RFC 9113 8.2.1. */
		{{GET, {"X", "1"}}, 400, false},
		{{GET, {"x-Y", "1"}}, 400, false},
		{{GET, {"", "1"}}, 400, false},
		{{GET, {"a b", "1"}}, 400, false},
		{{GET, {"a:b", "1"}}, 400, false},
		{{GET, {"a\r\nb", "1"}}, 400, false},
		{{GET, {"a\x80", "1"}}, 400, false},
		/* Values. */
		{{GET, {"x", "a\r\nhost: evil"}}, 400, false},
		{{GET, {"x", "a\n"}}, 400, false},
		{{GET, {"x", "a\x7f"}}, 400, false},
		{{GET, {"x", "\x01"}}, 400, false},
		{{GET, {"x", " a"}}, 400, false},
		{{GET, {"x", "a\t"}}, 400, false},
		{{GET, {"cookie", "a\r\nx: y"}}, 400, false},
		/* Fields about the connection: RFC 9113 8.2.2. */
		{{GET, {"connection", "close"}}, 400, false},
		{{GET, {"keep-alive", "1"}}, 400, false},
		{{GET, {"proxy-connection", "1"}}, 400, false},
		{{GET, {"transfer-encoding", "chunked"}}, 400, true},
		{{GET, {"upgrade", "websocket"}}, 400, false},
		{{GET, {"te", "gzip"}}, 400, false},
		/* Pseudo-fields: RFC 9113 8.3. */
		{{GET, {":path", "/b"}}, 400, false},
		{{GET, {":method", "GET"}}, 400, false},
		{{GET, {":authority", "localhost"}}, 400, false},
		{{GET, {":protocol", "websocket"}}, 400, false},
		{{GET, {":status", "200"}}, 400, false},
		{{GET, {":", "x"}}, 400, false},
		{{{":scheme", "https"}, {":path", "/"}, {"x", "1"}, {":method", "GET"},
			 {":authority", "h"}},
			400, false},
		{{{":method", "GET"}, {":path", "/"}, {":authority", "h"}}, 400, false},
		{{{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {":authority", "h"}},
			400, false},
		{{{":scheme", "https"}, {":path", "/"}, {":authority", "h"}}, 400, false},
		{{{":method", "GET"}, {":scheme", "https"}, {":authority", "h"}}, 400, false},
		{{{":method", "GET"}, {":scheme", "https"}, {":path", "/"}}, 400, false},
		{{{":method", ""}, {":scheme", "https"}, {":path", "/"}, {"host", "h"}}, 400,
			false},
		{{{":method", "GET /b HTTP/1.1\r\nx:"}, {":scheme", "https"}, {":path", "/"},
			 {"host", "h"}},
			400, false},
		{{{":method", "GET /b"}, {":scheme", "https"}, {":path", "/"}, {"host", "h"}}, 400,
			false},
		/* Paths. */
		{{{":method", "GET"}, {":scheme", "https"}, {":path", ""}, {"host", "h"}}, 400,
			false},
		{{{":method", "GET"}, {":scheme", "https"}, {":path", "*"}, {"host", "h"}}, 400,
			false},
		{{{":method", "GET"}, {":scheme", "https"}, {":path", "a"}, {"host", "h"}}, 400,
			false},
		{{{":method", "GET"}, {":scheme", "https"}, {":path", "https://evil/"},
			 {"host", "h"}},
			400, false},
		{{{":method", "GET"}, {":scheme", "https"}, {":path", "/a HTTP/1.1"},
			 {"host", "h"}},
			400, false},
		{{{":method", "GET"}, {":scheme", "https"}, {":path", "/a\r\nx: y"}, {"host", "h"}},
			400, false},
		{{{":method", "GET"}, {":scheme", "https"}, {":path", "/a#b"}, {"host", "h"}}, 400,
			false},
		/* Hosts. */
		{{GET, {"host", "evil"}}, 400, false},
		{{GET, {"host", "localhost"}, {"host", "localhost"}}, 400, false},
		{{{":method", "GET"}, {":scheme", "https"}, {":path", "/"}, {":authority", ""}},
			400, false},
		{{{":method", "GET"}, {":scheme", "https"}, {":path", "/"}, {":authority", "a@b"}},
			400, false},
		{{{":method", "GET"}, {":scheme", "https"}, {":path", "/"}, {":authority", "a/b"}},
			400, false},
		/* Lengths. */
		{{GET, {"content-length", "3"}}, 400, false},
		{{GET, {"content-length", "3"}, {"content-length", "3"}}, 400, true},
		{{GET, {"content-length", "-1"}}, 400, true},
		/* As in HTTP/1.1. */
		{{GET, {"range", "bytes=0-1"}, {"range", "bytes=0-2"}}, 400, false},
		{{{":method", "CONNECT"}, {":authority", "h:443"}}, 501, false},
	};
	struct header_block block = {0};
	struct request request;

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		if (make_head(&block, rows[i].pairs, !rows[i].has_body, &request) != rows[i].status)
			fail_msg("row %zu: %s", i, block.text.bytes ? block.text.bytes : "");
	header_block_finish(&block);
}

static void
a_nul_is_refused(void **state)
{
	static const struct pair get[FIELDS_MAX] = {GET};
	struct header_block block = {0};
	struct request request;

	(void)state;
	header_block_begin(&block);
	for (size_t i = 0; get[i].name; i++)
		header_block_add(&block, slice_of(get[i].name), slice_of(get[i].value));
	header_block_add(&block, SLICE_LITERAL("x"), (struct slice){"a\0b", 3});
	assert_int_equal(header_block_end(&block, true, &request), 400);
	header_block_begin(&block);
	for (size_t i = 0; get[i].name; i++)
		header_block_add(&block, slice_of(get[i].name), slice_of(get[i].value));
	header_block_add(&block, (struct slice){"a\0b", 3}, SLICE_LITERAL("x"));
	assert_int_equal(header_block_end(&block, true, &request), 400);
	header_block_finish(&block);
}

static void
long_blocks_are_refused(void **state)
{
	static const struct pair get[FIELDS_MAX] = {GET};
	char *kilobyte = mem_zero(1024);
	struct header_block block = {0};
	struct request request;
	size_t count = 0;

	(void)state;
	memset(kilobyte, 'x', 1023);
	header_block_begin(&block);
	for (size_t i = 0; get[i].name; i++)
		header_block_add(&block, slice_of(get[i].name), slice_of(get[i].value));
	for (int i = 0; i < 40; i++)
		assert_true(header_block_add(&block, SLICE_LITERAL("x"), slice_of(kilobyte)));
	assert_int_equal(header_block_end(&block, true, &request), 431);
	/* Few bytes that stand for many: nothing of it is kept. */
	while (header_block_add(&block, SLICE_LITERAL("x"), slice_of(kilobyte)))
		count++;
	assert_in_range(count, 200, 256);
	assert_true(block.fields.capacity <= 2 * HEADER_BLOCK_MAX);
	/* Many fields. */
	header_block_begin(&block);
	for (size_t i = 0; get[i].name; i++)
		header_block_add(&block, slice_of(get[i].name), slice_of(get[i].value));
	for (int i = 0; i < REQUEST_FIELDS_MAX - 4; i++)
		header_block_add(&block, SLICE_LITERAL("x"), SLICE_LITERAL("1"));
	assert_int_equal(header_block_end(&block, true, &request), REQUEST_COMPLETE);
	header_block_begin(&block);
	for (size_t i = 0; get[i].name; i++)
		header_block_add(&block, slice_of(get[i].name), slice_of(get[i].value));
	for (int i = 0; i < REQUEST_FIELDS_MAX - 3; i++)
		header_block_add(&block, SLICE_LITERAL("x"), SLICE_LITERAL("1"));
	assert_int_equal(header_block_end(&block, true, &request), 431);
	header_block_finish(&block);
	free(kilobyte);
}

static void
a_long_path_is_414(void **state)
{
	char *path = mem_zero(REQUEST_LINE_MAX + 1);
	struct header_block block = {0};
	struct request request;

	(void)state;
	memset(path, '/', REQUEST_LINE_MAX);
	assert_int_equal(make_head(&block,
				 (const struct pair[FIELDS_MAX]){{":method", "GET"},
					 {":scheme", "https"}, {":path", path}, {"host", "h"}},
				 true, &request),
		414);
	header_block_finish(&block);
	free(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads_are_written),
		cmocka_unit_test(what_is_wrong_is_refused),
		cmocka_unit_test(a_nul_is_refused),
		cmocka_unit_test(long_blocks_are_refused),
		cmocka_unit_test(a_long_path_is_414),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

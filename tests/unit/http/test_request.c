#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "http/request.h"

#define LINE "GET / HTTP/1.1\r\n"
#define HOST "Host: localhost:9000\r\n"
#define HEAD LINE HOST

/* Parses an exact copy of the bytes, so that the sanitizer reports one byte read too many. */
static int
parse(const char *bytes, size_t length)
{
	char *copy = mem_resize(NULL, length);
	struct request request;
	int verdict;

	memcpy(copy, bytes, length);
	verdict = request_parse(&request, copy, length);
	free(copy);
	return verdict;
}

struct verdict_row {
	const char *label;
	int verdict;
	const char *bytes;
	size_t length;
};

#define BYTES(text) text, sizeof(text) - 1

static const struct verdict_row verdict_rows[] = {
	{"the least request", 200, BYTES(HEAD "\r\n")},
	{"lone LFs", 200, BYTES("GET / HTTP/1.1\nHost: a\n\n")},
	{"empty lines in front", 200, BYTES("\r\n\n\r\n" HEAD "\r\n")},
	{"more bytes behind", 200, BYTES(HEAD "\r\nGET /next")},
	{"1.0 without Host", 200, BYTES("GET / HTTP/1.0\r\n\r\n")},
	{"a later 1.x", 200, BYTES("GET / HTTP/1.9\r\n" HOST "\r\n")},
	{"another method", 200, BYTES("PATCH!#$ / HTTP/1.1\r\n" HOST "\r\n")},
	{"bytes above 0x7f in the target", 200,
		BYTES("GET /\xc3\xa4\xff HTTP/1.1\r\n" HOST "\r\n")},
	{"what browsers do not encode", 200, BYTES("GET /a|b?{^}[\"] HTTP/1.1\r\n" HOST "\r\n")},
	{"an empty value", 200, BYTES(HEAD "Accept:\r\n\r\n")},
	{"blanks around a value", 200, BYTES(HEAD "Accept: \t x \t \r\n\r\n")},
	{"no blank before a value", 200, BYTES(HEAD "Accept:x\r\n\r\n")},
	{"bytes above 0x7f in a value", 200, BYTES(HEAD "X: \x80\xff\r\n\r\n")},
	{"a tab in a long value", 200, BYTES(HEAD "X: 0123456789abcdef\t0123456789abcdef\r\n\r\n")},
	{"unknown fields repeat", 200, BYTES(HEAD "X: 1\r\nX: 2\r\n\r\n")},
	{"an address of version 6", 200, BYTES(LINE "Host: [::1]:9000\r\n\r\n")},
	{"a length of 0", 200, BYTES(HEAD "Content-Length: 0\r\n\r\n")},
	{"a list field on two lines", 200, BYTES(HEAD "Accept: a\r\naccept: b\r\n\r\n")},
	{"absolute form", 200, BYTES("GET http://a/b HTTP/1.1\r\n" HOST "\r\n")},
	{"asterisk form", 200, BYTES("OPTIONS * HTTP/1.1\r\n" HOST "\r\n")},

	{"nothing yet", 0, BYTES("")},
	{"empty lines only", 0, BYTES("\r\n\r\n\n")},
	{"a CR only", 0, BYTES("\r")},

	{"a byte of a TLS hello", 400, BYTES("\x16")},
	{"a method that is none", 400, BYTES("G{T / HTTP/1.1\r\n" HOST "\r\n")},
	{"no method", 400, BYTES(" / HTTP/1.1\r\n" HOST "\r\n")},
	{"a space in front", 400, BYTES(" GET / HTTP/1.1\r\n" HOST "\r\n")},
	{"two spaces after the method", 400, BYTES("GET  / HTTP/1.1\r\n" HOST "\r\n")},
	{"two spaces after the target", 400, BYTES("GET /  HTTP/1.1\r\n" HOST "\r\n")},
	{"a space at the line's end", 400, BYTES("GET / HTTP/1.1 \r\n" HOST "\r\n")},
	{"a tab for a space", 400, BYTES("GET\t/ HTTP/1.1\r\n" HOST "\r\n")},
	{"no target", 400, BYTES("GET HTTP/1.1\r\n" HOST "\r\n")},
	{"HTTP/0.9", 400, BYTES("GET /\r\n")},
	{"a fragment", 400, BYTES("GET /a#b HTTP/1.1\r\n" HOST "\r\n")},
	{"a space in the target", 400, BYTES("GET /a b HTTP/1.1\r\n" HOST "\r\n")},
	{"a NUL in the target", 400, BYTES("GET /a\0b HTTP/1.1\r\n" HOST "\r\n")},
	{"a target without slash", 400, BYTES("GET a HTTP/1.1\r\n" HOST "\r\n")},
	{"a query alone", 400, BYTES("GET ?a HTTP/1.1\r\n" HOST "\r\n")},
	{"an asterisk for GET", 400, BYTES("GET * HTTP/1.1\r\n" HOST "\r\n")},
	{"an asterisk and more", 400, BYTES("OPTIONS *a HTTP/1.1\r\n" HOST "\r\n")},
	{"another scheme", 400, BYTES("GET ftp://a/b HTTP/1.1\r\n" HOST "\r\n")},
	{"absolute without authority", 400, BYTES("GET http:///b HTTP/1.1\r\n" HOST "\r\n")},
	{"absolute cut off", 400, BYTES("GET http: HTTP/1.1\r\n" HOST "\r\n")},
	{"absolute with userinfo", 400, BYTES("GET http://u@a/b HTTP/1.1\r\n" HOST "\r\n")},
	{"small letters in the version", 400, BYTES("GET / http/1.1\r\n" HOST "\r\n")},
	{"a version without minor", 400, BYTES("GET / HTTP/1\r\n" HOST "\r\n")},
	{"a version of two digits", 400, BYTES("GET / HTTP/1.10\r\n" HOST "\r\n")},
	{"a bare CR in the request line", 400, BYTES("GET / HTTP/1.1\rX\r\n" HOST "\r\n")},
	{"a bare CR in front", 400, BYTES("\rGET / HTTP/1.1\r\n" HOST "\r\n")},
	{"a bare CR in a value", 400, BYTES(HEAD "X: a\rb\r\n\r\n")},
	{"a CR too many at a line's end", 400, BYTES(HEAD "X: a\r\r\n\r\n")},
	{"a CR too many at the head's end", 400, BYTES(HEAD "\r\r\n")},
	{"a NUL in a value", 400, BYTES(HEAD "X: a\0b\r\n\r\n")},
	{"a control byte deep in a value", 400, BYTES(HEAD "X: 0123456789abcde\x01\r\n\r\n")},
	{"DEL deep in a value", 400,
		BYTES(HEAD "X: 0123456789abcd\x7f"
			   "fgh\r\n\r\n")},
	{"a field without colon", 400, BYTES(HEAD "X\r\n\r\n")},
	{"a field without name", 400, BYTES(HEAD ": x\r\n\r\n")},
	{"a space before the colon", 400, BYTES(HEAD "X : x\r\n\r\n")},
	{"a tab before the colon", 400, BYTES(HEAD "X\t: x\r\n\r\n")},
	{"a space in a name", 400, BYTES(HEAD "X Y: x\r\n\r\n")},
	{"a folded line", 400, BYTES(HEAD "X: a\r\n b\r\n\r\n")},
	{"a folded line, tab", 400, BYTES(HEAD "X: a\r\n\tb\r\n\r\n")},
	{"a space at the first field line", 400, BYTES(LINE " " HOST "\r\n")},
	{"a line of blanks", 400, BYTES(HEAD " \r\n\r\n")},
	{"no Host", 400, BYTES(LINE "\r\n")},
	{"no Host, absolute form", 400, BYTES("GET http://a/ HTTP/1.1\r\n\r\n")},
	{"an empty Host", 400, BYTES(LINE "Host:\r\n\r\n")},
	{"a blank Host", 400, BYTES(LINE "Host:  \t \r\n\r\n")},
	{"two Hosts", 400, BYTES(HEAD HOST "\r\n")},
	{"two Hosts on 1.0", 400, BYTES("GET / HTTP/1.0\r\n" HOST HOST "\r\n")},
	{"a Host with a path", 400, BYTES(LINE "Host: a/b\r\n\r\n")},
	{"a Host with userinfo", 400, BYTES(LINE "Host: a@b\r\n\r\n")},
	{"a Host with a space", 400, BYTES(LINE "Host: a b\r\n\r\n")},
	{"a Host with bytes above 0x7f", 400, BYTES(LINE "Host: \xc3\xa4\r\n\r\n")},
	{"two lengths, equal", 400, BYTES(HEAD "Content-Length: 1\r\nContent-Length: 1\r\n\r\n")},
	{"two lengths on one line", 400, BYTES(HEAD "Content-Length: 1, 1\r\n\r\n")},
	{"a length with a sign", 400, BYTES(HEAD "Content-Length: +1\r\n\r\n")},
	{"a negative length", 400, BYTES(HEAD "Content-Length: -1\r\n\r\n")},
	{"a length in hex", 400, BYTES(HEAD "Content-Length: 0x1\r\n\r\n")},
	{"an empty length", 400, BYTES(HEAD "Content-Length:\r\n\r\n")},
	{"a length of 20 digits", 400, BYTES(HEAD "Content-Length: 10000000000000000000\r\n\r\n")},
	{"a length and a coding", 400,
		BYTES(HEAD "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n")},
	{"a length of 0 and a coding", 400,
		BYTES(HEAD "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n")},
	{"a coding on 1.0", 400,
		BYTES("GET / HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n")},
	{"two codings", 400,
		BYTES(HEAD "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n")},
	{"a single field repeated", 400,
		BYTES(HEAD "Range: bytes=0-1\r\nRange: bytes=2-3\r\n\r\n")},
	{"a repeated field, first empty", 400, BYTES(HEAD "Origin:\r\nOrigin: null\r\n\r\n")},

	{"another coding", 501, BYTES(HEAD "Transfer-Encoding: gzip, chunked\r\n\r\n")},
	{"a coding like chunked", 501, BYTES(HEAD "Transfer-Encoding: xchunked\r\n\r\n")},
	{"an empty coding", 501, BYTES(HEAD "Transfer-Encoding:\r\n\r\n")},
	{"CONNECT", 501, BYTES("CONNECT a:80 HTTP/1.1\r\n" HOST "\r\n")},

	{"HTTP/2", 505, BYTES("GET / HTTP/2.0\r\n" HOST "\r\n")},
	{"the preface of HTTP/2", 505, BYTES("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")},
	{"HTTP/0.9 in words", 505, BYTES("GET / HTTP/0.9\r\n" HOST "\r\n")},
};

static void
test_verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(verdict_rows); i++) {
		const struct verdict_row *row = &verdict_rows[i];

		print_message("  %s\n", row->label);
		assert_int_equal(parse(row->bytes, row->length), row->verdict);
	}
}

static const char full[] =
	"\r\nGET /a%20b/c?d=e&f HTTP/1.1\r\n"
	"Host: localhost:9000\r\n"
	"Connection: Upgrade, keep-alive\r\n"
	"upgrade: websocket\n"
	"Cookie: a=b; c=d\r\n"
	"User-Agent:\tMozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101\t \r\n"
	"Sec-WebSocket-Protocol: a\r\n"
	"Connection: x\r\n"
	"SEC-WEBSOCKET-PROTOCOL: liveserve.v1, b\r\n"
	"X-Empty:\r\n"
	"\r\n";

static void
test_every_prefix_is_incomplete(void **state)
{
	(void)state;
	for (size_t length = 0; length < sizeof(full) - 1; length++)
		assert_int_equal(parse(full, length), REQUEST_INCOMPLETE);
	assert_int_equal(parse(full, sizeof(full) - 1), REQUEST_COMPLETE);
}

static void
test_members(void **state)
{
	struct request request;

	(void)state;
	assert_int_equal(request_parse(&request, full, sizeof(full) - 1), REQUEST_COMPLETE);
	assert_int_equal(request.method, REQUEST_GET);
	assert_true(slice_is(request.method_name, "GET"));
	assert_true(slice_is(request.path, "/a%20b/c"));
	assert_true(slice_is(request.query, "?d=e&f"));
	assert_true(slice_is(request.authority, "localhost:9000"));
	assert_true(slice_is(request_get(&request, REQUEST_UPGRADE), "websocket"));
	assert_true(slice_is(request_get(&request, REQUEST_USER_AGENT),
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101"));
	assert_null(request_get(&request, REQUEST_RANGE).at);
	assert_int_equal(request.more_count, 2);
	assert_int_equal(request.more[0].field, REQUEST_CONNECTION);
	assert_true(slice_is(request.more[0].value, "x"));
	assert_true(request_lists(&request, REQUEST_CONNECTION, "upgrade"));
	assert_true(request_lists(&request, REQUEST_CONNECTION, "X"));
	assert_false(request_lists(&request, REQUEST_CONNECTION, "keep"));
	assert_true(request_lists(&request, REQUEST_SEC_WEBSOCKET_PROTOCOL, "liveserve.v1"));
	assert_true(request_lists(&request, REQUEST_SEC_WEBSOCKET_PROTOCOL, "a"));
	assert_false(request_lists(&request, REQUEST_SEC_WEBSOCKET_PROTOCOL, "x"));
	assert_false(request_lists(&request, REQUEST_ACCEPT, "x"));
	assert_true(request.keep_alive);
	assert_false(request.has_body);
	assert_false(request.is_http10);
	assert_int_equal(request.head_length, sizeof(full) - 1);
}

static void
test_targets(void **state)
{
	static const struct {
		const char *label, *line, *path, *query, *authority;
		enum request_method method;
	} rows[] = {
		{"origin form", "GET /a/b", "/a/b", NULL, "h", REQUEST_GET},
		{"an empty query", "HEAD /a?", "/a", "?", "h", REQUEST_HEAD},
		{"two question marks", "GET /?a?b", "/", "?a?b", "h", REQUEST_GET},
		{"a slash in the query", "GET /?a/b", "/", "?a/b", "h", REQUEST_GET},
		{"two slashes in front", "GET //ws", "//ws", NULL, "h", REQUEST_GET},
		{"asterisk form", "OPTIONS *", "*", NULL, "h", REQUEST_OPTIONS},
		{"absolute form", "GET http://x:1/a?b", "/a", "?b", "x:1", REQUEST_GET},
		{"absolute form, no path", "GET HTTPS://x", "/", NULL, "x", REQUEST_GET},
		{"absolute form, no path but query", "GET http://x?q", "/", "?q", "x", REQUEST_GET},
		{"a method's name is exact", "get /", "/", NULL, "h", REQUEST_OTHER},
		{"a longer name", "GETS /", "/", NULL, "h", REQUEST_OTHER},
		{"another method", "POST /", "/", NULL, "h", REQUEST_OTHER},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf head = {0};
		struct request request;

		print_message("  %s\n", rows[i].label);
		buf_addf(&head, "%s HTTP/1.1\r\nHost: h\r\n\r\n", rows[i].line);
		assert_int_equal(
			request_parse(&request, head.bytes, head.length), REQUEST_COMPLETE);
		assert_int_equal(request.method, rows[i].method);
		assert_true(slice_is(request.path, rows[i].path));
		assert_true(slice_is(request.authority, rows[i].authority));
		assert_true(rows[i].query ? slice_is(request.query, rows[i].query)
					  : request.query.at == NULL);
		buf_finish(&head);
	}
}

static void
test_connections(void **state)
{
	static const struct {
		const char *label, *version, *fields;
		bool keep_alive, has_body;
	} rows[] = {
		{"1.1", "1.1", "", true, false},
		{"1.1 close", "1.1", "Connection: close\r\n", false, false},
		{"1.1 Close in a list", "1.1", "Connection: a, Close\r\n", false, false},
		{"1.1 close on a second line", "1.1", "Connection: a\r\nConnection: close\r\n",
			false, false},
		{"close wins", "1.1", "Connection: keep-alive, close\r\n", false, false},
		{"a word with close in it", "1.1", "Connection: closed\r\n", true, false},
		{"1.0", "1.0", "", false, false},
		{"1.0 keep-alive", "1.0", "Connection: Keep-Alive\r\n", true, false},
		{"a length", "1.1", "Content-Length: 5\r\n", true, true},
		{"a length of 0", "1.1", "Content-Length: 00\r\n", true, false},
		{"a length of 19 digits", "1.1", "Content-Length: 9999999999999999999\r\n", true,
			true},
		{"chunks", "1.1", "Transfer-Encoding: Chunked\r\n", true, true},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf head = {0};
		struct request request;

		print_message("  %s\n", rows[i].label);
		buf_addf(&head, "GET / HTTP/%s\r\nHost: h\r\n%s\r\n", rows[i].version,
			rows[i].fields);
		assert_int_equal(
			request_parse(&request, head.bytes, head.length), REQUEST_COMPLETE);
		assert_int_equal(request.keep_alive, rows[i].keep_alive);
		assert_int_equal(request.has_body, rows[i].has_body);
		assert_int_equal(request.is_http10, rows[i].version[2] == '0');
		buf_finish(&head);
	}
}

static const struct {
	const char *name;
	bool is_list;
	const char *value;
} fields[REQUEST_FIELD_COUNT] = {
	[REQUEST_HOST] = {"Host", false, "h"},
	[REQUEST_CONNECTION] = {"Connection", true, "x"},
	[REQUEST_CONTENT_LENGTH] = {"Content-Length", false, "7"},
	[REQUEST_TRANSFER_ENCODING] = {"Transfer-Encoding", false, "chunked"},
	[REQUEST_UPGRADE] = {"Upgrade", true, "x"},
	[REQUEST_ORIGIN] = {"Origin", false, "x"},
	[REQUEST_AUTHORIZATION] = {"Authorization", false, "x"},
	[REQUEST_ACCEPT] = {"Accept", true, "x"},
	[REQUEST_ACCEPT_ENCODING] = {"Accept-Encoding", true, "gzip"},
	[REQUEST_ACCEPT_LANGUAGE] = {"Accept-Language", true, "de"},
	[REQUEST_USER_AGENT] = {"User-Agent", false, "x"},
	[REQUEST_REFERER] = {"Referer", false, "x"},
	[REQUEST_IF_MATCH] = {"If-Match", true, "x"},
	[REQUEST_IF_NONE_MATCH] = {"If-None-Match", true, "x"},
	[REQUEST_IF_MODIFIED_SINCE] = {"If-Modified-Since", false, "x"},
	[REQUEST_IF_UNMODIFIED_SINCE] = {"If-Unmodified-Since", false, "x"},
	[REQUEST_IF_RANGE] = {"If-Range", false, "x"},
	[REQUEST_RANGE] = {"Range", false, "x"},
	[REQUEST_PRIORITY] = {"Priority", true, "u=4"},
	[REQUEST_SEC_FETCH_DEST] = {"Sec-Fetch-Dest", false, "x"},
	[REQUEST_SEC_FETCH_MODE] = {"Sec-Fetch-Mode", false, "x"},
	[REQUEST_SEC_FETCH_SITE] = {"Sec-Fetch-Site", false, "x"},
	[REQUEST_SEC_WEBSOCKET_KEY] = {"Sec-WebSocket-Key", false, "x"},
	[REQUEST_SEC_WEBSOCKET_VERSION] = {"Sec-WebSocket-Version", false, "x"},
	[REQUEST_SEC_WEBSOCKET_PROTOCOL] = {"Sec-WebSocket-Protocol", true, "x"},
	[REQUEST_PRIVATE_NETWORK] = {"Access-Control-Request-Private-Network", false, "true"},
	[REQUEST_LOCAL_NETWORK] = {"Access-Control-Request-Local-Network", false, "true"},
	[REQUEST_FORWARDED] = {"X-Forwarded-For", true, "x"},
	[REQUEST_STREAM_KEY] = {"Liveserve-Stream-Key", false, "x"},
};

enum letters { AS_WRITTEN, CAPITAL, SMALL };

/* Parses a request that has a field this many times, with its name as given. */
static int
parse_field(
	struct request *request, struct buf *head, size_t field, size_t times, enum letters letters)
{
	char name[64];

	snprintf(name, sizeof(name), "%s", fields[field].name);
	for (char *c = name; *c; c++) {
		if (letters == CAPITAL && *c != '-')
			*c = (char)(*c & ~0x20);
		if (letters == SMALL && *c != '-')
			*c = (char)(*c | 0x20);
	}
	buf_clear(head);
	buf_add_text(head, LINE);
	if (field != REQUEST_HOST)
		buf_add_text(head, "Host: h\r\n");
	while (times--)
		buf_addf(head, "%s: %s\r\n", name, fields[field].value);
	buf_add_text(head, "\r\n");
	return request_parse(request, head->bytes, head->length);
}

static void
test_every_field(void **state)
{
	struct buf head = {0};
	struct request request;

	(void)state;
	for (size_t i = 0; i < REQUEST_FIELD_COUNT; i++) {
		print_message("  %s\n", fields[i].name);
		for (enum letters letters = AS_WRITTEN; letters <= SMALL; letters++) {
			int verdict = parse_field(&request, &head, i, 1, letters);
			struct slice value = request_get(&request, (enum request_field)i);

			assert_int_equal(verdict, REQUEST_COMPLETE);
			assert_true(slice_is(value, fields[i].value));
		}
		assert_int_equal(parse_field(&request, &head, i, 2, AS_WRITTEN),
			fields[i].is_list ? 200 : 400);
	}
	buf_finish(&head);
}

static void
test_repeated_lines_are_bounded(void **state)
{
	struct buf head = {0};
	struct request request;

	(void)state;
	assert_int_equal(parse_field(&request, &head, REQUEST_ACCEPT, 9, SMALL), 200);
	assert_int_equal(request.more_count, 8);
	assert_int_equal(parse_field(&request, &head, REQUEST_ACCEPT, 10, SMALL), 431);
	buf_finish(&head);
}

/* Each of a chain of proxies may add its lines, so they do not count for the limit. */
static void
test_forwarded(void **state)
{
	static const char *const names[] = {"Forwarded", "X-Forwarded-For", "X-Forwarded-Host",
		"x-forwarded-proto", "X-FORWARDED-PORT", "X-Forwarded-", "X-Real-IP",
		"X-Original-Host", "Via"};
	struct buf head = {0};
	struct request request;

	(void)state;
	assert_int_equal(parse_field(&request, &head, REQUEST_FORWARDED, 50, SMALL), 200);
	assert_int_equal(request.more_count, 0);
	for (size_t i = 0; i < ROWS(names); i++) {
		buf_clear(&head);
		buf_addf(&head, HEAD "%s: x\r\nX-Forwarded-For: y\r\n\r\n", names[i]);
		assert_int_equal(request_parse(&request, head.bytes, head.length), 200);
		assert_true(slice_is(request_get(&request, REQUEST_FORWARDED), "x"));
	}
	buf_finish(&head);
}

static void
test_names_that_are_nearly_known(void **state)
{
	static const char *const names[] = {"hosT2", "ost", "xost", "hos", "range2", "if-matcx",
		"sec-fetch-dist", "content_length", "Origin-", "a", "x-forwarded", "vib", "vias",
		"cookie", "accept-languages", "cache-control", "dnt", "pragma"};

	(void)state;
	for (size_t i = 0; i < ROWS(names); i++) {
		struct buf head = {0};
		struct request request;

		print_message("  %s\n", names[i]);
		buf_addf(&head, HEAD "%s: x\r\n%s: x\r\n\r\n", names[i], names[i]);
		assert_int_equal(request_parse(&request, head.bytes, head.length), 200);
		for (size_t j = 0; j < REQUEST_FIELD_COUNT; j++)
			assert_int_equal(request.fields[j].at != NULL, j == REQUEST_HOST);
		buf_finish(&head);
	}
}

static bool
is_in(int c, const char *others)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z' && c < 0x80) ||
	       (c && c < 0x80 && strchr(others, c));
}

static bool
may_be_in_name(int c)
{
	return is_in(c, "!#$%&'*+-.^_`|~");
}

static bool
may_be_in_target(int c)
{
	return c > ' ' && c != '#' && c != 0x7f;
}

/* LF is allowed, because it ends the line and a well-formed field follows. */
static bool
may_be_in_value(int c)
{
	return c == '\t' || c == '\n' || (c >= ' ' && c != 0x7f);
}

static bool
may_be_in_host(int c)
{
	return is_in(c, "-._~!$&'()*+,;=:[]%") || c == '\n';
}

static void
test_every_byte(void **state)
{
	static const struct {
		const char *label, *before, *after;
		bool (*may_be)(int c);
	} rows[] = {
		{"method", "G", "T / HTTP/1.1\r\n" HOST "\r\n", may_be_in_name},
		{"target", "GET /a", "b HTTP/1.1\r\n" HOST "\r\n", may_be_in_target},
		{"query", "GET /?a", "b HTTP/1.1\r\n" HOST "\r\n", may_be_in_target},
		{"field name", HEAD "X", "Y: z\r\n\r\n", may_be_in_name},
		{"value, early", HEAD "X: ", "Y: z\r\n\r\n", may_be_in_value},
		{"value, late", HEAD "X: 0123456789", "Y: z 0123456789\r\n\r\n", may_be_in_value},
		{"Host", LINE "Host: a", "b:80\r\n\r\n", may_be_in_host},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		print_message("  %s\n", rows[i].label);
		for (int c = 0; c < 256; c++) {
			bool is_colon_in_name = c == ':' && rows[i].may_be == may_be_in_name &&
						i > 0;
			bool fits = rows[i].may_be(c) || is_colon_in_name;
			struct buf head = {0};

			buf_add_text(&head, rows[i].before);
			buf_add_char(&head, (char)c);
			buf_add_text(&head, rows[i].after);
			if (parse(head.bytes, head.length) != (fits ? 200 : 400))
				fail_msg("byte 0x%02x", (unsigned)c);
			buf_finish(&head);
		}
	}
}

static void
add_times(struct buf *buf, char c, size_t times)
{
	while (times--)
		buf_add_char(buf, c);
}

static void
test_long_request_line(void **state)
{
	static const struct {
		const char *label;
		size_t length;
		const char *rest;
		int verdict;
	} rows[] = {
		{"at the limit", REQUEST_LINE_MAX, "\r\n" HOST "\r\n", 200},
		{"above the limit", REQUEST_LINE_MAX + 1, "\r\n" HOST "\r\n", 414},
		{"at the limit, incomplete", REQUEST_LINE_MAX, "", 0},
		{"at the limit, CR seen", REQUEST_LINE_MAX, "\r", 0},
		{"above the limit, no line end seen", REQUEST_LINE_MAX + 1, "", 414},
		{"far above", REQUEST_HEAD_MAX * 2, "\r\n" HOST "\r\n", 414},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf head = {0};

		print_message("  %s\n", rows[i].label);
		buf_add_text(&head, "\r\nGET /");
		add_times(&head, 'a', rows[i].length - strlen("GET / HTTP/1.1"));
		buf_add_text(&head, " HTTP/1.1");
		buf_add_text(&head, rows[i].rest);
		assert_int_equal(parse(head.bytes, head.length), rows[i].verdict);
		buf_finish(&head);
	}
}

static void
test_long_request_line_is_refused_early(void **state)
{
	struct buf head = {0};

	(void)state;
	buf_add_text(&head, "GET /");
	add_times(&head, 'a', REQUEST_LINE_MAX - 5);
	assert_int_equal(parse(head.bytes, head.length), REQUEST_INCOMPLETE);
	buf_add_char(&head, 'a');
	assert_int_equal(parse(head.bytes, head.length), 414);
	buf_clear(&head);
	add_times(&head, 'G', REQUEST_LINE_MAX + 1);
	assert_int_equal(parse(head.bytes, head.length), 414);
	buf_finish(&head);
}

static void
test_long_head(void **state)
{
	static const struct {
		const char *label;
		size_t length; /* of the whole head */
		size_t kept;
		int verdict;
	} rows[] = {
		{"at the limit", REQUEST_HEAD_MAX, REQUEST_HEAD_MAX, 200},
		{"above the limit", REQUEST_HEAD_MAX + 1, REQUEST_HEAD_MAX + 1, 431},
		{"above the limit, not all seen", REQUEST_HEAD_MAX + 1, REQUEST_HEAD_MAX, 431},
		{"at the limit, not all seen", REQUEST_HEAD_MAX, REQUEST_HEAD_MAX - 1, 0},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf head = {0};

		print_message("  %s\n", rows[i].label);
		buf_add_text(&head, HEAD "X: ");
		add_times(&head, 'a', rows[i].length - head.length - 4);
		buf_add_text(&head, "\r\n\r\n");
		assert_int_equal(parse(head.bytes, rows[i].kept), rows[i].verdict);
		buf_finish(&head);
	}
}

static void
test_empty_lines_without_end(void **state)
{
	struct buf lines = {0};

	(void)state;
	add_times(&lines, '\n', REQUEST_HEAD_MAX - 1);
	assert_int_equal(parse(lines.bytes, lines.length), REQUEST_INCOMPLETE);
	buf_add_char(&lines, '\n');
	assert_int_equal(parse(lines.bytes, lines.length), 431);
	buf_finish(&lines);
}

static void
test_too_many_fields(void **state)
{
	struct buf head = {0};

	(void)state;
	buf_add_text(&head, HEAD);
	for (int i = 1; i < REQUEST_FIELDS_MAX; i++)
		buf_add_text(&head, "X: y\r\n");
	assert_int_equal(parse(head.bytes, head.length), REQUEST_INCOMPLETE);
	buf_add_text(&head, "\r\n");
	assert_int_equal(parse(head.bytes, head.length), REQUEST_COMPLETE);
	head.length -= 2;
	buf_add_text(&head, "X");
	assert_int_equal(parse(head.bytes, head.length), 431);
	buf_finish(&head);
}

static void
test_depths(void **state)
{
	static const struct {
		const char *target;
		size_t depth;
	} rows[] = {
		{"/", 0},
		{"/a.html", 0},
		{"/a/", 1},
		{"/a/b.html?c/d", 1},
		{"/a//b/c", 3},
		{"/a%2Fb", 0},
		{"http://x/a/b", 1},
		{"http://x", 0},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct request request;
		char *head = mem_format("GET %s HTTP/1.1\r\nHost: x\r\n\r\n", rows[i].target);

		assert_int_equal(request_parse(&request, head, strlen(head)), REQUEST_COMPLETE);
		print_message("%s\n", rows[i].target);
		assert_int_equal(request_depth(&request), rows[i].depth);
		free(head);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_every_prefix_is_incomplete),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_targets),
		cmocka_unit_test(test_connections),
		cmocka_unit_test(test_every_field),
		cmocka_unit_test(test_repeated_lines_are_bounded),
		cmocka_unit_test(test_names_that_are_nearly_known),
		cmocka_unit_test(test_forwarded),
		cmocka_unit_test(test_every_byte),
		cmocka_unit_test(test_long_request_line),
		cmocka_unit_test(test_long_request_line_is_refused_early),
		cmocka_unit_test(test_long_head),
		cmocka_unit_test(test_empty_lines_without_end),
		cmocka_unit_test(test_too_many_fields),
		cmocka_unit_test(test_depths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Heads as they are received, and as they are forwarded.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "proxy/proxy_head.h"

static void
requests(void **state)
{
	static const struct {
		const char *head; /* after the request line: Host is there */
		const char *written;
		bool is_upgrade;
	} rows[] = {
		{"Cookie: a\r\nAccept: */*\r\n", "Cookie: a\r\nAccept: */*\r\n", false},
		{"Connection: keep-alive\r\nKeep-Alive: 5\r\nTE: trailers\r\n", "", false},
		{"Connection: close, X-Own\r\nX-Own: 1\r\nX-Other: 2\r\n", "X-Other: 2\r\n", false},
		{"Proxy-Connection: x\r\nProxy-Authorization: y\r\n", "", false},
		{"X-Forwarded-For: 9.9.9.9\r\nx-forwarded-proto: https\r\n", "", false},
		{"Content-Length: 5\r\nExpect: 100-continue\r\n",
			"Content-Length: 5\r\nExpect: 100-continue\r\n", false},
		{"Cookie: a\nAccept: b\n", "Cookie: a\r\nAccept: b\r\n", false},
		{"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: k\r\n",
			"Sec-WebSocket-Key: k\r\n", true},
		{"Connection: content-length\r\nContent-Length: 5\r\n", "Content-Length: 5\r\n",
			false},
	};
	struct upstream upstream;

	(void)state;
	assert_int_equal(upstream_read(&upstream, "/api=http://x:1/v1"), UPSTREAM_OK);
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *head = mem_format(
			"POST /api/a?b HTTP/1.1\r\nHost: h:1\r\n%s\r\n", rows[i].head);
		char *expected = mem_format(
			"POST /v1/a?b HTTP/1.1\r\nHost: h:1\r\n%sX-Forwarded-For: 127.0.0.1\r\n"
			"X-Forwarded-Proto: http\r\nX-Forwarded-Host: h:1\r\n"
			"Via: 1.1 liveserve\r\nConnection: %s\r\n\r\n",
			rows[i].written,
			rows[i].is_upgrade ? "Upgrade\r\nUpgrade: websocket" : "close");
		struct request request;
		struct buf text = {0};

		assert_int_equal(request_parse(&request, head, strlen(head)), REQUEST_COMPLETE);
		request.scheme = REQUEST_HTTP;
		proxy_head_request(&text, &upstream, &request,
			(struct slice){head, request.head_length}, SLICE_LITERAL("/a"), "127.0.0.1",
			rows[i].is_upgrade);
		assert_string_equal(text.bytes, expected);
		buf_finish(&text);
		free(expected);
		free(head);
	}
	upstream_finish(&upstream);
}

/* What is taken out of the request is not passed on, however it was spelled. */
static void
authorization(void **state)
{
	static const char head[] =
		"GET / HTTP/1.1\r\nHost: h\r\nX-Kept: 1\r\nauthoriZation: Basic x\r\n\r\n";
	struct upstream upstream;
	struct request request;

	(void)state;
	assert_int_equal(upstream_read(&upstream, "/=http://x:1"), UPSTREAM_OK);
	assert_int_equal(request_parse(&request, head, strlen(head)), REQUEST_COMPLETE);
	for (int i = 0; i < 2; i++) {
		struct buf text = {0};

		proxy_head_request(&text, &upstream, &request, slice_of(head), SLICE_LITERAL("/"),
			"127.0.0.1", false);
		assert_non_null(strstr(text.bytes, "X-Kept: 1\r\n"));
		assert_int_equal(strstr(text.bytes, "authoriZation: Basic x\r\n") == NULL, i);
		assert_int_equal(strcasestr(text.bytes, "authorization") == NULL, i);
		buf_finish(&text);
		request.fields[REQUEST_AUTHORIZATION] = (struct slice){0};
	}
	upstream_finish(&upstream);
}

static void
targets(void **state)
{
	static const struct {
		const char *rule, *rest, *line;
	} rows[] = {
		{"/api=http://x", "", "GET / HTTP/1.1"},
		{"/api=http://x", "/", "GET / HTTP/1.1"},
		{"/api=http://x", "/a%20b", "GET /a%20b HTTP/1.1"},
		{"/api=http://x/v1", "", "GET /v1 HTTP/1.1"},
		{"/api=http://x/v1/", "/", "GET /v1/ HTTP/1.1"},
	};
	static const char head[] = "\r\nGET /api HTTP/1.1\r\nHost: h\r\n\r\n";

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct upstream upstream;
		struct request request;
		struct buf text = {0};

		assert_int_equal(upstream_read(&upstream, rows[i].rule), UPSTREAM_OK);
		assert_int_equal(request_parse(&request, head, strlen(head)), REQUEST_COMPLETE);
		request.scheme = REQUEST_HTTPS;
		proxy_head_request(&text, &upstream, &request, slice_of(head),
			slice_of(rows[i].rest), "::1", false);
		assert_memory_equal(text.bytes, rows[i].line, strlen(rows[i].line));
		assert_non_null(strstr(text.bytes, "X-Forwarded-Proto: https\r\n"));
		buf_finish(&text);
		upstream_finish(&upstream);
	}
}

static void
responses(void **state)
{
	static const struct {
		const char *bytes;
		enum proxy_head_verdict verdict;
		const char *written;
		size_t left; /* bytes after the head */
	} rows[] = {
		{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", PROXY_HEAD_FINAL,
			"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Ours: 1\r\nVia: 1.1 "
			"liveserve\r\n"
			"Connection: close\r\n\r\n",
			2},
		{"HTTP/1.0 404 No\nx-ours: 9\n\n", PROXY_HEAD_FINAL,
			"HTTP/1.1 404 No\r\nX-Ours: 1\r\nVia: 1.1 liveserve\r\n"
			"Connection: close\r\n\r\n",
			0},
		{"HTTP/1.1 200\r\nConnection: keep-alive, x-own\r\nKeep-Alive: 5\r\nX-Own: 1\r\n"
		 "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
			PROXY_HEAD_FINAL,
			"HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\nX-Ours: 1\r\n"
			"Via: 1.1 liveserve\r\nConnection: close\r\n\r\n",
			5},
		{"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nx",
			PROXY_HEAD_UPGRADE,
			"HTTP/1.1 101 Switching\r\nX-Ours: 1\r\nVia: 1.1 liveserve\r\n"
			"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
			1},
		{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", PROXY_HEAD_INTERIM,
			"HTTP/1.1 100 Continue\r\nX-Ours: 1\r\nVia: 1.1 liveserve\r\n\r\n", 19},
		{"", PROXY_HEAD_MORE, "", 0},
		{"HTTP/1.1 200 OK\r\nA: b\r\n", PROXY_HEAD_MORE, "", 23},
		{"\r\n\r\n", PROXY_HEAD_MALFORMED, "", 2},
		{"HTTP/2 200\r\n\r\n", PROXY_HEAD_MALFORMED, "", 0},
		{"HTTP/1.1 999 X\r\n\r\n", PROXY_HEAD_MALFORMED, "", 0},
		{"HTTP/1.1 2000\r\n\r\n", PROXY_HEAD_MALFORMED, "", 0},
		{"SSH-2.0-x\r\n\r\n", PROXY_HEAD_MALFORMED, "", 0},
	};

	struct fields ours = {0};

	(void)state;
	fields_add(&ours, SLICE_LITERAL("X-Ours"), SLICE_LITERAL("1"));
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf text = {0};
		size_t length;
		enum proxy_head_verdict verdict = proxy_head_response(
			&text, slice_of(rows[i].bytes), &ours, &length);

		if (verdict != rows[i].verdict)
			fail_msg("%s: %d", rows[i].bytes, verdict);
		assert_string_equal(buf_slice(&text).at, rows[i].written);
		assert_int_equal(strlen(rows[i].bytes) - length, rows[i].left);
		buf_finish(&text);
	}
	fields_finish(&ours);
}

static void
a_response_without_an_end(void **state)
{
	char *bytes = mem_zero(PROXY_HEAD_MAX + 1);
	const struct fields none = {0};
	struct buf text = {0};
	size_t length;

	(void)state;
	memset(bytes, 'x', PROXY_HEAD_MAX);
	assert_int_equal(proxy_head_response(
				 &text, (struct slice){bytes, PROXY_HEAD_MAX - 1}, &none, &length),
		PROXY_HEAD_MORE);
	assert_int_equal(
		proxy_head_response(&text, (struct slice){bytes, PROXY_HEAD_MAX}, &none, &length),
		PROXY_HEAD_MALFORMED);
	buf_finish(&text);
	free(bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests),
		cmocka_unit_test(authorization),
		cmocka_unit_test(targets),
		cmocka_unit_test(responses),
		cmocka_unit_test(a_response_without_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

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
		{"X-Forwarded-Port: 1\r\nX_Forwarded_For: 9.9.9.9\r\nX-FORWARDED: x\r\n", "",
			false},
		{"Forwarded: for=9.9.9.9\r\nX-Real-IP: 9.9.9.9\r\nx_real-ip: 9.9.9.9\r\n", "",
			false},
		{"Content_Length: 5\r\nTransfer_Encoding: x\r\nProxy_Connection: x\r\n", "", false},
		{"Transfer-Encoding: Chunked\r\n", "Transfer-Encoding: chunked\r\n", false},
		{"Connection: Upgrade\r\nUpgrade: h2c\r\n", "", false},
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
		char *expected = mem_format("POST /v1/a?b HTTP/1.1\r\nHost: h:1\r\n%s"
					    "Forwarded: for=127.0.0.1;host=\"h:1\";proto=http\r\n"
					    "X-Forwarded-For: 127.0.0.1\r\n"
					    "X-Forwarded-Proto: http\r\nX-Forwarded-Host: h:1\r\n"
					    "Via: 1.1 liveserve\r\n%s\r\n",
			rows[i].written,
			rows[i].is_upgrade ? "Connection: Upgrade\r\nUpgrade: websocket\r\n"
			: i % 2            ? "Connection: close\r\n"
					   : "");
		struct request request;
		struct buf text = {0};

		assert_int_equal(request_parse(&request, head, strlen(head)), REQUEST_COMPLETE);
		request.scheme = REQUEST_HTTP;
		proxy_head_request(&text, &upstream, &request,
			(struct slice){head, request.head_length}, SLICE_LITERAL("/a"),
			&(struct proxy_head_options){.client = "127.0.0.1",
				.is_upgrade = rows[i].is_upgrade,
				.closes = i % 2});
		assert_string_equal(text.bytes, expected);
		buf_finish(&text);
		free(expected);
		free(head);
	}
	upstream_finish(&upstream);
}

/* The name that was judged is the one that the upstream gets. */
static void
hosts(void **state)
{
	static const struct {
		const char *head, *host;
	} rows[] = {
		{"GET /api HTTP/1.1\r\nHost: h:1\r\n\r\n", "Host: h:1\r\n"},
		{"GET http://judged/api HTTP/1.1\r\nHost: other\r\n\r\n", "Host: judged\r\n"},
		{"GET /api HTTP/1.0\r\n\r\n", "Host: x:1\r\n"},
		{"GET /api HTTP/1.0\r\nExpect: 100-continue\r\n\r\n", "Host: x:1\r\n"},
	};
	struct upstream upstream;

	(void)state;
	assert_int_equal(upstream_read(&upstream, "/api=http://x:1/v1"), UPSTREAM_OK);
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct request request;
		struct buf text = {0};
		const char *found;

		assert_int_equal(request_parse(&request, rows[i].head, strlen(rows[i].head)),
			REQUEST_COMPLETE);
		proxy_head_request(&text, &upstream, &request, slice_of(rows[i].head),
			(struct slice){0}, &(struct proxy_head_options){.client = "::1"});
		assert_true(slice_starts(buf_slice(&text), "GET /v1 HTTP/1.1\r\n"));
		found = strstr(text.bytes, "Host: ");
		assert_memory_equal(found, rows[i].host, strlen(rows[i].host));
		buf_clear(&text);
		proxy_head_request(&text, &upstream, &request, slice_of(rows[i].head),
			(struct slice){0},
			&(struct proxy_head_options){.client = "::1", .has_own_host = true});
		assert_non_null(strstr(text.bytes, "\r\nHost: x:1\r\n"));
		assert_null(strstr(text.bytes, "other"));
		assert_null(strstr(text.bytes, "Expect"));
		buf_finish(&text);
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
			&(struct proxy_head_options){.client = "127.0.0.1"});
		assert_non_null(strstr(text.bytes, "X-Kept: 1\r\n"));
		assert_int_equal(strstr(text.bytes, "authoriZation: Basic x\r\n") == NULL, i);
		assert_int_equal(strcasestr(text.bytes, "authorization") == NULL, i);
		buf_finish(&text);
		request.fields[REQUEST_AUTHORIZATION] = (struct slice){0};
	}
	upstream_finish(&upstream);
}

/* A document is asked for as it is. What a request that changes something demands stays. */
static void
documents(void **state)
{
	static const char fields[] =
		"Host: h\r\nAccept-Encoding: br\r\nIf-None-Match: \"x\"\r\n"
		"If-Modified-Since: x\r\nRange: bytes=0-1\r\nIf-Range: \"x\"\r\n"
		"If-Match: \"x\"\r\nAccept: a/b\r\n\r\n";
	static const struct {
		const char *method;
		bool is_document;
		const char *dropped[5], *kept[5];
	} rows[] = {
		{"GET", true, {": br", "If-None", "If-Mod", "Range:"},
			{"If-Match", "Accept: a/b", "Accept-Encoding: identity"}},
		{"HEAD", true, {": br", "If-None", "If-Mod", "Range:"}, {"If-Match"}},
		{"POST", true, {": br"}, {"If-None", "If-Mod", "Range: ", "If-Range", "identity"}},
		{"GET", false, {"identity"}, {": br", "If-None", "If-Mod", "Range: ", "If-Range"}},
	};
	struct upstream upstream;

	(void)state;
	assert_int_equal(upstream_read(&upstream, "/=http://x:1"), UPSTREAM_OK);
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *head = mem_format("%s / HTTP/1.1\r\n%s", rows[i].method, fields);
		struct request request;
		struct buf text = {0};

		assert_int_equal(request_parse(&request, head, strlen(head)), REQUEST_COMPLETE);
		proxy_head_request(&text, &upstream, &request, slice_of(head), SLICE_LITERAL("/"),
			&(struct proxy_head_options){
				.client = "::1", .is_document = rows[i].is_document});
		for (size_t j = 0; j < ROWS(rows[i].kept); j++) {
			if (rows[i].kept[j] && !strstr(text.bytes, rows[i].kept[j]))
				fail_msg("%s: %s lacks %s", rows[i].method, text.bytes,
					rows[i].kept[j]);
			if (rows[i].dropped[j] && strstr(text.bytes, rows[i].dropped[j]))
				fail_msg("%s: %s has %s", rows[i].method, text.bytes,
					rows[i].dropped[j]);
		}
		buf_finish(&text);
		free(head);
	}
	upstream_finish(&upstream);
}

/* RFC 7239 6: what is no token is quoted. */
static void
forwarded(void **state)
{
	static const struct {
		const char *client, *head;
		bool is_https;
		const char *line;
	} rows[] = {
		{"::1", "GET / HTTP/1.1\r\nHost: [::1]:9\r\n\r\n", true,
			"Forwarded: for=\"[::1]\";host=\"[::1]:9\";proto=https\r\n"},
		{"fe80::1%eth0", "GET / HTTP/1.0\r\n\r\n", false,
			"Forwarded: for=\"[fe80::1]\";proto=http\r\n"},
		{"unknown", "GET / HTTP/1.0\r\n\r\n", false,
			"Forwarded: for=unknown;proto=http\r\n"},
	};
	struct upstream upstream;

	(void)state;
	assert_int_equal(upstream_read(&upstream, "http://x:1"), UPSTREAM_OK);
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct request request;
		struct buf text = {0};

		assert_int_equal(request_parse(&request, rows[i].head, strlen(rows[i].head)),
			REQUEST_COMPLETE);
		request.scheme = rows[i].is_https ? REQUEST_HTTPS : REQUEST_HTTP;
		proxy_head_request(&text, &upstream, &request, slice_of(rows[i].head),
			SLICE_LITERAL("/"), &(struct proxy_head_options){.client = rows[i].client});
		if (!strstr(text.bytes, rows[i].line))
			fail_msg("%s lacks %s", text.bytes, rows[i].line);
		buf_finish(&text);
	}
	upstream_finish(&upstream);
}

/* A request that comes back again and again is stopped; a few servers behind each other are fine. */
static void
circles(void **state)
{
	struct upstream upstream;

	(void)state;
	assert_int_equal(upstream_read(&upstream, "http://x:1"), UPSTREAM_OK);
	for (int times = 0; times < 2 * PROXY_HEAD_LOOP_MAX; times++) {
		struct buf head = {0}, text = {0};
		struct request request;

		buf_add_text(&head, "GET / HTTP/1.1\r\nHost: h\r\nVia: 1.0 fred, 1.1 liveserve2");
		for (int i = 0; i < times; i++)
			buf_add_text(&head, i % 2 ? ", 1.1 liveserve" : "\r\nVia: 1.1 LiveServe");
		buf_add_text(&head, "\r\n\r\n");
		assert_int_equal(
			request_parse(&request, head.bytes, head.length), REQUEST_COMPLETE);
		assert_int_equal(
			proxy_head_request(&text, &upstream, &request, buf_slice(&head),
				SLICE_LITERAL("/"), &(struct proxy_head_options){.client = "::1"}),
			times < PROXY_HEAD_LOOP_MAX);
		buf_finish(&head);
		buf_finish(&text);
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
			slice_of(rows[i].rest), &(struct proxy_head_options){.client = "::1"});
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
		const char *written;
		bool keeps_chunks, closes;
	} rows[] = {
		{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab",
			"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Ours: 1\r\nVia: 1.1 "
			"liveserve\r\nConnection: close\r\n\r\n",
			true, true},
		{"HTTP/1.0 404 No\r\nx-ours: 9\r\n\r\n",
			"HTTP/1.1 404 No\r\nX-Ours: 1\r\nVia: 1.1 liveserve\r\n"
			"Connection: close\r\n\r\n",
			true, true},
		{"HTTP/1.1 200\r\nConnection: keep-alive, x-own\r\nKeep-Alive: 5\r\nX-Own: 1\r\n"
		 "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
			"HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\nX-Ours: 1\r\n"
			"Via: 1.1 liveserve\r\nConnection: close\r\n\r\n",
			true, true},
		{"HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
			"HTTP/1.1 200\r\nX-Ours: 1\r\nVia: 1.1 liveserve\r\n"
			"Connection: close\r\n\r\n",
			false, true},
		{"HTTP/1.1 200 OK\r\nContent-Length: 02, 2\r\nContent-Length: 2\r\n\r\n",
			"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Ours: 1\r\n"
			"Via: 1.1 liveserve\r\nConnection: close\r\n\r\n",
			true, true},
		{"HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n",
			"HTTP/1.1 204 No Content\r\nX-Ours: 1\r\nVia: 1.1 liveserve\r\n"
			"Connection: close\r\n\r\n",
			true, true},
		{"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nx",
			"HTTP/1.1 101 Switching\r\nX-Ours: 1\r\nVia: 1.1 liveserve\r\n"
			"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
			true, true},
		{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
			"HTTP/1.1 100 Continue\r\nX-Ours: 1\r\nVia: 1.1 liveserve\r\n\r\n", true,
			true},
		{"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n",
			"HTTP/1.1 304 Not Modified\r\nX-Ours: 1\r\nVia: 1.1 liveserve\r\n"
			"Connection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\n",
			true, false},
	};
	struct fields ours = {0};

	(void)state;
	fields_add(&ours, SLICE_LITERAL("X-Ours"), SLICE_LITERAL("1"));
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct response_head head = {0};
		struct buf text = {0};
		const char *fault;

		assert_int_equal(response_head_parse(&head, slice_of(rows[i].bytes), 0,
					 RESPONSE_HEAD_TO_UPGRADE, &fault),
			RESPONSE_HEAD_COMPLETE);
		proxy_head_response(&text, &head, &ours,
			&(struct proxy_head_client){rows[i].keeps_chunks, rows[i].closes});
		assert_string_equal(text.bytes, rows[i].written);
		buf_finish(&text);
		response_head_finish(&head);
	}
	fields_finish(&ours);
}

/* Whether the server's connection closes. */
static void
closes(void **state)
{
	static const struct {
		const char *bytes;
		bool closes;
	} rows[] = {
		{"HTTP/1.1 200 OK\r\n\r\n", false},
		{"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n", false},
		{"HTTP/1.1 200 OK\r\nConnection: Close\r\n\r\n", true},
		{"HTTP/1.1 200 OK\r\nConnection: x-own, close\r\n\r\n", true},
		{"HTTP/1.1 200 OK\r\nConnection: x-own\r\nConnection: close\r\n\r\n", true},
		{"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n", true},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct response_head head = {0};
		const char *fault;

		assert_int_equal(response_head_parse(&head, slice_of(rows[i].bytes), 0,
					 RESPONSE_HEAD_TO_ANY, &fault),
			RESPONSE_HEAD_COMPLETE);
		assert_int_equal(proxy_head_closes(&head), rows[i].closes);
		response_head_finish(&head);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests),
		cmocka_unit_test(hosts),
		cmocka_unit_test(authorization),
		cmocka_unit_test(documents),
		cmocka_unit_test(forwarded),
		cmocka_unit_test(circles),
		cmocka_unit_test(targets),
		cmocka_unit_test(closes),
		cmocka_unit_test(responses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * What an upstream gets of a request, and what is kept for later.
 */
#include "support/test.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "proxy/request_relay.h"

static struct {
	struct upstream upstream;
	struct request request;
	struct message_body body;
	struct buf scratch, text, held;
} here;

static int
enter(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	assert_int_equal(
		upstream_read(&here.upstream, "/api=http://127.0.0.1:3000/v1"), UPSTREAM_OK);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	upstream_finish(&here.upstream);
	buf_finish(&here.scratch);
	buf_finish(&here.text);
	buf_finish(&here.held);
	return 0;
}

static enum request_relay_verdict
begin(const char *bytes, const struct peer *peer)
{
	const struct request_relay_options options = {0};
	const struct takeover takeover = {
		.socket = -1, .request = &here.request, .bytes = slice_of(bytes)};

	assert_int_equal(request_parse(&here.request, bytes, strlen(bytes)), REQUEST_COMPLETE);
	here.request.peer = *peer;
	buf_clear(&here.text);
	buf_clear(&here.held);
	return request_relay_begin(&here.body, &here.upstream, &takeover, &options, &here.scratch,
		&here.text, &here.held);
}

static struct peer
peer_at(const char *address)
{
	struct sockaddr_in four = {.sin_family = AF_INET};
	struct sockaddr_in6 six = {.sin6_family = AF_INET6};

	if (inet_pton(AF_INET, address, &four.sin_addr) == 1)
		return connection_limit_peer((struct sockaddr *)&four);
	assert_int_equal(inet_pton(AF_INET6, address, &six.sin6_addr), 1);
	return connection_limit_peer((struct sockaddr *)&six);
}

/* Not that of its socket, which may be one end of a socket pair. */
static void
the_client_is_named_by_its_address(void **state)
{
	static const struct {
		const char *address; /* NULL: the owner */
		const char *name, *forwarded;
	} rows[] = {
		{"127.0.0.1", "127.0.0.1", "for=127.0.0.1;"},
		{"192.168.1.5", "192.168.1.5", "for=192.168.1.5;"},
		{"::ffff:192.168.1.5", "192.168.1.5", "for=192.168.1.5;"},
		{"::1", "::1", "for=\"[::1]\";"},
		{"fe80::1", "fe80::1", "for=\"[fe80::1]\";"},
		{NULL, "unknown", "for=unknown;"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct peer peer = {0};
		struct buf line = {0};

		if (rows[i].address)
			peer = peer_at(rows[i].address);
		assert_int_equal(begin("GET /api/x HTTP/1.1\r\nHost: h\r\n\r\n", &peer),
			REQUEST_RELAY_COMPLETE);
		buf_addf(&line, "\r\nX-Forwarded-For: %s\r\n", rows[i].name);
		if (!strstr(here.text.bytes, line.bytes) ||
			!strstr(here.text.bytes, rows[i].forwarded))
			fail_msg("%s: %s", line.bytes, here.text.bytes);
		buf_finish(&line);
	}
}

static void
what_has_come_of_the_body_goes_with_the_head(void **state)
{
	static const struct {
		const char *fields, *behind;
		enum request_relay_verdict verdict;
		const char *body, *held;
	} rows[] = {
		{"", "", REQUEST_RELAY_COMPLETE, "", ""},
		{"", "GET / HTTP/1.1\r\n", REQUEST_RELAY_COMPLETE, "", "GET / HTTP/1.1\r\n"},
		{"Content-Length: 5\r\n", "he", REQUEST_RELAY_MORE, "he", ""},
		{"Content-Length: 5\r\n", "helloGET", REQUEST_RELAY_COMPLETE, "hello", "GET"},
		{"Transfer-Encoding: chunked\r\n", "2;x\r\nab\r\n", REQUEST_RELAY_MORE,
			"2\r\nab\r\n", ""},
		{"Transfer-Encoding: chunked\r\n", "2\r\nab\r\n0\r\nA: b\r\n\r\nGET",
			REQUEST_RELAY_COMPLETE, "2\r\nab\r\n0\r\n\r\n", "GET"},
		{"Transfer-Encoding: chunked\r\n", "x\r\n", REQUEST_RELAY_MALFORMED, "", NULL},
	};
	const struct peer peer = peer_at("127.0.0.1");

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf bytes = {0};
		const char *body;

		buf_addf(&bytes, "POST /api/x HTTP/1.1\r\nHost: h\r\n%s\r\n%s", rows[i].fields,
			rows[i].behind);
		assert_int_equal(begin(bytes.bytes, &peer), rows[i].verdict);
		assert_int_equal(strncmp(here.text.bytes, "POST /v1/x HTTP/1.1\r\n", 21), 0);
		body = strstr(here.text.bytes, "\r\n\r\n") + 4;
		assert_string_equal(body, rows[i].body);
		if (rows[i].held)
			assert_string_equal(buf_slice(&here.held).at, rows[i].held);
		buf_finish(&bytes);
	}
}

static void
the_rest_of_the_body_follows(void **state)
{
	const struct peer peer = peer_at("127.0.0.1");
	struct slice bytes = SLICE_LITERAL("lloGET"), out;

	(void)state;
	begin("POST /api/x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhe", &peer);
	assert_int_equal(request_relay_read(&here.body, &bytes, &here.scratch, &out),
		REQUEST_RELAY_COMPLETE);
	assert_true(slice_is(out, "llo"));
	assert_true(slice_is(bytes, "GET"));
}

static void
a_request_that_runs_in_a_circle_is_noticed(void **state)
{
	const struct peer peer = peer_at("127.0.0.1");
	struct buf bytes = {0};

	(void)state;
	buf_add_text(&bytes, "GET /api/x HTTP/1.1\r\nHost: h\r\nVia: ");
	for (int i = 0; i < 20; i++)
		buf_addf(&bytes, "%s1.1 liveserve", i ? ", " : "");
	buf_add_text(&bytes, "\r\n\r\n");
	assert_int_equal(begin(bytes.bytes, &peer), REQUEST_RELAY_CIRCLE);
	buf_finish(&bytes);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_client_is_named_by_its_address),
		TEST(what_has_come_of_the_body_goes_with_the_head),
		TEST(the_rest_of_the_body_follows),
		TEST(a_request_that_runs_in_a_circle_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

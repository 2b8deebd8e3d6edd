/*
 * What clients get of the bytes of upstreams, whole and byte by byte.
 */
#include "support/test.h"

#include <string.h>

#include "proxy/response_relay.h"

#define GET "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
#define OLD "GET / HTTP/1.0\r\n\r\n"
#define HEAD "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"
#define PUT "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"
#define SOCKET "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n"
#define VIA "Via: 1.1 liveserve\r\n"
#define END VIA "Connection: close\r\n\r\n"
#define KEPT VIA "Connection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\n"

static const struct upstream upstream = {
	.route = "", .name = "", .host = "x", .port = "80", .base = "", .shown = "http://x"};

static const struct row {
	const char *request, *bytes;
	enum response_relay_verdict verdict; /* when the bytes and the connection have ended */
	const char *text;                    /* chunks are those of all bytes at once */
} rows[] = {
	{GET, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokmore", RESPONSE_RELAY_COMPLETE,
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" END "ok"},
	{OLD, "HTTP/1.1 200 OK\r\n\r\nto the end", RESPONSE_RELAY_COMPLETE,
		"HTTP/1.1 200 OK\r\n" END "to the end"},
	{OLD,
		"HTTP/1.1 103 E\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: "
		"chunked\r\n\r\n2\r\nok\r\n0"
		"\r\n\r\n",
		RESPONSE_RELAY_COMPLETE, "HTTP/1.1 200 OK\r\n" END "ok"},
	{HEAD, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", RESPONSE_RELAY_COMPLETE,
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" END},
	{GET, "HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 204 No\r\n\r\nx", RESPONSE_RELAY_COMPLETE,
		"HTTP/1.1 204 No\r\n" END},
	{PUT, "HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 204 No\r\n\r\nx", RESPONSE_RELAY_COMPLETE,
		"HTTP/1.1 100 Go\r\n" VIA "\r\nHTTP/1.1 204 No\r\n" END},
	{SOCKET, "HTTP/1.1 101 S\r\nUpgrade: websocket\r\n\r\nframe", RESPONSE_RELAY_UPGRADE,
		"HTTP/1.1 101 S\r\n" VIA "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\nframe"},
	{GET, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", RESPONSE_RELAY_FAILED,
		"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n" END "ok"},
	{GET, "HTTP/1.1 200 OK\r\n", RESPONSE_RELAY_FAILED, ""},
	{GET, "", RESPONSE_RELAY_FAILED, ""},
};

static enum response_relay_verdict
relay_pieces(struct response_relay *relay, struct slice bytes, size_t size, struct buf *text)
{
	enum response_relay_verdict verdict = RESPONSE_RELAY_MORE;
	struct buf scratch = {0};
	const char *fault = NULL;

	while (bytes.length && verdict == RESPONSE_RELAY_MORE) {
		struct slice out, piece = bytes;

		piece.length = size < bytes.length ? size : bytes.length;
		verdict = response_relay_read(relay, piece, &scratch, text, &out, &fault);
		buf_add_slice(text, out);
		slice_drop(&bytes, piece.length);
	}
	if (verdict == RESPONSE_RELAY_MORE)
		verdict = response_relay_end(relay, false, text, &fault);
	buf_finish(&scratch);
	return verdict;
}

static void
check(const struct row *row, size_t size)
{
	const struct fields none = {0};
	struct response_relay relay;
	struct request request;
	struct buf text = {0};
	enum response_relay_verdict verdict;

	assert_int_equal(
		request_parse(&request, row->request, strlen(row->request)), REQUEST_COMPLETE);
	response_relay_init(&relay, &request,
		&(struct response_relay_options){
			.ours = &none, .upstream = &upstream, .closes = true});
	verdict = relay_pieces(&relay, slice_of(row->bytes), size, &text);
	/* A piece may end behind the 101: the rest belongs to the WebSocket. */
	if (verdict != row->verdict || (size > 1 || verdict != RESPONSE_RELAY_UPGRADE
						       ? strcmp(buf_slice(&text).at, row->text) != 0
						       : !strstr(text.bytes, "websocket")))
		fail_msg("%s: %d\n%s", row->bytes, verdict, buf_slice(&text).at);
	response_relay_finish(&relay);
	buf_finish(&text);
}

static void
whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		check(&rows[i], strlen(rows[i].bytes) + 1);
}

static void
byte_by_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		check(&rows[i], 1);
}

/* What both connections may be used for after the answer. */
static void
next_requests(void **state)
{
	static const struct {
		const char *request, *bytes;
		bool is_reusable;
		const char *text;
	} kept[] = {
		{GET, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", true,
			"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" KEPT "ok"},
		{GET, "HTTP/1.1 304 N\r\nContent-Length: 2\r\n\r\n", true,
			"HTTP/1.1 304 N\r\nContent-Length: 2\r\n" KEPT},
		{GET, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
			true,
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" KEPT
			"2\r\nok\r\n0\r\n\r\n"},
		{GET, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok", false,
			"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" KEPT "ok"},
		{GET, "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", false,
			"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" KEPT "ok"},
		{GET, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n",
			false, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" KEPT "ok"},
		{GET, "HTTP/1.1 304 N\r\nContent-Length: 2\r\n\r\nok", false,
			"HTTP/1.1 304 N\r\nContent-Length: 2\r\n" KEPT},
		{HEAD, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", false,
			"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" KEPT},
		{GET, "HTTP/1.1 200 OK\r\n\r\nto the end", false,
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" KEPT
			"a\r\nto the end\r\n0\r\n\r\n"},
		{OLD, "HTTP/1.1 200 OK\r\n\r\nto the end", false,
			"HTTP/1.1 200 OK\r\n" END "to the end"},
	};
	const struct fields none = {0};

	(void)state;
	for (size_t i = 0; i < ROWS(kept); i++) {
		struct response_relay relay;
		struct request request;
		struct buf text = {0};

		assert_int_equal(request_parse(&request, kept[i].request, strlen(kept[i].request)),
			REQUEST_COMPLETE);
		response_relay_init(&relay, &request,
			&(struct response_relay_options){.ours = &none, .upstream = &upstream});
		assert_int_equal(relay_pieces(&relay, slice_of(kept[i].bytes), SIZE_MAX, &text),
			RESPONSE_RELAY_COMPLETE);
		assert_string_equal(text.bytes, kept[i].text);
		assert_int_equal(response_relay_is_reusable(&relay), kept[i].is_reusable);
		response_relay_finish(&relay);
		buf_finish(&text);
	}
}

/* One that comes with the head is refused. One that comes later is dropped: the head was passed on. */
static void
a_body_to_head(void **state)
{
	static const struct row with_head = {
		HEAD, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", RESPONSE_RELAY_FAILED, ""};
	const struct row later = {HEAD, with_head.bytes, RESPONSE_RELAY_COMPLETE,
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" END};

	(void)state;
	check(&with_head, strlen(with_head.bytes));
	check(&later, 1);
}

static void
a_reset_is_no_end(void **state)
{
	static const char text[] = "HTTP/1.1 200 OK\r\n\r\nhalf";
	const struct fields none = {0};
	struct response_relay relay;
	struct buf scratch = {0}, got = {0};
	struct request request;
	const char *fault;
	struct slice out;

	(void)state;
	assert_int_equal(request_parse(&request, GET, strlen(GET)), REQUEST_COMPLETE);
	response_relay_init(&relay, &request,
		&(struct response_relay_options){.ours = &none, .upstream = &upstream});
	assert_int_equal(response_relay_read(&relay, slice_of(text), &scratch, &got, &out, &fault),
		RESPONSE_RELAY_MORE);
	assert_int_equal(response_relay_end(&relay, true, &got, &fault), RESPONSE_RELAY_FAILED);
	response_relay_finish(&relay);
	buf_finish(&scratch);
	buf_finish(&got);
}

/* A 503 is kept until it is known whether it is to be passed on, or asked for again. */
static void
busy(void **state)
{
	static const char text[] = "HTTP/1.1 503 Later\r\nContent-Length: 2\r\n\r\nno";
	static const char better[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
	const struct fields none = {0};
	const struct response_relay_options options = {.ours = &none, .upstream = &upstream};
	struct request request;

	(void)state;
	assert_int_equal(request_parse(&request, GET, strlen(GET)), REQUEST_COMPLETE);
	for (int repeats = 0; repeats < 2; repeats++) {
		struct response_relay relay;
		struct buf scratch = {0}, got = {0};
		struct slice out;
		const char *fault;

		response_relay_init(&relay, &request, &options);
		relay.holds_busy = true;
		assert_int_equal(
			response_relay_read(&relay, slice_of(text), &scratch, &got, &out, &fault),
			RESPONSE_RELAY_BUSY);
		assert_int_equal(got.length, 0);
		relay.holds_busy = repeats;
		if (repeats)
			response_relay_restart(&relay);
		assert_int_equal(response_relay_read(&relay, slice_of(repeats ? better : ""),
					 &scratch, &got, &out, &fault),
			RESPONSE_RELAY_COMPLETE);
		assert_string_equal(got.bytes,
			repeats ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" KEPT "ok"
				: "HTTP/1.1 503 Later\r\nContent-Length: 2\r\n" KEPT "no");
		response_relay_finish(&relay);
		buf_finish(&scratch);
		buf_finish(&got);
	}
}

/* The body that a client reads, with its framing in front and "T" for the tag. */
static void
read_as_client(struct slice text, const char *tag, struct buf *shown)
{
	struct response_head head = {0};
	struct message_body body;
	struct buf scratch = {0}, plain = {0};
	const char *fault, *place;

	assert_int_equal(response_head_parse(&head, text, 0, RESPONSE_HEAD_TO_ANY, &fault),
		RESPONSE_HEAD_COMPLETE);
	assert_false(head.has_length && head.framing != MESSAGE_BODY_NONE);
	slice_drop(&text, head.size);
	message_body_init(&body, head.framing, head.length, false);
	buf_add_slice(&plain, message_body_read(&body, &text, &scratch));
	assert_int_equal(text.length, 0);
	if (head.framing == MESSAGE_BODY_CHUNKED)
		buf_add_text(shown, body.has_ended ? "chunked " : "breaks off ");
	place = strstr(buf_slice(&plain).at, tag);
	if (place)
		buf_addf(shown, "%.*sT%s", (int)(place - plain.bytes), plain.bytes,
			place + strlen(tag));
	else
		buf_add_slice(shown, buf_slice(&plain));
	response_head_finish(&head);
	buf_finish(&scratch);
	buf_finish(&plain);
}

static void
check_document(const struct row *row, size_t size)
{
	struct journal *journal = journal_create();
	const struct script_tag script_tag = {.journal = journal};
	const struct fields none = {0};
	struct response_relay relay;
	struct request request;
	struct buf text = {0}, tag = {0}, shown = {0};
	enum response_relay_verdict verdict;

	assert_int_equal(
		request_parse(&request, row->request, strlen(row->request)), REQUEST_COMPLETE);
	script_tag_add(&script_tag, &(struct script_tag_attributes){0}, &tag);
	response_relay_init(&relay, &request,
		&(struct response_relay_options){
			.ours = &none, .upstream = &upstream, .tag = &script_tag});
	verdict = relay_pieces(&relay, slice_of(row->bytes), size, &text);
	if (request.method == REQUEST_HEAD)
		assert_null(strstr(text.bytes, "Length"));
	else
		read_as_client(buf_slice(&text), tag.bytes, &shown);
	if (verdict != row->verdict || !slice_is(buf_slice(&shown), row->text))
		fail_msg("%s in pieces of %zu: %d\n%s", row->bytes, size, verdict,
			buf_slice(&shown).at);
	response_relay_finish(&relay);
	journal_destroy(journal);
	buf_finish(&text);
	buf_finish(&tag);
	buf_finish(&shown);
}

/*
 * A document gets the tag, and is sent in chunks or up to the end, as its client can read it. The tag is
 * written "T" here.
 */
static void
documents(void **state)
{
	static const struct row tagged[] = {
		{GET,
			"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: "
			"6\r\n\r\n<head>",
			RESPONSE_RELAY_COMPLETE, "chunked <head>T"},
		{GET, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<head>x",
			RESPONSE_RELAY_COMPLETE, "chunked <head>Tx"},
		{GET,
			"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: "
			"chunked\r\n\r\n3\r\n<he\r\n3\r\nad>\r\n0\r\n\r\n",
			RESPONSE_RELAY_COMPLETE, "chunked <head>T"},
		{GET, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n",
			RESPONSE_RELAY_COMPLETE, "chunked T"},
		{OLD,
			"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: "
			"6\r\n\r\n<head>",
			RESPONSE_RELAY_COMPLETE, "<head>T"},
		{GET,
			"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: "
			"9\r\n\r\n<head>",
			RESPONSE_RELAY_FAILED, "breaks off <head>T"},
		{GET, "HTTP/1.1 304 N\r\nContent-Type: text/html\r\n\r\n", RESPONSE_RELAY_COMPLETE,
			""},
		{HEAD, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n",
			RESPONSE_RELAY_COMPLETE, ""},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(tagged); i++)
		for (size_t size = 1; size <= strlen(tagged[i].bytes); size++)
			check_document(&tagged[i], size);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole),
		cmocka_unit_test(a_body_to_head),
		cmocka_unit_test(byte_by_byte),
		cmocka_unit_test(next_requests),
		cmocka_unit_test(a_reset_is_no_end),
		cmocka_unit_test(busy),
		cmocka_unit_test(documents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

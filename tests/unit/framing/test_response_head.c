/*
 * Heads of other servers, valid and invalid, and how their bodies are framed.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "framing/response_head.h"

#define ANY RESPONSE_HEAD_TO_ANY
#define TO_HEAD RESPONSE_HEAD_TO_HEAD
#define UP RESPONSE_HEAD_TO_UPGRADE

static void
framing(void **state)
{
	static const struct {
		const char *head;
		enum response_head_request request;
		enum message_body_framing framing;
		uint64_t length;
	} rows[] = {
		{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", ANY, MESSAGE_BODY_LENGTH, 5},
		{"HTTP/1.1 200\r\ncontent-length:5\r\nContent-Length: 5 , 5\r\n\r\n", ANY,
			MESSAGE_BODY_LENGTH, 5},
		{"HTTP/1.1 200 \r\nTransfer-Encoding: Chunked\r\n\r\n", ANY, MESSAGE_BODY_CHUNKED,
			0},
		{"HTTP/1.0 200 OK\r\n\r\n", ANY, MESSAGE_BODY_TO_END, 0},
		{"HTTP/1.1 599 \xff\t\r\nA:\tb \r\n\r\n", ANY, MESSAGE_BODY_TO_END, 0},
		{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", TO_HEAD, MESSAGE_BODY_NONE, 5},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", TO_HEAD,
			MESSAGE_BODY_NONE, 0},
		{"HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n", ANY, MESSAGE_BODY_NONE, 5},
		{"HTTP/1.1 304 No\r\nContent-Length: 5\r\n\r\n", ANY, MESSAGE_BODY_NONE, 5},
		{"HTTP/1.1 103 Early\r\n\r\n", ANY, MESSAGE_BODY_NONE, 0},
		{"HTTP/1.1 101 S\r\nUpgrade: WebSocket\r\n\r\n", UP, MESSAGE_BODY_NONE, 0},
		{"HTTP/1.1 403 No\r\n\r\n", UP, MESSAGE_BODY_TO_END, 0},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct response_head head = {0};
		const char *fault;
		enum response_head_verdict verdict = response_head_parse(
			&head, slice_of(rows[i].head), 0, rows[i].request, &fault);

		if (verdict != RESPONSE_HEAD_COMPLETE)
			fail_msg("%s: %s", rows[i].head, fault);
		assert_int_equal(head.size, strlen(rows[i].head));
		assert_int_equal(head.framing, rows[i].framing);
		assert_int_equal(head.length, rows[i].length);
		response_head_finish(&head);
	}
}

#define LENGTH(text) "HTTP/1.1 200 OK\r\nContent-Length: " text "\r\n\r\n"
#define CODING(text) "HTTP/1.1 200 OK\r\nTransfer-Encoding: " text "\r\n\r\n"
#define FIELD(text) "HTTP/1.1 200 OK\r\n" text "\r\n\r\n"

static void
malformed(void **state)
{
	static const struct {
		const char *head;
		const char *fault; /* its beginning */
	} rows[] = {
		{"\r\n\r\n", "does not speak"},
		{"SSH-2.0-x", "does not speak"},
		{"HTTP/2 200\r\n\r\n", "does not speak"},
		{"HTTP/2.0 200 OK\r\n\r\n", "does not speak"},
		{"HTTP/1.2 200 OK\r\n\r\n", "does not speak"},
		{"http/1.1 200 OK\r\n\r\n", "does not speak"},
		{"HTTP/1.1  200 OK\r\n\r\n", "does not speak"},
		{"HTTP/1.1 999 X\r\n\r\n", "does not speak"},
		{"HTTP/1.1 099 X\r\n\r\n", "does not speak"},
		{"HTTP/1.1 2000\r\n\r\n", "does not speak"},
		{"HTTP/1.1 20\r\n\r\n", "does not speak"},
		{"HTTP/1.1 +20 X\r\n\r\n", "does not speak"},
		{"HTTP/1.1 200 a\rb\r\n\r\n", "does not speak"},
		{"HTTP/1.1 200 OK\nA: b\n\n", "sent an answer with a malformed header"},
		{FIELD("A: b\nC: d"), "sent an answer with a malformed header"},
		{FIELD("A: b\rC: d"), "sent an answer with a malformed header"},
		{FIELD("A: b\r\n c"), "sent an answer with a malformed header"},
		{FIELD(" A: b"), "sent an answer with a malformed header"},
		{FIELD("A : b"), "sent an answer with a malformed header"},
		{FIELD(": b"), "sent an answer with a malformed header"},
		{FIELD("A b"), "sent an answer with a malformed header"},
		{FIELD("A(b): c"), "sent an answer with a malformed header"},
		{FIELD("A: \x01"), "sent an answer with a malformed header"},
		{FIELD("A: \x7f"), "sent an answer with a malformed header"},
		{LENGTH("+5"), "sent an answer whose Content-Length"},
		{LENGTH("-1"), "sent an answer whose Content-Length"},
		{LENGTH(""), "sent an answer whose Content-Length"},
		{LENGTH("5,6"), "sent an answer whose Content-Length"},
		{LENGTH("5,"), "sent an answer whose Content-Length"},
		{LENGTH("0x5"), "sent an answer whose Content-Length"},
		{LENGTH("5 5"), "sent an answer whose Content-Length"},
		{LENGTH("9223372036854775808"), "sent an answer whose Content-Length"},
		{LENGTH("99999999999999999999999"), "sent an answer whose Content-Length"},
		{LENGTH("5\r\ncontent-length: 6"), "sent an answer whose Content-Length"},
		{LENGTH("5\r\nTransfer-Encoding: chunked"), "sent an answer with both"},
		{CODING("chunked\r\nContent-Length: 5"), "sent an answer with both"},
		{CODING("gzip"), "sent an answer in an unknown"},
		{CODING("identity"), "sent an answer in an unknown"},
		{CODING("gzip, chunked"), "sent an answer in an unknown"},
		{CODING("chunked, chunked"), "sent an answer in an unknown"},
		{CODING("chunked\r\nTransfer-Encoding: chunked"), "sent an answer in an unknown"},
		{CODING("\x0b"
			"chunked"),
			"sent an answer with a malformed header"},
		{CODING(""), "sent an answer in an unknown"},
		{"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
			"sent an answer in an unknown"},
		{"HTTP/1.1 101 S\r\nUpgrade: websocket\r\n\r\n", "changed to a protocol"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct response_head head = {0};
		const char *fault = NULL;
		enum response_head_verdict verdict = response_head_parse(
			&head, slice_of(rows[i].head), 0, RESPONSE_HEAD_TO_ANY, &fault);

		if (verdict != RESPONSE_HEAD_MALFORMED ||
			!slice_starts(slice_of(fault), rows[i].fault))
			fail_msg("%s: %d, %s", rows[i].head, verdict, fault);
		response_head_finish(&head);
	}
}

static void
a_nul_and_a_wrong_protocol(void **state)
{
	struct response_head head = {0};
	const char *fault;

	(void)state;
	assert_int_equal(
		response_head_parse(&head, SLICE_LITERAL("HTTP/1.1 200 OK\r\nA: \0\r\n\r\n"), 0,
			RESPONSE_HEAD_TO_ANY, &fault),
		RESPONSE_HEAD_MALFORMED);
	assert_int_equal(
		response_head_parse(&head, SLICE_LITERAL("HTTP/1.1 101 S\r\nUpgrade: h2c\r\n\r\n"),
			0, RESPONSE_HEAD_TO_UPGRADE, &fault),
		RESPONSE_HEAD_MALFORMED);
	response_head_finish(&head);
}

/* Byte by byte, a head is incomplete until its last one. */
static void
pieces(void **state)
{
	static const char text[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
	struct response_head head = {0};
	const char *fault;

	(void)state;
	for (size_t i = 0; i < strlen(text); i++)
		assert_int_equal(response_head_parse(&head, (struct slice){text, i}, i ? i - 1 : 0,
					 RESPONSE_HEAD_TO_ANY, &fault),
			RESPONSE_HEAD_MORE);
	assert_int_equal(response_head_parse(&head, slice_of(text), strlen(text) - 1,
				 RESPONSE_HEAD_TO_ANY, &fault),
		RESPONSE_HEAD_COMPLETE);
	response_head_finish(&head);
}

static void
a_head_without_an_end(void **state)
{
	static const char start[] = "HTTP/1.1 200 OK\r\nA: ";
	char *bytes = mem_zero(RESPONSE_HEAD_MAX + 1);
	struct response_head head = {0};
	const char *fault;

	(void)state;
	memset(bytes, 'x', RESPONSE_HEAD_MAX);
	memcpy(bytes, start, strlen(start));
	assert_int_equal(response_head_parse(&head, (struct slice){bytes, RESPONSE_HEAD_MAX - 1}, 0,
				 RESPONSE_HEAD_TO_ANY, &fault),
		RESPONSE_HEAD_MORE);
	assert_int_equal(response_head_parse(&head, (struct slice){bytes, RESPONSE_HEAD_MAX},
				 RESPONSE_HEAD_MAX - 1, RESPONSE_HEAD_TO_ANY, &fault),
		RESPONSE_HEAD_MALFORMED);
	response_head_finish(&head);
	free(bytes);
}

static void
too_many_fields(void **state)
{
	struct response_head head = {0};
	struct buf text = {0};
	const char *fault;

	(void)state;
	buf_add_text(&text, "HTTP/1.1 200 OK\r\n");
	for (int i = 0; i <= RESPONSE_HEAD_FIELDS_MAX; i++)
		buf_add_text(&text, "a: b\r\n");
	buf_add_text(&text, "\r\n");
	assert_int_equal(
		response_head_parse(&head, buf_slice(&text), 0, RESPONSE_HEAD_TO_ANY, &fault),
		RESPONSE_HEAD_MALFORMED);
	assert_string_equal(fault, "sent an answer with too many headers");
	response_head_finish(&head);
	buf_finish(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(framing),
		cmocka_unit_test(malformed),
		cmocka_unit_test(a_nul_and_a_wrong_protocol),
		cmocka_unit_test(pieces),
		cmocka_unit_test(a_head_without_an_end),
		cmocka_unit_test(too_many_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

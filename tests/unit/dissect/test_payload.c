#include "support/test.h"

#include <string.h>

#include "dissect/payload.h"

/* The two sides of a connection, with the numbers of their next bytes. */
struct talk {
	struct payload *payload;
	uint32_t ids, number, next[2];
	struct payload_said said;
};

static int
set_up(void **state)
{
	static struct talk talk;

	talk = (struct talk){.next = {1, 1}};
	talk.payload = payload_create(&talk.ids, NULL);
	*state = &talk;
	return 0;
}

static int
tear_down(void **state)
{
	struct talk *talk = *state;

	payload_destroy(talk->payload);
	payload_said_finish(&talk->said);
	return 0;
}

/* Sends bytes from their place in the stream on. */
static void
send_at(struct talk *talk, enum tcp_side side, uint32_t sequence, struct slice bytes,
	unsigned flags, unsigned notes)
{
	struct packet packet = {
		.sequence = sequence,
		.payload = bytes,
		.payload_length = (uint32_t)bytes.length,
		.flags = (uint16_t)(PACKET_ACK | flags),
	};
	struct tcp_view view = {.side = side, .notes = notes, .length = packet.payload_length};

	payload_hear(talk->payload, &packet, &view, ++talk->number, &talk->said);
	talk->next[side] = sequence + packet.payload_length;
}

static void
send(struct talk *talk, enum tcp_side side, const char *text)
{
	send_at(talk, side, talk->next[side], slice_of(text), 0, 0);
}

static void
expect(const struct talk *talk, const char *protocol, const char *info, bool is_segment)
{
	if (protocol)
		assert_string_equal(talk->said.protocol, protocol);
	else
		assert_null(talk->said.protocol);
	assert_string_equal(talk->said.info.length ? talk->said.info.bytes : "", info);
	assert_int_equal(talk->said.is_segment, is_segment);
}

#define GET "GET /logo.jpg HTTP/1.1\r\nHost: x\r\n\r\n"
#define OK "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n"

/* The sentence "Piece 2 of 3 of the answer to GET /logo.jpg" can be made of the parts. */
static void
says_the_pieces_of_an_answer(void **state)
{
	struct talk *talk = *state;
	const struct message *part = &talk->said.parts[0];
	uint32_t id;

	send(talk, TCP_CLIENT, GET);
	expect(talk, "HTTP", "GET /logo.jpg HTTP/1.1 ", false);
	assert_int_equal(part->kind, MESSAGE_REQUEST);
	assert_string_equal(part->text, "GET /logo.jpg HTTP/1.1");
	send(talk, TCP_SERVER, OK "Content-Length: 24\r\n\r\n\xff\xd8\xff\xe0");
	expect(talk, NULL, "HTTP/1.1 200 OK ", true);
	assert_int_equal(talk->said.part_count, 1);
	id = part->id;
	assert_int_equal(part->pieces, 1);
	assert_int_equal(part->body_bytes, 4);
	assert_false(part->is_complete);
	send(talk, TCP_SERVER, "abcdefgh");
	expect(talk, NULL, "", true);
	assert_int_equal(part->pieces, 2);
	assert_true(part->has_total && part->total - part->bytes == 12);
	send(talk, TCP_SERVER, "ijklmnopqrst");
	expect(talk, "HTTP", "HTTP/1.1 200 OK  (JPEG JFIF image)", false);
	assert_int_equal(part->id, id);
	assert_int_equal(part->kind, MESSAGE_ANSWER);
	assert_int_equal(part->pieces, 3);
	assert_int_equal(part->first_packet, 2);
	assert_int_equal(part->last_packet, 4);
	assert_int_equal(part->answer_to, 1);
	assert_int_equal(part->status, 200);
	assert_int_equal(part->body_bytes, 24);
	assert_string_equal(part->request, "GET /logo.jpg");
	assert_string_equal(part->type, "image/jpeg");
	assert_true(part->is_complete);
}

static void
answers_without_a_body(void **state)
{
	static const char *const rows[][2] = {
		{"HEAD / HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"},
		{GET, "HTTP/1.1 204 No Content\r\n\r\n"},
		{GET, "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"},
		{GET, "HTTP/1.1 103 Early Hints\r\n\r\n"},
		{"", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
	};
	struct talk *talk = *state;

	for (size_t i = 0; i < ROWS(rows); i++) {
		send(talk, TCP_CLIENT, rows[i][0]);
		send(talk, TCP_SERVER, rows[i][1]);
		assert_string_equal(talk->said.protocol, "HTTP");
		assert_int_equal(talk->said.part_count, 1);
		assert_true(talk->said.parts[0].is_complete);
	}
}

/* Cut at every place, the same message ends in the same packet. */
static void
a_cut_changes_nothing(void **state)
{
	static const char *const answers[] = {
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: "
		"chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n"
		"0\r\n\r\n",
		"HTTP/1.1 200 OK\r\ncontent-length:3\r\n\r\nabc",
	};

	for (size_t i = 0; i < ROWS(answers); i++) {
		for (size_t cut = 1; cut < strlen(answers[i]); cut++) {
			struct talk *talk;

			set_up(state);
			talk = *state;
			send(talk, TCP_CLIENT, GET);
			send_at(talk, TCP_SERVER, 1, (struct slice){answers[i], cut}, 0, 0);
			assert_null(talk->said.protocol);
			assert_true(talk->said.is_segment || cut < 10);
			if (talk->said.is_segment) {
				send(talk, TCP_SERVER, answers[i] + cut);
				expect(talk, "HTTP", "HTTP/1.1 200 OK ", false);
			}
			tear_down(state);
		}
	}
}

static void
an_answer_can_last_until_the_end(void **state)
{
	struct talk *talk = *state;

	send(talk, TCP_CLIENT, GET);
	send(talk, TCP_SERVER, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nabc");
	assert_null(talk->said.protocol);
	send_at(talk, TCP_SERVER, talk->next[TCP_SERVER], slice_of("def"), PACKET_FIN, 0);
	expect(talk, "HTTP", "HTTP/1.1 200 OK  (text/html)", false);
}

static void
frames_follow_the_upgrade(void **state)
{
	struct talk *talk = *state;
	const struct message *part = &talk->said.parts[0];

	send(talk, TCP_CLIENT, "GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n");
	send(talk, TCP_SERVER, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n");
	expect(talk, "HTTP", "HTTP/1.1 101 Switching Protocols ", false);
	send(talk, TCP_CLIENT, "\x81\x82\x01\x02\x03\x04ik"); /* "hi" behind a mask */
	expect(talk, "WebSocket", "WebSocket Text [FIN] [MASKED]", false);
	assert_string_equal(part->text, "hi");
	assert_true(part->is_masked && part->is_final && part->body_bytes == 2);
	send(talk, TCP_SERVER, "\x01\x02h");
	expect(talk, NULL, "", true);
	send(talk, TCP_SERVER, "i");
	expect(talk, "WebSocket", "WebSocket Text[FRAGMENT]  ", false);
	assert_string_equal(part->text, "hi");
	assert_int_equal(part->pieces, 2);
	send(talk, TCP_SERVER, "\x89\x01p\x88\x02\x03\xe8");
	expect(talk, "WebSocket", "WebSocket Connection Close [FIN] ", false);
	assert_int_equal(talk->said.part_count, 2);
}

/* A hole in a body is counted; a message with a hole is never shown as whole. */
static void
a_hole_is_said(void **state)
{
	struct talk *talk = *state;

	send(talk, TCP_CLIENT, GET);
	send(talk, TCP_SERVER, OK "Content-Length: 9\r\n\r\nabc");
	send_at(talk, TCP_SERVER, talk->next[TCP_SERVER] + 3, slice_of("ghi"), 0, 0);
	expect(talk, NULL, "", true);
	assert_int_equal(talk->said.parts[0].missing, 3);
	assert_false(talk->said.parts[0].is_complete);
	send(talk, TCP_SERVER, OK "Content-Length: 0\r\n\r\n");
	expect(talk, "HTTP", "HTTP/1.1 200 OK ", false);
}

static void
a_hole_can_be_filled(void **state)
{
	struct talk *talk = *state;
	uint32_t hole;

	send(talk, TCP_CLIENT, GET);
	send(talk, TCP_SERVER, OK "Content-Length: 9\r\n\r\nabc");
	hole = talk->next[TCP_SERVER];
	send_at(talk, TCP_SERVER, hole + 3, slice_of("ghi"), 0, 0);
	send_at(talk, TCP_SERVER, hole, slice_of("def"), 0, TCP_FAST_RETRANSMISSION);
	expect(talk, "HTTP", "HTTP/1.1 200 OK  (image/jpeg)", false);
	assert_int_equal(talk->said.parts[0].body_bytes, 9);
}

static void
what_is_sent_again_is_not_heard(void **state)
{
	struct talk *talk = *state;

	send(talk, TCP_CLIENT, GET);
	send_at(talk, TCP_CLIENT, 1, slice_of(GET), 0, TCP_RETRANSMISSION);
	expect(talk, NULL, "", false);
	assert_int_equal(talk->said.part_count, 0);
	/* Part of it is new. */
	send_at(talk, TCP_CLIENT, 1, slice_of(GET GET), 0, 0);
	expect(talk, "HTTP", "GET /logo.jpg HTTP/1.1 ", false);
	assert_int_equal(talk->said.part_count, 1);
}

static void
names_tls_records(void **state)
{
	static const char hello[] = "\x16\x03\x01\0\x04\1\0\0\0";
	static const char alert[] = "\x15\x03\x03\0\2\2\x28\x17\x03\x03\0\1";
	struct talk *talk = *state;

	send_at(talk, TCP_CLIENT, 1, (struct slice){hello, 9}, 0, 0);
	expect(talk, "TLSv1", "Client Hello", false);
	send_at(talk, TCP_SERVER, 1, (struct slice){alert, 12}, 0, 0);
	expect(talk, "TLSv1.2", "Alert (Level: Fatal, Description: Handshake Failure)", false);
	assert_int_equal(talk->said.part_count, 2);
	send(talk, TCP_SERVER, "x");
	expect(talk, "TLSv1.2", "Application Data", false);
	/* A server may answer in plain text to what is no TLS. */
	send(talk, TCP_SERVER, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
	expect(talk, "HTTP", "HTTP/1.1 400 Bad Request ", false);
}

static void
other_bytes_say_nothing(void **state)
{
	struct talk *talk = *state;

	send(talk, TCP_CLIENT, "garbage\r\n\r\n");
	expect(talk, NULL, "", false);
	send(talk, TCP_CLIENT, "BREW /pot HTTP/1.1\r\n\r\n");
	expect(talk, NULL, "", false);
	send(talk, TCP_SERVER, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
	expect(talk, "HTTP", "HTTP/1.1 400 Bad Request ", false);
	send(talk, TCP_CLIENT, "garbage\r\n\r\n");
	expect(talk, "HTTP", "Continuation", false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(says_the_pieces_of_an_answer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(answers_without_a_body, set_up, tear_down),
		cmocka_unit_test(a_cut_changes_nothing),
		cmocka_unit_test_setup_teardown(
			an_answer_can_last_until_the_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(frames_follow_the_upgrade, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_hole_is_said, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_hole_can_be_filled, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_sent_again_is_not_heard, set_up, tear_down),
		cmocka_unit_test_setup_teardown(names_tls_records, set_up, tear_down),
		cmocka_unit_test_setup_teardown(other_bytes_say_nothing, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

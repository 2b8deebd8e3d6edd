/*
 * A row as the page gets it: its columns, what the filter asks for, and its line for the terminal.
 */
#include "test.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/columns.h"
#include "support/talk.h"
#include "wire/stored_row.h"

#define C TCP_CLIENT
#define S TCP_SERVER

static const uint16_t served[STORED_ROW_PORTS] = {TALK_SERVER_PORT, 0};

static struct {
	struct talk talk;
	struct byte_ring ring;
	struct stored_row row;
	struct stored_row_texts texts;
	cJSON *json;
} here;

static int
set_up(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	talk_init(&here.talk);
	byte_ring_init(&here.ring, 1 << 20);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	cJSON_Delete(here.json);
	byte_ring_finish(&here.ring);
	talk_finish(&here.talk);
	return 0;
}

/* Makes a row of the packet, and its JSON. */
static void
send_to(const uint16_t *ports, const struct talk_packet *packet)
{
	const struct dissect_row *row = talk_send(&here.talk, packet);
	struct buf json = {0};

	stored_row_init(&here.row, row, ports);
	here.row.texts = stored_row_write_texts(row, SLICE_LITERAL("A sentence."), &here.ring);
	assert_true(stored_row_read_texts(&here.row, &here.ring, &here.texts));
	stored_row_add_json(&json, &here.row, &here.texts, 3);
	cJSON_Delete(here.json);
	here.json = cJSON_ParseWithLength(json.bytes, json.length);
	if (!here.json)
		fail_msg("no JSON: %s", json.bytes);
	buf_finish(&json);
}

static void
say(enum tcp_side side, const char *data)
{
	send_to(served, &(struct talk_packet){.side = side, .data = data});
}

static void
handshake(void)
{
	send_to(served, &(struct talk_packet){.side = C, .flags = PACKET_SYN, .has_mss = true});
	send_to(served, &(struct talk_packet){
				.side = S, .flags = PACKET_SYN | PACKET_ACK, .has_mss = true});
	send_to(served, &(struct talk_packet){.side = C});
}

static const char *
text_of(const char *name)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(here.json, name));

	return text ? text : "";
}

/* The member of that name; -99 if there is none. */
static double
number_of(const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(here.json, name);

	return cJSON_IsNumber(item) ? item->valuedouble : -99;
}

static bool
has(const char *name)
{
	return cJSON_HasObjectItem(here.json, name);
}

/* ---- columns ---- */

static void
the_columns_are_those_of_the_dissector(void **state)
{
	struct buf protocol = {0}, info = {0};

	(void)state;
	handshake();
	say(C, "GET /a?b HTTP/1.1\r\nHost: x\r\n\r\n");
	columns_add_protocol(&protocol, &here.talk.row);
	columns_add_info(&info, &here.talk.row);
	assert_string_equal(text_of("proto"), protocol.bytes);
	assert_string_equal(text_of("info"), info.bytes);
	assert_string_equal(text_of("info"), "GET /a?b HTTP/1.1 ");
	assert_string_equal(text_of("src"), "127.0.0.1");
	assert_string_equal(text_of("dst"), "127.0.0.1");
	assert_string_equal(text_of("t"), "0.000300000");
	assert_true(number_of("n") == 4);
	assert_true(number_of("len") == (double)here.talk.packet.length);
	buf_finish(&protocol);
	buf_finish(&info);
}

/* The members that the page reads for its filter: view/packets/row.js. */
static void
the_filter_gets_what_it_asks_for(void **state)
{
	(void)state;
	handshake();
	assert_string_equal(text_of("step"), "handshake 3");
	assert_true(!has("http") && !has("note") && !has("msg") && !has("plen"));
	say(C, "GET /a HTTP/1.1\r\n\r\n");
	assert_string_equal(text_of("method"), "GET");
	assert_string_equal(text_of("uri"), "/a");
	assert_true(cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(here.json, "http")));
	assert_true(number_of("side") == STORED_ROW_BROWSER);
	assert_true(number_of("sport") == TALK_CLIENT_PORT);
	assert_true(number_of("dport") == TALK_SERVER_PORT);
	assert_true(number_of("seq") == 1 && number_of("ack") == 1 && number_of("plen") == 19);
	assert_true(number_of("flags") == (PACKET_ACK | PACKET_PSH));
	assert_true(number_of("v") == 4 && number_of("win") == 512 * 128 && !has("step"));
	assert_true(number_of("msg") > 0 && number_of("piece") == 1 && number_of("of") == 3);
	say(S, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
	assert_true(number_of("code") == 404 && number_of("side") == STORED_ROW_SERVER);
	assert_true(!has("method") && !has("uri"));
	send_to(served, &(struct talk_packet){.side = S, .flags = PACKET_FIN | PACKET_ACK});
	assert_string_equal(text_of("step"), "teardown 1");
	send_to(served, &(struct talk_packet){.side = C, .flags = PACKET_RST});
	assert_string_equal(text_of("note"), "reset");
}

static void
what_is_lost_or_sent_again_is_bad(void **state)
{
	(void)state;
	handshake();
	say(C, "abc");
	assert_false(has("note"));
	send_to(served, &(struct talk_packet){.side = C, .data = "abc", .back = 3});
	assert_string_equal(text_of("note"), "bad");
}

static void
the_side_is_that_of_the_served_port(void **state)
{
	static const uint16_t second[] = {1, TALK_SERVER_PORT}, none[] = {0, 0}, other[] = {1, 2};
	static const uint16_t both[] = {TALK_CLIENT_PORT, TALK_SERVER_PORT};
	static const struct {
		const uint16_t *ports;
		int from_client, from_server;
	} rows[] = {
		{served, STORED_ROW_BROWSER, STORED_ROW_SERVER},
		{second, STORED_ROW_BROWSER, STORED_ROW_SERVER},
		{both, STORED_ROW_BROWSER, STORED_ROW_SERVER},
		{none, STORED_ROW_ELSEWHERE, STORED_ROW_ELSEWHERE},
		{other, STORED_ROW_ELSEWHERE, STORED_ROW_ELSEWHERE},
	};

	(void)state;
	handshake();
	for (size_t i = 0; i < ROWS(rows); i++) {
		send_to(rows[i].ports, &(struct talk_packet){.side = C});
		assert_int_equal(here.row.side, rows[i].from_client);
		send_to(rows[i].ports, &(struct talk_packet){.side = S});
		assert_int_equal(here.row.side, rows[i].from_server);
	}
}

static void
a_packet_that_is_not_tcp_has_its_columns_only(void **state)
{
	const struct pcapng_block block = {.kind = PCAPNG_PACKET,
		.link = PCAPNG_LINK_ETHERNET,
		.time_digits = 9,
		.has_time = true,
		.wire_length = 4,
		.bytes = SLICE_LITERAL("abcd")};
	struct dissect_row row;
	struct buf json = {0};

	(void)state;
	dissector_packet(here.talk.dissector, &block, &row);
	stored_row_init(&here.row, &row, served);
	here.row.texts = stored_row_write_texts(&row, (struct slice){0}, &here.ring);
	assert_true(stored_row_read_texts(&here.row, &here.ring, &here.texts));
	stored_row_add_json(&json, &here.row, &here.texts, 0);
	here.json = cJSON_ParseWithLength(json.bytes, json.length);
	assert_non_null(here.json);
	assert_true(number_of("side") == STORED_ROW_ELSEWHERE && number_of("len") == 4);
	assert_true(!has("stream") && !has("sport") && !has("seq"));
	buf_finish(&json);
}

/* ---- texts ---- */

static void
text_of_a_packet_is_escaped(void **state)
{
	(void)state;
	handshake();
	say(C, "GET /\"\\\x1b\x01\xff</script>\xe2\x80\xae HTTP/1.1\r\n\r\n");
	assert_string_equal(text_of("method"), "GET");
	assert_non_null(strstr(text_of("uri"), "</script>"));
	assert_null(strchr(text_of("uri"), '\xff'));
}

static void
texts_that_are_gone_are_said_to_be(void **state)
{
	struct stored_row first;

	(void)state;
	handshake();
	first = here.row;
	for (int i = 0; i < 20000; i++)
		stored_row_write_texts(&here.talk.row, SLICE_LITERAL("A sentence."), &here.ring);
	assert_false(stored_row_read_texts(&first, &here.ring, &here.texts));
}

static void
times_have_nine_digits(void **state)
{
	static const struct {
		int64_t ns;
		const char *text;
	} rows[] = {
		{0, "0.000000000"},
		{1, "0.000000001"},
		{-1, "-0.000000001"},
		{1234567890, "1.234567890"},
		{-5000000000, "-5.000000000"},
		{INT64_MAX, "9223372036.854775807"},
		{INT64_MIN, "-9223372036.854775808"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf text = {0};

		stored_row_add_time(&text, rows[i].ns);
		assert_string_equal(text.bytes, rows[i].text);
		buf_finish(&text);
	}
}

static void
the_line_is_that_of_the_command(void **state)
{
	struct buf wanted = {0}, line = {0};

	(void)state;
	handshake();
	say(C, "GET /a HTTP/1.1\r\n\r\n");
	columns_add_line(&wanted, &here.talk.row);
	buf_add_char(&wanted, '\n');
	stored_row_add_line(&line, &here.row, &here.texts, false);
	assert_string_equal(line.bytes, wanted.bytes);
	buf_add_text(&wanted, "      A sentence.\n");
	buf_clear(&line);
	stored_row_add_line(&line, &here.row, &here.texts, true);
	assert_string_equal(line.bytes, wanted.bytes);
	buf_finish(&wanted);
	buf_finish(&line);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_columns_are_those_of_the_dissector),
		TEST(the_filter_gets_what_it_asks_for),
		TEST(what_is_lost_or_sent_again_is_bad),
		TEST(the_side_is_that_of_the_served_port),
		TEST(a_packet_that_is_not_tcp_has_its_columns_only),
		TEST(text_of_a_packet_is_escaped),
		TEST(texts_that_are_gone_are_said_to_be),
		TEST(times_have_nine_digits),
		TEST(the_line_is_that_of_the_command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

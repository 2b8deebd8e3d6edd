#include "support/test.h"

#include "dissect/columns.h"

#define ARROW " \xe2\x86\x92 "

static void
tells_time(void **state)
{
	static const struct {
		int64_t elapsed_ns;
		unsigned digits;
		const char *text;
	} rows[] = {
		{0, 9, "0.000000000"},
		{1234567890, 9, "1.234567890"},
		{1234567890, 6, "1.234567"},
		{-1500000000, 3, "-1.500"},
		{5000000000, 0, "5"},
		{INT64_MIN, 0, "-9223372036"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dissect_row row = {
			.elapsed_ns = rows[i].elapsed_ns, .time_digits = rows[i].digits};
		struct buf text = {0};

		columns_add_time(&text, &row);
		assert_string_equal(text.bytes, rows[i].text);
		buf_finish(&text);
	}
}

/* A SYN with all options, as a packet of its own, and then a file with two packets. */
static void
writes_lines(void **state)
{
	static const char bytes[] =
		"\x45\0\0\x3c\0\0\x40\0\x40\6\0\0\x7f\0\0\1\xc0\xa8\x64\xc8\xd4\x31\x23\x28"
		"\0\0\0\1\0\0\0\0\xa0\2\xff\xd7\0\0\0\0"
		"\2\4\xff\xd7\4\2\x08\x0a\0\0\0\x07\0\0\0\0\1\3\3\x0a";
	struct pcapng_block block = {
		.kind = PCAPNG_PACKET,
		.link = PCAPNG_LINK_RAW,
		.time_digits = 9,
		.time_ns = 1700000000000000000,
		.wire_length = 60,
		.bytes = {bytes, sizeof(bytes) - 1},
	};
	struct dissector *dissector = dissector_create();
	struct dissect_row row;
	struct buf text = {0};

	(void)state;
	dissector_packet(dissector, &block, &row);
	columns_add_line(&text, &row);
	assert_string_equal(text.bytes,
		"    1 0.000000000    127.0.0.1" ARROW "192.168.100.200 TCP 60 54321" ARROW
		"9000 [SYN] Seq=0 Win=65495 Len=0 MSS=65495 "
		"SACK_PERM TSval=7 TSecr=0 WS=1024");
	assert_int_equal(row.conversation, 0);
	assert_int_equal(row.tcp.steps, TCP_STEP_SYN);
	block.time_ns += 1500000;
	block.bytes.length = 10;
	buf_clear(&text);
	dissector_packet(dissector, &block, &row);
	columns_add_line(&text, &row);
	assert_int_equal(row.verdict, PACKET_UNKNOWN);
	assert_int_equal(row.number, 2);
	assert_int_equal(row.elapsed_ns, 1500000);
	buf_finish(&text);
	dissector_destroy(dissector);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_time),
		cmocka_unit_test(writes_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

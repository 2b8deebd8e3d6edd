#include "support/test.h"

#include <stdlib.h>

#include "capture/pcapng.h"
#include "capture/pcapng_write.h"

/* Adds a number of size bytes in the byte order of the row. */
static void
add(struct buf *file, bool is_big, uint64_t number, unsigned size)
{
	for (unsigned i = 0; i < size; i++)
		buf_add_char(file, (char)(number >> 8 * (is_big ? size - 1 - i : i)));
}

static void
add_block(struct buf *file, bool is_big, uint32_t type, struct slice body)
{
	add(file, is_big, type, 4);
	add(file, is_big, body.length + 12, 4);
	buf_add_slice(file, body);
	add(file, is_big, body.length + 12, 4);
}

static void
add_section(struct buf *file, bool is_big)
{
	struct buf body = {0};

	add(&body, is_big, 0x1a2b3c4d, 4);
	add(&body, is_big, 1, 2);
	add(&body, is_big, 0, 2);
	add(&body, is_big, UINT64_MAX, 8);
	add_block(file, is_big, 0x0a0d0d0a, buf_slice(&body));
	buf_finish(&body);
}

/* resolution below 0: no such option. */
static void
add_interface(struct buf *file, bool is_big, int resolution, uint64_t offset_seconds)
{
	struct buf body = {0};

	add(&body, is_big, 113, 2);
	add(&body, is_big, 0, 2);
	add(&body, is_big, 3, 4); /* the length to which packets are cut */
	if (resolution >= 0) {
		add(&body, is_big, 9, 2);
		add(&body, is_big, 1, 2);
		add(&body, is_big, (unsigned)resolution, 1);
		add(&body, is_big, 0, 3);
		add(&body, is_big, 14, 2);
		add(&body, is_big, 8, 2);
		add(&body, is_big, offset_seconds, 8);
	}
	add_block(file, is_big, 1, buf_slice(&body));
	buf_finish(&body);
}

static void
add_packet(struct buf *file, bool is_big, uint64_t units, const char *bytes)
{
	struct buf body = {0};
	uint32_t length = (uint32_t)strlen(bytes);

	add(&body, is_big, 0, 4);
	add(&body, is_big, units >> 32, 4);
	add(&body, is_big, units & UINT32_MAX, 4);
	add(&body, is_big, length, 4);
	add(&body, is_big, 1500, 4);
	buf_add_text(&body, bytes);
	while (body.length % 4)
		buf_add_char(&body, 0);
	add_block(file, is_big, 6, buf_slice(&body));
	buf_finish(&body);
}

/* What liveserve writes: one block of each kind. */
static void
write_all(struct buf *file)
{
	pcapng_write_section(file, "Linux", "liveserve", slice_of("one"));
	pcapng_write_interface(file, PCAPNG_LINK_ETHERNET, 262144, "lo");
	pcapng_write_secrets(file, PCAPNG_SECRETS_TLS_KEYS, slice_of("CLIENT_RANDOM 1 2\n"));
	pcapng_write_packet(file, &(struct pcapng_packet){.time_ns = 1700000000123456789,
					  .bytes = slice_of("abcde"),
					  .comment = slice_of("why")});
	pcapng_write_packet(file,
		&(struct pcapng_packet){.time_ns = 5, .bytes = slice_of("abcd"), .wire_length = 9});
	pcapng_write_statistics(file, 0, 1700000000123456789, 12, 3);
}

static struct pcapng_block
next(struct pcapng *reader, enum pcapng_kind kind)
{
	struct pcapng_block block;

	assert_int_equal(pcapng_next(reader, &block), PCAPNG_BLOCK);
	assert_int_equal(block.kind, kind);
	return block;
}

static void
reads_what_it_writes(void **state)
{
	struct pcapng reader;
	struct buf file = {0};
	struct pcapng_block block;

	(void)state;
	pcapng_init(&reader);
	write_all(&file);
	pcapng_feed(&reader, buf_slice(&file));
	block = next(&reader, PCAPNG_SECTION);
	assert_true(slice_is(block.os, "Linux"));
	assert_true(slice_is(block.user_appl, "liveserve"));
	assert_true(slice_is(block.comment, "one"));
	block = next(&reader, PCAPNG_INTERFACE);
	assert_true(slice_is(block.name, "lo"));
	assert_int_equal(block.link, PCAPNG_LINK_ETHERNET);
	assert_int_equal(block.time_digits, 9);
	block = next(&reader, PCAPNG_SECRETS);
	assert_int_equal(block.secrets_type, PCAPNG_SECRETS_TLS_KEYS);
	assert_true(slice_is(block.bytes, "CLIENT_RANDOM 1 2\n"));
	block = next(&reader, PCAPNG_PACKET);
	assert_true(slice_is(block.bytes, "abcde"));
	assert_true(slice_is(block.comment, "why"));
	assert_int_equal(block.wire_length, 5);
	assert_true(block.has_time && block.time_ns == 1700000000123456789);
	block = next(&reader, PCAPNG_PACKET);
	assert_int_equal(block.wire_length, 9);
	assert_null(block.comment.at);
	block = next(&reader, PCAPNG_STATISTICS);
	assert_true(block.has_dropped);
	assert_int_equal(block.received, 12);
	assert_int_equal(block.dropped, 3);
	assert_int_equal(pcapng_next(&reader, &block), PCAPNG_MORE);
	assert_true(pcapng_is_at_end(&reader));
	pcapng_finish(&reader);
	buf_finish(&file);
}

static void
takes_pieces_of_any_size(void **state)
{
	struct buf file = {0};

	(void)state;
	write_all(&file);
	for (size_t size = 1; size <= 33; size++) {
		struct pcapng reader = {0};
		struct pcapng_block block;
		unsigned blocks = 0;

		for (size_t at = 0; at < file.length; at += size) {
			size_t left = file.length - at;

			pcapng_feed(&reader,
				(struct slice){file.bytes + at, left < size ? left : size});
			while (pcapng_next(&reader, &block) == PCAPNG_BLOCK)
				blocks++;
		}
		assert_null(pcapng_error(&reader));
		assert_int_equal(blocks, 6);
		assert_true(pcapng_is_at_end(&reader));
		pcapng_finish(&reader);
	}
	buf_finish(&file);
}

static void
tells_times(void **state)
{
	static const struct {
		int resolution;
		uint64_t offset_seconds, units, time_ns;
		unsigned digits;
	} rows[] = {
		{-1, 0, 1700000000123456, 1700000000123456000, 6},
		{9, 0, 1700000000123456789, 1700000000123456789, 9},
		{0, 0, 17, 17000000000, 0},
		{3, 0, 17123, 17123000000, 3},
		{12, 0, 17123456789012, 17123456789, 9},
		{6, 1000, 5, 1000000005000, 6},
		{6, (uint64_t)-1, 3000000, 2000000000, 6},
		{0x80 | 1, 0, 3, 1500000000, 0},
		{0x80 | 32, 0, 0x180000000, 1500000000, 9},
		{0x80 | 63, 0, 0xc000000000000000, 1500000000, 9},
		{0x80 | 127, 0, UINT64_MAX, 0, 9},
		{127, 0, UINT64_MAX, 1, 9},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows) * 2; i++) {
		struct pcapng reader = {0};
		struct buf file = {0};
		struct pcapng_block block;
		bool is_big = i >= ROWS(rows);
		size_t row = i % ROWS(rows);

		add_section(&file, is_big);
		add_interface(&file, is_big, rows[row].resolution, rows[row].offset_seconds);
		add_packet(&file, is_big, rows[row].units, "abc");
		pcapng_feed(&reader, buf_slice(&file));
		next(&reader, PCAPNG_SECTION);
		block = next(&reader, PCAPNG_INTERFACE);
		assert_int_equal(block.link, PCAPNG_LINK_SLL);
		block = next(&reader, PCAPNG_PACKET);
		assert_int_equal(block.time_ns, rows[row].time_ns);
		assert_int_equal(block.time_digits, rows[row].digits);
		assert_int_equal(block.link, PCAPNG_LINK_SLL);
		assert_int_equal(block.wire_length, 1500);
		assert_true(slice_is(block.bytes, "abc"));
		pcapng_finish(&reader);
		buf_finish(&file);
	}
}

static void
reads_other_packet_blocks(void **state)
{
	/* A Simple Packet Block of 5 bytes, of which the interface keeps 3; then an obsolete one. */
	static const char simple[] = "\5\0\0\0abc";
	static const char old[] = "\0\0\0\0\0\0\0\0\7\0\0\0\2\0\0\0\2\0\0\0xy\0";
	struct pcapng reader = {0};
	struct buf file = {0};
	struct pcapng_block block;

	(void)state;
	add_section(&file, false);
	add_interface(&file, false, -1, 0);
	add_block(&file, false, 3, (struct slice){simple, 8});
	add_block(&file, false, 2, (struct slice){old, 24});
	pcapng_feed(&reader, buf_slice(&file));
	next(&reader, PCAPNG_SECTION);
	next(&reader, PCAPNG_INTERFACE);
	block = next(&reader, PCAPNG_PACKET);
	assert_false(block.has_time);
	assert_int_equal(block.wire_length, 5);
	assert_true(slice_is(block.bytes, "abc"));
	block = next(&reader, PCAPNG_PACKET);
	assert_int_equal(block.time_ns, 7000);
	assert_true(slice_is(block.bytes, "xy"));
	pcapng_finish(&reader);
	buf_finish(&file);
}

/* An unknown block is skipped without being held. */
static void
skips_unknown_blocks(void **state)
{
	struct pcapng reader = {0};
	struct buf file = {0};
	struct pcapng_block block;
	char piece[4096] = {0};
	uint32_t length = 32 << 20;

	(void)state;
	add_section(&file, false);
	add(&file, false, 0xbad, 4);
	add(&file, false, length, 4);
	pcapng_feed(&reader, buf_slice(&file));
	next(&reader, PCAPNG_SECTION);
	assert_int_equal(pcapng_next(&reader, &block), PCAPNG_MORE);
	assert_false(pcapng_is_at_end(&reader));
	for (uint32_t fed = 8; fed < length;) {
		uint32_t left = length - fed;
		size_t size = left < sizeof(piece) ? left : sizeof(piece);

		pcapng_feed(&reader, (struct slice){piece, size});
		fed += (uint32_t)size;
	}
	assert_true(reader.held.capacity < sizeof(piece));
	buf_clear(&file);
	add_interface(&file, false, -1, 0);
	pcapng_feed(&reader, buf_slice(&file));
	next(&reader, PCAPNG_INTERFACE);
	assert_true(pcapng_is_at_end(&reader));
	pcapng_finish(&reader);
	buf_finish(&file);
}

static void
a_section_may_have_another_byte_order(void **state)
{
	struct pcapng reader = {0};
	struct buf file = {0};
	struct pcapng_block block;

	(void)state;
	for (int is_big = 0; is_big < 2; is_big++) {
		add_section(&file, is_big);
		add_interface(&file, is_big, -1, 0);
		add_packet(&file, is_big, 1, "a");
	}
	/* The interface of the first section is none of the third. */
	add_section(&file, false);
	add_packet(&file, false, 1, "a");
	pcapng_feed(&reader, buf_slice(&file));
	for (int i = 0; i < 2; i++) {
		next(&reader, PCAPNG_SECTION);
		next(&reader, PCAPNG_INTERFACE);
		block = next(&reader, PCAPNG_PACKET);
		assert_int_equal(block.time_ns, 1000);
	}
	next(&reader, PCAPNG_SECTION);
	assert_int_equal(pcapng_next(&reader, &block), PCAPNG_WRONG);
	pcapng_finish(&reader);
	buf_finish(&file);
}

static void
refuses(void **state)
{
	static const struct {
		struct slice bytes;
		bool is_behind_section, is_classic;
	} rows[] = {
#define ROW(text, is_behind, classic) {{text, sizeof(text) - 1}, is_behind, classic}
		ROW("<!DOCTYPE html>", false, false), ROW("\xd4\xc3\xb2\xa1\2\0\4\0", false, true),
		ROW("\xa1\xb2\x3c\x4d\0\2\0\4", false, true),
		ROW("\1\0\0\0\x14\0\0\0", false, false), /* an interface without a section */
		ROW("\x0a\x0d\x0d\x0a\x1c\0\0\0abcdefgh", false, false),
		ROW("\x0a\x0d\x0d\x0a\x10\0\0\0\x4d\x3c\x2b\x1a\x10\0\0\0", false, false),
		ROW("\1\0\0\0\0\0\0\0", true, false),             /* no length */
		ROW("\1\0\0\0\xff\0\0\0", true, false),           /* no multiple of four */
		ROW("\1\0\0\0\0\0\0\x40", true, false),           /* 1 GiB */
		ROW("\1\0\0\0\x0c\0\0\0\x0c\0\0\0", true, false), /* too short */
		ROW("\1\0\0\0\x14\0\0\0\1\0\0\0\0\0\0\0\x18\0\0\0", true, false),
		ROW("\6\0\0\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x20\0\0\0", true,
			false), /* no interface */
#undef ROW
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct pcapng reader = {0};
		struct buf file = {0};
		struct pcapng_block block;

		if (rows[i].is_behind_section)
			add_section(&file, false);
		buf_add_slice(&file, rows[i].bytes);
		pcapng_feed(&reader, buf_slice(&file));
		if (rows[i].is_behind_section)
			next(&reader, PCAPNG_SECTION);
		assert_int_equal(pcapng_next(&reader, &block), PCAPNG_WRONG);
		assert_non_null(pcapng_error(&reader));
		assert_int_equal(pcapng_is_classic(&reader), rows[i].is_classic);
		pcapng_feed(&reader, buf_slice(&file));
		assert_int_equal(pcapng_next(&reader, &block), PCAPNG_WRONG);
		pcapng_finish(&reader);
		buf_finish(&file);
	}
}

static void
a_packet_is_not_longer_than_its_block(void **state)
{
	struct pcapng reader = {0};
	struct buf file = {0};
	struct pcapng_block block;

	(void)state;
	add_section(&file, false);
	add_interface(&file, false, -1, 0);
	add_packet(&file, false, 1, "abcd");
	file.bytes[file.length - 4 - 4 - 8] = 5; /* the length that was captured */
	pcapng_feed(&reader, buf_slice(&file));
	next(&reader, PCAPNG_SECTION);
	next(&reader, PCAPNG_INTERFACE);
	assert_int_equal(pcapng_next(&reader, &block), PCAPNG_WRONG);
	pcapng_finish(&reader);
	buf_finish(&file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_it_writes),
		cmocka_unit_test(takes_pieces_of_any_size),
		cmocka_unit_test(tells_times),
		cmocka_unit_test(reads_other_packet_blocks),
		cmocka_unit_test(skips_unknown_blocks),
		cmocka_unit_test(a_section_may_have_another_byte_order),
		cmocka_unit_test(refuses),
		cmocka_unit_test(a_packet_is_not_longer_than_its_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

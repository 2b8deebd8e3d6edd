#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "capture/pcapng_block.h"
#include "dissect/packet.h"

#define ETHERNET "\0\0\0\0\0\0\0\0\0\0\0\0"
#define IPV4(total) "\x45\0\0" total "\1\2\x40\0\x40\6\0\0\x7f\0\0\1\x7f\0\0\2"
#define IPV6(length, next)                 \
	"\x60\0\0\0\0" length next "\x40"  \
	"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1" \
	"\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\2"
#define PORTS "\xd4\x31\x23\x28"
#define TCP(offset_and_flags) PORTS "\1\2\3\4\5\6\7\x08" offset_and_flags "\2\0\xfe\x28\0\7"

#define BYTES(text)                    \
	{                              \
		text, sizeof(text) - 1 \
	}

/* A copy in memory of its own, so that a sanitizer sees each byte read behind the end. */
static enum packet_verdict
read_copy(struct packet *packet, uint32_t link, struct slice bytes)
{
	char *copy = malloc(bytes.length ? bytes.length : 1);
	enum packet_verdict verdict;

	memcpy(copy, bytes.at, bytes.length);
	verdict = packet_read(packet, link, (struct slice){copy, bytes.length});
	free(copy);
	return verdict;
}

static void
reads_links(void **state)
{
	static const struct {
		uint32_t link;
		struct slice bytes;
		enum packet_verdict verdict;
		unsigned tcp_offset, payload_length;
	} rows[] = {
		{PCAPNG_LINK_ETHERNET, BYTES(ETHERNET "\x08\0" IPV4("\x2a") TCP("\x50\x18") "ab"),
			PACKET_TCP, 34, 2},
		/* Ethernet pads short packets. */
		{PCAPNG_LINK_ETHERNET,
			BYTES(ETHERNET "\x08\0" IPV4("\x28") TCP("\x50\x18") "\0\0\0\0"),
			PACKET_TCP, 34, 0},
		/* Segmentation offload leaves the length out. */
		{PCAPNG_LINK_ETHERNET, BYTES(ETHERNET "\x08\0" IPV4("\0") TCP("\x50\x18") "abc"),
			PACKET_TCP, 34, 3},
		{PCAPNG_LINK_ETHERNET,
			BYTES(ETHERNET "\x81\0\0\1\x08\0" IPV4("\x2a") TCP("\x50\x18") "ab"),
			PACKET_TCP, 38, 2},
		{PCAPNG_LINK_ETHERNET,
			BYTES(ETHERNET "\x86\xdd" IPV6("\x16", "\6") TCP("\x50\x18") "ab"),
			PACKET_TCP, 54, 2},
		{PCAPNG_LINK_ETHERNET,
			BYTES(ETHERNET "\x86\xdd" IPV6("\x1e", "\0") "\6\0\0\0\0\0\0\0" TCP(
				"\x50\x18") "ab"),
			PACKET_TCP, 62, 2},
		{PCAPNG_LINK_SLL,
			BYTES("\0\0\3\4\0\6\0\0\0\0\0\0\0\0\x08\0" IPV4("\x2a")
					TCP("\x50\x18") "ab"),
			PACKET_TCP, 36, 2},
		{PCAPNG_LINK_SLL2,
			BYTES("\x08\0\0\0\0\0\0\1\3\4\0\6\0\0\0\0\0\0\0\0" IPV4("\x2a")
					TCP("\x50\x18") "ab"),
			PACKET_TCP, 40, 2},
		{PCAPNG_LINK_RAW, BYTES(IPV4("\x2a") TCP("\x50\x18") "ab"), PACKET_TCP, 20, 2},
		{147, BYTES(IPV4("\x2a") TCP("\x50\x18") "ab"), PACKET_UNKNOWN, 0, 0},
		{PCAPNG_LINK_ETHERNET, BYTES(ETHERNET "\x08\6abcdefgh"), PACKET_UNKNOWN, 0, 0},
		/* A head that is longer than the packet. */
		{PCAPNG_LINK_RAW, BYTES(IPV4("\x28") TCP("\xf0\x18")), PACKET_OTHER, 0, 0},
		{PCAPNG_LINK_RAW, BYTES(IPV4("\x28") TCP("\x40\x18")), PACKET_OTHER, 0, 0},
		{PCAPNG_LINK_RAW, BYTES(IPV4("\x13") TCP("\x50\x18")), PACKET_UNKNOWN, 0, 0},
		{PCAPNG_LINK_RAW, BYTES(IPV4("\x14")), PACKET_OTHER, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct packet packet;

		assert_int_equal(read_copy(&packet, rows[i].link, rows[i].bytes), rows[i].verdict);
		assert_int_equal(packet.tcp_offset, rows[i].tcp_offset);
		assert_int_equal(packet.payload_length, rows[i].payload_length);
		assert_int_equal(packet.payload.length, rows[i].payload_length);
	}
}

static void
reads_tcp(void **state)
{
	static const struct slice bytes = BYTES(IPV4("\x2a") TCP("\x51\xd3") "ab");
	struct packet packet;
	struct buf text = {0};

	(void)state;
	assert_int_equal(packet_read(&packet, PCAPNG_LINK_RAW, bytes), PACKET_TCP);
	packet_add_address(&text, &packet.source);
	buf_add_char(&text, ' ');
	packet_add_address(&text, &packet.destination);
	assert_string_equal(text.bytes, "127.0.0.1 127.0.0.2");
	assert_int_equal(packet.source.port, 54321);
	assert_int_equal(packet.destination.port, 9000);
	assert_int_equal(packet.sequence, 0x01020304);
	assert_int_equal(packet.acknowledgement, 0x05060708);
	assert_int_equal(packet.flags,
		PACKET_AE | PACKET_CWR | PACKET_ECE | PACKET_ACK | PACKET_SYN | PACKET_FIN);
	assert_int_equal(packet.window, 512);
	assert_int_equal(packet.checksum, 0xfe28);
	assert_int_equal(packet.urgent_pointer, 7);
	assert_int_equal(packet.hop_limit, 64);
	assert_true(slice_is(packet.payload, "ab"));
	assert_ptr_equal(packet.payload.at, bytes.at + 40);
	assert_false(packet_address_is(&packet.source, &packet.destination));
	assert_true(packet_address_is(&packet.source, &packet.source));
	buf_finish(&text);
}

static void
reads_options(void **state)
{
	static const struct slice bytes = BYTES(
		IPV4("\x50") TCP("\xf0\2") "\2\4\xff\xd7"
					   "\4\2"
					   "\x08\x0a\0\0\0\1\0\0\0\2"
					   "\1"
					   "\3\3\7"
					   "\5\x12\0\0\0\3\0\0\0\4\0\0\0\5\0\0\0\6"
					   "\0\0");
	struct packet packet;

	(void)state;
	assert_int_equal(packet_read(&packet, PCAPNG_LINK_RAW, bytes), PACKET_TCP);
	assert_true(packet.has_mss && packet.mss == 65495);
	assert_true(packet.has_sack_permitted);
	assert_true(packet.has_timestamps && packet.timestamp == 1 && packet.timestamp_echo == 2);
	assert_true(packet.has_window_scale && packet.window_scale == 7);
	assert_int_equal(packet.sack_count, 2);
	assert_int_equal(packet.sacks[1].right, 6);
	assert_int_equal(packet.options.length, 40);
}

/* An option that is cut ends them; a packet that was not captured whole still knows its length. */
static void
holds_against_cut_packets(void **state)
{
	static const struct slice whole = BYTES(ETHERNET
		"\x86\xdd" IPV6("\x22", "\0") "\6\0\0\0\0\0\0\0" TCP("\x60\x18") "\3\3\7\x08"
										 "ab");
	struct packet packet;

	(void)state;
	for (size_t length = 0; length <= whole.length; length++) {
		enum packet_verdict verdict = read_copy(
			&packet, PCAPNG_LINK_ETHERNET, (struct slice){whole.at, length});

		if (length >= whole.length - 2) {
			assert_int_equal(verdict, PACKET_TCP);
			assert_int_equal(packet.payload_length, 2);
			assert_true(packet.has_window_scale);
			assert_false(packet.has_timestamps);
		} else {
			assert_int_not_equal(verdict, PACKET_TCP);
		}
	}
}

static void
a_fragment_is_not_read_as_tcp(void **state)
{
	static const struct slice bytes = BYTES(
		"\x45\0\0\x2a\1\2\x20\0\x40\6\0\0\x7f\0\0\1\x7f\0\0\2" TCP("\x50\x18") "ab");
	struct packet packet;

	(void)state;
	assert_int_equal(packet_read(&packet, PCAPNG_LINK_RAW, bytes), PACKET_OTHER);
	assert_int_equal(packet.ip_protocol, 6);
	assert_int_equal(packet.source.port, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_links),
		cmocka_unit_test(reads_tcp),
		cmocka_unit_test(reads_options),
		cmocka_unit_test(holds_against_cut_packets),
		cmocka_unit_test(a_fragment_is_not_read_as_tcp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

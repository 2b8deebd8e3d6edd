/*
 * packet_store: a hundred thousand packets stay within its memory, and it says which are gone; marks stand
 * between the packets of before and after them.
 */
#include "test.h"

#include <arpa/inet.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "wire/packet_store.h"

/* With sanitizers, the C library's own figures are not those of the program. */
size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

enum { PORT = 9000, PACKETS = 100000, HEADS = 14 + 20 + 20 };

/* All that it may hold, and what the dissector keeps of 4,096 connections. */
enum { MEMORY_MAX = 160 << 20 };

/* How much is in use; where the C library does not say that, all memory of the process that is no file's. */
static size_t
allocated(void)
{
	if (__sanitizer_get_current_allocated_bytes)
		return __sanitizer_get_current_allocated_bytes();
#ifdef __GLIBC__
	return mallinfo2().uordblks + mallinfo2().hblkhd;
#else
	FILE *file = fopen("/proc/self/statm", "r");
	size_t pages = 0;

	assert_non_null(file);
	assert_int_equal(fscanf(file, "%*u %*u %*u %*u %*u %zu", &pages), 1);
	assert_int_equal(fclose(file), 0);
	return pages * (size_t)sysconf(_SC_PAGESIZE);
#endif
}

/* One side of a connection. */
struct end {
	uint16_t port;
	uint32_t sequence;
};

static void
put16(unsigned char *at, unsigned number)
{
	at[0] = (unsigned char)(number >> 8);
	at[1] = (unsigned char)number;
}

static void
put32(unsigned char *at, uint32_t number)
{
	put16(at, number >> 16);
	put16(at + 2, number & 0xffff);
}

/* Adds a packet from one end to the other: Ethernet, IPv4, TCP and the text. */
static void
add(struct packet_store *store, struct end *from, const struct end *to, unsigned flags,
	const char *text)
{
	static uint64_t time_ns = 1000000000;
	unsigned char bytes[HEADS + 1500] = {[12] = 8, [14] = 0x45, [22] = 64, [23] = 6};
	size_t length = HEADS + strlen(text);
	struct pcapng_block block = {.kind = PCAPNG_PACKET,
		.link = PCAPNG_LINK_ETHERNET,
		.time_digits = 9,
		.has_time = true,
		.wire_length = (uint32_t)length,
		.bytes = {(const char *)bytes, length}};

	block.time_ns = time_ns += 1000;
	put16(bytes + 16, (unsigned)length - 14);
	put32(bytes + 26, INADDR_LOOPBACK);
	put32(bytes + 30, INADDR_LOOPBACK);
	put16(bytes + 34, from->port);
	put16(bytes + 36, to->port);
	put32(bytes + 38, from->sequence);
	put32(bytes + 42, to->sequence);
	bytes[46] = 0x50;
	bytes[47] = (unsigned char)flags;
	put16(bytes + 48, 512);
	memcpy(bytes + HEADS, text, strlen(text));
	packet_store_add(store, &block);
	from->sequence += (uint32_t)strlen(text) + !!(flags & (PACKET_SYN | PACKET_FIN));
}

/* Ten packets: a connection, a request, an answer and the end. */
static void
visit(struct packet_store *store, unsigned number)
{
	struct end browser = {(uint16_t)(10000 + number % 50000), 100}, server = {PORT, 200};
	char request[80];

	snprintf(request, sizeof(request), "GET /%u HTTP/1.1\r\nHost: localhost\r\n\r\n", number);
	add(store, &browser, &(struct end){PORT, 0}, PACKET_SYN, "");
	add(store, &server, &browser, PACKET_SYN | PACKET_ACK, "");
	add(store, &browser, &server, PACKET_ACK, "");
	add(store, &browser, &server, PACKET_ACK | PACKET_PSH, request);
	add(store, &server, &browser, PACKET_ACK, "");
	add(store, &server, &browser, PACKET_ACK | PACKET_PSH,
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n\r\nhello");
	add(store, &browser, &server, PACKET_ACK, "");
	add(store, &server, &browser, PACKET_ACK | PACKET_FIN, "");
	add(store, &browser, &server, PACKET_ACK | PACKET_FIN, "");
	add(store, &server, &browser, PACKET_ACK, "");
}

static struct packet_store *
create(void)
{
	const uint16_t ports[STORED_ROW_PORTS] = {PORT, 0};

	return packet_store_create(ports);
}

static void
rows_say_what_the_packets_are(void **state)
{
	struct packet_store *store = create();
	const struct stored_row *row;
	struct stored_row_texts texts;
	struct stored_packet packet;

	(void)state;
	visit(store, 7);
	assert_int_equal(packet_store_first(store), 1);
	assert_int_equal(packet_store_last(store), 10);
	assert_null(packet_store_row(store, 0));
	assert_null(packet_store_row(store, 11));
	row = packet_store_row(store, 4);
	texts = packet_store_texts(store, row);
	assert_true(slice_is(texts.method, "GET"));
	assert_true(slice_is(texts.target, "/7"));
	assert_true(slice_is(texts.protocol, "HTTP"));
	assert_true(texts.sentence.length > 10);
	assert_int_equal(row->side, STORED_ROW_BROWSER);
	assert_true(packet_store_packet(store, row, &packet));
	assert_int_equal(packet.payload.length, row->payload_length);
	assert_true(slice_starts(packet.payload, "GET /7 HTTP/1.1\r\n"));
	assert_int_equal(stored_packet_head(&packet, row->message).length, row->payload_length);
	row = packet_store_row(store, 6);
	assert_int_equal(row->status, 200);
	assert_int_equal(row->side, STORED_ROW_SERVER);
	assert_int_equal(packet_store_row(store, 3)->handshake, 3);
	assert_int_equal(packet_store_row(store, 10)->teardown, 4);
	packet_store_destroy(store);
}

static void
a_hundred_thousand_packets_stay_in_bounds(void **state)
{
	size_t before = allocated();
	struct packet_store *store = create();
	struct stored_packet packet;
	uint32_t with_bytes = 0;

	(void)state;
	for (unsigned i = 0; i < PACKETS / 10; i++) {
		visit(store, i);
		assert_true(allocated() - before < MEMORY_MAX);
	}
	assert_int_equal(packet_store_last(store), PACKETS);
	assert_true(packet_store_last(store) - packet_store_first(store) < PACKET_STORE_ROWS);
	assert_int_equal(packet_store_gone(store), packet_store_first(store) - 1);
	assert_null(packet_store_row(store, packet_store_first(store) - 1));
	for (uint32_t i = packet_store_first(store); i <= PACKETS; i++) {
		const struct stored_row *row = packet_store_row(store, i);

		assert_non_null(row);
		assert_int_equal(row->number, i);
		assert_true(packet_store_texts(store, row).info.length > 0);
		if (!packet_store_packet(store, row, &packet)) {
			assert_int_equal(with_bytes, 0); /* the oldest go first */
			continue;
		}
		assert_int_equal(packet.base.number, i);
		assert_int_equal(packet.bytes.length, row->length);
		with_bytes++;
	}
	assert_true(with_bytes > 10000);
	packet_store_clear(store);
	assert_null(packet_store_row(store, PACKETS));
	assert_int_equal(packet_store_gone(store), 0);
	visit(store, 1);
	assert_int_equal(packet_store_first(store), PACKETS + 1);
	packet_store_destroy(store);
}

static void
marks_stand_between_packets(void **state)
{
	struct packet_store *store = create();
	struct packet_store_range range;
	char longest[PACKET_STORE_MARK_MAX + 10];

	(void)state;
	packet_store_mark(store, 1, "before all");
	visit(store, 1);
	packet_store_mark(store, packet_store_row(store, 10)->time_ns + 1, "between");
	range = packet_store_marks(store);
	assert_int_equal(range.end - range.first, 1);
	assert_int_equal(packet_store_find_mark(store, range.first)->after, 0);
	visit(store, 2);
	assert_int_equal(packet_store_marks(store).end, 2);
	assert_int_equal(packet_store_find_mark(store, 1)->after, 10);
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	packet_store_mark(store, UINT64_MAX, longest);
	assert_true(packet_store_has_open_marks(store));
	packet_store_settle_marks(store);
	assert_int_equal(packet_store_find_mark(store, 2)->after, 20);
	for (int i = 0; i < 3 * PACKET_STORE_MARKS; i++)
		packet_store_mark(store, UINT64_MAX, "again");
	packet_store_settle_marks(store);
	range = packet_store_marks(store);
	assert_int_equal(range.end - range.first, PACKET_STORE_MARKS);
	packet_store_destroy(store);
}

static void
of_very_many_keys_the_last_are_there(void **state)
{
	struct packet_store *store = create();
	char line[200];

	(void)state;
	for (int i = 0; i < 20000; i++) {
		snprintf(line, sizeof(line), "CLIENT_RANDOM %064d %096d", i, i);
		packet_store_add_key(store, slice_of(line));
		assert_true(packet_store_keys(store).length <= PACKET_STORE_KEYS);
	}
	assert_true(packet_store_keys(store).length > PACKET_STORE_KEYS / 4);
	assert_true(slice_starts(packet_store_keys(store), "CLIENT_RANDOM "));
	strcat(line, "\n");
	assert_true(slice_ends(packet_store_keys(store), line));
	packet_store_destroy(store);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_say_what_the_packets_are),
		cmocka_unit_test(a_hundred_thousand_packets_stay_in_bounds),
		cmocka_unit_test(marks_stand_between_packets),
		cmocka_unit_test(of_very_many_keys_the_last_are_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

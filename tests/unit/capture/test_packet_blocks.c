/*
 * A stream of pcapng, in pieces of all sizes, and streams that are none.
 */
#include "support/test.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "capture/packet_blocks.h"
#include "capture/pcapng_write.h"

static struct {
	struct packet_blocks blocks;
	int ends[2];
	struct buf stream;
} here;

static int
enter(void **state)
{
	const struct pcapng_packet packet = {.time_ns = 1, .bytes = SLICE_LITERAL("a packet")};

	(void)state;
	memset(&here, 0, sizeof(here));
	assert_return_code(socketpair(AF_UNIX, SOCK_STREAM, 0, here.ends), errno);
	pcapng_write_section(&here.stream, "Linux", "test", (struct slice){0});
	pcapng_write_interface(&here.stream, PCAPNG_LINK_ETHERNET, 65536, "lo");
	pcapng_write_packet(&here.stream, &packet);
	pcapng_write_statistics(&here.stream, 0, 2, 10, 3);
	pcapng_write_packet(&here.stream, &packet);
	pcapng_write_statistics(&here.stream, 0, 3, 20, 5);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	packet_blocks_finish(&here.blocks);
	buf_finish(&here.stream);
	close(here.ends[0]);
	close(here.ends[1]);
	return 0;
}

static void
put(const char *bytes, size_t length)
{
	assert_int_equal(send(here.ends[1], bytes, length, 0), length);
}

static void
whole_blocks_come_out(void **state)
{
	(void)state;
	for (size_t step = 1; step <= here.stream.length; step++) {
		struct buf taken = {0};

		for (size_t at = 0; at < here.stream.length; at += step) {
			size_t left = here.stream.length - at;
			struct slice blocks;

			put(here.stream.bytes + at, left < step ? left : step);
			assert_true(packet_blocks_receive(&here.blocks, here.ends[0], 4096));
			blocks = packet_blocks_take(&here.blocks);
			assert_int_equal(blocks.length % sizeof(uint32_t), 0);
			if (blocks.length)
				buf_add_slice(&taken, blocks);
		}
		assert_int_equal(taken.length, here.stream.length);
		assert_memory_equal(taken.bytes, here.stream.bytes, taken.length);
		assert_int_equal(here.blocks.lost, 5);
		buf_finish(&taken);
		packet_blocks_finish(&here.blocks);
		memset(&here.blocks, 0, sizeof(here.blocks));
	}
}

static void
nothing_yet_is_no_end(void **state)
{
	(void)state;
	assert_true(packet_blocks_receive(&here.blocks, here.ends[0], 4096));
	assert_int_equal(packet_blocks_take(&here.blocks).length, 0);
	assert_return_code(shutdown(here.ends[1], SHUT_WR), errno);
	assert_false(packet_blocks_receive(&here.blocks, here.ends[0], 4096));
}

static void
wrong_lengths_end_it(void **state)
{
	const uint32_t rows[] = {0, 8, 13, PCAPNG_BLOCK_MAX + 4, UINT32_MAX};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const uint32_t block[4] = {6, rows[i], 0, 0};

		put((const char *)block, sizeof(block));
		assert_true(packet_blocks_receive(&here.blocks, here.ends[0], 4096));
		assert_int_equal(packet_blocks_take(&here.blocks).length, 0);
		put("more", strlen("more"));
		assert_false(packet_blocks_receive(&here.blocks, here.ends[0], 4096));
		assert_int_equal(recv(here.ends[0], (char[8]){0}, 8, 0), strlen("more"));
		packet_blocks_finish(&here.blocks);
		memset(&here.blocks, 0, sizeof(here.blocks));
	}
}

static void
without_packets_the_rest_stays(void **state)
{
	struct buf others = {0}, rest = {0};
	struct slice blocks;

	(void)state;
	put(here.stream.bytes, here.stream.length);
	assert_true(packet_blocks_receive(&here.blocks, here.ends[0], here.stream.length));
	blocks = packet_blocks_take(&here.blocks);
	assert_int_equal(packet_blocks_leave_out(blocks, &others), 2);
	pcapng_write_section(&rest, "Linux", "test", (struct slice){0});
	pcapng_write_interface(&rest, PCAPNG_LINK_ETHERNET, 65536, "lo");
	pcapng_write_statistics(&rest, 0, 2, 10, 3);
	pcapng_write_statistics(&rest, 0, 3, 20, 5);
	assert_int_equal(others.length, rest.length);
	assert_memory_equal(others.bytes, rest.bytes, rest.length);
	assert_int_equal(packet_blocks_leave_out((struct slice){0}, &others), 0);
	buf_finish(&others);
	buf_finish(&rest);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(whole_blocks_come_out, enter, leave),
		cmocka_unit_test_setup_teardown(nothing_yet_is_no_end, enter, leave),
		cmocka_unit_test_setup_teardown(wrong_lengths_end_it, enter, leave),
		cmocka_unit_test_setup_teardown(without_packets_the_rest_stays, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

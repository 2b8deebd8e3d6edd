/*
 * Any bytes from the process that captures: the blocks that come out are whole, and the same in whichever
 * pieces the bytes arrive.
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "capture/packet_blocks.h"
#include "fuzz.h"

/* Returns whether the bytes were pcapng up to their end. Adds the blocks to taken. */
static bool
read_pieces(struct slice bytes, size_t most, struct buf *taken, uint64_t *lost)
{
	struct packet_blocks blocks = {0};
	bool is_well = true;
	int ends[2];

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
	while (is_well && bytes.length) {
		ssize_t sent = send(
			ends[1], bytes.at, bytes.length < most ? bytes.length : most, 0);
		struct slice whole;

		CHECK(sent > 0);
		slice_drop(&bytes, (size_t)sent);
		is_well = packet_blocks_receive(&blocks, ends[0], most);
		whole = packet_blocks_take(&blocks);
		if (whole.length)
			buf_add_slice(taken, whole);
	}
	*lost = blocks.lost;
	packet_blocks_finish(&blocks);
	close(ends[0]);
	close(ends[1]);
	return is_well;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice bytes = {(const char *)data, size};
	struct buf whole = {0}, single = {0};
	uint64_t lost, lost_singly;

	read_pieces(bytes, size + 1, &whole, &lost);
	read_pieces(bytes, 7, &single, &lost_singly);
	CHECK(whole.length == single.length && lost == lost_singly);
	CHECK(whole.length == 0 || memcmp(whole.bytes, single.bytes, whole.length) == 0);
	buf_finish(&whole);
	buf_finish(&single);
	return 0;
}

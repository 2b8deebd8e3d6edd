/*
 * packet_blocks: see packet_blocks.h. The bytes come from a child on this machine, so they are in this
 * machine's byte order, but they are not trusted: their lengths are checked.
 */
#define _GNU_SOURCE
#include "capture/packet_blocks.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

enum {
	TYPE_ENHANCED_PACKET = 6,
	HEAD = 8,        /* type and length */
	LENGTH_MIN = 12, /* with the length again at the end */
};

static uint32_t
word_at(const char *at)
{
	uint32_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

/* Only what comes by the way is read, so the packets cost nothing here. */
static void
read_counts(struct packet_blocks *blocks, struct slice bytes)
{
	struct pcapng_block block;

	pcapng_feed(&blocks->counts, bytes);
	while (pcapng_next(&blocks->counts, &block) == PCAPNG_BLOCK) {
		if (block.kind != PCAPNG_STATISTICS || !block.has_dropped ||
			block.interface_id >= PACKET_BLOCKS_INTERFACES)
			continue;
		blocks->lost += block.dropped - blocks->lost_of[block.interface_id];
		blocks->lost_of[block.interface_id] = block.dropped;
	}
}

bool
packet_blocks_receive(struct packet_blocks *blocks, int fd, size_t most)
{
	struct buf *bytes = &blocks->bytes;
	ssize_t got;

	if (blocks->taken)
		buf_drop(bytes, blocks->taken);
	blocks->taken = 0;
	if (bytes->length >= HEAD) {
		uint32_t length = word_at(bytes->bytes + sizeof(uint32_t));

		if (length < LENGTH_MIN || length % sizeof(uint32_t) || length > PCAPNG_BLOCK_MAX)
			return false;
	}
	buf_reserve(bytes, most);
	got = recv(fd, bytes->bytes + bytes->length, most, MSG_DONTWAIT);
	if (got < 0)
		return errno == EAGAIN || errno == EINTR;
	bytes->length += (size_t)got;
	return got > 0;
}

struct slice
packet_blocks_take(struct packet_blocks *blocks)
{
	const struct buf *bytes = &blocks->bytes;
	size_t from = blocks->taken;

	while (bytes->length - blocks->taken >= LENGTH_MIN) {
		const char *block = bytes->bytes + blocks->taken;
		uint32_t length = word_at(block + sizeof(uint32_t));

		/* A wrong one stays in front, and packet_blocks_receive ends there. */
		if (length < LENGTH_MIN || length % sizeof(uint32_t) ||
			length > bytes->length - blocks->taken)
			break;
		if (word_at(block) != TYPE_ENHANCED_PACKET)
			read_counts(blocks, (struct slice){block, length});
		blocks->taken += length;
	}
	return (struct slice){bytes->bytes + from, blocks->taken - from};
}

uint64_t
packet_blocks_leave_out(struct slice taken, struct buf *others)
{
	uint64_t packets = 0;

	while (taken.length) {
		struct slice block = {taken.at, word_at(taken.at + sizeof(uint32_t))};

		if (word_at(block.at) == TYPE_ENHANCED_PACKET)
			packets++;
		else
			buf_add_slice(others, block);
		slice_drop(&taken, block.length);
	}
	return packets;
}

void
packet_blocks_finish(struct packet_blocks *blocks)
{
	buf_finish(&blocks->bytes);
	pcapng_finish(&blocks->counts);
}

/*
 * packet_blocks: takes whole blocks of pcapng out of a stream of bytes, without a look at the packets in
 * them, and knows how many packets were lost.
 */
#ifndef PACKET_BLOCKS_H
#define PACKET_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "capture/pcapng.h"

enum { PACKET_BLOCKS_INTERFACES = 64 }; /* whose lost packets are counted */

/* Zeroed is ready. The owner calls packet_blocks_finish. */
struct packet_blocks {
	struct buf bytes;
	size_t taken;         /* bytes in front that packet_blocks_take has given out */
	uint64_t lost;        /* as the last blocks of statistics say */
	struct pcapng counts; /* reads all blocks but those of packets */
	uint64_t lost_of[PACKET_BLOCKS_INTERFACES];
};

/*
 * Receives at most most bytes. Returns false at the end, when the connection is broken, and when the
 * bytes are no pcapng. What was taken before is gone then.
 */
bool packet_blocks_receive(struct packet_blocks *blocks, int fd, size_t most);

/* The whole blocks that have come since the last call; valid until the next packet_blocks_receive. */
struct slice packet_blocks_take(struct packet_blocks *blocks);

void packet_blocks_finish(struct packet_blocks *blocks);

/*
 * For one who has no room for what packet_blocks_take gave: adds the blocks that are no packets, without
 * which later packets cannot be read, to others. Returns how many packets were left out.
 */
uint64_t packet_blocks_leave_out(struct slice taken, struct buf *others);

#endif

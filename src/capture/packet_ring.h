/*
 * packet_ring: an AF_PACKET socket with a ring (TPACKET_V3) that the kernel fills with packets
 * (packet(7)). It needs CAP_NET_RAW until it is open, and nothing afterwards.
 */
#ifndef PACKET_RING_H
#define PACKET_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "capture/capture_filter.h"

enum {
	PACKET_RING_BLOCK = 256 * 1024, /* a whole packet fits in */
	/* Each can hold as little as one packet. So many last 640 ms, if the reader has to wait for a CPU. */
	PACKET_RING_BLOCKS = 64,
	PACKET_RING_RETIRE_MS = 10, /* a packet is at most this old when its block is given out */
};

/* Zeroed is closed, but for fd. Others read fd, which is readable when a block is there. */
struct packet_ring {
	int fd; /* -1: closed */
	char *memory;
	unsigned next; /* block */
	uint64_t received, dropped;
};

/*
 * Opens the socket. The filter is set and locked (SO_LOCK_FILTER) before the first packet can come in.
 * Returns NULL, or the call that failed, with errno.
 */
const char *packet_ring_open(struct packet_ring *ring, const struct capture_filter *filter);
void packet_ring_close(struct packet_ring *ring);

/* A packet, borrowed from the ring. */
struct packet_ring_packet {
	int interface;        /* index */
	uint16_t link;        /* ARPHRD_... */
	struct slice bytes;   /* from the header of the link */
	size_t link_header;   /* bytes of that header */
	uint32_t wire_length; /* of all of the packet */
	uint64_t time_ns;     /* since 1970 */
};
typedef void packet_ring_fn(void *context, const struct packet_ring_packet *packet);

/* Whether a block waits to be read. */
bool packet_ring_has_block(const struct packet_ring *ring);
/* Calls fn for each packet of the next block, then gives the block back. One must be there. */
void packet_ring_read_block(struct packet_ring *ring, packet_ring_fn *fn, void *context);

/* Brings received and dropped up to date. received has those dropped in it. */
void packet_ring_count(struct packet_ring *ring);

#endif

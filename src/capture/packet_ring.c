/*
 * packet_ring: see packet_ring.h. It owns the socket and the memory that the kernel shares with it.
 *
 * With protocol 0 the socket gets nothing until it is bound, so no packet comes in before the filter.
 */
#define _GNU_SOURCE
#include "capture/packet_ring.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif

enum { FRAME_SIZE = 2048 }; /* the kernel checks it, but TPACKET_V3 does not use it */

#define NANOSECONDS UINT64_C(1000000000)

static bool
set(int fd, int level, int option, const void *value, size_t length)
{
	return setsockopt(fd, level, option, value, (socklen_t)length) == 0;
}

static const char *
set_filter(int fd, const struct capture_filter *filter)
{
	const struct sock_fprog program = {
		filter->length, (struct sock_filter *)(uintptr_t)filter->code};
	const int on = 1;

	if (!set(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)))
		return "SO_ATTACH_FILTER";
	if (!set(fd, SOL_SOCKET, SO_LOCK_FILTER, &on, sizeof(on)))
		return "SO_LOCK_FILTER";
	return NULL;
}

static const char *
set_ring(struct packet_ring *ring)
{
	const int version = TPACKET_V3;
	const struct tpacket_req3 request = {
		.tp_block_size = PACKET_RING_BLOCK,
		.tp_block_nr = PACKET_RING_BLOCKS,
		.tp_frame_size = FRAME_SIZE,
		.tp_frame_nr = PACKET_RING_BLOCK / FRAME_SIZE * PACKET_RING_BLOCKS,
		.tp_retire_blk_tov = PACKET_RING_RETIRE_MS,
	};

	if (!set(ring->fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)))
		return "PACKET_VERSION";
	if (!set(ring->fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof(request)))
		return "PACKET_RX_RING";
	ring->memory = mmap(NULL, (size_t)PACKET_RING_BLOCK * PACKET_RING_BLOCKS,
		PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, 0);
	if (ring->memory != MAP_FAILED)
		return NULL;
	ring->memory = NULL;
	return "mmap";
}

static const char *
bind_to(int fd, bool is_loopback_only)
{
	const int on = 1;
	const struct sockaddr_ll name = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = is_loopback_only ? (int)if_nametoindex("lo") : 0,
	};

	if (is_loopback_only && name.sll_ifindex == 0)
		return "if_nametoindex";
	/* The filter leaves out what goes out, too; this saves the kernel the work. */
	if (is_loopback_only)
		set(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on));
	return bind(fd, (const struct sockaddr *)&name, sizeof(name)) == 0 ? NULL : "bind";
}

const char *
packet_ring_open(struct packet_ring *ring, const struct capture_filter *filter)
{
	const char *failed;
	int error;

	*ring = (struct packet_ring){
		.fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
	if (ring->fd < 0)
		return "socket(AF_PACKET)";
	failed = set_filter(ring->fd, filter);
	if (!failed)
		failed = set_ring(ring);
	if (!failed)
		failed = bind_to(ring->fd, filter->is_loopback_only);
	if (failed) {
		error = errno;
		packet_ring_close(ring);
		errno = error;
	}
	return failed;
}

void
packet_ring_close(struct packet_ring *ring)
{
	if (ring->memory)
		munmap(ring->memory, (size_t)PACKET_RING_BLOCK * PACKET_RING_BLOCKS);
	if (ring->fd >= 0)
		close(ring->fd);
	*ring = (struct packet_ring){.fd = -1};
}

/* ---- blocks ---- */

static struct tpacket_block_desc *
next_block(const struct packet_ring *ring)
{
	return (struct tpacket_block_desc *)(void *)(ring->memory +
						     (size_t)ring->next * PACKET_RING_BLOCK);
}

bool
packet_ring_has_block(const struct packet_ring *ring)
{
	/* The kernel writes the packets before this word. */
	return __atomic_load_n(&next_block(ring)->hdr.bh1.block_status, __ATOMIC_ACQUIRE) &
	       TP_STATUS_USER;
}

_Static_assert(sizeof(struct tpacket3_hdr) % TPACKET_ALIGNMENT == 0, "an address follows");

static struct packet_ring_packet
read_packet(const char *at)
{
	const struct tpacket3_hdr *head = (const struct tpacket3_hdr *)(const void *)at;
	const struct sockaddr_ll *from = (const struct sockaddr_ll *)(const void *)(at +
										    sizeof(*head));

	return (struct packet_ring_packet){
		.interface = from->sll_ifindex,
		.link = from->sll_hatype,
		.bytes = {at + head->tp_mac, head->tp_snaplen},
		.link_header = (size_t)(head->tp_net > head->tp_mac ? head->tp_net - head->tp_mac
								    : 0),
		.wire_length = head->tp_len,
		.time_ns = head->tp_sec * NANOSECONDS + head->tp_nsec,
	};
}

void
packet_ring_read_block(struct packet_ring *ring, packet_ring_fn *fn, void *context)
{
	struct tpacket_block_desc *block = next_block(ring);
	const char *at = (const char *)block + block->hdr.bh1.offset_to_first_pkt;

	for (uint32_t i = 0; i < block->hdr.bh1.num_pkts; i++) {
		const struct packet_ring_packet packet = read_packet(at);

		fn(context, &packet);
		at += ((const struct tpacket3_hdr *)(const void *)at)->tp_next_offset;
	}
	__atomic_store_n(&block->hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
	ring->next = (ring->next + 1) % PACKET_RING_BLOCKS;
}

void
packet_ring_count(struct packet_ring *ring)
{
	struct tpacket_stats_v3 news; /* since the last time that they were asked for */
	socklen_t length = sizeof(news);

	if (getsockopt(ring->fd, SOL_PACKET, PACKET_STATISTICS, &news, &length) < 0)
		return;
	ring->received += news.tp_packets;
	ring->dropped += news.tp_drops;
}

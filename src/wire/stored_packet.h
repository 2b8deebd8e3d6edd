/*
 * stored_packet: the bytes of a captured packet, and what its detail tree needs beside them, as one piece of
 * memory in a byte_ring.
 */
#ifndef STORED_PACKET_H
#define STORED_PACKET_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/pcapng_block.h"
#include "details/tcp_details.h"
#include "dissect/dissector.h"
#include "wire/byte_ring.h"

/* A message that has bytes in the packet. */
struct stored_message {
	uint32_t id;
	enum message_kind kind;
	uint32_t first_packet;
	bool is_complete; /* it ends in the packet */
	/*
	 * Of a frame: where its bytes in this packet are, in payload, or in plain if there is any. length
	 * is 0 when that is not known.
	 */
	size_t from, length;
};

struct stored_packet {
	/* The same for all packets. */
	struct stored_packet_base {
		uint32_t number, interface, link, wire_length;
		uint64_t time_ns, since_previous_ns, since_first_ns;
		bool is_tcp;
		struct tcp_details_context tcp; /* if is_tcp */
		unsigned message_count, head_count;
		size_t payload_at, payload_length;
		size_t lengths[3]; /* of bytes, plain and head_bytes */
	} base;

	struct stored_message messages[PAYLOAD_PARTS_MAX];
	struct payload_head heads[PAYLOAD_PARTS_MAX]; /* in head_bytes */

	struct slice bytes;      /* as captured */
	struct slice payload;    /* of them: what TCP carries */
	struct slice plain;      /* what was decrypted */
	struct slice head_bytes; /* the heads of HTTP that became whole in the packet */
};

/* Sets what follows from block and row; borrows their bytes. The rest is 0. */
void stored_packet_init(struct stored_packet *packet, const struct pcapng_block *block,
	const struct dissect_row *row);

/* Copies the packet into ring. Returns its place. A packet that is too large is cut. */
uint64_t stored_packet_write(const struct stored_packet *packet, struct byte_ring *ring);
/* Reads it back; slices point into ring. Returns false when it is gone. */
bool stored_packet_read(struct stored_packet *packet, const struct byte_ring *ring, uint64_t place);

/* The head of the message with this id, if it became whole in the packet; otherwise absent. */
struct slice stored_packet_head(const struct stored_packet *packet, uint32_t message);

#endif

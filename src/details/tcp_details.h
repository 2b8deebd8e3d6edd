/*
 * tcp_details: the lines of the detail tree about a TCP header (RFC 9293) and its options.
 */
#ifndef TCP_DETAILS_H
#define TCP_DETAILS_H

#include <stdint.h>

#include "details/detail_tree.h"
#include "dissect/packet.h"

enum {
	TCP_DETAILS_SCALE_UNKNOWN = -1, /* the handshake was not captured */
	TCP_DETAILS_SCALE_NONE = -2,    /* one side has not offered it */
};

/* What the header alone does not say: it follows from the packets before this one. */
struct tcp_details_context {
	uint32_t stream;                    /* the number of the connection, from 0 on */
	uint32_t sequence, acknowledgement; /* relative */
	uint32_t peer_start; /* the number from which acknowledgements are relative */
	int window_scale;    /* the shift for this side's window, or TCP_DETAILS_SCALE_... */
	uint64_t since_first_ns, since_previous_ns; /* packet of the connection */
	uint32_t acknowledges;        /* the packet that this one acknowledges; 0: none */
	uint64_t round_trip_ns;       /* from that one to this one */
	uint64_t first_round_trip_ns; /* of the handshake; 0: not known */
	uint32_t in_flight; /* bytes that are not acknowledged, with this packet's; 0: not known */
};

/*
 * Adds the line for the header, with all others below it. packet is one that packet_read has found to be
 * PACKET_TCP.
 */
void tcp_details_add(struct detail_tree *tree, const struct packet *packet,
	const struct tcp_details_context *context);

#endif

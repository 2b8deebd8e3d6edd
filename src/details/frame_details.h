/*
 * frame_details: the lines of the detail tree about a packet as a whole, and about the header of its
 * link (Ethernet, Linux cooked captures).
 */
#ifndef FRAME_DETAILS_H
#define FRAME_DETAILS_H

#include <stdint.h>

#include "details/detail_tree.h"
#include "dissect/packet.h"

struct frame_details {
	uint32_t number;                            /* from 1 on */
	uint64_t time_ns;                           /* since 1970 */
	uint64_t since_previous_ns, since_first_ns; /* packet of the capture */
	uint32_t length;                            /* in bytes, as sent */
	uint32_t link;                              /* enum pcapng_link */
	const char *interface;                      /* its name; NULL: not known */
	struct slice bytes;                         /* as captured */
};

/*
 * Adds the line for the packet, and that for the link where it has a header, each with all others below
 * it. packet is what packet_read has read of frame's bytes. Times are those of the machine's time zone.
 */
void frame_details_add(
	struct detail_tree *tree, const struct packet *packet, const struct frame_details *frame);

#endif

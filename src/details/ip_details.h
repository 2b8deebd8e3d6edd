/*
 * ip_details: the lines of the detail tree about an IPv4 header (RFC 791) or an IPv6 header (RFC 8200).
 */
#ifndef IP_DETAILS_H
#define IP_DETAILS_H

#include "details/detail_tree.h"
#include "dissect/packet.h"

/*
 * Adds the line for the header, with all others below it. packet is what packet_read has read of bytes,
 * the whole packet as captured; without an IP header nothing is added.
 */
void ip_details_add(struct detail_tree *tree, const struct packet *packet, struct slice bytes);

#endif

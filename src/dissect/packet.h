/*
 * packet: the headers of one captured packet: the link (Ethernet, Linux cooked captures), IPv4 or
 * IPv6, and TCP with its options (RFC 9293, RFC 7323, RFC 2018).
 */
#ifndef PACKET_H
#define PACKET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

enum packet_flags {
	PACKET_FIN = 0x01,
	PACKET_SYN = 0x02,
	PACKET_RST = 0x04,
	PACKET_PSH = 0x08,
	PACKET_ACK = 0x10,
	PACKET_URG = 0x20,
	PACKET_ECE = 0x40,
	PACKET_CWR = 0x80,
	PACKET_AE = 0x100, /* accurate ECN; the three bits above it are reserved */
};

/* Options of TCP, by their numbers. */
enum packet_option_kind {
	PACKET_OPTION_END = 0,
	PACKET_OPTION_NOP = 1,
	PACKET_OPTION_MSS = 2,
	PACKET_OPTION_WINDOW_SCALE = 3,
	PACKET_OPTION_SACK_PERMITTED = 4,
	PACKET_OPTION_SACK = 5,
	PACKET_OPTION_TIMESTAMPS = 8,
	PACKET_OPTION_FAST_OPEN = 34, /* RFC 7413 */
};

enum { PACKET_SACKS_MAX = 4, PACKET_SCALE_MAX = 14 };

/* One end of a connection: numbers in the byte order of the network. */
struct packet_address {
	uint8_t family; /* 4 or 6 */
	uint8_t bytes[16];
	uint16_t port; /* a plain number */
};

struct packet_sack {
	uint32_t left, right; /* as they stand in the option */
};

/*
 * The headers. Offsets count from the first byte of the packet, for views of the bytes. payload is
 * a slice of the packet's bytes.
 */
struct packet {
	struct packet_address source, destination;

	uint16_t link_offset, ip_offset, tcp_offset; /* where the headers begin */
	uint16_t ether_type;
	uint8_t ip_protocol;     /* of the layer behind IP: 6 for TCP */
	uint8_t hop_limit;       /* IPv4's time to live */
	uint8_t tcp_head_length; /* with options, in bytes */

	uint16_t flags;  /* enum packet_flags and reserved bits */
	uint16_t window; /* not scaled */
	uint16_t urgent_pointer, checksum;
	uint32_t sequence, acknowledgement;

	/* Which options it has; then their values: */
	bool has_mss, has_window_scale, has_sack_permitted, has_timestamps;
	uint16_t mss;
	uint8_t window_scale; /* the shift, as it stands there: above 14 is 14 */
	uint8_t sack_count;
	struct packet_sack sacks[PACKET_SACKS_MAX];
	uint32_t timestamp, timestamp_echo;
	struct slice options;

	/* The bytes that TCP carries. As many as were captured; payload_length as many as were sent. */
	struct slice payload;
	uint32_t payload_length;

	struct slice behind_ip; /* with PACKET_OTHER: the bytes of a layer that is not TCP */
};

enum packet_verdict {
	PACKET_TCP, /* all of the headers were read */
	PACKET_OTHER, /* IP, but not TCP, or a fragment: source, destination and ip_protocol are set */
	PACKET_UNKNOWN, /* not IP, or cut inside the headers; nothing is set */
};

/*
 * Reads the headers of bytes, which were captured on a link of that type (enum pcapng_link). Borrows
 * bytes as long as packet is used.
 */
enum packet_verdict packet_read(struct packet *packet, uint32_t link, struct slice bytes);

/* Whether both are the same end, its port included. */
bool packet_address_is(const struct packet_address *a, const struct packet_address *b);

/* Adds the address without its port: "127.0.0.1", "::1". */
void packet_add_address(struct buf *text, const struct packet_address *address);

#endif

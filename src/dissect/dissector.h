/*
 * dissector: makes a row of each packet of a capture: what its headers say, which connection it is of,
 * what is unusual about it, and which messages have bytes in it.
 */
#ifndef DISSECTOR_H
#define DISSECTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "capture/pcapng_block.h"
#include "dissect/packet.h"
#include "dissect/payload_said.h"
#include "dissect/tcp_conversation.h"

enum { DISSECTOR_CONVERSATIONS_MAX = 4096 }; /* the one without a packet for longest is forgotten */

struct dissector;

/* One packet. Slices and said are valid until the next call for this dissector. */
struct dissect_row {
	uint32_t number;    /* 1, 2, ... */
	uint64_t time_ns;   /* since 1970 */
	int64_t elapsed_ns; /* since the first packet; below 0 when the clock was set back */
	unsigned time_digits;
	uint32_t length; /* bytes on the wire */
	enum packet_verdict verdict;
	struct packet packet;

	/* With PACKET_TCP: */
	uint32_t conversation; /* 0, 1, ... as Wireshark's tcp.stream */
	struct tcp_view tcp;
	const struct payload_said *said;
};

struct dissector *dissector_create(void);
void dissector_destroy(struct dissector *dissector);

/* Dissects a packet block (PCAPNG_PACKET). */
void dissector_packet(
	struct dissector *dissector, const struct pcapng_block *block, struct dissect_row *row);

/*
 * Takes lines of a key log (tls_secrets.h); packets that come later are opened by them. Returns how many
 * secrets are new.
 */
size_t dissector_secrets(struct dissector *dissector, struct slice lines);

#endif

/*
 * history: what the explanations need of the packets of one connection that came before: who has sent which
 * bytes, what is acknowledged, and how long it was silent. Its memory is fixed.
 */
#ifndef HISTORY_H
#define HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "dissect/dissector.h"

enum { HISTORY_SEGMENTS_MAX = 24, HISTORY_PIECES_MAX = 12, HISTORY_REQUESTS_MAX = 8 };

/* Bytes of one side, by their relative numbers. */
struct history_segment {
	uint32_t begin, end; /* end: behind the last one */
	uint32_t number;     /* of the packet */
};

struct history_side {
	struct history_segment segments[HISTORY_SEGMENTS_MAX]; /* the last ones, a ring */
	unsigned segment_count;                                /* of all that there were */
	uint32_t acknowledged; /* relative: up to here the other side has it */
	uint16_t mss;          /* that it takes; 0: not known */
	uint32_t fin;          /* the packet with its FIN; 0: none */
	bool has_fin_acked;

	/* The packets of the message that it sends. */
	uint32_t message; /* its id */
	uint32_t pieces[HISTORY_PIECES_MAX];
	unsigned piece_count; /* of all */
};

/* A zeroed one has no packet. */
struct history {
	struct history_side sides[2];
	uint32_t syn; /* the packet; 0: not captured */
	uint64_t syn_ns, data_ns, fin_ns;
	bool has_data, has_syn_ack, is_simultaneous;

	struct history_request {
		uint32_t number; /* of the packet in which it ended */
		uint64_t time_ns;
	} requests[HISTORY_REQUESTS_MAX]; /* a ring */
	unsigned request_count;
};

/* What an acknowledgement says that is new. */
struct history_acknowledged {
	uint32_t bytes;
	uint32_t first, last; /* the packets that had the bytes; 0: not known */
	unsigned packets;     /* those that are known */
};

/*
 * Remembers a packet. To be called behind its explanation, which looks at what was before. The pieces of a
 * message are the exception: see history_add_pieces.
 */
void history_add(struct history *history, const struct dissect_row *row);
/* Remembers of which messages the packet has a part. To be called before its explanation. */
void history_add_pieces(struct history *history, const struct dissect_row *row);

struct history_acknowledged history_acknowledge(
	const struct history *history, const struct dissect_row *row);

/* The packet in which the side has sent the byte before; 0: not known. */
uint32_t history_sent_in(const struct history_side *side, uint32_t sequence);

/* When the request ended that is in the packet; false if that is not known. */
bool history_find_request(const struct history *history, uint32_t number, uint64_t *time_ns);

#endif

/*
 * talk: a TCP connection that a test makes packet by packet, dissected as if it had been captured.
 */
#ifndef TALK_H
#define TALK_H

#include "dissect/dissector.h"

enum { TALK_CLIENT_PORT = 54321, TALK_SERVER_PORT = 9000 };

/* One end's next number, and its first. */
struct talk_end {
	uint32_t first, next;
};

struct talk {
	struct dissector *dissector;
	struct talk_end ends[2]; /* TCP_CLIENT, TCP_SERVER */
	uint64_t time_ns;
	struct buf packet;
	struct dissect_row row; /* of the last packet */
};

/* A packet. Zeroes are what is usual: 0.1 ms after the one before, all acknowledged, what comes next. */
struct talk_packet {
	enum tcp_side side;
	unsigned flags;   /* enum packet_flags; 0: ACK, and PSH if there is data */
	const char *data; /* NULL: none */
	size_t length;    /* 0: up to the NUL of data */
	uint64_t after_ns;
	int32_t back;     /* it begins so many bytes before what comes next; below 0: behind it */
	int32_t ack_back; /* it acknowledges so many bytes less than all */
	uint16_t window;  /* 0: 512; 1: 0 */
	bool has_mss;     /* 65495, and a window scale of 7 */
	bool is_lost;     /* it was sent, but is not in the capture: row is as before */
};

void talk_init(struct talk *talk);
void talk_finish(struct talk *talk);
/* Sends and dissects. Returns &talk->row, valid until the next packet. */
const struct dissect_row *talk_send(struct talk *talk, const struct talk_packet *packet);

#endif

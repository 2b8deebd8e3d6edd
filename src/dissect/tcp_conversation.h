/*
 * tcp_conversation: one TCP connection as its packets show it: relative numbers, scaled windows, what is
 * unusual (with the rules and the words of tshark 4.0), and the steps of the handshake and of the end.
 */
#ifndef TCP_CONVERSATION_H
#define TCP_CONVERSATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "dissect/packet.h"

/* The side of a packet. The client is who sent the SYN; without one, who has the higher port. */
enum tcp_side { TCP_CLIENT, TCP_SERVER };

/* What is unusual about a packet. */
enum tcp_note {
	TCP_PORTS_REUSED = 1 << 0,
	TCP_RETRANSMISSION = 1 << 1,
	TCP_FAST_RETRANSMISSION = 1 << 2,
	TCP_SPURIOUS_RETRANSMISSION = 1 << 3,
	TCP_OUT_OF_ORDER = 1 << 4,
	TCP_PREVIOUS_NOT_CAPTURED = 1 << 5,
	TCP_ACKED_UNSEEN = 1 << 6,
	TCP_WINDOW_UPDATE = 1 << 7,
	TCP_KEEP_ALIVE = 1 << 8,
	TCP_KEEP_ALIVE_ACK = 1 << 9,
	TCP_DUPLICATE_ACK = 1 << 10,
	TCP_ZERO_WINDOW_PROBE = 1 << 11,
	TCP_ZERO_WINDOW = 1 << 12,
	TCP_ZERO_WINDOW_PROBE_ACK = 1 << 13,
	TCP_WINDOW_FULL = 1 << 14,
};

/* Steps of a connection. A packet can be two of them: the second FIN often acknowledges the first. */
enum tcp_step {
	TCP_STEP_SYN = 1 << 0,              /* handshake, 1 of 3 */
	TCP_STEP_SYN_ACK = 1 << 1,          /* 2 of 3 */
	TCP_STEP_ESTABLISHED = 1 << 2,      /* 3 of 3: the acknowledgement of the SYN, ACK */
	TCP_STEP_FIRST_FIN = 1 << 3,        /* teardown, 1 of 4 */
	TCP_STEP_FIRST_FIN_ACKED = 1 << 4,  /* 2 of 4 */
	TCP_STEP_SECOND_FIN = 1 << 5,       /* 3 of 4 */
	TCP_STEP_SECOND_FIN_ACKED = 1 << 6, /* 4 of 4: nothing is left to be sent */
	TCP_STEP_RESET = 1 << 7,
};

/* What one packet is in its connection. */
struct tcp_view {
	enum tcp_side side;       /* that has sent it */
	uint32_t sequence;        /* relative: the SYN is 0 */
	uint32_t acknowledgement; /* relative; says something only with PACKET_ACK */
	uint32_t window;          /* bytes, scaled if the scale is known */
	uint32_t length;          /* bytes of data */
	struct packet_sack sacks[PACKET_SACKS_MAX]; /* relative; packet.sack_count of them */
	unsigned notes;                             /* enum tcp_note */
	unsigned steps;                             /* enum tcp_step */
	uint32_t duplicate_of, duplicate_number;    /* with TCP_DUPLICATE_ACK: "6#2" */
};

/* What is known of one side. Numbers are as on the wire. */
struct tcp_side_state {
	bool has_base, has_next, has_highest, has_ack, has_window;
	bool has_syn, has_scale_option, has_fin;
	bool was_unseen;  /* the other side has acknowledged what was not captured */
	uint32_t base;    /* of relative numbers */
	uint32_t next;    /* behind all that it has sent */
	uint32_t highest; /* up to where all was seen */
	uint32_t ack;     /* its last acknowledgement */
	uint32_t window;  /* its last window, scaled */
	uint32_t fin;     /* the number behind its FIN */
	uint64_t next_ns, ack_ns;
	uint32_t last_new_ack; /* the packet with its last acknowledgement that was no duplicate */
	uint32_t duplicates;   /* so many since then */
	unsigned last_notes;
	uint8_t scale;
};

/* A zeroed conversation has had no packet. */
struct tcp_conversation {
	struct packet_address client;
	bool has_packet;
	struct tcp_side_state sides[2];
	uint64_t syn_ns,
		round_trip_ns; /* of the first SYN; from it to the end of the handshake; 0: not known */
	uint32_t syn_number;
	unsigned steps; /* all that there were */
	enum tcp_side first_fin;
};

/*
 * Whether the packet begins a new connection with the ports of this one (TCP_PORTS_REUSED). Then
 * the caller gives it to a new conversation.
 */
bool tcp_conversation_is_over(
	const struct tcp_conversation *conversation, const struct packet *packet);

/* Takes the next packet of the connection. number is that of the packet in the capture. */
void tcp_conversation_add(struct tcp_conversation *conversation, const struct packet *packet,
	uint64_t time_ns, uint32_t number, struct tcp_view *view);

/* Adds the notes as tshark writes them, each with a blank behind it: "[TCP Keep-Alive] ". */
void tcp_view_add_notes(struct buf *text, const struct tcp_view *view);

#endif

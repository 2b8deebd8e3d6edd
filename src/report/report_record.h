/*
 * report_record: what a report needs of a capture: its connections, packets and messages. Memory is bounded;
 * of what is more, only the number is kept.
 */
#ifndef REPORT_RECORD_H
#define REPORT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "dissect/dissector.h"
#include "explain/explanation.h"

enum {
	REPORT_CONNECTIONS_MAX = 1000,
	REPORT_PACKETS_MAX = 20000,
	REPORT_MESSAGES_MAX = 4000,
	REPORT_HEAD_MAX = 8192, /* bytes of a head */
};

struct report_packet {
	uint32_t number;
	uint64_t time_ns; /* since 1970 */
	int64_t elapsed_ns;
	uint32_t frame_length;
	size_t connection; /* its place among the connections */
	bool is_from_server;
	bool is_opened;       /* it is inside TLS, and was decrypted */
	struct packet header; /* without options and payload: their slices are absent */
	struct tcp_view tcp;
	bool has_message;
	size_t message; /* the place of the last message with a part in it */
	char *sentence; /* its explanation */
};

struct report_message {
	struct message message;
	size_t connection;
	bool is_from_server;
	int64_t elapsed_ns; /* of its last packet so far */
	struct slice head;  /* of HTTP, copied; absent if there is none */
	bool is_head_cut;
	size_t *packets; /* the places of its packets */
	size_t packet_count, packet_capacity;
	size_t partner; /* the place plus 1 of the answer to a request, and of the request of an answer */
};

struct report_connection {
	uint32_t id; /* as Wireshark's tcp.stream */
	struct packet_address client, server;
	bool is_served;           /* by the port that is known */
	size_t packets, bytes[2]; /* bytes: of data, from the client and from the server */
	int64_t first_ns, last_ns;

	/* Places of packets, plus 1; 0: there is none. */
	size_t handshake[3]; /* SYN; SYN, ACK; ACK */
	size_t fins[4]; /* FIN, its ACK, the other FIN, its ACK; the second and third may be one */
	size_t reset;
	int64_t data_ns; /* of the last data before the first FIN */
	bool has_data;
};

struct report_record {
	uint16_t port;
	struct explanation *explanation;
	struct map connection_places, message_places; /* from ids to places plus 1 */
	struct report_connection *connections;
	struct report_packet *packets;
	struct report_message *messages;
	size_t connection_count, packet_count, message_count;
	size_t connection_capacity, packet_capacity, message_capacity;

	uint64_t first_ns, last_ns; /* since 1970, of the capture */
	uint32_t total;             /* packets in the capture, of all kinds */
	uint32_t other;             /* those that are not TCP */
	uint32_t left_out;          /* packets of TCP that were too many */
	bool has_left_out_messages;
};

void report_record_init(struct report_record *record, enum language language, uint16_t port);
void report_record_finish(struct report_record *record);
void report_record_add(struct report_record *record, const struct dissect_row *row);

/* The packet at a place plus 1, as report_connection has them; NULL for 0. */
const struct report_packet *report_record_packet(
	const struct report_record *record, size_t place_plus_1);

/* The message with this id; NULL if there is none. */
const struct report_message *report_record_message(const struct report_record *record, uint32_t id);

/*
 * The answer to a request, or the request of an answer; NULL if it is not in the capture. An answer of 100 to
 * 199 but 101 is none.
 */
const struct report_message *report_record_partner(
	const struct report_record *record, const struct report_message *message);

#endif

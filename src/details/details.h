/*
 * details: the detail tree of one packet, as Wireshark shows it below its list: frame, link, IP, TCP, and
 * the messages that end in the packet.
 */
#ifndef DETAILS_H
#define DETAILS_H

#include "details/frame_details.h"
#include "details/tcp_details.h"

enum details_kind {
	DETAILS_HTTP,      /* bytes: the head of a message */
	DETAILS_WEBSOCKET, /* bytes: a frame, still masked */
};

struct details_message {
	enum details_kind kind;
	struct slice bytes; /* as http_details_add or websocket_details_add wants them */
	/*
	 * Whether the bytes are a part of frame.bytes. They are not when they came in several packets, or
	 * were decrypted; their lines are then about no bytes of this packet.
	 */
	bool is_in_packet;
};

struct details {
	struct frame_details frame;
	const struct tcp_details_context *tcp; /* NULL: there are no lines for TCP */
	const struct details_message *messages;
	size_t message_count;
};

/* Adds a JSON array of lines (detail_tree.h). Any bytes may have been captured. */
void details_add(struct buf *json, const struct details *details);

#endif

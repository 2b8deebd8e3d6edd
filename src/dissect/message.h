/*
 * message: a message that packets carry: a request, an answer, a WebSocket frame or a TLS record. It
 * says which packets it began and ended in, so that a packet can be called "piece 2 of 4 of the answer
 * to GET /logo.jpg".
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

enum message_kind {
	MESSAGE_NONE,
	MESSAGE_REQUEST,
	MESSAGE_ANSWER,
	MESSAGE_FRAME,        /* of a WebSocket */
	MESSAGE_RECORD,       /* of TLS */
	MESSAGE_CONTINUATION, /* bytes between messages that are none */
};

enum { MESSAGE_TEXT_MAX = 200, MESSAGE_TYPE_MAX = 128 };

struct message {
	uint32_t id; /* 1, 2, ... in the capture; 0: there is no message */
	enum message_kind kind;
	uint32_t first_packet; /* the number of the packet that it begins in */
	uint32_t last_packet;  /* ... and of the last one so far */
	uint32_t pieces;       /* packets so far, this one included */
	uint64_t bytes;        /* so far, head and body */
	uint64_t body_bytes;   /* so far, without chunk sizes; of a frame: its payload */
	bool has_total;
	uint64_t total; /* bytes in all, when that is known */
	bool is_complete;
	uint32_t answer_to; /* of an answer: the packet in which its request ended; 0: not seen */
	uint32_t missing;   /* bytes of it that were not captured */
	unsigned status;    /* of an answer */
	unsigned opcode;    /* of a frame */
	bool is_masked, is_final;
	bool has_type;               /* there is a Content-Type, which may be empty */
	char text[MESSAGE_TEXT_MAX]; /* the start line, cut */
	char request
		[MESSAGE_TEXT_MAX]; /* of an answer: method and target of its request, cut; or "" */
	char type[MESSAGE_TYPE_MAX]; /* Content-Type without parameters, cut; or "" */
};

/* Begins a message in the packet. */
void message_begin(struct message *message, enum message_kind kind, uint32_t id, uint32_t packet);

/* Counts bytes of it in a packet. */
void message_count(struct message *message, uint32_t packet, uint64_t bytes);

/* Copies what fits of text, with a NUL. size is that of the array. */
void message_set_text(char *array, unsigned size, struct slice text);

#endif

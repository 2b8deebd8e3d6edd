/*
 * payload_said: what the bytes of one packet say, as far as the packets before it let it be known: the
 * words of the Info column, the protocol, and the messages that have a part in the packet.
 */
#ifndef PAYLOAD_SAID_H
#define PAYLOAD_SAID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "dissect/message.h"

enum { PAYLOAD_PARTS_MAX = 8, PAYLOAD_INFO_MAX = 4095 };

struct payload_said {
	/*
	 * What stands in the column Protocol: "HTTP"; NULL for TCP. It is not NULL when a message ends
	 * in the packet.
	 */
	const char *protocol;
	struct buf info; /* in place of TCP's words when it is not empty */
	bool hides_tcp;  /* TCP's words are left out even if it is: the begin of a TLS record */
	size_t fixed; /* so many bytes of info stay when a further frame replaces the words of the last */
	bool is_segment; /* a message goes on in a later packet, and none ends here */
	/* The packet begins with bytes of a message that lacks some; info is of those behind them. */
	bool has_segment_in_front;
	bool is_late; /* the bytes are of a message that was complete before */

	/* The messages that have bytes in the packet, as they are after it; the first ones. */
	struct message parts[PAYLOAD_PARTS_MAX];
	unsigned part_count;

	/* The heads of HTTP that became whole in the packet; the first ones. */
	struct payload_head {
		uint32_t message;    /* the id of its message */
		size_t from, length; /* in head_bytes; with the empty line */
	} heads[PAYLOAD_PARTS_MAX];
	unsigned head_count;
	struct buf head_bytes;

	struct buf
		plain; /* what the packet's bytes, and those of its records before, were decrypted to */
};

/* A zeroed one is empty. */
void payload_said_clear(struct payload_said *said);
/* Empties all but the parts. */
void payload_said_clear_words(struct payload_said *said);
void payload_said_finish(struct payload_said *said);

/* Adds words from outside to info: control characters become visible. */
void payload_said_add(struct payload_said *said, struct slice words);
/* Removes the words from..to of info, when those behind them take their place. */
void payload_said_replace(struct payload_said *said, size_t from, size_t to);
/* Adds a part, if there is room; in place of an earlier state of the same message. */
void payload_said_add_part(struct payload_said *said, const struct message *message);
/* Empties the parts. */
void payload_said_clear_parts(struct payload_said *said);

/* Adds a copy of the head of the message with this id, if there is room. */
void payload_said_add_head(struct payload_said *said, uint32_t message, struct slice head);
/* The head of the message with this id, if it became whole in the packet; otherwise absent. */
struct slice payload_said_head(const struct payload_said *said, uint32_t message);

#endif

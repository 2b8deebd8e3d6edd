/*
 * frame_reader: reads the frames that a WebSocket client sends (RFC 6455 5), in whatever pieces
 * their bytes come.
 *
 * Every frame is checked: libwebsockets before 5.0 accepts frames that are not masked. The number of
 * frames is limited, too.
 */
#ifndef FRAME_READER_H
#define FRAME_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/rate_limit.h"
#include "base/slice.h"

enum { FRAME_HEAD_MAX = 14 }; /* with a length of 8 bytes and a mask of 4 */

/* Zeroed at first. Read message, control and status as frame_reader_next() says. */
struct frame_reader {
	struct buf message; /* the text of the frames so far, unmasked */
	struct buf control; /* the payload of a control frame, unmasked */
	unsigned status;    /* to close with (RFC 6455 7.4.1); 0: without a close frame */
	uint64_t left;      /* bytes of the payload that are still to come */
	uint64_t position;  /* of the next byte in the payload */
	struct rate_state rate;
	unsigned char head[FRAME_HEAD_MAX];
	unsigned char head_length;
	bool is_judged; /* the first bytes of the head */
	bool is_in_payload;
	bool is_in_message; /* its last frame is still to come */
	bool is_skipped;    /* the payload of a frame that was refused */
};

enum frame_event {
	FRAME_INCOMPLETE, /* more bytes are needed */
	FRAME_MESSAGE,    /* message is a whole text; the caller finishes it (buf_finish) */
	FRAME_PING,       /* control is what to send back */
	FRAME_PONG,
	FRAME_CLOSE, /* status is what to answer */
	FRAME_WRONG, /* a rule or a limit is broken: status is what to close with */
};

/*
 * Takes bytes from the front of *bytes, at least one, until something has happened or none are left;
 * after FRAME_INCOMPLETE some may be left. A message has at most message_max bytes. After
 * FRAME_WRONG the reader goes on behind the frame, for the close frame that may follow.
 */
enum frame_event frame_reader_next(
	struct frame_reader *reader, struct slice *bytes, size_t message_max);

/* Frees what reader holds. */
void frame_reader_finish(struct frame_reader *reader);

#endif

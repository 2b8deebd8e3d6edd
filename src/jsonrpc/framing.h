/*
 * framing: the base protocol of the Language Server Protocol 3.17: where a message begins and ends.
 *
 * A message is a head, a blank line and as many bytes as the head says:
 *
 *     Content-Length: 59\r\n
 *     \r\n
 *     {"jsonrpc":"2.0","id":1,"method":"shutdown","params":null}
 *
 * A head that is wrong cannot be skipped, because nobody knows where the next one begins. So the first
 * mistake is the last.
 */
#ifndef FRAMING_H
#define FRAMING_H

#include "base/buf.h"

enum {
	FRAMING_HEAD_MAX = 4096,               /* bytes of a head */
	FRAMING_CONTENT_MAX = 64 * 1024 * 1024 /* bytes of a message */
};

/* The bytes that have come. Zeroed it is ready; the owner calls framing_finish(). */
struct framing {
	struct buf input;
	size_t at;      /* what stands before it was taken */
	size_t content; /* bytes of the message whose head was read */
	bool has_head;  /* the head was read and taken */
	const char *error;
};

enum framing_verdict {
	FRAMING_MORE,    /* the message is not complete */
	FRAMING_MESSAGE, /* one is complete */
	FRAMING_BROKEN, /* this is not the base protocol; framing->error says why, in half a sentence */
};

void framing_finish(struct framing *framing);

/* Adds bytes that have come. What framing_next() has returned before is not valid any more. */
void framing_feed(struct framing *framing, const void *bytes, size_t length);

/*
 * Takes the next message. *content and *length are set to its bytes, which the caller may change, and which are
 * valid until the next framing_feed(). After FRAMING_BROKEN the verdict stays the same.
 */
enum framing_verdict framing_next(struct framing *framing, char **content, size_t *length);

/* Adds a message with its head. */
void framing_add(struct buf *output, struct slice content);

#endif

/*
 * explanation: one to three plain sentences, in the present tense, that explain a packet with true figures:
 * which step of a handshake it is, which piece of an answer, what a frame says, what is acknowledged.
 *
 * It hears the packets of a capture in their order, and says what is known at each. Its memory is bounded:
 * of more than EXPLANATION_CONVERSATIONS_MAX connections, the one without a packet for longest is forgotten.
 */
#ifndef EXPLANATION_H
#define EXPLANATION_H

#include <stdint.h>

#include "base/buf.h"
#include "dissect/dissector.h"
#include "explain/phrase.h"

enum { EXPLANATION_CONVERSATIONS_MAX = 1024 };

struct explanation;

struct explanation_options {
	enum language language;
	/*
	 * The port that liveserve serves; 0: not known. Its side is called "liveserve", and the other "the
	 * browser"; in other connections they are "the server" and "the client".
	 */
	uint16_t port;
};

struct explanation *explanation_create(const struct explanation_options *options);
/* NULL is allowed. */
void explanation_destroy(struct explanation *explanation);

/*
 * Hears the next packet, and adds its sentences to text, without a line break: valid UTF-8, without control
 * characters. Each packet gets at least one.
 */
void explanation_add(
	struct explanation *explanation, const struct dissect_row *row, struct buf *text);

#endif

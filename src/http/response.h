/*
 * response: an answer as a value: status, header fields, a body to be pulled.
 *
 * Room: site. Site decides it, wire writes it; neither knows how the other works. Date, Server,
 * Content-Length and the fields of the connection itself are wire's to write.
 */
#ifndef RESPONSE_H
#define RESPONSE_H

#include <stdbool.h>

#include "http/body.h"
#include "base/buf.h"
#include "live/protocol.h"
#include "proxy/upstream.h"

struct answer {
	int status;        /* 101: the connection becomes a WebSocket that speaks dialect */
	struct buf fields; /* whole lines, each with its CRLF */
	struct body body;
	enum dialect dialect;
	const struct upstream *upstream; /* not NULL: it answers; of the rest only fields count */
	bool has_content; /* false for 204, 304 and 101: no body and no Content-Length */
};

/* The caller owns the memory. Cleared is ready for the next answer, its memory kept. */
void answer_init(struct answer *answer);
void answer_clear(struct answer *answer);
void answer_finish(struct answer *answer);

/* Sets the status of an answer without content. */
void answer_status(struct answer *answer, int status);

/* Adds "name: value". The value must hold no control bytes. */
void answer_field(struct answer *answer, const char *name, struct slice value);

/* Takes away every line of that name, in whatever case its letters are. */
void answer_drop_field(struct answer *answer, struct slice name);

/* Sets status and type, and copies text as the whole body. */
void answer_text(struct answer *answer, int status, const char *type, struct slice text);

#endif

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

struct response {
	int status;        /* 101: the connection becomes a WebSocket that speaks dialect */
	struct buf fields; /* whole lines, each with its CRLF */
	struct body body;
	enum protocol protocol;
	const struct upstream *upstream; /* not NULL: it answers; of the rest only fields count */
	bool has_content; /* false for 204, 304 and 101: no body and no Content-Length */
};

/* The caller owns the memory. Cleared is ready for the next answer, its memory kept. */
void response_init(struct response *response);
void response_clear(struct response *response);
void response_finish(struct response *response);

/* Sets the status of an answer without content. */
void response_status(struct response *response, int status);

/* Adds "name: value". The value must hold no control bytes. */
void response_field(struct response *response, const char *name, struct slice value);

/* Takes away every line of that name, in whatever case its letters are. */
void response_drop_field(struct response *response, struct slice name);

/* Sets status and type, and copies text as the whole body. */
void response_text(struct response *response, int status, const char *type, struct slice text);

#endif

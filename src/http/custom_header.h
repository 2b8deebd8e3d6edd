/*
 * custom_header: "NAME=VALUE", a field that the person wants in every answer.
 *
 * Room: rules.
 */
#ifndef CUSTOM_HEADER_H
#define CUSTOM_HEADER_H

#include "base/buf.h"

struct header {
	struct slice name;
	struct slice value; /* trimmed; may be empty */
};

enum header_verdict {
	HEADER_OK,
	HEADER_NO_PAIR,   /* nothing parts name and value */
	HEADER_BAD_NAME,  /* no token (RFC 9110 5.6.2) */
	HEADER_BAD_VALUE, /* a control byte in it, such as a line's end (5.5) */
	HEADER_CORS,      /* who may read answers is for --cors to say, not for any settings file */
	HEADER_OURS, /* what each answer's own bytes or connection say: Content-Length, Date... */
};

/*
 * Reads text, which may have HTTP's own ':' for the '='. The parts point into it. Other verdicts
 * than HEADER_OK leave header as it is.
 */
enum header_verdict header_read(struct header *header, const char *text);

/*
 * Whether such a field stands beside what an answer says by itself (Vary), instead of taking its
 * place.
 */
bool header_adds_up(struct slice name);

#endif

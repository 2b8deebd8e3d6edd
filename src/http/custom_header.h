/*
 * custom_header: "NAME=VALUE", a field that the person wants in every answer.
 *
 * Room: rules.
 */
#ifndef CUSTOM_HEADER_H
#define CUSTOM_HEADER_H

#include "base/buf.h"

struct custom_header {
	struct slice name;
	struct slice value; /* trimmed; may be empty */
};

enum custom_header_verdict {
	CUSTOM_HEADER_OK,
	CUSTOM_HEADER_NO_PAIR,   /* nothing parts name and value */
	CUSTOM_HEADER_BAD_NAME,  /* no token (RFC 9110 5.6.2) */
	CUSTOM_HEADER_BAD_VALUE, /* a control byte in it, such as a line's end (5.5) */
	CUSTOM_HEADER_CORS, /* who may read answers is for --cors to say, not for any settings file */
	CUSTOM_HEADER_OURS, /* what each answer's own bytes or connection say: Content-Length, Date... */
};

/*
 * Reads text, which may have HTTP's own ':' for the '='. The parts point into it. Other verdicts
 * than CUSTOM_HEADER_OK leave header as it is.
 */
enum custom_header_verdict custom_header_read(struct custom_header *header, const char *text);

/*
 * Whether such a field stands beside what an answer says by itself (Vary), instead of taking its
 * place.
 */
bool custom_header_adds_up(struct slice name);

#endif

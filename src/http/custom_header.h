/*
 * custom_header: "NAME=VALUE", a header field that the user wants in every response.
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
	CUSTOM_HEADER_NO_PAIR,   /* neither '=' nor ':' */
	CUSTOM_HEADER_BAD_NAME,  /* no token (RFC 9110 5.6.2) */
	CUSTOM_HEADER_BAD_VALUE, /* a control byte in it, such as a line's end (5.5) */
	CUSTOM_HEADER_CORS, /* Access-Control-...: only --cors decides who may read responses */
	CUSTOM_HEADER_OURS, /* set by the server for each response: Content-Length, Date... */
};

/*
 * Reads text, in which ':' may stand for the '='. The name and the value point into it. header is
 * only changed when the verdict is CUSTOM_HEADER_OK.
 */
enum custom_header_verdict custom_header_read(struct custom_header *header, const char *text);

/*
 * Whether such a field is added to the response's own fields of that name (Vary). Others replace
 * them.
 */
bool custom_header_adds_up(struct slice name);

#endif

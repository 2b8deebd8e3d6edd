/*
 * custom_header: parses "NAME=VALUE", a header field that the user adds to every response.
 */
#ifndef CUSTOM_HEADER_H
#define CUSTOM_HEADER_H

#include "base/slice.h"

struct custom_header {
	struct slice name;
	struct slice value; /* trimmed; may be empty */
};

enum custom_header_verdict {
	CUSTOM_HEADER_OK,
	CUSTOM_HEADER_NO_PAIR,   /* neither '=' nor ':' */
	CUSTOM_HEADER_BAD_NAME,  /* no token (RFC 9110 5.6.2) */
	CUSTOM_HEADER_BAD_VALUE, /* it has a control byte, such as a line end (5.5) */
	CUSTOM_HEADER_CORS, /* Access-Control-...: only --cors decides who may read responses */
	CUSTOM_HEADER_OURS, /* set by the server for each response: Content-Length, Date... */
};

/*
 * Parses text; ':' is allowed in place of '='. The name and the value point into text. header is
 * only changed when the verdict is CUSTOM_HEADER_OK.
 */
enum custom_header_verdict custom_header_read(struct custom_header *header, const char *text);

/*
 * Whether a custom field of that name is added to the response's own fields of that name (Vary).
 * Any other custom field replaces them.
 */
bool custom_header_adds_up(struct slice name);

#endif

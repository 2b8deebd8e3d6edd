/*
 * custom_header: parses "NAME=VALUE", a header field that the user adds to every response.
 */
#ifndef CUSTOM_HEADER_H
#define CUSTOM_HEADER_H

#include "http/fields.h"

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
 * Whether a file of the site, which a stranger may have written, may set it: it makes a page stricter, or
 * changes nothing but how the page is stored and shown.
 */
bool custom_header_is_harmless(const struct custom_header *header);

/*
 * Adds count headers to the fields of a response. They replace fields of the same names, but for two
 * cases: Vary is added to the one that is there. And a response that has a Content-Security-Policy of
 * its own is a page of ours, such as a listing, and the site's policy would break it; so it keeps its
 * own, and gets no Content-Security-Policy-Report-Only.
 */
void custom_headers_add(const struct custom_header *headers, size_t count, struct fields *fields);

#endif

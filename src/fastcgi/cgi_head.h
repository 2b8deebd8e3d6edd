/*
 * cgi_head: turns the head of a CGI response (RFC 3875 6) into that of an HTTP response, which is then
 * parsed like that of any other server.
 */
#ifndef CGI_HEAD_H
#define CGI_HEAD_H

#include <stdbool.h>

#include "base/buf.h"

enum { CGI_HEAD_MAX = 60 * 1024 }; /* bytes of a head, with its empty line */

/* Zeroed at first. */
struct cgi_head {
	struct buf text; /* as long as the head is not complete */
	size_t scanned;  /* bytes of text that have no empty line */
	bool is_complete;
};

void cgi_head_finish(struct cgi_head *head);

enum cgi_head_verdict {
	CGI_HEAD_MORE,
	CGI_HEAD_COMPLETE, /* the head and what came behind it were added to http */
	CGI_HEAD_FAILED,
};

/*
 * Takes bytes of the response, until the head is complete. With CGI_HEAD_FAILED, *fault is the end of a
 * sentence about the server. Without a Status, a response with a Location is a 302, any other one a 200
 * (6.3.3). without_body: what is behind the head is dropped, as in an answer to HEAD (4.3.3).
 */
enum cgi_head_verdict cgi_head_read(struct cgi_head *head, struct slice bytes, bool without_body,
	struct buf *http, const char **fault);

#endif

/*
 * response_head: parses the head of another server's response, strictly, and says how its body is
 * framed (RFC 9112 4, 5 and 6.3).
 *
 * What two parsers could read in two ways is a fault, never guessed.
 */
#ifndef RESPONSE_HEAD_H
#define RESPONSE_HEAD_H

#include <stdbool.h>

#include "base/slice.h"
#include "http/fields.h"
#include "framing/message_body.h"

enum {
	RESPONSE_HEAD_MAX = 64 * 1024,  /* bytes of a head, with its empty line */
	RESPONSE_HEAD_FIELDS_MAX = 256, /* field lines */
};

/* What the request allows its response to be. */
enum response_head_request {
	RESPONSE_HEAD_TO_ANY,
	RESPONSE_HEAD_TO_HEAD,    /* no response to HEAD has a body */
	RESPONSE_HEAD_TO_UPGRADE, /* 101 is possible */
};

struct response_head {
	int status;        /* 100 to 599 */
	struct slice line; /* of the parsed bytes: the status line without the version */
	bool is_http10;
	struct fields fields; /* all that were received, in their order */
	enum message_body_framing framing;
	bool has_length; /* a Content-Length was received; also without a body (HEAD, 304) */
	uint64_t length;
	size_t size; /* bytes of the head */
};

enum response_head_verdict {
	RESPONSE_HEAD_MORE, /* it is not complete */
	RESPONSE_HEAD_COMPLETE,
	RESPONSE_HEAD_MALFORMED, /* *fault says why */
};

/*
 * Parses the head at the front of bytes. scanned is the number of bytes that an earlier call has
 * seen, of the same head; 0 at first. head is zeroed or was used before; the caller finishes it,
 * whatever the verdict. *fault is set to an end of a sentence that begins with the server's name
 * ("does not speak HTTP/1.1").
 */
enum response_head_verdict response_head_parse(struct response_head *head, struct slice bytes,
	size_t scanned, enum response_head_request request, const char **fault);

void response_head_finish(struct response_head *head);

#endif

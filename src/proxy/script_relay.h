/*
 * script_relay: the FastCGI side of an exchange: a request as records, and the records of its answer as
 * the bytes of an HTTP response, which response_relay reads like any other. It knows no sockets.
 *
 * FastCGI programs read as much of a body as CONTENT_LENGTH says, so that has to be known first. A chunked body is
 * collected, up to SCRIPT_RELAY_CHUNKED_MAX; a body with a length passes as it comes.
 */
#ifndef SCRIPT_RELAY_H
#define SCRIPT_RELAY_H

#include <stdbool.h>

#include "base/log.h"
#include "fastcgi/cgi_head.h"
#include "fastcgi/cgi_variables.h"
#include "fastcgi/record.h"
#include "http/response.h"
#include "framing/message_body.h"

enum {
	SCRIPT_RELAY_CHUNKED_MAX = 1024 * 1024,
	SCRIPT_RELAY_LINE_MAX = 400, /* bytes of a line of STDERR that are shown */
};

struct script_relay {
	bool is_head;    /* the method: the answer has no body */
	bool is_chunked; /* the body of the request is */
	bool waits;      /* the client wants a "100 Continue" */
	uint64_t peer;   /* of the request, for limits */
	struct buf body; /* what has come of a chunked body */
	struct buf http; /* what the last call of script_relay_read has made */
	struct buf line; /* of STDERR, which has no end yet */
	struct record_reader reader;
	struct cgi_head head;
	const char *server;      /* its name, for the log */
	struct log_limit *limit; /* for lines of STDERR */
};

enum script_relay_verdict {
	SCRIPT_RELAY_MORE,
	SCRIPT_RELAY_ENDED,     /* the answer is complete as far as FastCGI knows */
	SCRIPT_RELAY_FAILED,    /* *fault has the end of a sentence about the server */
	SCRIPT_RELAY_TOO_LONG,  /* a chunked body above the limit */
	SCRIPT_RELAY_MALFORMED, /* the chunks of the request are */
};

struct script_relay_options {
	const struct cgi_script *script;
	bool is_document;         /* see proxy_head.h */
	bool drops_authorization; /* it is not passed on */
	const char *server;
	struct log_limit *limit;
};

/*
 * Sets body to that of the request, and adds to records what the server gets first: the variables, and
 * what has arrived of the body. Adds what has arrived behind the request to held. scratch: of
 * message_body_read. Keeps server and limit of options.
 * Returns SCRIPT_RELAY_MORE, SCRIPT_RELAY_TOO_LONG or SCRIPT_RELAY_MALFORMED. The caller destroys *relay, which is
 * set in any case.
 */
enum script_relay_verdict script_relay_create(struct script_relay **relay,
	struct message_body *body, const struct takeover *takeover,
	const struct script_relay_options *options, struct buf *scratch, struct buf *records,
	struct buf *held);
void script_relay_destroy(struct script_relay *relay); /* NULL is allowed */

/* The same request is sent again: forgets what has come of its answer. */
void script_relay_restart(struct script_relay *relay);

/*
 * Adds data, a part of the request's body without chunks, to records; is_end: it is the last one.
 * Returns SCRIPT_RELAY_MORE or SCRIPT_RELAY_TOO_LONG.
 */
enum script_relay_verdict script_relay_add_body(
	struct script_relay *relay, struct slice data, bool is_end, struct buf *records);

/*
 * Takes bytes that the server has sent. What they make is in relay->http, whatever the verdict, until the
 * next call. Lines of STDERR are logged.
 */
enum script_relay_verdict script_relay_read(
	struct script_relay *relay, struct slice bytes, const char **fault);

#endif

/*
 * record: the records of FastCGI 1.0 (section 3.3), with one request on a connection.
 */
#ifndef RECORD_H
#define RECORD_H

#include <stdbool.h>

#include "base/buf.h"

enum record_type {
	RECORD_BEGIN_REQUEST = 1,
	RECORD_END_REQUEST = 3,
	RECORD_PARAMS = 4,
	RECORD_STDIN = 5,
	RECORD_STDOUT = 6,
	RECORD_STDERR = 7,
};

enum {
	RECORD_HEADER = 8,
	RECORD_CONTENT_MAX = 65528, /* bytes in each record that is written; it needs no padding */
};

/* ---- writing ---- */

/* Adds the record that begins a request for a responder, after which the connection is closed. */
void record_add_begin(struct buf *to);

/* Adds content to a stream, in as many records as it needs; none if content is empty. */
void record_add(struct buf *to, enum record_type type, struct slice content);

/* Adds the end of a stream: an empty record. */
void record_add_end(struct buf *to, enum record_type type);

/* ---- reading ---- */

/* Reads the records of a server. Zeroed at first; owns nothing. */
struct record_reader {
	char header[RECORD_HEADER]; /* or the content of RECORD_END_REQUEST */
	size_t have;                /* bytes of header */
	enum record_type type;
	size_t left, padding;
	bool is_inside;  /* the header is complete, and the content is read */
	bool is_ignored; /* the record is none of this request */
	bool has_closed; /* the end of STDOUT has come */
};

enum record_verdict {
	RECORD_MORE, /* all bytes were read */
	RECORD_OUTPUT,
	RECORD_ERRORS,
	RECORD_ENDED, /* the request is complete; nothing behind it is to be read */
	RECORD_FAILED,
};

/*
 * Takes bytes off the front. With RECORD_OUTPUT and RECORD_ERRORS, *data is a part of them, of STDOUT or
 * STDERR, and is not empty; call again. With RECORD_FAILED, *fault is the end of a sentence about the
 * server.
 */
enum record_verdict record_read(
	struct record_reader *reader, struct slice *bytes, struct slice *data, const char **fault);

#endif

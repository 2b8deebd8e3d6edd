/*
 * header_block: the fields of one HTTP/2 request, checked and written as the head of an HTTP/1.1 request.
 *
 * So one parser (http/request) decides what a request is, in both versions, and a part that passes requests
 * on gets the head that it knows. What is allowed in HTTP/2 only, or forbidden there, is checked here (RFC
 * 9113 8.2 and 8.3): nothing that a client sends can end a line of the head.
 */
#ifndef HEADER_BLOCK_H
#define HEADER_BLOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "http/request.h"

enum {
	/* The size of all fields, each with 32 bytes on top (RFC 9113 6.5.2): 431 above. */
	HEADER_BLOCK_MAX = REQUEST_HEAD_MAX,
	/* A client that sends so much, by few bytes that stand for many, means harm. */
	HEADER_BLOCK_HARMFUL = 8 * HEADER_BLOCK_MAX,
};

enum header_block_pseudo {
	HEADER_BLOCK_METHOD,
	HEADER_BLOCK_SCHEME,
	HEADER_BLOCK_AUTHORITY,
	HEADER_BLOCK_PATH,
	HEADER_BLOCK_PSEUDO_COUNT,
};

/* Zeroed at first; one struct serves for one block after the other. The members are private, but for text and fault. */
struct header_block {
	struct buf text; /* after header_block_end: the head */
	struct buf pseudo[HEADER_BLOCK_PSEUDO_COUNT];
	bool has[HEADER_BLOCK_PSEUDO_COUNT];
	struct buf host, cookie, fields;
	bool has_host, has_length;
	bool has_regular; /* a field that is no pseudo-field was seen */
	size_t count;     /* fields */
	size_t size;      /* of all of them */
	int fault;        /* of the block itself: the status to refuse it with, or 0 */
};

void header_block_finish(struct header_block *block);

/* Begins a new block. */
void header_block_begin(struct header_block *block);

/*
 * Adds a field. Returns false when the block is longer than HEADER_BLOCK_HARMFUL; then the connection has to
 * be closed. A field that is wrong is a fault of the block, which header_block_end returns. Nothing is kept of
 * a block with a fault.
 */
bool header_block_add(struct header_block *block, struct slice name, struct slice value);

/*
 * The block is complete. ends_stream says that the request has no body. Returns REQUEST_COMPLETE with request
 * set, whose slices point into block->text, or the status to refuse it with: those of request_parse, and
 *
 *   400  a field name with an upper-case letter or another byte that is wrong, a value with control bytes or
 *        with white space at an end, a field about the connection (RFC 9113 8.2.2), a pseudo-field that is
 *        unknown, repeated, missing, or behind another field, a scheme other than https, :authority and Host
 *        that differ, a path that does not begin with '/' (but for OPTIONS *), Content-Length without a body
 *   431  more than HEADER_BLOCK_MAX, or more than REQUEST_FIELDS_MAX fields
 *   501  CONNECT
 *
 * A body whose length is not given gets "Transfer-Encoding: chunked" in the text.
 */
int header_block_end(struct header_block *block, bool ends_stream, struct request *request);

#endif

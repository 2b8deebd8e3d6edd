/*
 * validators: the requests and validators of the tests of http/conditional and http/range.
 */
#ifndef VALIDATORS_H
#define VALIDATORS_H

#include "base/buf.h"
#include "http/conditional.h"

#define BEFORE "Sun, 06 Nov 1994 08:49:36 GMT"
#define SAME "Sun, 06 Nov 1994 08:49:37 GMT"
#define AFTER "Sun, 06 Nov 1994 08:49:38 GMT"

static const struct conditional_validators strong = {"\"a\"", 784111777, true};
static const struct conditional_validators weak = {"W/\"a\"", 784111777, true};
static const struct conditional_validators dated = {"", 784111777, true};
static const struct conditional_validators tagged = {"\"a\"", 0, false};
static const struct conditional_validators bare = {"", 0, false};

/* A request with these field lines, each with its CRLF. Its bytes are in head. */
static inline struct request
request_with(struct buf *head, const char *method, const char *fields)
{
	struct request request;

	buf_clear(head);
	buf_addf(head, "%s / HTTP/1.1\r\nHost: h\r\n%s\r\n", method, fields);
	assert_int_equal(request_parse(&request, head->bytes, head->length), REQUEST_COMPLETE);
	return request;
}

#endif

/*
 * ask: makes a request from text, and reads the parts of a response as text.
 */
#ifndef ASK_H
#define ASK_H

#include "http/request.h"
#include "http/response.h"
#include "live/journal.h"

/*
 * Parses "GET /path" and further field lines (separated by "\n") as an HTTP/1.1 request to
 * localhost:9000, or to the host of a field line "Host: x". Fails the test when the request is
 * refused. The result is valid until the next call.
 */
const struct request *ask(const char *text);

/* The value of a field of the response, or NULL. Valid until the next call. */
const char *answer_value(const struct response *response, const char *name);

/* Reads the whole body, in pieces of an odd size. Valid until the next call. */
struct slice answer_body(struct response *response);

/* Fails the test unless the whole body is expected. */
void assert_answer_body(struct response *response, const char *expected);

/*
 * The text before, the script tag with the current number of journal in a page of this
 * request_depth(), and the text after. The caller frees it.
 */
char *answer_with_tag(
	const struct journal *journal, size_t depth, const char *before, const char *after);

#endif

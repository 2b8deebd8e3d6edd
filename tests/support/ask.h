/*
 * ask: a request written down as text, and the answer read back as text.
 */
#ifndef ASK_H
#define ASK_H

#include "http/request.h"
#include "http/response.h"

/*
 * Parses "GET /path" and further field lines (parted by "\n") as an HTTP/1.1 request to
 * localhost:9000; a field line "Host: x" takes the place of that. Fails the test when it is
 * refused. Lives until the next call.
 */
const struct request *ask(const char *text);

/* The value of a field of the answer, or NULL. Lives until the next call. */
const char *answer_value(const struct response *response, const char *name);

/* Pulls the whole body, in pieces of an odd size. Lives until the next call. */
struct slice answer_body(struct response *response);

#endif

/*
 * http_details: the lines of the detail tree about the head of an HTTP/1.1 message (RFC 9112).
 */
#ifndef HTTP_DETAILS_H
#define HTTP_DETAILS_H

#include "base/slice.h"
#include "details/detail_tree.h"

/*
 * Adds the line for the message, with one line for the first line, each field and the blank line below
 * it. head is the head as it was sent, or the part of it that is known, and begins at tree's base + at.
 */
void http_details_add(struct detail_tree *tree, size_t at, struct slice head);

#endif

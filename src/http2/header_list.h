/*
 * header_list: the fields of a response as HTTP/2 sends them: names in lower case, the status as a pseudo-field,
 * and no field about the connection (RFC 9113 8.2 and 8.3.2).
 */
#ifndef HEADER_LIST_H
#define HEADER_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "http/fields.h"
#include "http/response.h"

/* A field; the bytes belong to what the list was made of, or to the list. */
struct header_list_item {
	struct slice name, value;
};

/* Zeroed is empty; one struct serves for one response after the other. Read the members only. */
struct header_list {
	struct header_list_item *items;
	size_t count, capacity;
	struct buf names;
	char status[4], length[24];
};

void header_list_finish(struct header_list *list);

/* Makes the list for a status, 100 to 999, and the fields, which have to stay as long as the list is used. */
void header_list_make(struct header_list *list, int status, const struct fields *fields);

/*
 * Makes the list for a response of this server, with Date, Server and, if it has content, Content-Length; date
 * is that of date_clock_now. Both have to stay as long as the list is used.
 */
void header_list_make_own(
	struct header_list *list, const struct response *response, const char *date);

#endif

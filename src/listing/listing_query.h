/*
 * listing_query: what the query of a listing's address asks for: an order, and a part of the names.
 *
 * "?sort=-size" is the order of folder_entries_order(). "?filter=TEXT" lists only names that contain
 * TEXT, encoded as browsers encode a form. The functions may be called in another thread.
 */
#ifndef LISTING_QUERY_H
#define LISTING_QUERY_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/slice.h"
#include "listing/folder_entries.h"

struct listing_query {
	struct folder_entries_order order;
	char *filter; /* "" for all names */
};

/* Reads a query with its '?', which may be absent. Other parameters do not count. */
void listing_query_init(struct listing_query *query, struct slice text);
/* The same with the values of another one, which is copied. */
void listing_query_copy(struct listing_query *query, const struct listing_query *other);
void listing_query_finish(struct listing_query *query);

bool listing_query_is_same(const struct listing_query *a, const struct listing_query *b);

/* Removes the entries that the filter does not match: the case of ASCII letters does not count. */
void listing_query_filter(const struct listing_query *query, struct folder_entries *entries);

/*
 * Adds the address of the same names in another order, "?sort=-size&filter=TEXT", as the value of an
 * HTML attribute.
 */
void listing_query_add(const struct listing_query *query, const struct folder_entries_order *order,
	struct buf *html);

#endif

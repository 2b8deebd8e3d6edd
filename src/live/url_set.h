/*
 * url_set: a set of addresses.
 *
 * It holds sorted hashes, because a server may have thousands of pages with dozens of addresses
 * each. If two addresses had the same hash, a page would be counted as using a file that it does
 * not use; it would still be told correctly.
 */
#ifndef URL_SET_H
#define URL_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

/* Zeroed, it is an empty set. */
struct url_set {
	uint64_t *hashes;
	size_t count;
	size_t capacity;
};

void url_set_finish(struct url_set *set);

/* Adds url, which must be canonical (url_from_path). */
void url_set_add(struct url_set *set, struct slice url);

/* Call it after the last url_set_add and before url_set_intersects. Also frees spare memory. */
void url_set_sort(struct url_set *set);

/* Whether some address is in both. */
bool url_set_intersects(const struct url_set *a, const struct url_set *b);

#endif

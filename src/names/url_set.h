/*
 * url_set: a set of addresses.
 *
 * It holds sorted hashes to save memory, because a server may have thousands of pages with dozens
 * of addresses each. If two addresses had the same hash, only the number of pages that use a file
 * would be wrong; each page would still get the right messages.
 */
#ifndef URL_SET_H
#define URL_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

/* A zeroed struct url_set is empty. */
struct url_set {
	uint64_t *hashes;
	size_t count;
	size_t capacity;
};

void url_set_finish(struct url_set *set);

/* Adds url, which must be canonical (url_from_path). */
void url_set_add(struct url_set *set, struct slice url);

/* To be called after the last url_set_add() and before url_set_intersects(). Frees spare memory. */
void url_set_sort(struct url_set *set);

/* The bytes that the set uses. */
size_t url_set_size(const struct url_set *set);

/* Whether at least one address is in both sets. */
bool url_set_intersects(const struct url_set *a, const struct url_set *b);

#endif

/*
 * url_set: a set of addresses, kept as sorted hashes, because a server has thousands of pages with
 * dozens each.
 *
 * Room: site. Two addresses with one hash would make a page count as using what it does not;
 * nothing that matters depends on it.
 */
#ifndef URL_SET_H
#define URL_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* A zeroed struct uses is an empty one. */
struct url_set {
	uint64_t *hashes;
	size_t count;
	size_t capacity;
};

void url_set_finish(struct url_set *uses);

/* Adds url, which is canonical (url_from_path). */
void url_set_add(struct url_set *uses, struct slice url);

/* After the last url_set_add and before anything is asked: sorts, and gives back memory. */
void url_set_seal(struct url_set *uses);

/* Whether there is an address in both. */
bool url_set_intersects(const struct url_set *a, const struct url_set *b);

#endif

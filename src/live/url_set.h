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
struct uses {
	uint64_t *hashes;
	size_t count;
	size_t capacity;
};

void uses_finish(struct uses *uses);

/* Adds url, which is canonical (path_to_url). */
void uses_add(struct uses *uses, struct slice url);

/* After the last uses_add and before anything is asked: sorts, and gives back memory. */
void uses_seal(struct uses *uses);

/* Whether there is an address in both. */
bool uses_meet(const struct uses *a, const struct uses *b);

#endif

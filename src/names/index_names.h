/*
 * index_names: the names of the files that are shown in place of their folder.
 */
#ifndef INDEX_NAMES_H
#define INDEX_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

/* A folder shows the first of these that it has. Zeroed: "index.html", or else "index.htm". */
struct index_names {
	const char *const *items;
	size_t count;
};

/* The name that is tried as number i; NULL behind the last. */
const char *index_names_get(const struct index_names *names, size_t i);

/* Whether base, the name of a file without its folder, is one of them. */
bool index_names_have(const struct index_names *names, struct slice base);

/*
 * Whether text may be one of them: the name of a file without a folder, and not a hidden one
 * (hidden_names.h), so that a folder shows nothing that has no address of its own.
 */
bool index_names_may_have(const char *text);

#endif

/*
 * index_names: the names of the files that are shown in place of their folder.
 */
#ifndef INDEX_NAMES_H
#define INDEX_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

/* A folder shows the first of these that it has. */
struct index_names {
	const char *const *names;
	size_t count;
};

/* "index.html" and "index.htm". */
extern const struct index_names index_names;

/* Whether base, the name of a file without its folder, is one of them. */
bool index_names_have(struct slice base);

#endif

/*
 * index_names: see index_names.h. It is one list, so that all who look for the index of a folder find
 * the same file.
 */
#include "names/index_names.h"

static const char *const names[] = {"index.html", "index.htm"};

const struct index_names index_names = {names, sizeof(names) / sizeof(names[0])};

bool
index_names_have(struct slice base)
{
	for (size_t i = 0; i < index_names.count; i++)
		if (slice_is(base, index_names.names[i]))
			return true;
	return false;
}

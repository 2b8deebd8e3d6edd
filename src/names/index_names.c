/*
 * index_names: see index_names.h. It is one list, so that all who look for the index of a folder find
 * the same file.
 */
#include "names/index_names.h"

#include <string.h>

#include "fs/hidden_names.h"

static const char *const by_default[] = {"index.html", "index.htm"};

const char *
index_names_get(const struct index_names *names, size_t i)
{
	if (names->count)
		return i < names->count ? names->items[i] : NULL;
	return i < sizeof(by_default) / sizeof(by_default[0]) ? by_default[i] : NULL;
}

bool
index_names_have(const struct index_names *names, struct slice base)
{
	const char *name;

	for (size_t i = 0; (name = index_names_get(names, i)); i++)
		if (slice_is(base, name))
			return true;
	return false;
}

bool
index_names_may_have(const char *text)
{
	return *text && !strchr(text, '/') && !hidden_name(slice_of(text));
}

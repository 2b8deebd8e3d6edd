/*
 * hidden_names: see hidden_names.h.
 */
#include "fs/hidden_names.h"

static const char *
by_ending(struct slice name)
{
	static const struct {
		const char *ending, *why;
	} endings[] = {
		{".key", "the extension of a key"},
		{".pem", "the extension of a key or certificate"},
		{".swp", "the extension of an editor's swap file"},
		{".swo", "the extension of an editor's swap file"},
		{".swx", "the extension of an editor's swap file"},
	};

	if (name.length < 2)
		return NULL;
	if (name.at[name.length - 1] == '~')
		return "the ~ of an editor's backup";
	if (name.at[0] == '#' && name.at[name.length - 1] == '#')
		return "the # # of an unsaved file";
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (slice_ends_nocase(name, endings[i].ending))
			return endings[i].why;
	return NULL;
}

const char *
hidden_name(struct slice name)
{
	if (slice_starts(name, "."))
		return slice_is(name, ".well-known") ? NULL : "a dot in front";
	while (slice_ends(name, ".") || slice_ends(name, " "))
		name.length--;
	return by_ending(name);
}

const char *
hidden_path(struct slice path)
{
	const char *why = NULL;
	struct slice name;

	while (!why && slice_split(&path, '/', &name))
		why = hidden_name(name);
	return why;
}

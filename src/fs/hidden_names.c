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

/* Whether a folder of this name has secrets in it, however one gets there. */
static bool
is_secret_folder(struct slice name)
{
	static const char *const names[] = {".git", ".hg", ".svn", ".ssh", ".gnupg", ".aws"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (slice_is_nocase(name, names[i]))
			return true;
	return false;
}

const char *
hidden_target(struct slice path)
{
	struct slice name = {0};

	while (slice_split(&path, '/', &name))
		if (is_secret_folder(name))
			return "a dot in front";
	return hidden_name(name);
}

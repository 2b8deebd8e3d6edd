/*
 * shown_names: see shown_names.h. It only knows names; whether there is such a file is for the caller to
 * find out. Owns nothing.
 */
#include "names/shown_names.h"

#include "fs/hidden_names.h"
#include "fs/path.h"

#define EXTENSION ".html"

enum { EXTENSION_LENGTH = sizeof(EXTENSION) - 1 };

bool
shown_names_is_folder(const struct buf *name)
{
	return name->length == 0 || slice_ends(buf_slice(name), "/");
}

static void
cut(struct buf *name, size_t length)
{
	name->length = length;
	if (name->bytes)
		name->bytes[length] = '\0';
}

struct shown_names
shown_names_of(const struct shown_names_rules *rules, struct buf *name)
{
	return (struct shown_names){.rules = rules, .name = name, .length = name->length};
}

/* A name that is not hidden becomes hidden by its extension only if it is an exception: ".well-known". */
static bool
add_extension(struct shown_names *shown)
{
	bool was_hidden = hidden_path(buf_slice(shown->name));

	buf_add_text(shown->name, EXTENSION);
	shown->is_clean = was_hidden || !hidden_path(buf_slice(shown->name));
	return shown->is_clean;
}

static bool
add_end(struct shown_names *shown)
{
	size_t i = shown->next++;
	const char *index;

	if (!shown_names_is_folder(shown->name))
		return i == 0 ||
		       (i == 1 && shown->rules->clean != SHOWN_NAMES_EXACT && add_extension(shown));
	index = index_names_get(&shown->rules->index, i);
	if (index)
		buf_add_text(shown->name, index);
	return index;
}

bool
shown_names_next(struct shown_names *shown)
{
	cut(shown->name, shown->length);
	if (add_end(shown))
		return true;
	cut(shown->name, shown->length);
	return false;
}

struct slice
shown_names_clean_of(const struct shown_names_rules *rules, struct slice path)
{
	struct slice base = path_base(path);

	if (rules->clean == SHOWN_NAMES_EXACT || base.length <= EXTENSION_LENGTH ||
		!slice_ends(base, EXTENSION))
		return (struct slice){0};
	return (struct slice){path.at, path.length - EXTENSION_LENGTH};
}

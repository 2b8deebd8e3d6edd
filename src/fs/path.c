/*
 * path: see path.h.
 */
#include "fs/path.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

/* The length of text up to and including its last mark, 0 when it has none. */
static size_t
length_to_last(struct slice text, char mark)
{
	size_t length = text.length;

	while (length && text.at[length - 1] != mark)
		length--;
	return length;
}

static struct slice
without_front(struct slice text, size_t length)
{
	return (struct slice){length ? text.at + length : text.at, text.length - length};
}

char *
path_join(const char *folder, const char *name)
{
	bool is_here = !*folder || strcmp(folder, ".") == 0;
	const char *slash = slice_ends(slice_of(folder), "/") ? "" : "/";

	return is_here || *name == '/' ? mem_text(name) : mem_format("%s%s%s", folder, slash, name);
}

const char *
path_below(const char *path, const char *folder)
{
	size_t length = strcmp(folder, "/") == 0 ? 0 : strlen(folder);

	if (strncmp(path, folder, length) != 0 || (path[length] != '/' && path[length] != '\0'))
		return NULL;
	return path[length] ? path + length + 1 : path + length;
}

bool
path_is_below(struct slice path, struct slice folder)
{
	if (folder.length == 0)
		return true;
	return path.length >= folder.length && memcmp(path.at, folder.at, folder.length) == 0 &&
	       (path.length == folder.length || path.at[folder.length] == '/');
}

struct slice
path_base(struct slice name)
{
	return without_front(name, length_to_last(name, '/'));
}

struct slice
path_parent(struct slice name)
{
	size_t length = length_to_last(name, '/');

	return (struct slice){name.at, length ? length - 1 : 0};
}

struct slice
path_extension(struct slice name)
{
	struct slice base = path_base(name);
	size_t length = length_to_last(base, '.');

	return without_front(base, length > 1 ? length : base.length);
}

char *
path_quote(const char *path)
{
	struct buf word = {0};

	buf_add_char(&word, '\'');
	for (; *path; path++)
		if (*path == '\'')
			buf_add_text(&word, "'\\''");
		else
			buf_add_char(&word, *path);
	buf_add_char(&word, '\'');
	return buf_take(&word);
}

/*
 * source_name: see source_name.h. Only text: no file is looked at.
 */
#include "sources/source_name.h"

#include <stdlib.h>

#include "base/mem.h"
#include "fs/path.h"

/* The length of the scheme of source with its colon; 0 when it has none. */
static size_t
scheme_length(struct slice source)
{
	size_t length = 0;

	while (length < source.length && source.at[length] != '/' && source.at[length] != ':')
		length++;
	return length > 1 && length < source.length && source.at[length] == ':' ? length + 1 : 0;
}

/* Takes the last segment off name, which has none but ".." in front. */
static void
go_up(struct buf *name, size_t begin)
{
	struct slice all = {name->bytes + begin, name->length - begin};
	struct slice base = path_base(all);

	if (all.length == 0 || slice_is(base, "..")) {
		buf_add_text(name, all.length ? "/.." : "..");
		return;
	}
	name->length -= base.length;
	if (name->length > begin)
		name->length--;
	name->bytes[name->length] = '\0';
}

static void
add_segments(struct buf *name, size_t begin, struct slice path)
{
	struct slice segment;

	while (slice_split(&path, '/', &segment)) {
		if (slice_is(segment, "..")) {
			go_up(name, begin);
		} else if (segment.length && !slice_is(segment, ".")) {
			if (name->length > begin)
				buf_add_char(name, '/');
			buf_add_slice(name, segment);
		}
	}
}

/* What follows the host: "//host/path". */
static struct slice
without_host(struct slice rest)
{
	if (!slice_starts(rest, "//"))
		return rest;
	slice_drop(&rest, 2);
	while (rest.length && *rest.at != '/')
		slice_drop(&rest, 1);
	return rest;
}

/* The name in root of an absolute path; NULL when it does not lie in it. The caller frees. */
static char *
name_in_root(struct slice path, const char *root)
{
	char *text = mem_copy(path.at, path.length);
	const char *below = path_below(text, root);
	char *name = below && *below ? mem_text(below) : NULL;

	free(text);
	return name;
}

static void
add_absolute(struct slice path, const char *root, struct buf *name)
{
	char *inside = name_in_root(path, root);

	add_segments(name, name->length, inside ? slice_of(inside) : path);
	free(inside);
}

bool
source_name_add(struct slice source, struct slice folder, const char *root, struct buf *name)
{
	size_t begin = name->length, scheme = scheme_length(source);
	bool is_file = slice_starts_nocase(source, "file:");
	struct slice path = source;

	buf_reserve(name, folder.length + source.length + 1);
	name->bytes[begin] = '\0';
	slice_drop(&path, scheme);
	if (scheme || slice_starts(path, "//")) {
		const char *query = is_file ? NULL : memchr(path.at, '?', path.length);

		path.length = query ? (size_t)(query - path.at) : path.length;
		path = without_host(path);
	}
	if (slice_starts(path, "/")) {
		add_absolute(path, root, name);
	} else {
		if (!scheme)
			add_segments(name, begin, folder);
		add_segments(name, begin, path);
	}
	return is_file || (!scheme && !slice_starts(source, "//"));
}

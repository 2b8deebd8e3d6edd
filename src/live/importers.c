/*
 * importers: see importers.h. Owns a map from the names of files to the names of the scripts that
 * requested them. The files are also in a list, in the order of their last request; when there are
 * too many bytes, the first one of it is forgotten.
 */
#include "live/importers.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "http/url.h"

/* A file with the scripts that requested it: their names, each with a NUL, the oldest first. */
struct file {
	struct file *older, *newer;
	char *name;
	struct buf scripts;
};

struct importers {
	struct map files; /* name -> struct file */
	struct file *oldest, *newest;
	size_t size;
	struct buf name; /* a script's name; kept to reuse its memory */
};

/* ---- the files ---- */

struct importers *
importers_create(void)
{
	return mem_zero(sizeof(struct importers));
}

/* With its key in the map, and what the heap adds to the four pieces. */
static size_t
size_of(const struct file *file)
{
	return sizeof(*file) + 2 * strlen(file->name) + file->scripts.capacity + 128;
}

static void
unlink_file(struct importers *importers, struct file *file)
{
	*(file->older ? &file->older->newer : &importers->oldest) = file->newer;
	*(file->newer ? &file->newer->older : &importers->newest) = file->older;
	importers->size -= size_of(file);
}

static void
link_file(struct importers *importers, struct file *file)
{
	file->newer = NULL;
	file->older = importers->newest;
	*(file->older ? &file->older->newer : &importers->oldest) = file;
	importers->newest = file;
	importers->size += size_of(file);
}

static void
forget(struct importers *importers, struct file *file)
{
	unlink_file(importers, file);
	map_remove(&importers->files, slice_of(file->name));
	buf_finish(&file->scripts);
	free(file->name);
	free(file);
}

void
importers_destroy(struct importers *importers)
{
	if (!importers)
		return;
	while (importers->oldest)
		forget(importers, importers->oldest);
	map_finish(&importers->files);
	buf_finish(&importers->name);
	free(importers);
}

size_t
importers_size(const struct importers *importers)
{
	return importers->size;
}

/* ---- requests ---- */

/* The path in referer if it is that of a script of this server; otherwise absent. */
static struct slice
script_in(struct slice referer, struct slice authority)
{
	struct slice rest = referer, path;
	const struct slice none = {0};

	for (int slashes = 0; slashes < 2; slashes++)
		if (!slice_split(&rest, '/', &path))
			return none;
	if (!slice_split(&rest, '/', &path) || !rest.at || !slice_equal_nocase(path, authority))
		return none;
	slice_split(&rest, '?', &path);
	return slice_ends(path, ".js") || slice_ends(path, ".mjs") ? path : none;
}

static bool
lists(const struct buf *scripts, const char *name)
{
	for (size_t at = 0; at < scripts->length; at += strlen(scripts->bytes + at) + 1)
		if (strcmp(scripts->bytes + at, name) == 0)
			return true;
	return false;
}

const char *
importers_script(struct importers *importers, const char *name, const struct request *request)
{
	struct slice script = script_in(request_get(request, REQUEST_REFERER), request->authority);
	struct buf *decoded = &importers->name;
	struct file *file;

	/* Each byte of a name is at most three in an address. */
	if (!script.at || script.length > 3 * IMPORTERS_NAME_MAX)
		return NULL;
	buf_clear(decoded);
	if (url_to_path(script, decoded) != URL_OK || strcmp(decoded->bytes, name) == 0)
		return NULL;
	file = map_get(&importers->files, slice_of(name));
	if (!file || !lists(&file->scripts, decoded->bytes))
		return decoded->bytes;
	unlink_file(importers, file);
	link_file(importers, file);
	return NULL;
}

static size_t
count(const struct buf *scripts)
{
	size_t found = 0;

	for (size_t at = 0; at < scripts->length; at += strlen(scripts->bytes + at) + 1)
		found++;
	return found;
}

static struct file *
add_file(struct importers *importers, const char *name)
{
	struct file *file = mem_zero(sizeof(*file));

	file->name = mem_text(name);
	map_set(&importers->files, slice_of(name), file);
	link_file(importers, file);
	return file;
}

void
importers_note(struct importers *importers, const char *name, const char *script)
{
	struct file *file = map_get(&importers->files, slice_of(name));

	if (strlen(name) > IMPORTERS_NAME_MAX || strlen(script) > IMPORTERS_NAME_MAX)
		return;
	if (!file)
		file = add_file(importers, name);
	unlink_file(importers, file);
	if (count(&file->scripts) == IMPORTERS_MAX)
		buf_drop(&file->scripts, strlen(file->scripts.bytes) + 1);
	buf_add_text(&file->scripts, script);
	buf_add_char(&file->scripts, '\0');
	link_file(importers, file);
	while (importers->size > IMPORTERS_BYTES_MAX)
		forget(importers, importers->oldest);
}

/* ---- changes ---- */

/* Adds the scripts of one file that are not among the paths, the keys of which are in known. */
static void
add_scripts(const struct buf *scripts, struct changes *changes, struct map *known)
{
	for (size_t at = 0; at < scripts->length; at += strlen(scripts->bytes + at) + 1) {
		struct slice script = slice_of(scripts->bytes + at);

		if (map_get(known, script))
			continue;
		map_set(known, script, known);
		changes_add(changes, script, CHANGE_MODIFIED);
	}
}

void
importers_add(const struct importers *importers, struct changes *changes)
{
	struct map known = {0};

	if (importers->files.entries.count == 0)
		return;
	for (size_t i = 0; i < changes->count; i++)
		map_set(&known, slice_of(changes->items[i].path), &known);
	/* The loop also reaches the scripts that it adds. */
	for (size_t i = 0; i < changes->count; i++) {
		const struct file *file = map_get(
			&importers->files, slice_of(changes->items[i].path));

		if (file)
			add_scripts(&file->scripts, changes, &known);
	}
	map_finish(&known);
}

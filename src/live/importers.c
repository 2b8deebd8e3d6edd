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
#include "fs/path.h"
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

static bool
is_for(const struct request *request, const char *const dests[])
{
	struct slice dest = request_get(request, REQUEST_SEC_FETCH_DEST);

	while (*dests && !slice_is(dest, *dests))
		dests++;
	return *dests != NULL;
}

/*
 * A request of a worker that was made of a blob has no Referer in most browsers. A module of a blob
 * has none either, but the page knows what it imports. What our own script asks for in a page that
 * sends none has another Accept.
 */
static bool
is_from_unknown_script(const struct request *request)
{
	static const char *const dests[] = {"script", "worker", "empty", NULL};

	bool is_module = slice_is(request_get(request, REQUEST_SEC_FETCH_MODE), "cors") &&
			 slice_is(request_get(request, REQUEST_SEC_FETCH_DEST), "script");

	return request->method == REQUEST_GET && is_for(request, dests) && !is_module &&
	       slice_is(request_get(request, REQUEST_SEC_FETCH_SITE), "same-origin") &&
	       slice_is(request_get(request, REQUEST_ACCEPT), "*/*");
}

/*
 * In Firefox the Referer of what the worker of a blob imports is the origin, as if the page in the root had requested it.
 * But it is less urgent than any script that a page waits for (RFC 9218 4.1).
 */
static bool
is_from_worker_of_origin(const struct request *request, struct slice referer_path)
{
	static const char *const dests[] = {"script", NULL};

	return referer_path.length == 0 && is_for(request, dests) &&
	       slice_is(request_get(request, REQUEST_PRIORITY), "u=4");
}

/*
 * The path in the Referer if it is that of a script of this server, or of any file that requests a
 * script; otherwise absent.
 */
static struct slice
importer_in(const struct request *request)
{
	static const char *const scripts[] = {
		"script", "sharedworker", "audioworklet", "paintworklet", "xslt", NULL};
	struct slice rest = request_get(request, REQUEST_REFERER), path;
	const struct slice none = {0};
	bool is_here, is_script;

	for (int slashes = 0; slashes < 2; slashes++)
		if (!slice_split(&rest, '/', &path))
			return none;
	if (!slice_split(&rest, '/', &path) || !rest.at)
		return none;
	is_here = slice_equal_nocase(path, request->authority);
	slice_split(&rest, '?', &path);
	is_script = slice_ends(path, ".js") || slice_ends(path, ".mjs");
	/* A proxy in front of the server may have put another Host into the request. */
	if (!is_here && is_script)
		is_here = slice_is(request_get(request, REQUEST_SEC_FETCH_SITE), "same-origin");
	return is_here && (is_script || is_for(request, scripts)) ? path : none;
}

static bool
lists(const struct buf *scripts, const char *name)
{
	for (size_t at = 0; at < scripts->length; at += strlen(scripts->bytes + at) + 1)
		if (strcmp(scripts->bytes + at, name) == 0)
			return true;
	return false;
}

/* Sets name to that of the script. Returns false when there is none that counts. */
static bool
find_script(const struct request *request, struct buf *name)
{
	struct slice path = importer_in(request);

	buf_clear(name);
	buf_reserve(name, 0);
	if (path.at && is_from_worker_of_origin(request, path)) {
		buf_add_text(name, IMPORTERS_UNKNOWN);
		return true;
	}
	/* Each byte of a name is at most three in an address. */
	if (path.at)
		return path.length <= 3 * IMPORTERS_NAME_MAX && url_to_path(path, name) == URL_OK;
	if (request_get(request, REQUEST_REFERER).at || !is_from_unknown_script(request))
		return false;
	buf_add_text(name, IMPORTERS_UNKNOWN);
	return true;
}

const char *
importers_script(struct importers *importers, const char *name, const struct request *request)
{
	struct buf *script = &importers->name;
	struct file *file;

	if (!find_script(request, script) || strcmp(script->bytes, name) == 0)
		return NULL;
	file = map_get(&importers->files, slice_of(name));
	if (!file || !lists(&file->scripts, script->bytes))
		return script->bytes;
	unlink_file(importers, file);
	link_file(importers, file);
	return NULL;
}

bool
importers_knows(const struct importers *importers, const char *name, const char *script)
{
	const struct file *file = map_get(&importers->files, slice_of(name));

	return file && lists(&file->scripts, script);
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
add_scripts(const struct file *file, struct changes *changes, struct map *known)
{
	const struct buf *scripts = &file->scripts;

	for (size_t at = 0; at < scripts->length; at += strlen(scripts->bytes + at) + 1) {
		struct slice script = slice_of(scripts->bytes + at);

		if (map_get(known, script))
			continue;
		map_set(known, script, known);
		if (slice_is(script, IMPORTERS_UNKNOWN))
			changes->further_count++;
		else
			changes_add(changes, script, CHANGE_MODIFIED);
	}
}

static void
add_scripts_of(const struct importers *importers, struct slice name, struct changes *changes,
	struct map *known)
{
	const struct file *file = map_get(&importers->files, name);

	if (file)
		add_scripts(file, changes, known);
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
		struct slice name = slice_of(changes->items[i].path), folder = name;

		add_scripts_of(importers, name, changes, &known);
		if (changes->items[i].kind == CHANGE_MODIFIED)
			continue;
		/* The listing of its folder has changed. */
		folder.length -= slice_ends(name, "/");
		folder.length -= path_base(folder).length;
		add_scripts_of(importers, folder, changes, &known);
	}
	map_finish(&known);
}

/*
 * importers: see importers.h. Owns a map from the names of files to the names of the scripts that
 * requested them; each name in such a list ends with a NUL.
 */
#include "live/importers.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "http/url.h"

struct importers {
	struct map scripts; /* file -> struct buf */
	struct buf name;    /* a script's name; kept to reuse its memory */
};

struct importers *
importers_create(void)
{
	return mem_zero(sizeof(struct importers));
}

void
importers_destroy(struct importers *importers)
{
	size_t at = 0;

	if (!importers)
		return;
	for (struct buf *scripts; (scripts = map_next(&importers->scripts, &at)); free(scripts))
		buf_finish(scripts);
	map_finish(&importers->scripts);
	buf_finish(&importers->name);
	free(importers);
}

/* Scripts that run outside of the page. The page does not learn that they were requested. */
static bool
is_for_worker(const struct request *request)
{
	struct slice dest = request_get(request, REQUEST_SEC_FETCH_DEST);

	return slice_is(dest, "sharedworker") || slice_is(dest, "audioworklet") ||
	       slice_is(dest, "paintworklet");
}

/*
 * The path in the Referer if it is that of a script of this server, or of any file that requests a
 * script for a worker; otherwise absent.
 */
static struct slice
importer_in(const struct request *request)
{
	struct slice rest = request_get(request, REQUEST_REFERER), path;
	struct slice authority = request->authority;
	const struct slice none = {0};

	for (int slashes = 0; slashes < 2; slashes++)
		if (!slice_split(&rest, '/', &path))
			return none;
	if (!slice_split(&rest, '/', &path) || !rest.at || !slice_equal_nocase(path, authority))
		return none;
	slice_split(&rest, '?', &path);
	return slice_ends(path, ".js") || slice_ends(path, ".mjs") || is_for_worker(request) ? path
											     : none;
}

static bool
lists(const struct buf *scripts, const char *name)
{
	for (size_t at = 0; at < scripts->length; at += strlen(scripts->bytes + at) + 1)
		if (strcmp(scripts->bytes + at, name) == 0)
			return true;
	return false;
}

static size_t
count(const struct buf *scripts)
{
	size_t found = 0;

	for (size_t at = 0; at < scripts->length; at += strlen(scripts->bytes + at) + 1)
		found++;
	return found;
}

static void
note(struct importers *importers, struct slice file, const char *script)
{
	struct buf *scripts = map_get(&importers->scripts, file);

	if (!scripts) {
		if (importers->scripts.count == IMPORTERS_FILES_MAX)
			return;
		scripts = mem_zero(sizeof(*scripts));
		map_set(&importers->scripts, file, scripts);
	}
	if (lists(scripts, script) || count(scripts) == IMPORTERS_MAX)
		return;
	buf_add_text(scripts, script);
	buf_add_char(scripts, '\0');
}

void
importers_note(struct importers *importers, const char *name, const struct request *request)
{
	struct slice script = importer_in(request);

	if (!script.at)
		return;
	buf_clear(&importers->name);
	if (url_to_path(script, &importers->name) != URL_OK)
		return;
	if (script.length == 0 || slice_ends(script, "/"))
		buf_add_text(&importers->name, "index.html");
	if (strcmp(importers->name.bytes, name) != 0)
		note(importers, slice_of(name), importers->name.bytes);
}

static bool
has(const struct changes *changes, const char *path)
{
	for (size_t i = 0; i < changes->count; i++)
		if (strcmp(changes->items[i].path, path) == 0)
			return true;
	return false;
}

void
importers_add(const struct importers *importers, struct changes *changes)
{
	if (importers->scripts.count == 0)
		return;
	/* The loop also reaches the scripts that it adds. */
	for (size_t i = 0; i < changes->count; i++) {
		const struct buf *scripts = map_get(
			&importers->scripts, slice_of(changes->items[i].path));

		for (size_t at = 0; scripts && at < scripts->length;
			at += strlen(scripts->bytes + at) + 1)
			if (!has(changes, scripts->bytes + at))
				changes_add(
					changes, slice_of(scripts->bytes + at), CHANGE_MODIFIED);
	}
}

/*
 * script_files: see script_files.h. Owns nothing. Who asks twice about a request gets two answers, each of
 * which is true when it is given.
 */
#include "script_files.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fs/hidden_names.h"
#include "fs/served_file.h"
#include "html/client_assets.h"
#include "http/url.h"

/* The real path of the open file. Outside of its root, where a link may lead, it is the link's. */
static void
add_path(const struct mounts_place *place, int file, struct buf *path)
{
	char *real = root_real_name(place->root, file);

	buf_add_text(path, root_path(place->root));
	if (!slice_ends(buf_slice(path), "/"))
		buf_add_char(path, '/');
	buf_add_text(path, real ? real : place->name);
	free(real);
}

/* Whether the file at place is regular. If so, and path is not NULL, adds its path there. */
static bool
is_file(const struct script_files *files, const struct mounts_place *place, struct buf *path)
{
	struct stat state;
	bool is_linked, is_regular;
	int file;

	watch_before_open(place->watch, place->name);
	file = served_file_open(place->root, place->name, files->serves_hidden, &is_linked);
	if (file < 0) {
		watch_open_failed(place->watch, place->name);
		return false;
	}
	is_regular = fstat(file, &state) == 0 && S_ISREG(state.st_mode);
	if (is_regular)
		watch_opened(place->watch, place->name, file, &state);
	if (is_regular && path)
		add_path(place, file, path);
	close(file);
	return is_regular;
}

/* The same for the first place that has the name. */
static bool
has_file(const struct script_files *files, const char *name, struct buf *path)
{
	struct mounts_place place = {0};

	while (mounts_find(files->mounts, name, &place))
		if (is_file(files, &place, path))
			return true;
	return false;
}

static void
describe(const struct script_files *files, struct cgi_script *script, const struct buf *name,
	struct slice path_info)
{
	buf_add_text(&script->root, root_path(mounts_served_root(files->mounts)));
	buf_add_char(&script->name, '/');
	buf_add_slice(&script->name, buf_slice(name));
	buf_add_slice(&script->path_info, path_info);
}

/* Whether name is a script. If so, script is filled in, unless it is NULL. */
static const struct upstream *
find_file(const struct script_files *files, const struct buf *name, struct slice path_info,
	struct cgi_script *script)
{
	const struct upstream *upstream = upstream_for_script(
		files->upstreams, files->count, buf_slice(name));

	if (!upstream || (!files->serves_hidden && hidden_path(buf_slice(name))) ||
		!has_file(files, buf_slice(name).at, script ? &script->file : NULL))
		return NULL;
	if (script)
		describe(files, script, name, path_info);
	return upstream;
}

/* The first part of path, up to a slash or the end, that is a script. */
static const struct upstream *
find_in_path(const struct script_files *files, struct slice path, struct cgi_script *script)
{
	const struct upstream *found = NULL;
	struct buf name = {0};

	for (size_t i = 0; i <= path.length && !found; i++) {
		struct slice rest = path;

		if (i < path.length && path.at[i] != '/')
			continue;
		buf_clear(&name);
		buf_add(&name, path.at, i);
		slice_drop(&rest, i);
		found = find_file(files, &name, rest, script);
	}
	buf_finish(&name);
	return found;
}

static bool
has_index(const struct script_files *files, struct buf *name, const char *index)
{
	size_t length = name->length;
	bool is_there;

	buf_add_text(name, index);
	is_there = has_file(files, name->bytes, NULL);
	name->length = length;
	name->bytes[length] = '\0';
	return is_there;
}

static bool
has_html_index(const struct script_files *files, struct buf *name)
{
	const char *index;

	for (size_t i = 0; (index = index_names_get(&files->index_names, i)); i++)
		if (has_index(files, name, index))
			return true;
	return false;
}

/* The index of a folder; folder is its name with the slash, or empty. */
static const struct upstream *
find_index(const struct script_files *files, struct slice folder, struct cgi_script *script)
{
	const struct upstream *found = NULL;
	struct buf name = {0};

	buf_add_slice(&name, folder);
	if (!has_html_index(files, &name))
		for (size_t i = 0; i < files->count && !found; i++) {
			if (!files->upstreams[i].suffix)
				continue;
			name.length = folder.length;
			buf_add_text(&name, "index");
			buf_add_text(&name, files->upstreams[i].suffix);
			found = find_file(files, &name, (struct slice){0}, script);
		}
	buf_finish(&name);
	return found;
}

const struct upstream *
script_files_find(void *script_files, const struct request *request, struct cgi_script *script)
{
	const struct script_files *files = script_files;
	const struct upstream *found = NULL;
	struct buf name = {0};
	struct slice path;

	if (request_is_websocket(request) || client_assets_have_path(request->path) ||
		!slice_starts(request->path, "/"))
		return NULL;
	if (url_to_path(request->path, &name) == URL_OK) {
		path = buf_slice(&name);
		found = find_in_path(files, path, script);
		if (!found && (path.length == 0 || slice_ends(path, "/")))
			found = find_index(files, path, script);
	}
	buf_finish(&name);
	return found;
}

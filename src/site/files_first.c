/*
 * files_first: see files_first.h. Owns nothing. The file is opened again for the answer, so it may be
 * another one then, which is judged as all files are.
 */
#include "site/files_first.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fs/bounds.h"
#include "fs/hidden_names.h"
#include "fs/served_file.h"
#include "http/media_type.h"
#include "http/url.h"

/* Sources of programs are texts, but for ".txt", or of an unknown type. */
static bool
is_for_browsers(struct slice name)
{
	const struct media_type *type = media_type_of(name);

	return slice_ends_nocase(name, ".txt") ||
	       (strcmp(type->type, "text/plain") != 0 &&
		       strcmp(type->type, "application/octet-stream") != 0);
}

bool
files_first_is_script(const struct files_first_scripts *scripts, const char *name, int file)
{
	static const char deleted[] =
		" (deleted)"; /* the kernel says this of a file without a name */
	char *path = scripts->count ? bounds_path(file) : NULL;
	struct slice real = slice_of(path ? path : "");
	bool is_one;

	if (slice_ends(real, deleted))
		real.length -= sizeof(deleted) - 1;
	is_one = upstream_for_script(scripts->servers, scripts->count, slice_of(name)) ||
		 upstream_for_script(scripts->servers, scripts->count, real);
	free(path);
	return is_one;
}

bool
files_first_add_index(const struct files_first_scripts *scripts, size_t i, struct buf *name)
{
	const char *suffix;

	if (i >= scripts->count)
		return false;
	suffix = scripts->servers[i].suffix;
	buf_add_text(name, "index");
	buf_add_text(name, suffix ? suffix : ".html");
	return true;
}

static bool
is_file(const struct mounts *mounts, struct slice name)
{
	struct mounts_place place = {0};
	bool is_linked, is_found = false;

	if (!is_for_browsers(name))
		return false;
	while (!is_found && mounts_find(mounts, name.at, &place)) {
		struct stat state;
		int file = served_file_open(place.root, place.name, false, &is_linked);

		if (file < 0)
			continue;
		is_found = fstat(file, &state) == 0 && S_ISREG(state.st_mode);
		close(file);
	}
	return is_found;
}

static bool
has_file(const struct files_first *files, struct slice path)
{
	struct buf name = {0};
	bool is_found = false;

	if (url_to_path(path, &name) == URL_OK && !hidden_path(buf_slice(&name))) {
		struct shown_names shown = shown_names_of(files->names, &name);

		while (!is_found && shown_names_next(&shown))
			is_found = is_file(files->mounts, buf_slice(&name));
	}
	buf_finish(&name);
	return is_found;
}

bool
files_first_answer(const struct files_first *files, const struct request *request)
{
	return (request->method == REQUEST_GET || request->method == REQUEST_HEAD) &&
	       !request->has_body && !request_get(request, REQUEST_UPGRADE).at &&
	       has_file(files, request->path);
}

/*
 * editor_files: see editor_files.h. Owns the drafts of each site. Its one idea: a path of an editor is made absolute, and each
 * site is asked whether the file is one of its own.
 */
#define _GNU_SOURCE
#include "editor_files.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/json_writer.h"
#include "base/log.h"
#include "base/mem.h"
#include "drafts.h"
#include "fs/path.h"

enum {
	PATH_BYTES_MAX = 4095,
	NAME_SHOWN = 200,
};

struct editor_files {
	struct editor_files_options options;
	struct drafts **drafts; /* of each site */
	struct buf sentence;
	bool was_taken; /* it was said of the text that is being laid */
};

static struct served_site *
site_of(const struct editor_files *files, size_t index)
{
	return sites_get(files->options.sites, index);
}

static size_t
count_of(const struct editor_files *files)
{
	return sites_count(files->options.sites);
}

/* The text was laid in several sites, and is one for the editor. */
static void
tell_taken(void *context, const void *former, const void *owner, const char *path)
{
	struct editor_files *files = context;

	if (!files->was_taken)
		files->options.taken(
			files->options.context, former, owner, editor_files_name(files, path));
	files->was_taken = true;
}

struct editor_files *
editor_files_create(const struct editor_files_options *options)
{
	struct editor_files *files = mem_zero(sizeof(*files));

	files->options = *options;
	files->drafts = mem_array(count_of(files), sizeof(struct drafts *));
	for (size_t i = 0; i < count_of(files); i++) {
		const struct served_site *site = site_of(files, i);

		files->drafts[i] = drafts_create(&(struct drafts_options){
			.loop = options->loop,
			.mounts = site->mounts,
			.journal = site->journal,
			.publisher = site->publisher,
			.problems = site->problems,
			.taken = tell_taken,
			.context = files,
			.reloads = site->config->draft_reload,
		});
	}
	return files;
}

void
editor_files_destroy(struct editor_files *files)
{
	if (!files)
		return;
	for (size_t i = 0; i < count_of(files); i++)
		drafts_destroy(files->drafts[i]);
	buf_finish(&files->sentence);
	free(files->drafts);
	free(files);
}

/* ---- names ---- */

static const char *
served_path(const struct editor_files *files)
{
	return root_path(site_of(files, 0)->root);
}

/* Whether every part is a name: "css/a.css", or "/home/ada/lib/a.css". */
static bool
is_plain(const char *path)
{
	struct slice rest = slice_of(path), segment;

	if (rest.length > PATH_BYTES_MAX)
		return false;
	if (*path == '/')
		slice_drop(&rest, 1);
	while (slice_split(&rest, '/', &segment))
		if (!segment.length || slice_is(segment, ".") || slice_is(segment, ".."))
			return false;
	return true;
}

/* The absolute path; NULL when it names nothing. The caller frees. */
static char *
absolute(const struct editor_files *files, const char *path)
{
	return is_plain(path) ? path_join(served_path(files), path) : NULL;
}

const char *
editor_files_name(const struct editor_files *files, const char *path)
{
	const char *name = path_below(path, served_path(files));

	return name && *name ? name : path;
}

char *
editor_files_name_in(const struct editor_files *files, size_t index, const char *path)
{
	struct mounts_place place = {0};
	char *file = path ? absolute(files, path) : NULL, *name = NULL;

	if (file)
		name = mounts_find_file(site_of(files, index)->mounts, file, &place);
	free(file);
	return name;
}

/* Adds the folder of one place, if no place before it has the same. */
static void
add_folder(const struct editor_files *files, size_t index, size_t place, struct buf *json)
{
	const char *path = root_path(mounts_root(site_of(files, index)->mounts, place));

	if (strcmp(path, served_path(files)) == 0)
		return;
	for (size_t i = 0; i <= index; i++) {
		const struct mounts *mounts = site_of(files, i)->mounts;
		size_t end = i < index ? mounts_count(mounts) : place;

		for (size_t k = 0; k < end; k++)
			if (strcmp(path, root_path(mounts_root(mounts, k))) == 0)
				return;
	}
	buf_add_char(json, ',');
	json_add_text(json, slice_of(path));
}

void
editor_files_add_folders(const struct editor_files *files, struct buf *json)
{
	buf_add_char(json, '[');
	json_add_text(json, slice_of(served_path(files)));
	for (size_t i = 0; i < count_of(files); i++)
		for (size_t k = 0; k < mounts_count(site_of(files, i)->mounts); k++)
			add_folder(files, i, k, json);
	buf_add_char(json, ']');
}

/* ---- reload ---- */

static bool
is_file(const struct mounts_place *place)
{
	struct stat state;

	return root_stat(place->root, place->name, &state) && S_ISREG(state.st_mode);
}

bool
editor_files_reload(struct editor_files *files, const char *path)
{
	char *file = absolute(files, path), *name;
	bool is_any = false;

	for (size_t i = 0; file && i < count_of(files); i++) {
		struct mounts_place place = {0};

		name = mounts_find_file(site_of(files, i)->mounts, file, &place);
		if (name && is_file(&place)) {
			publisher_reload(site_of(files, i)->publisher, slice_of(name));
			is_any = true;
		}
		free(name);
	}
	free(file);
	return is_any;
}

/* ---- drafts ---- */

/* Says in files->sentence why pages do not show the text. */
static const char *
refuse(struct editor_files *files, const char *path, const char *why)
{
	buf_clear(&files->sentence);
	buf_add_text(&files->sentence, "What is not saved in ");
	log_add_short(&files->sentence, slice_of(path), NAME_SHOWN);
	buf_addf(&files->sentence, " is not shown in pages: %s.", why);
	return files->sentence.bytes;
}

/* Returns why not all sites that have the file show the text; NULL when they do. file may be NULL. */
static const char *
lay(struct editor_files *files, const void *owner, const char *file, struct slice text)
{
	const char *reason = NULL, *one;
	bool is_held = false;

	files->was_taken = false;
	for (size_t i = 0; file && i < count_of(files); i++) {
		if (!drafts_hold(files->drafts[i], file))
			continue;
		is_held = true;
		one = drafts_lay(files->drafts[i], owner, file, text);
		reason = reason ? reason : one;
	}
	return is_held ? reason : "it is not in the served folder";
}

const char *
editor_files_lay(struct editor_files *files, const void *owner, const char *path, struct slice text)
{
	char *file = absolute(files, path);
	const char *reason = lay(files, owner, file, text);

	free(file);
	return reason ? refuse(files, path, reason) : NULL;
}

void
editor_files_note_saved(struct editor_files *files, const char *path)
{
	char *file = absolute(files, path);

	for (size_t i = 0; file && i < count_of(files); i++)
		drafts_note_saved(files->drafts[i], file);
	free(file);
}

void
editor_files_give_up(struct editor_files *files, const void *owner, const char *path)
{
	char *file = absolute(files, path);

	for (size_t i = 0; file && i < count_of(files); i++)
		drafts_give_up(files->drafts[i], owner, file);
	free(file);
}

void
editor_files_leave(struct editor_files *files, const void *owner)
{
	for (size_t i = 0; i < count_of(files); i++)
		drafts_leave(files->drafts[i], owner);
}

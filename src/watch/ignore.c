/*
 * ignore: see ignore.h. Owns the globs and the parsed .gitignore files; borrows the root. As in
 * git, the parent folders of a path are checked first, from the root down; if one is ignored, so is
 * the path. For each, the innermost .gitignore with a pattern that matches decides.
 */
#define _GNU_SOURCE
#include "watch/ignore.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/map.h"
#include "base/mem.h"
#include "fs/glob.h"
#include "fs/globs.h"
#include "fs/path.h"
#include "fs/gitignore.h"

enum {
	FILE_MAX = 1024 * 1024,     /* of a .gitignore; the rest is not read */
	REMEMBERED_MAX = 20 * 1000, /* folders; requests may name any number of them */
};

#define GITIGNORE ".gitignore"

static const char *const folders[] = {
	".git",
	".hg",
	".svn",
	"node_modules",
	"venv",
	".venv",
	"__pycache__",
	".DS_Store",
	NULL,
};

/* The temporary files of editors. */
static const char *const temporaries[] = {
	"*~",
	"#*#",
	".#*",
	"*.swp",
	"*.swx",
	"*.swo",
	"4913",
	"*___jb_tmp___",
	"*___jb_old___",
	".goutputstream-*",
	NULL,
};

/* The ignoreFiles of Live Server that are not listed above. */
static const char *const sources[] = {".vscode", "*.scss", "*.sass", "*.ts", NULL};

struct ignore {
	const struct root *root;
	struct globs *globs;
	bool uses_gitignore;
	struct map files; /* from a folder's path, "" or ending in '/', to its struct gitignore */
};

static void
add_globs(struct globs *globs, const char *const *patterns)
{
	for (; patterns && *patterns; patterns++)
		globs_add(globs, *patterns);
}

static void
add_only(struct globs *globs, struct slice name)
{
	struct buf pattern = {0};

	buf_add_text(&pattern, "!/");
	glob_quote(name, &pattern);
	globs_add(globs, "/*");
	globs_add(globs, pattern.bytes);
	buf_finish(&pattern);
}

struct ignore *
ignore_create(const struct root *root, const struct ignore_options *options)
{
	struct ignore *ignore = mem_zero(sizeof(*ignore));

	ignore->root = root;
	ignore->uses_gitignore = options->uses_gitignore;
	ignore->globs = globs_create();
	add_globs(ignore->globs, folders);
	add_globs(ignore->globs, temporaries);
	if (!options->keeps_sources)
		add_globs(ignore->globs, sources);
	add_globs(ignore->globs, options->globs);
	if (options->only)
		add_only(ignore->globs, slice_of(options->only));
	return ignore;
}

void
ignore_destroy(struct ignore *ignore)
{
	if (!ignore)
		return;
	ignore_forget(ignore, slice_of(""));
	globs_destroy(ignore->globs);
	free(ignore);
}

/* ---- .gitignore files ---- */

static void
read_file(const struct root *root, const char *name, struct buf *text)
{
	int file = root_open(root, name);

	if (file < 0)
		return;
	file_read(file, FILE_MAX, text); /* if it is too large, only its beginning is used */
	close(file);
}

/*
 * The .gitignore of folder, which is "" or ends in '/'. It has no rules if there is no such file.
 */
static const struct gitignore *
file_of(struct ignore *ignore, struct slice folder)
{
	struct gitignore *gitignore = map_get(&ignore->files, folder);
	struct buf text = {0};
	char *name;

	if (gitignore)
		return gitignore;
	if (ignore->files.count == REMEMBERED_MAX)
		ignore_forget(ignore, slice_of(""));
	name = mem_format("%.*s" GITIGNORE, (int)folder.length, folder.at);
	read_file(ignore->root, name, &text);
	gitignore = gitignore_create(buf_slice(&text), name);
	map_set(&ignore->files, folder, gitignore);
	buf_finish(&text);
	free(name);
	return gitignore;
}

/* Checks path against the .gitignore files, from its own folder up to the root. */
static const char *
judge(struct ignore *ignore, struct slice path, bool is_folder)
{
	size_t folder = path.length - path_base(path).length;

	for (;;) {
		const struct gitignore *file = file_of(ignore, (struct slice){path.at, folder});
		struct slice rest = {path.at + folder, path.length - folder};
		const char *quoted = NULL;

		switch (gitignore_judge(file, rest, is_folder, &quoted)) {
		case GITIGNORE_EXCLUDED:
			return quoted;
		case GITIGNORE_INCLUDED:
			return NULL;
		case GITIGNORE_NO_MATCH:
			break;
		}
		if (folder == 0)
			return NULL;
		for (folder--; folder && path.at[folder - 1] != '/';)
			folder--;
	}
}

static const char *
by_git(struct ignore *ignore, struct slice path, bool is_folder)
{
	const char *quoted = NULL;

	for (size_t end = 0; end < path.length && !quoted; end++) {
		while (end < path.length && path.at[end] != '/')
			end++;
		quoted = judge(
			ignore, (struct slice){path.at, end}, is_folder || end < path.length);
	}
	return quoted;
}

/* ---- the verdict ---- */

const char *
ignore_by(struct ignore *ignore, const char *name, bool is_folder)
{
	struct slice path = slice_of(name);
	const char *glob = globs_match(ignore->globs, path);

	if (glob || !ignore->uses_gitignore || globs_is_negated(ignore->globs, path))
		return glob;
	return by_git(ignore, path, is_folder);
}

bool
ignore_is_temporary(const char *pattern)
{
	for (const char *const *one = temporaries; *one; one++)
		if (strcmp(*one, pattern) == 0)
			return true;
	return false;
}

bool
ignore_is_gitignore(const struct ignore *ignore, const char *name)
{
	return ignore->uses_gitignore && slice_is(path_base(slice_of(name)), GITIGNORE);
}

static bool
has_file_below(const struct ignore *ignore, struct slice folder)
{
	for (size_t at = 0; map_next(&ignore->files, &at);)
		if (path_is_below(map_key(&ignore->files, at), folder))
			return true;
	return false;
}

void
ignore_forget(struct ignore *ignore, struct slice folder)
{
	struct map kept = {0};
	struct gitignore *file;

	if (!has_file_below(ignore, folder))
		return;
	for (size_t at = 0; (file = map_next(&ignore->files, &at));) {
		struct slice key = map_key(&ignore->files, at);

		if (path_is_below(key, folder))
			gitignore_destroy(file);
		else
			map_set(&kept, key, file);
	}
	map_finish(&ignore->files);
	ignore->files = kept;
}

/*
 * ignore: see ignore.h. Owns the globs and the parsed .gitignore files; borrows the root. As in
 * git, the parent folders of a path are checked first, from the root down; if one is ignored, so is
 * the path. For each, the innermost .gitignore with a pattern that matches decides.
 */
#define _GNU_SOURCE
#include "watch/ignore.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "fs/bounds.h"
#include "fs/glob.h"
#include "fs/globs.h"
#include "fs/path.h"
#include "fs/path_tree.h"
#include "fs/gitignore.h"

enum {
	FILE_MAX = 1024 * 1024,     /* of a .gitignore; the rest is not read */
	REMEMBERED_MAX = 20 * 1000, /* folders; requests may name any number of them */
	OUTPUTS = 2,
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
	"*.kate-swp",
	"4913",
	"*___jb_tmp___",
	"*___jb_old___",
	".goutputstream-*",
	NULL,
};

/* A line about a change of the file that lines go to would be the next change. */
static const char own_output[] = "liveserve's own output";

/* The ignoreFiles of Live Server that are not listed above. */
static const char *const sources[] = {".vscode", "*.scss", "*.sass", "*.ts", NULL};

struct ignore {
	const struct root *root;
	struct globs *globs;
	char *outputs[OUTPUTS]; /* the names in root of standard output and error; or NULL */
	bool uses_gitignore;
	struct path_tree folders; /* of struct folder */
	bool has_told;            /* that a .gitignore is too large */
};

/* A folder in which a name was checked. */
struct folder {
	struct path_node node;
	struct gitignore *file; /* its .gitignore; without rules when there is none */
	struct folder *outer;   /* the nearest folder above that has rules, or NULL */
	size_t length;          /* of its path, with a slash at the end; 0 for the root */
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

static void
find_outputs(struct ignore *ignore)
{
	char *folder = bounds_path(root_fd(ignore->root));

	for (int fd = STDOUT_FILENO; folder && fd <= STDERR_FILENO; fd++) {
		char *path = bounds_path(fd);
		const char *name = path ? path_below(path, folder) : NULL;

		if (name)
			ignore->outputs[fd - STDOUT_FILENO] = mem_text(name);
		free(path);
	}
	free(folder);
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
	find_outputs(ignore);
	return ignore;
}

void
ignore_destroy(struct ignore *ignore)
{
	if (!ignore)
		return;
	ignore_forget(ignore, slice_of(""));
	path_tree_finish(&ignore->folders);
	globs_destroy(ignore->globs);
	for (size_t i = 0; i < OUTPUTS; i++)
		free(ignore->outputs[i]);
	free(ignore);
}

/* ---- .gitignore files ---- */

/* As git does, a .gitignore that is a link is not followed. */
static bool
is_link(const struct root *root, const char *folder)
{
	int fd = root_open_path(root, folder);
	struct stat state;
	bool is_file = fd >= 0 && fstatat(fd, GITIGNORE, &state, AT_SYMLINK_NOFOLLOW) == 0 &&
		       S_ISREG(state.st_mode);

	if (fd >= 0)
		close(fd);
	return !is_file;
}

/* Returns false when only a part was read. */
static bool
read_file(const struct root *root, const char *folder, const char *name, struct buf *text)
{
	int file = root_open(root, name);
	bool is_whole;

	if (file < 0)
		return true;
	is_whole = is_link(root, folder) || file_read(file, FILE_MAX, text) || errno != EFBIG;
	close(file);
	return is_whole;
}

/* Reads the .gitignore of the folder at path, which is "" or ends in '/'. */
static struct gitignore *
read_gitignore(struct ignore *ignore, struct slice path)
{
	char *folder = mem_copy(path.at, path.length), *name = mem_format("%s" GITIGNORE, folder);
	struct buf text = {0};
	bool is_whole = read_file(ignore->root, folder, name, &text);
	struct gitignore *file = gitignore_create(buf_slice(&text), name);

	if ((!is_whole || gitignore_is_cut(file)) && !ignore->has_told) {
		ignore->has_told = true;
		log_notice("%s is too large, so only its first patterns are used: it may have "
			   "1 MiB, 5000 patterns and 1000 bytes in each",
			name);
	}
	buf_finish(&text);
	free(folder);
	free(name);
	return file;
}

/* The folder at path, which is "" or ends in '/'. parent is the one that contains it, or NULL. */
static struct folder *
enter_folder(struct ignore *ignore, struct folder *parent, struct slice path)
{
	struct path_tree *tree = &ignore->folders;
	struct slice name = {path.at, path.length ? path.length - 1 : 0};
	struct folder *folder;

	name = path_base(name);
	folder = (void *)(parent ? path_tree_child(tree, &parent->node, name) : tree->root);
	if (folder)
		return folder;
	folder = (void *)path_tree_add_child(
		tree, parent ? &parent->node : NULL, name, sizeof(*folder));
	folder->length = path.length;
	folder->file = read_gitignore(ignore, path);
	if (parent)
		folder->outer = gitignore_is_empty(parent->file) ? parent->outer : parent;
	return folder;
}

/* Checks path against the .gitignore files, from its own folder up to the root. */
static const char *
judge(const struct folder *folder, struct slice path, bool is_folder, size_t *budget)
{
	for (; folder; folder = folder->outer) {
		struct slice rest = {path.at + folder->length, path.length - folder->length};
		const char *quoted = NULL;

		switch (gitignore_judge(folder->file, rest, is_folder, budget, &quoted)) {
		case GITIGNORE_EXCLUDED:
			return quoted;
		case GITIGNORE_INCLUDED:
			return NULL;
		case GITIGNORE_NO_MATCH:
			break;
		}
	}
	return NULL;
}

static const char *
by_git(struct ignore *ignore, struct slice path, bool is_folder)
{
	size_t budget = GITIGNORE_BUDGET; /* for all folders of the path together */
	const char *quoted = NULL;
	struct folder *folder;

	if (ignore->folders.nodes.count >= REMEMBERED_MAX)
		ignore_forget(ignore, slice_of(""));
	folder = enter_folder(ignore, NULL, slice_of(""));
	for (size_t end = 0; end < path.length && !quoted; end++) {
		while (end < path.length && path.at[end] != '/')
			end++;
		quoted = judge(folder, (struct slice){path.at, end}, is_folder || end < path.length,
			&budget);
		if (!quoted && end + 1 < path.length)
			folder = enter_folder(ignore, folder, (struct slice){path.at, end + 1});
	}
	return quoted;
}

/* ---- the verdict ---- */

const char *
ignore_by(struct ignore *ignore, const char *name, bool is_folder)
{
	struct slice path = slice_of(name);
	const char *glob = globs_match(ignore->globs, path);

	for (size_t i = 0; i < OUTPUTS; i++)
		if (ignore->outputs[i] && strcmp(ignore->outputs[i], name) == 0)
			return own_output;
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
	return strcmp(pattern, own_output) == 0;
}

bool
ignore_is_gitignore(const struct ignore *ignore, const char *name)
{
	return ignore->uses_gitignore && slice_is(path_base(slice_of(name)), GITIGNORE);
}

void
ignore_forget(struct ignore *ignore, struct slice folder)
{
	struct path_node *top, *node;

	folder.length -= slice_ends(folder, "/");
	top = node = path_tree_find(&ignore->folders, folder);
	if (top)
		path_tree_detach(&ignore->folders, top);
	while (node) {
		struct path_node *parent = node->parent;

		if (node->children) {
			node = node->children;
			continue;
		}
		gitignore_destroy(((struct folder *)(void *)node)->file);
		path_tree_remove(&ignore->folders, node);
		node = parent;
	}
}

/*
 * extra_watch: see extra_watch.h. Owns the root, the watch and the texts. A file is watched as a
 * folder in which all other names are ignored.
 */
#define _GNU_SOURCE
#include "watch/extra_watch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fs/glob.h"
#include "fs/path.h"

/* A list of texts with NULL at its end. The first borrowed_count are borrowed, the others owned. */
struct texts {
	const char **items;
	size_t count;
	size_t borrowed_count;
};

struct extra_watch {
	struct root *root;
	struct watch *watch;
	struct watch_listener listener;
	char *prefix;         /* of the names that are reported */
	struct texts covered; /* what is watched, relative to the served folder */
	struct texts globs;   /* ignored in addition to those of the options */
};

static void
changed(void *context, const struct changes *changes)
{
	const struct extra_watch *extra = context;
	struct changes renamed = {0};

	for (size_t i = 0; i < changes->count; i++) {
		struct change change = changes->items[i];

		change.path = mem_format("%s%s", extra->prefix, changes->items[i].path);
		changes_copy(&renamed, &change);
		free(change.path);
	}
	renamed.further_count += changes->further_count;
	extra->listener.changed(extra->listener.context, &renamed);
	changes_finish(&renamed);
}

static void
lost(void *context)
{
	const struct extra_watch *extra = context;

	extra->listener.lost(extra->listener.context);
}

static void
add_text(struct texts *texts, const char *text)
{
	texts->items = mem_resize(texts->items, (texts->count + 2) * sizeof(*texts->items));
	texts->items[texts->count++] = text;
	texts->items[texts->count] = NULL;
}

/* Adds a glob that matches one name, counted from the root. */
static void
add_name(struct texts *globs, const char *front, struct slice name, const char *back)
{
	struct buf glob = {0};

	buf_add_text(&glob, front);
	glob_quote(name, &glob);
	buf_add_text(&glob, back);
	add_text(globs, buf_take(&glob));
}

/* Adds globs that ignore all but these names and their folders. */
static void
add_only(struct texts *globs, const char *const *names)
{
	add_text(globs, mem_text("/*"));
	for (size_t i = 0; names[i]; i++) {
		struct slice parent = path_parent(slice_of(names[i]));

		if (parent.length == 0)
			continue;
		add_name(globs, "!/", parent, "");
		add_name(globs, "/", parent, "/*");
	}
	for (size_t i = 0; names[i]; i++)
		add_name(globs, "!/", slice_of(names[i]), "");
}

static void
finish_texts(struct texts *texts)
{
	for (size_t i = texts->borrowed_count; i < texts->count; i++)
		free((char *)texts->items[i]);
	free(texts->items);
}

/* The options of the watch. *all is the list of its globs, which the caller finishes. */
static struct watch_options
options_for(const struct extra_watch *extra, const struct watch_options *options, struct texts *all)
{
	struct watch_options own = *options;

	for (size_t i = 0; options->ignore && options->ignore[i]; i++)
		add_text(all, options->ignore[i]);
	for (size_t i = 0; i < extra->globs.count; i++)
		add_text(all, extra->globs.items[i]);
	all->borrowed_count = all->count;
	own.ignore = all->items;
	own.is_thorough = own.keeps_sources = true;
	own.uses_gitignore = false; /* the user named this path */
	return own;
}

/* Watches the root; if only is not NULL, just the files of these names. */
static void
start(struct extra_watch *extra, struct loop *loop, const struct root *served,
	const char *const *only, const struct watch_options *options)
{
	const struct watch_listener listener = {
		.changed = changed,
		.lost = lost,
		.context = extra,
	};
	const char *below = path_below(root_path(served), root_path(extra->root));
	struct texts all = {0};
	struct watch_options own;

	if (only)
		add_only(&extra->globs, only);
	else if (below && *below)
		add_name(&extra->globs, "/", slice_of(below), "");
	own = options_for(extra, options, &all);
	extra->watch = watch_create(loop, extra->root, &own, &listener);
	finish_texts(&all);
}

/* The prefix of the names in the folder whose path is the first end bytes of path. */
static char *
prefix_of(const char *path, size_t end)
{
	while (end && path[end - 1] == '/')
		end--;
	if (end == 0)
		return mem_text(*path == '/' ? "/" : "");
	return end == 1 && *path == '.' ? mem_text("") : mem_format("%.*s/", (int)end, path);
}

struct extra_watch *
extra_watch_create(struct loop *loop, const char *path, const struct root *served,
	const struct watch_options *options, const struct watch_listener *listener)
{
	struct extra_watch *extra = mem_zero(sizeof(*extra));
	char *real = realpath(path, NULL), *file = NULL;
	const char *inside;

	extra->listener = *listener;
	extra->root = real ? root_create_at(path, &file) : NULL;
	if (!extra->root) {
		free(real);
		extra_watch_destroy(extra);
		return NULL;
	}
	extra->prefix = prefix_of(path, strlen(path) - (file ? strlen(file) : 0));
	inside = path_below(real, root_path(served));
	if (inside)
		add_text(&extra->covered, mem_text(inside));
	start(extra, loop, served, file ? (const char *[]){file, NULL} : NULL, options);
	free(file);
	free(real);
	return extra;
}

struct extra_watch *
extra_watch_create_files(struct loop *loop, const char *folder, const char *const *names,
	const struct root *served, const struct watch_options *options,
	const struct watch_listener *listener)
{
	struct extra_watch *extra = mem_zero(sizeof(*extra));
	const char *inside;

	extra->listener = *listener;
	extra->root = root_create(folder);
	if (!extra->root) {
		extra_watch_destroy(extra);
		return NULL;
	}
	extra->prefix = prefix_of(folder, strlen(folder));
	inside = path_below(root_path(extra->root), root_path(served));
	for (size_t i = 0; inside && names[i]; i++)
		add_text(&extra->covered, path_join(inside, names[i]));
	start(extra, loop, served, names, options);
	/* Watch them at once, not when the walk reaches them. */
	for (size_t i = 0; names[i]; i++)
		watch_before_open(extra->watch, names[i]);
	return extra;
}

void
extra_watch_destroy(struct extra_watch *extra)
{
	int error = errno;

	if (!extra)
		return;
	watch_destroy(extra->watch);
	root_destroy(extra->root);
	free(extra->prefix);
	finish_texts(&extra->covered);
	finish_texts(&extra->globs);
	free(extra);
	errno = error;
}

struct root *
extra_watch_root(const struct extra_watch *extra)
{
	return extra->root;
}

void
extra_watch_reconfigure(struct extra_watch *extra, const struct watch_options *options)
{
	struct texts all = {0};
	struct watch_options own = options_for(extra, options, &all);

	watch_reconfigure(extra->watch, &own);
	finish_texts(&all);
}

bool
extra_watch_covers(const struct extra_watch *extra, const char *name)
{
	for (size_t i = 0; i < extra->covered.count; i++)
		if (path_is_below(slice_of(name), slice_of(extra->covered.items[i])))
			return true;
	return false;
}

struct watch *
extra_watch_watch(const struct extra_watch *extra)
{
	return extra->watch;
}

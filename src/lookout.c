/*
 * lookout: see lookout.h. A file is watched as a folder in which all other names are left out.
 */
#define _GNU_SOURCE
#include "lookout.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "path.h"
#include "tree.h"

struct lookout {
	struct root *root;
	struct watch *watch;
	struct watch_listener listener;
	char *front;  /* of the names that are told */
	char *inside; /* what the path is called in the served folder; NULL when it is not there */
};

static void
changed(void *context, const struct changes *changes)
{
	const struct lookout *lookout = context;
	struct changes told = {0};

	for (size_t i = 0; i < changes->count; i++) {
		char *name = mem_format("%s%s", lookout->front, changes->items[i].path);

		changes_add(&told, slice_of(name), changes->items[i].kind);
		free(name);
	}
	lookout->listener.changed(lookout->listener.context, &told);
	changes_finish(&told);
}

static void
lost(void *context)
{
	const struct lookout *lookout = context;

	lookout->listener.lost(lookout->listener.context);
}

/* The part of path below folder, "" when they are the same, NULL when it is not below; both are
 * real. */
static const char *
part_below(const char *path, const char *folder)
{
	size_t length = strcmp(folder, "/") == 0 ? 0 : strlen(folder);

	if (strncmp(path, folder, length) != 0 || (path[length] != '/' && path[length] != '\0'))
		return NULL;
	return path[length] ? path + length + 1 : path + length;
}

/* Watches lookout's root: of it only the file called only, if that is not NULL. */
static void
start(struct lookout *lookout, struct loop *loop, const struct root *served, const char *only,
	const struct watch_options *options)
{
	const struct watch_listener listener = {
		.changed = changed,
		.lost = lost,
		.context = lookout,
	};
	const char *below = part_below(root_path(served), root_path(lookout->root));
	struct watch_options mine = *options;

	mine.only = only;
	mine.without = below && *below ? below : NULL;
	mine.is_thorough = true;
	mine.heeds_git = false; /* what is asked for by name is wanted */
	lookout->watch = watch_create(loop, lookout->root, &mine, &listener);
}

/* What stands in front of the names in the folder at path, of which only the part up to end counts.
 */
static char *
front_of(const char *path, size_t end)
{
	while (end && path[end - 1] == '/')
		end--;
	if (end == 0)
		return mem_text(*path == '/' ? "/" : "");
	return end == 1 && *path == '.' ? mem_text("") : mem_format("%.*s/", (int)end, path);
}

struct lookout *
lookout_create(struct loop *loop, const char *path, const struct root *served,
	const struct watch_options *options, const struct watch_listener *listener)
{
	struct lookout *lookout = mem_zero(sizeof(*lookout));
	char *real = realpath(path, NULL), *file = NULL;
	const char *inside;

	lookout->listener = *listener;
	lookout->root = real ? root_create_at(path, &file) : NULL;
	if (!lookout->root) {
		free(real);
		lookout_destroy(lookout);
		return NULL;
	}
	lookout->front = front_of(path, strlen(path) - (file ? strlen(file) : 0));
	inside = part_below(real, root_path(served));
	lookout->inside = inside ? mem_text(inside) : NULL;
	start(lookout, loop, served, file, options);
	free(file);
	free(real);
	return lookout;
}

void
lookout_destroy(struct lookout *lookout)
{
	int error = errno;

	if (!lookout)
		return;
	watch_destroy(lookout->watch);
	root_destroy(lookout->root);
	free(lookout->front);
	free(lookout->inside);
	free(lookout);
	errno = error;
}

bool
lookout_covers(const struct lookout *lookout, const char *name)
{
	return lookout->inside && tree_is_below(slice_of(name), slice_of(lookout->inside));
}

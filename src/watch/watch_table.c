/*
 * watch_table: see watch_table.h. Three tables; a folder's record is found by its path and by its watch.
 */
#include "watch/watch_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static struct slice
watch_key(const int *watch)
{
	return (struct slice){(const char *)watch, sizeof(*watch)};
}

static void
free_folder(struct tree_folder *folder)
{
	free(folder->path);
	free(folder);
}

static void
free_file(struct tree_file *file)
{
	free(file->real);
	free(file->path);
	free(file);
}

void
tree_finish(struct tree *tree)
{
	struct tree_folder *folder;
	struct tree_file *file;

	for (size_t at = 0; (folder = map_next(&tree->folders, &at));)
		free_folder(folder);
	for (size_t at = 0; (file = map_next(&tree->files, &at));)
		free_file(file);
	map_finish(&tree->folders);
	map_finish(&tree->files);
	map_finish(&tree->watches);
}

struct tree_folder *
tree_folder(const struct tree *tree, struct slice path)
{
	return map_get(&tree->folders, path);
}

struct tree_file *
tree_file(const struct tree *tree, struct slice path)
{
	return map_get(&tree->files, path);
}

struct tree_folder *
tree_add_folder(struct tree *tree, struct slice path)
{
	struct tree_folder *folder = mem_zero(sizeof(*folder));

	folder->path = mem_copy(path.at, path.length);
	folder->watch = -1;
	map_set(&tree->folders, path, folder);
	return folder;
}

struct tree_file *
tree_add_file(struct tree *tree, struct slice path)
{
	struct tree_file *file = mem_zero(sizeof(*file));

	file->path = mem_copy(path.at, path.length);
	map_set(&tree->files, path, file);
	return file;
}

void
tree_set_real(struct tree *tree, struct tree_file *file, char *real)
{
	if (file->real) {
		free(file->real);
		tree->link_count--;
	}
	if (real && strcmp(real, file->path) == 0) {
		free(real);
		real = NULL;
	}
	file->real = real;
	if (real)
		tree->link_count++;
}

struct tree_folder *
tree_watched(const struct tree *tree, int watch)
{
	return map_get(&tree->watches, watch_key(&watch));
}

static void
leave_watch(struct tree *tree, struct tree_folder *folder)
{
	struct tree_folder *first = tree_watched(tree, folder->watch);
	struct tree_folder **place = &first;

	while (*place != folder)
		place = &(*place)->same_watch;
	*place = folder->same_watch;
	if (first)
		map_set(&tree->watches, watch_key(&folder->watch), first);
	else
		map_remove(&tree->watches, watch_key(&folder->watch));
	folder->same_watch = NULL;
	folder->watch = -1;
}

void
tree_set_watch(struct tree *tree, struct tree_folder *folder, int watch)
{
	if (folder->watch == watch)
		return;
	if (folder->watch >= 0)
		leave_watch(tree, folder);
	if (watch < 0)
		return;
	folder->watch = watch;
	folder->same_watch = tree_watched(tree, watch);
	map_set(&tree->watches, watch_key(&watch), folder);
}

char *
tree_join(const char *folder, const char *name)
{
	return *folder ? mem_format("%s/%s", folder, name) : mem_text(name);
}

bool
tree_is_below(struct slice path, struct slice folder)
{
	if (folder.length == 0)
		return true;
	return path.length >= folder.length && memcmp(path.at, folder.at, folder.length) == 0 &&
	       (path.length == folder.length || path.at[folder.length] == '/');
}

static void
remove_folder(
	struct tree *tree, struct tree_folder *folder, tree_unwatch_fn *unwatch, void *context)
{
	int watch = folder->watch;

	tree_set_watch(tree, folder, -1);
	if (watch >= 0 && !tree_watched(tree, watch))
		unwatch(context, watch);
	map_remove(&tree->folders, slice_of(folder->path));
	free_folder(folder);
}

void
tree_remove_folders(struct tree *tree, struct slice path, tree_unwatch_fn *unwatch, void *context)
{
	struct tree_folder **found = mem_array(tree->folders.count, sizeof(*found));
	struct tree_folder *folder;
	size_t count = 0;

	for (size_t at = 0; (folder = map_next(&tree->folders, &at));)
		if (tree_is_below(slice_of(folder->path), path))
			found[count++] = folder;
	for (size_t i = 0; i < count; i++)
		remove_folder(tree, found[i], unwatch, context);
	free(found);
}

static bool
same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

bool
tree_is_earlier(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec < b->tv_sec : a->tv_nsec < b->tv_nsec;
}

bool
tree_same_state(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev && a->st_size == b->st_size &&
	       same_time(&a->st_mtim, &b->st_mtim) && same_time(&a->st_ctim, &b->st_ctim);
}

/*
 * watch_table: see watch_table.h. Owns all records. Folders are found by path and by watch, files
 * by path.
 */
#include "watch/watch_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fs/path.h"

enum { REQUESTED_MAX = 10 * 1000 }; /* requests may name any number of paths */

static struct slice
watch_key(const int *watch)
{
	return (struct slice){(const char *)watch, sizeof(*watch)};
}

static void
free_folder(struct watch_table_folder *folder)
{
	free(folder->path);
	free(folder);
}

static void
free_file(struct watch_table_file *file)
{
	free(file->real);
	free(file->path);
	free(file);
}

void
watch_table_finish(struct watch_table *table)
{
	struct watch_table_folder *folder;
	struct watch_table_file *file;
	char *path;

	for (size_t at = 0; (folder = map_next(&table->folders, &at));)
		free_folder(folder);
	for (size_t at = 0; (file = map_next(&table->files, &at));)
		free_file(file);
	for (size_t at = 0; (path = map_next(&table->requested, &at));)
		free(path);
	map_finish(&table->requested);
	map_finish(&table->folders);
	map_finish(&table->files);
	map_finish(&table->watches);
}

struct watch_table_folder *
watch_table_folder(const struct watch_table *table, struct slice path)
{
	return map_get(&table->folders, path);
}

struct watch_table_file *
watch_table_file(const struct watch_table *table, struct slice path)
{
	return map_get(&table->files, path);
}

struct watch_table_folder *
watch_table_add_folder(struct watch_table *table, struct slice path)
{
	struct watch_table_folder *folder = mem_zero(sizeof(*folder));

	folder->path = mem_copy(path.at, path.length);
	folder->watch = -1;
	map_set(&table->folders, path, folder);
	return folder;
}

struct watch_table_file *
watch_table_add_file(struct watch_table *table, struct slice path)
{
	struct watch_table_file *file = mem_zero(sizeof(*file));

	file->path = mem_copy(path.at, path.length);
	map_set(&table->files, path, file);
	return file;
}

bool
watch_table_file_is_below(const struct watch_table_file *file, struct slice folder)
{
	return path_is_below(slice_of(file->path), folder) ||
	       (file->real && path_is_below(slice_of(file->real), folder));
}

void
watch_table_add_requested(struct watch_table *table, struct slice path)
{
	if (!watch_table_is_requested(table, path) && table->requested.count < REQUESTED_MAX)
		map_set(&table->requested, path, mem_copy(path.at, path.length));
}

bool
watch_table_is_requested(const struct watch_table *table, struct slice path)
{
	return map_get(&table->requested, path);
}

bool
watch_table_knows(const struct watch_table *table, struct slice path)
{
	return watch_table_file(table, path) || watch_table_folder(table, path) ||
	       watch_table_is_requested(table, path);
}

void
watch_table_set_real(struct watch_table *table, struct watch_table_file *file, char *real)
{
	if (file->real) {
		free(file->real);
		table->link_count--;
	}
	if (real && strcmp(real, file->path) == 0) {
		free(real);
		real = NULL;
	}
	file->real = real;
	if (real)
		table->link_count++;
}

struct watch_table_folder *
watch_table_watched(const struct watch_table *table, int watch)
{
	return map_get(&table->watches, watch_key(&watch));
}

static void
leave_watch(struct watch_table *table, struct watch_table_folder *folder)
{
	struct watch_table_folder *first = watch_table_watched(table, folder->watch);
	struct watch_table_folder **place = &first;

	while (*place != folder)
		place = &(*place)->same_watch;
	*place = folder->same_watch;
	if (first)
		map_set(&table->watches, watch_key(&folder->watch), first);
	else
		map_remove(&table->watches, watch_key(&folder->watch));
	folder->same_watch = NULL;
	folder->watch = -1;
}

void
watch_table_set_watch(struct watch_table *table, struct watch_table_folder *folder, int watch)
{
	if (folder->watch == watch)
		return;
	if (folder->watch >= 0)
		leave_watch(table, folder);
	if (watch < 0)
		return;
	folder->watch = watch;
	folder->same_watch = watch_table_watched(table, watch);
	map_set(&table->watches, watch_key(&watch), folder);
}

static void
remove_folder(struct watch_table *table, struct watch_table_folder *folder,
	watch_table_unwatch_fn *unwatch, void *context)
{
	int watch = folder->watch;

	watch_table_set_watch(table, folder, -1);
	if (watch >= 0 && !watch_table_watched(table, watch))
		unwatch(context, watch);
	map_remove(&table->folders, slice_of(folder->path));
	free_folder(folder);
}

void
watch_table_remove_folders(struct watch_table *table, struct slice path,
	watch_table_unwatch_fn *unwatch, void *context)
{
	struct watch_table_folder **found = mem_array(table->folders.count, sizeof(*found));
	struct watch_table_folder *folder;
	size_t count = 0;

	for (size_t at = 0; (folder = map_next(&table->folders, &at));)
		if (path_is_below(slice_of(folder->path), path))
			found[count++] = folder;
	for (size_t i = 0; i < count; i++)
		remove_folder(table, found[i], unwatch, context);
	free(found);
}

/*
 * watch_table: see watch_table.h. Owns all records. Folders are found by path and by watch, files
 * by path, by the real name and by the inode, so no event has to look at records that it does not
 * concern.
 */
#include "watch/watch_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/loop.h"
#include "base/mem.h"
#include "fs/path.h"

enum {
	RECORD_BYTES = 600,  /* of memory for one file, its path not included */
	SEGMENT_BYTES = 120, /* for each segment of its path */
	TRIES_MAX = 8,       /* files that are asked about before one in use is forgotten */
};

/* A page names all that it uses within this time after its requests. */
static const uint64_t LOADING_US = 10 * 60 * 1000 * 1000ULL;

static struct slice
watch_key(const int *watch)
{
	return (struct slice){(const char *)watch, sizeof(*watch)};
}

struct inode_key {
	uint64_t device, inode;
};

static struct slice
inode_key(const struct stat *state, struct inode_key *key)
{
	*key = (struct inode_key){state->st_dev, state->st_ino};
	return (struct slice){(const char *)key, sizeof(*key)};
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
	struct hash_table_place place = {0};
	struct watch_table_file *file;

	while ((file = watch_table_next_file(table, &place)))
		free_file(file);
	path_tree_finish(&table->folders);
	path_tree_finish(&table->names);
	map_finish(&table->watches);
	map_finish(&table->inodes);
}

/* ---- folders ---- */

struct watch_table_folder *
watch_table_folder(const struct watch_table *table, struct slice path)
{
	struct watch_table_folder *folder = (void *)path_tree_find(&table->folders, path);

	return folder && folder->is_known ? folder : NULL;
}

struct watch_table_folder *
watch_table_add_folder(struct watch_table *table, struct slice path)
{
	struct watch_table_folder *folder = (void *)path_tree_add(
		&table->folders, path, sizeof(*folder));

	folder->is_known = true;
	folder->watch = -1;
	folder->changed_at = table->events;
	table->folder_count++;
	return folder;
}

bool
watch_table_folder_path(
	const struct watch_table *table, const struct watch_table_folder *folder, struct buf *path)
{
	return path_tree_path(&table->folders, &folder->node, path);
}

struct watch_table_folder *
watch_table_next_folder(const struct watch_table *table, struct hash_table_place *place)
{
	struct watch_table_folder *folder;

	do {
		folder = (void *)path_tree_next(&table->folders, place);
	} while (folder && !folder->is_known);
	return folder;
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
	if (first) {
		map_set(&table->watches, watch_key(&folder->watch), first);
		table->alias_count--;
	} else {
		map_remove(&table->watches, watch_key(&folder->watch));
	}
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
	if (folder->same_watch) {
		table->alias_count++;
		folder->is_crowded = folder->same_watch->is_crowded;
	}
	map_set(&table->watches, watch_key(&watch), folder);
}

bool
watch_table_has_room(struct watch_table *table, int watch)
{
	struct watch_table_folder *folder = watch_table_watched(table, watch);
	size_t count = 0;
	bool is_full;

	for (; folder; folder = folder->same_watch)
		count += path_tree_has(&table->folders, &folder->node);
	is_full = count && (count >= WATCH_TABLE_ALIASES_OF_ONE ||
				   table->alias_count >= WATCH_TABLE_ALIASES_MAX);
	for (folder = watch_table_watched(table, watch); is_full && folder;
		folder = folder->same_watch)
		folder->is_crowded = true;
	return !is_full;
}

bool
watch_table_is_crowded(const struct watch_table *table, struct slice path)
{
	const struct watch_table_folder *folder = watch_table_folder(table, path);

	return folder && folder->is_crowded;
}

void
watch_table_remove_folders(struct watch_table *table, struct slice path)
{
	struct path_node *node = path_tree_find(&table->folders, path);

	if (!node)
		return;
	path_tree_detach(&table->folders, node);
	node->next = table->detached;
	table->detached = node;
	table->detached_count++;
}

bool
watch_table_purge(struct watch_table *table, watch_table_unwatch_fn *unwatch, void *context)
{
	struct path_node *node = table->detached;
	struct watch_table_folder *folder;
	int watch;

	if (!node)
		return false;
	while (node->children)
		node = node->children;
	if (node == table->detached) {
		table->detached = node->next;
		table->detached_count--;
		node->next = NULL;
	}
	folder = (void *)node;
	table->folder_count -= folder->is_known;
	watch = folder->is_known ? folder->watch : -1;
	if (watch >= 0) {
		watch_table_set_watch(table, folder, -1);
		if (!watch_table_watched(table, watch))
			unwatch(context, watch);
	}
	path_tree_remove(&table->folders, node);
	return true;
}

/* ---- names ---- */

struct watch_table_name *
watch_table_name(const struct watch_table *table, struct slice path)
{
	return (void *)path_tree_find(&table->names, path);
}

struct watch_table_name *
watch_table_next_name(const struct watch_table_name *name, const struct watch_table_name *top)
{
	return (void *)path_node_next(&name->node, &top->node);
}

static struct watch_table_name *
add_name(struct watch_table *table, struct slice path)
{
	return (void *)path_tree_add(&table->names, path, sizeof(struct watch_table_name));
}

/* Frees name and its parents as far as nothing needs them. */
static void
drop_name(struct watch_table *table, struct watch_table_name *name)
{
	while (name && !name->file && !name->linked && !name->request.lru && !name->forgotten_us &&
		!name->node.children) {
		struct path_node *parent = name->node.parent;

		path_tree_remove(&table->names, &name->node);
		name = (void *)parent;
	}
}

/* The memory for a record of path, about. */
static size_t
memory_of(struct slice path)
{
	size_t bytes = RECORD_BYTES + SEGMENT_BYTES;

	for (size_t i = 0; i < path.length; i++)
		bytes += path.at[i] == '/' ? SEGMENT_BYTES : 2;
	return bytes;
}

/* ---- requested names ---- */

void
watch_table_add_requested(struct watch_table *table, struct slice path)
{
	struct watch_table_name *name = add_name(table, path);
	struct lru *requested = &table->requested;

	lru_use(requested, &name->request, name, memory_of(path));
	while (lru_is_over(requested, WATCH_TABLE_REQUESTED_MAX, WATCH_TABLE_REQUESTED_BYTES)) {
		struct watch_table_name *oldest = requested->oldest->thing;

		lru_leave(&oldest->request);
		drop_name(table, oldest);
	}
}

bool
watch_table_is_requested(const struct watch_table *table, struct slice path)
{
	const struct watch_table_name *name = watch_table_name(table, path);

	return name && name->request.lru;
}

bool
watch_table_knows(const struct watch_table *table, struct slice path)
{
	const struct watch_table_name *name = watch_table_name(table, path);

	return (name && (name->file || name->request.lru)) || watch_table_folder(table, path);
}

/* ---- files in use ---- */

struct watch_table_file *
watch_table_file(const struct watch_table *table, struct slice path)
{
	const struct watch_table_name *name = watch_table_name(table, path);

	return name ? name->file : NULL;
}

struct watch_table_file *
watch_table_add_file(struct watch_table *table, struct slice path)
{
	struct watch_table_file *file = mem_zero(sizeof(*file));

	file->path = mem_copy(path.at, path.length);
	file->changed_at = table->events;
	file->name = add_name(table, path);
	file->name->file = file;
	table->file_count++;
	return file;
}

struct watch_table_file *
watch_table_next_file(const struct watch_table *table, struct hash_table_place *place)
{
	const struct watch_table_name *name;

	do {
		name = (void *)path_tree_next(&table->names, place);
	} while (name && !name->file);
	return name ? name->file : NULL;
}

bool
watch_table_file_is_below(const struct watch_table_file *file, struct slice folder)
{
	return path_is_below(slice_of(file->path), folder) ||
	       (file->real && path_is_below(slice_of(file->real), folder));
}

static void
leave_real(struct watch_table *table, struct watch_table_file *file)
{
	struct watch_table_file **place = &file->real_name->linked;

	while (*place != file)
		place = &(*place)->next_linked;
	*place = file->next_linked;
	file->next_linked = NULL;
	drop_name(table, file->real_name);
	file->real_name = NULL;
	free(file->real);
	file->real = NULL;
	table->link_count--;
}

void
watch_table_set_real(struct watch_table *table, struct watch_table_file *file, char *real)
{
	if (real && file->real && strcmp(real, file->real) == 0) {
		free(real);
		return;
	}
	if (file->real)
		leave_real(table, file);
	if (real && strcmp(real, file->path) == 0) {
		free(real);
		real = NULL;
	}
	if (!real)
		return;
	file->real = real;
	file->real_name = add_name(table, slice_of(real));
	file->next_linked = file->real_name->linked;
	file->real_name->linked = file;
	table->link_count++;
}

struct watch_table_file *
watch_table_inode(const struct watch_table *table, const struct stat *state)
{
	struct inode_key key;

	return map_get(&table->inodes, inode_key(state, &key));
}

static void
leave_inode(struct watch_table *table, struct watch_table_file *file)
{
	struct watch_table_file *first = watch_table_inode(table, &file->state), **place = &first;
	struct inode_key key;

	while (*place != file)
		place = &(*place)->next_inode;
	*place = file->next_inode;
	file->next_inode = NULL;
	if (first)
		map_set(&table->inodes, inode_key(&file->state, &key), first);
	else
		map_remove(&table->inodes, inode_key(&file->state, &key));
}

void
watch_table_set_state(
	struct watch_table *table, struct watch_table_file *file, const struct stat *state)
{
	struct stat none = {0};
	struct inode_key key;

	if (!state)
		state = &none;
	if (file->state.st_ino != state->st_ino || file->state.st_dev != state->st_dev) {
		if (file->state.st_ino)
			leave_inode(table, file);
		if (state->st_ino) {
			file->next_inode = watch_table_inode(table, state);
			map_set(&table->inodes, inode_key(state, &key), file);
		}
	}
	file->state = *state;
}

/* ---- what is forgotten ---- */

/* The file is still reported by its real name. Whoever uses this path has to be told, too. */
static void
forget(struct watch_table *table, struct watch_table_file *file, bool is_in_use)
{
	if (file->real)
		file->real_name->forgotten_us = is_in_use ? UINT64_MAX : loop_now() + LOADING_US;
	lru_leave(&file->use);
	if (file->real)
		leave_real(table, file);
	watch_table_set_state(table, file, NULL);
	file->name->file = NULL;
	drop_name(table, file->name);
	table->file_count--;
	free_file(file);
}

/*
 * Forgets the oldest files that no page uses. If all of those that are tried are used, it forgets
 * the first of them.
 */
void
watch_table_trim(struct watch_table *table, const struct watch_table_file *kept)
{
	struct lru *spare = &table->spare;
	int tries = 0;

	while (lru_is_over(spare, WATCH_TABLE_SPARE_MAX, WATCH_TABLE_SPARE_BYTES)) {
		struct watch_table_file *oldest = spare->oldest->thing;
		bool is_in_use = table->is_in_use && table->is_in_use(table->context, oldest->path);

		if (oldest == kept || (is_in_use && tries++ < TRIES_MAX))
			lru_use(spare, &oldest->use, oldest, oldest->use.bytes);
		else
			/* lru_leave() takes it out of the list. NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
			forget(table, oldest, is_in_use);
	}
}

void
watch_table_keep(struct watch_table *table, struct watch_table_file *file)
{
	bool is_spare = file->real || file->is_outside || file->is_absent;

	if (!is_spare && file->state.st_nlink < 2)
		lru_leave(&file->use);
	else
		lru_use(is_spare ? &table->spare : &table->hard_linked, &file->use, file,
			memory_of(slice_of(file->path)));
}

bool
watch_table_is_forgotten(const struct watch_table *table, struct slice path)
{
	const struct watch_table_name *name = watch_table_name(table, path);

	return name && name->forgotten_us > loop_now();
}

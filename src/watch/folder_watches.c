/*
 * folder_watches: see folder_watches.h. Owns nothing but the notices that were given already.
 */
#define _GNU_SOURCE
#include "watch/folder_watches.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "fs/path.h"

static void
unwatch(void *context, int number)
{
	const struct folder_watches *watches = context;

	inotify_unwatch(watches->inotify, number);
}

bool
folder_watches_purge(struct folder_watches *watches)
{
	return watch_table_purge(watches->table, unwatch, watches);
}

static void
report_limit(struct folder_watches *watches)
{
	if (watches->has_reported_limit)
		return;
	watches->has_reported_limit = true;
	log_notice("the kernel allows no more watches (fs.inotify.max_user_watches): folders that "
		   "no page uses are only polled; to raise the limit: sudo "
		   "sysctl fs.inotify.max_user_watches=524288");
}

static void
report_no_events(struct folder_watches *watches)
{
	if (watches->has_reported_no_events)
		return;
	watches->has_reported_no_events = true;
	log_notice("this file system sends no change events, so files in use are polled");
}

/* Whether a page uses the folder, by any of the paths that lead to it. */
static bool
is_used(const struct watch_table_folder *folder)
{
	while (folder && !folder->is_used)
		folder = folder->same_watch;
	return folder;
}

/* Removes the watch of one folder that no page uses. Returns false when there is no such folder. */
static bool
free_watch(struct folder_watches *watches)
{
	struct hash_table_place place = {0};
	struct watch_table_folder *folder;

	while ((folder = watch_table_next_folder(watches->table, &place))) {
		int number = folder->watch;

		if (number < 0 || is_used(watch_table_watched(watches->table, number)))
			continue;
		inotify_unwatch(watches->inotify, number);
		while ((folder = watch_table_watched(watches->table, number)))
			watch_table_set_watch(watches->table, folder, -1);
		return true;
	}
	return false;
}

/*
 * Returns the number of a watch; -1 when the folder has to be polled; -2 when it cannot be watched.
 */
static int
add_watch(struct folder_watches *watches, int fd, bool is_used)
{
	int number;

	if (!watches->inotify)
		return -1;
	if (!inotify_works_in(fd)) {
		report_no_events(watches);
		return -1;
	}
	do {
		number = inotify_watch(watches->inotify, fd);
	} while (number < 0 && errno == ENOSPC &&
		 (folder_watches_purge(watches) || (is_used && free_watch(watches))));
	if (number >= 0)
		return number;
	if (errno != ENOSPC)
		return -2;
	report_limit(watches);
	return -1;
}

/*
 * There are very many paths to this folder, so path gets no record, unless it is the real one. The
 * folder is watched by its real path.
 */
static bool
is_left_to_others(struct folder_watches *watches, struct slice path, int fd, bool is_used)
{
	char *real = root_real_name(watches->root, fd);
	bool is_other = !real || path.length != strlen(real) ||
			memcmp(path.at, real, path.length) != 0;

	if (real && is_other)
		folder_watches_add(watches, slice_of(real), is_used);
	free(real);
	return is_other;
}

/* Sets number, as add_watch() returned it, in the record of path, which is made if necessary. */
static struct watch_table_folder *
record_watch(struct folder_watches *watches, struct slice path, int fd, int number, bool is_used)
{
	struct watch_table_folder *folder = watch_table_folder(watches->table, path);

	if (!folder && number >= 0 && !watch_table_has_room(watches->table, number) &&
		is_left_to_others(watches, path, fd, is_used))
		return watch_table_watched(watches->table, number);
	if (!folder)
		folder = watch_table_add_folder(watches->table, path);
	folder->is_used = folder->is_used || is_used;
	watch_table_set_watch(watches->table, folder, number);
	if (number < 0)
		poller_wake(watches->poller);
	return folder;
}

struct watch_table_folder *
folder_watches_add(struct folder_watches *watches, struct slice path, bool is_used)
{
	struct watch_table_folder *folder = watch_table_folder(watches->table, path);
	char *name;
	int fd, number;

	if (folder)
		folder->is_used = folder->is_used || is_used;
	if (folder && folder->watch >= 0)
		return folder;
	name = mem_copy(path.at, path.length);
	fd = root_open_path(watches->root, name);
	free(name);
	if (fd < 0)
		return NULL;
	number = add_watch(watches, fd, is_used);
	folder = number == -2 ? NULL : record_watch(watches, path, fd, number, is_used);
	close(fd);
	return folder;
}

/*
 * Marks the folder of node as used if it has a watch. Returns false when it has to be watched
 * first.
 */
static bool
mark_used(const struct folder_watches *watches, struct path_node *node)
{
	struct watch_table_folder *folder = (void *)node;

	if (!folder || !folder->is_known ||
		(folder->watch < 0 && (watches->inotify || !folder->is_used)))
		return false;
	folder->is_used = true;
	return true;
}

void
folder_watches_use(struct folder_watches *watches, struct slice path)
{
	const struct path_tree *folders = &watches->table->folders;
	struct path_node *node = folders->root;
	struct slice rest = path, name = {0};

	if (!mark_used(watches, node) && !folder_watches_add(watches, slice_of(""), true))
		return;
	node = folders->root;
	while (path.length && slice_split(&rest, '/', &name)) {
		struct slice part = {path.at, (size_t)(name.at - path.at) + name.length};

		node = node ? path_tree_child(folders, node, name) : NULL;
		if (mark_used(watches, node))
			continue;
		errno = 0;
		if (!folder_watches_add(watches, part, true) && errno == ENOENT)
			return; /* then nothing below it is there either */
		node = path_tree_find(folders, part);
	}
}

bool
folder_watches_is_current(struct folder_watches *watches, const struct watch_table_folder *folder)
{
	struct buf path = {0};
	int fd = -1, number = -1;

	if (folder->watch >= 0 && watch_table_folder_path(watches->table, folder, &path))
		fd = root_open_path(watches->root, buf_slice(&path).at);
	if (fd >= 0) {
		number = add_watch(watches, fd, false);
		close(fd);
	}
	buf_finish(&path);
	return number >= 0 && number == folder->watch;
}

/* ---- events ---- */

void
folder_watches_note_unclear(struct folder_watches *watches)
{
	watches->unclear_at = ++watches->table->events;
}

/* What lies below a folder that comes, goes or changes is found by its parent folder's number. */
void
folder_watches_note_event(struct folder_watches *watches, struct slice path, bool is_folder)
{
	struct watch_table_folder *parent = watch_table_folder(watches->table, path_parent(path));
	struct watch_table_file *file = watch_table_file(watches->table, path);
	uint64_t number = ++watches->table->events;

	if (!parent)
		watches->unclear_at = number;
	else if (is_folder)
		parent->changed_at = number;
	if (file)
		file->changed_at = number;
}

static bool
has_unchanged_names(const struct path_node *node, uint64_t since)
{
	const struct watch_table_folder *folder = (const void *)node;

	return folder && folder->is_known && folder->watch >= 0 && folder->changed_at <= since;
}

bool
folder_watches_is_unchanged(const struct folder_watches *watches, struct slice path, uint64_t since)
{
	const struct watch_table_file *file = watch_table_file(watches->table, path);
	const struct path_tree *folders = &watches->table->folders;
	const struct path_node *node = folders->root;
	struct slice rest = path_parent(path), name = {0};

	if (!file || file->real || file->is_outside || file->changed_at > since ||
		watches->unclear_at > since || !has_unchanged_names(node, since))
		return false;
	while (rest.length && slice_split(&rest, '/', &name)) {
		node = path_tree_child(folders, node, name);
		if (!has_unchanged_names(node, since))
			return false;
	}
	return true;
}

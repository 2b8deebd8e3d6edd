/*
 * crawler: see crawler.h. Owns the inotify instance and the queue of folders to walk; borrows the
 * table. Each folder is first watched and then read. So a name that appears in between is reported
 * twice, but never missed.
 */
#define _GNU_SOURCE
#include "watch/crawler.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "fs/path.h"

enum {
	WALK_DELAY_US = 50 * 1000, /* so the first requests are answered before the walk */
	SLICE_US = 1000,           /* how long one step of the walk may block the loop */
	ROOT_GONE_US = 250 * 1000, /* the time between two checks while the root is missing */
	RESTART_US = 250 * 1000,   /* after an overflow; further ones in that time count as one */
};

struct walk_item {
	struct walk_item *next;
	char *path;
	bool is_new; /* the folder appeared after the first walk, so its files are new */
};

struct crawler {
	struct loop *loop;
	struct root *root;
	struct watch_table *table;
	struct poller *poller;
	struct crawler_listener listener;
	struct inotify *inotify; /* NULL when everything is polled */
	int parent_watch;        /* on the parent folder of the root; -1: none */
	struct loop_timer root_timer, restart_timer;
	bool has_reported_limit, has_reported_no_events;
	struct walk_item *walk_first, **walk_end;
	struct loop_timer walk_timer;
};

static void walk_slice(void *context);
static void check_root(void *context);

/* ---- watches ---- */

static void
unwatch(void *context, int number)
{
	struct crawler *crawler = context;

	inotify_unwatch(crawler->inotify, number);
}

static void
report_limit(struct crawler *crawler)
{
	if (crawler->has_reported_limit)
		return;
	crawler->has_reported_limit = true;
	log_notice("the kernel allows no more watches (fs.inotify.max_user_watches): folders that "
		   "no page uses are only polled; to raise the limit: sudo "
		   "sysctl fs.inotify.max_user_watches=524288");
}

static void
report_no_events(struct crawler *crawler)
{
	if (crawler->has_reported_no_events)
		return;
	crawler->has_reported_no_events = true;
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
free_watch(struct crawler *crawler)
{
	struct watch_table_folder *folder;

	for (size_t at = 0; (folder = map_next(&crawler->table->folders, &at));) {
		int number = folder->watch;

		if (number < 0 || is_used(watch_table_watched(crawler->table, number)))
			continue;
		inotify_unwatch(crawler->inotify, number);
		while ((folder = watch_table_watched(crawler->table, number)))
			watch_table_set_watch(crawler->table, folder, -1);
		return true;
	}
	return false;
}

/*
 * Returns the number of a watch; -1 when the folder has to be polled; -2 when it cannot be watched.
 */
static int
add_watch(struct crawler *crawler, int fd, bool is_used)
{
	int number;

	if (!crawler->inotify)
		return -1;
	if (!inotify_works_in(fd)) {
		report_no_events(crawler);
		return -1;
	}
	do {
		number = inotify_watch(crawler->inotify, fd);
	} while (number < 0 && errno == ENOSPC && is_used && free_watch(crawler));
	if (number >= 0)
		return number;
	if (errno != ENOSPC)
		return -2;
	report_limit(crawler);
	return -1;
}

/* Returns NULL with errno when there is no such folder, or it may not be watched (EACCES). */
static struct watch_table_folder *
watch_folder(struct crawler *crawler, struct slice path, bool is_used)
{
	struct watch_table_folder *folder = watch_table_folder(crawler->table, path);
	char *name;
	int fd, number;

	if (folder)
		folder->is_used = folder->is_used || is_used;
	if (folder && folder->watch >= 0)
		return folder;
	name = mem_copy(path.at, path.length);
	fd = root_open_path(crawler->root, name);
	free(name);
	if (fd < 0)
		return NULL;
	number = add_watch(crawler, fd, is_used);
	close(fd);
	if (number == -2)
		return NULL;
	if (!folder)
		folder = watch_table_add_folder(crawler->table, path);
	folder->is_used = folder->is_used || is_used;
	watch_table_set_watch(crawler->table, folder, number);
	if (number < 0)
		poller_wake(crawler->poller);
	return folder;
}

/* Returns false when there is no such folder: then nothing below it is there either. */
static bool
use_folder(struct crawler *crawler, struct slice path)
{
	const struct watch_table_folder *folder = watch_table_folder(crawler->table, path);

	/* If it is in use, its parent folders are in use, too. */
	if (folder && folder->is_used && (folder->watch >= 0 || !crawler->inotify))
		return true;
	if (path.length && !use_folder(crawler, path_parent(path)))
		return false;
	errno = 0;
	return watch_folder(crawler, path, true) || errno != ENOENT;
}

void
crawler_watch_folder(struct crawler *crawler, struct slice path)
{
	use_folder(crawler, path);
}

void
crawler_watch_file(struct crawler *crawler, const struct watch_table_file *file)
{
	use_folder(crawler, path_parent(slice_of(file->path)));
	if (file->real)
		use_folder(crawler, path_parent(slice_of(file->real)));
}

/* ---- the walk ---- */

static void
queue_walk(struct crawler *crawler, struct slice path, bool is_new)
{
	struct walk_item *item = mem_zero(sizeof(*item));

	item->path = mem_copy(path.at, path.length);
	item->is_new = is_new;
	*crawler->walk_end = item;
	crawler->walk_end = &item->next;
	/* A folder that has appeared does not wait for the first walk to begin. */
	if (is_new || !crawler->walk_timer.is_set)
		loop_timer_set(crawler->loop, &crawler->walk_timer, is_new ? 0 : WALK_DELAY_US,
			walk_slice, crawler);
}

static void
begin_walk(struct crawler *crawler)
{
	if (crawler->inotify || crawler->listener.is_thorough)
		queue_walk(crawler, slice_of(""), false);
}

static void
drop_walk_item(struct crawler *crawler)
{
	struct walk_item *item = crawler->walk_first;

	crawler->walk_first = item->next;
	if (!crawler->walk_first)
		crawler->walk_end = &crawler->walk_first;
	free(item->path);
	free(item);
}

static bool
entry_is_folder(DIR *folder, const struct dirent *entry)
{
	struct stat state;

	if (entry->d_type != DT_UNKNOWN)
		return entry->d_type == DT_DIR;
	return fstatat(dirfd(folder), entry->d_name, &state, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISDIR(state.st_mode);
}

static void
walk_entry(struct crawler *crawler, const struct walk_item *item, DIR *folder,
	const struct dirent *entry)
{
	const struct crawler_listener *listener = &crawler->listener;
	bool is_folder;
	char *path;

	if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
		return;
	path = path_join(item->path, entry->d_name);
	is_folder = entry_is_folder(folder, entry);
	if (listener->ignores(listener->context, path, is_folder))
		;
	else if (is_folder)
		queue_walk(crawler, slice_of(path), item->is_new);
	else
		listener->found(listener->context, path, item->is_new);
	free(path);
}

static void
walk_folder(struct crawler *crawler, const struct walk_item *item)
{
	struct dirent *entry;
	DIR *folder;

	if (!watch_folder(crawler, slice_of(item->path), false))
		return;
	folder = root_open_folder(crawler->root, item->path);
	if (!folder)
		return;
	while ((entry = readdir(folder)))
		walk_entry(crawler, item, folder, entry);
	closedir(folder);
}

static void
walk_slice(void *context)
{
	struct crawler *crawler = context;
	uint64_t end = loop_now() + SLICE_US;

	while (crawler->walk_first && loop_now() < end) {
		walk_folder(crawler, crawler->walk_first);
		drop_walk_item(crawler);
	}
	if (crawler->walk_first)
		loop_timer_set(crawler->loop, &crawler->walk_timer, 0, walk_slice, crawler);
}

bool
crawler_is_walking(const struct crawler *crawler)
{
	return crawler->walk_first != NULL;
}

void
crawler_walk(struct crawler *crawler, struct slice path)
{
	if (crawler->inotify)
		queue_walk(crawler, path, false);
}

/* ---- folders that come and go ---- */

void
crawler_folder_vanished(struct crawler *crawler, const char *path)
{
	watch_table_remove_folders(crawler->table, slice_of(path), unwatch, crawler);
}

void
crawler_folder_appeared(struct crawler *crawler, const char *path)
{
	crawler_folder_vanished(crawler, path);
	queue_walk(crawler, slice_of(path), true);
}

static void
watch_parent_of_root(struct crawler *crawler)
{
	int fd = root_open_holder(crawler->root);

	crawler->parent_watch = fd >= 0 ? inotify_watch_names(crawler->inotify, fd) : -1;
	if (fd >= 0)
		close(fd);
}

/* Starts again as in crawler_create(). The table keeps the files in use. */
static void
restart(struct crawler *crawler, bool is_other_root)
{
	loop_timer_clear(crawler->loop, &crawler->restart_timer);
	crawler_folder_vanished(crawler, "");
	watch_folder(crawler, slice_of(""), true);
	if (crawler->inotify)
		watch_parent_of_root(crawler);
	crawler->listener.lost(crawler->listener.context, is_other_root);
	begin_walk(crawler);
}

static void
restart_after_overflow(void *context)
{
	log_verbose("the kernel's event queue overflowed; all files in use are compared again");
	restart(context, false);
}

static void
check_root(void *context)
{
	struct crawler *crawler = context;

	if (root_reopen(crawler->root))
		restart(crawler, true);
	else if (!root_is_current(crawler->root))
		loop_timer_set(
			crawler->loop, &crawler->root_timer, ROOT_GONE_US, check_root, crawler);
}

/* ---- events ---- */

/*
 * Calls the listener for each path that leads to the folder, the last one first. The listener may
 * remove folders from the table, so all paths are copied before the first call.
 */
static void
report_event(struct crawler *crawler, const struct watch_table_folder *folder,
	enum inotify_hint hint, const char *name, bool is_folder)
{
	char *path = path_join(folder->path, name);

	if (folder->same_watch)
		report_event(crawler, folder->same_watch, hint, name, is_folder);
	/* The kernel reports a link to a folder as a file. */
	crawler->listener.changed(crawler->listener.context, path, hint,
		is_folder || watch_table_folder(crawler->table, slice_of(path)));
	free(path);
}

static void
watch_ended(struct crawler *crawler, int number)
{
	struct watch_table_folder *folder;
	bool is_root = false;

	while ((folder = watch_table_watched(crawler->table, number))) {
		is_root = is_root || !*folder->path;
		watch_table_set_watch(crawler->table, folder, -1);
	}
	if (number == crawler->parent_watch)
		crawler->parent_watch = -1;
	if (is_root)
		check_root(crawler);
}

static void
handle_event(void *context, int number, enum inotify_hint hint, const char *name, bool is_folder)
{
	struct crawler *crawler = context;
	const struct watch_table_folder *folder = watch_table_watched(crawler->table, number);

	if (hint == INOTIFY_OVERFLOW) {
		loop_timer_set(crawler->loop, &crawler->restart_timer, RESTART_US,
			restart_after_overflow, crawler);
	} else if (hint == INOTIFY_ENDED) {
		watch_ended(crawler, number);
	} else if (folder && *name) {
		report_event(crawler, folder, hint, name, is_folder);
	}
	if (number == crawler->parent_watch && strcmp(name, root_name(crawler->root)) == 0)
		check_root(crawler);
}

/* ---- the object ---- */

void
crawler_read_events(struct crawler *crawler)
{
	if (crawler->inotify)
		inotify_read_events(crawler->inotify);
}

struct crawler *
crawler_create(struct loop *loop, struct root *root, struct watch_table *table,
	struct poller *poller, const struct crawler_listener *listener)
{
	struct crawler *crawler = mem_zero(sizeof(*crawler));

	crawler->loop = loop;
	crawler->root = root;
	crawler->table = table;
	crawler->poller = poller;
	crawler->listener = *listener;
	crawler->walk_end = &crawler->walk_first;
	crawler->parent_watch = -1;
	if (!poller_is_for_all(poller)) {
		crawler->inotify = inotify_create(loop, handle_event, crawler);
		if (!crawler->inotify) {
			log_notice("the kernel gives no inotify instance (%s), so files in use are "
				   "polled; to raise the limit: sudo sysctl "
				   "fs.inotify.max_user_instances=512",
				strerror(errno));
			poller_set_all(poller);
		}
	}
	watch_folder(crawler, slice_of(""), true);
	if (crawler->inotify)
		watch_parent_of_root(crawler);
	begin_walk(crawler);
	return crawler;
}

void
crawler_destroy(struct crawler *crawler)
{
	if (!crawler)
		return;
	loop_timer_clear(crawler->loop, &crawler->walk_timer);
	loop_timer_clear(crawler->loop, &crawler->root_timer);
	loop_timer_clear(crawler->loop, &crawler->restart_timer);
	inotify_destroy(crawler->inotify);
	while (crawler->walk_first)
		drop_walk_item(crawler);
	free(crawler);
}

/*
 * crawler: see crawler.h. Wherever a folder is entered the watch comes first and the look second,
 * so what appears in between is told twice and never missed.
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
	WALK_DELAY_US = 50 * 1000, /* the first answers come before the walk */
	SLICE_US = 1000,           /* which holds nobody up longer */
	ROOT_GONE_US = 250 * 1000, /* how often a root that is gone is looked for */
	ANEW_US = 250 * 1000,      /* a queue that was full may be full again: then look once */
};

struct walk_item {
	struct walk_item *next;
	char *path;
	bool tells; /* its files are news: the folder appeared after the walk had been here */
};

struct crawler {
	struct loop *loop;
	struct root *root;
	struct watch_table *table;
	struct poller *poll;
	struct crawler_listener listener;
	struct inotify *inotify; /* NULL when everything is polled */
	int holder;              /* the watch on the folder that holds the root's name; -1 */
	struct loop_timer root_timer, anew_timer;
	bool said_limit, said_silent;
	struct walk_item *walk_first, **walk_end;
	struct loop_timer walk_timer;
};

static void walk_slice(void *context);
static void follow_root(void *context);

/* ---- watches ---- */

static void
unwatch(void *context, int number)
{
	struct crawler *folders = context;

	inotify_unwatch(folders->inotify, number);
}

static void
say_limit(struct crawler *folders)
{
	if (folders->said_limit)
		return;
	folders->said_limit = true;
	log_notice("the kernel allows no more watches (fs.inotify.max_user_watches): folders that "
		   "no page uses are looked at from time to time only; to raise the limit: sudo "
		   "sysctl fs.inotify.max_user_watches=524288");
}

static void
say_silent(struct crawler *folders)
{
	if (folders->said_silent)
		return;
	folders->said_silent = true;
	log_notice("this file system does not tell of changes, so files in use are looked at "
		   "from time to time");
}

/* By any of the paths that lead to the same folder. */
static bool
somebody_uses(const struct watch_table_folder *folder)
{
	while (folder && !folder->is_used)
		folder = folder->same_watch;
	return folder;
}

/* Takes the watch of a folder that no page uses. False when there is none left to take. */
static bool
free_a_watch(struct crawler *folders)
{
	struct watch_table_folder *folder;

	for (size_t at = 0; (folder = map_next(&folders->table->folders, &at));) {
		int number = folder->watch;

		if (number < 0 || somebody_uses(watch_table_watched(folders->table, number)))
			continue;
		inotify_unwatch(folders->inotify, number);
		while ((folder = watch_table_watched(folders->table, number)))
			watch_table_set_watch(folders->table, folder, -1);
		return true;
	}
	return false;
}

/* Returns the number of a watch, or -1 when this folder is to be polled; -2: it is no folder. */
static int
ask_for_watch(struct crawler *folders, int fd, bool is_used)
{
	int number;

	if (!folders->inotify)
		return -1;
	if (!root_gives_events(fd)) {
		say_silent(folders);
		return -1;
	}
	do {
		number = inotify_watch(folders->inotify, fd);
	} while (number < 0 && errno == ENOSPC && is_used && free_a_watch(folders));
	if (number >= 0)
		return number;
	if (errno != ENOSPC)
		return -2;
	say_limit(folders);
	return -1;
}

/* NULL with errno when there is no such folder, or none that may be watched (EACCES). */
static struct watch_table_folder *
watch_folder(struct crawler *folders, struct slice path, bool is_used)
{
	struct watch_table_folder *folder = watch_table_folder(folders->table, path);
	char *name;
	int fd, number;

	if (folder)
		folder->is_used = folder->is_used || is_used;
	if (folder && folder->watch >= 0)
		return folder;
	name = mem_copy(path.at, path.length);
	fd = root_open_path(folders->root, name);
	free(name);
	if (fd < 0)
		return NULL;
	number = ask_for_watch(folders, fd, is_used);
	close(fd);
	if (number == -2)
		return NULL;
	if (!folder)
		folder = watch_table_add_folder(folders->table, path);
	folder->is_used = folder->is_used || is_used;
	watch_table_set_watch(folders->table, folder, number);
	if (number < 0)
		poller_wake(folders->poll);
	return folder;
}

/* Returns false when there is no such folder, so that nothing below it need be looked for. */
static bool
use_folder(struct crawler *folders, struct slice path)
{
	const struct watch_table_folder *folder = watch_table_folder(folders->table, path);

	/* What was once used has its parents in use as well. */
	if (folder && folder->is_used && (folder->watch >= 0 || !folders->inotify))
		return true;
	if (path.length && !use_folder(folders, path_parent(path)))
		return false;
	errno = 0;
	return watch_folder(folders, path, true) || errno != ENOENT;
}

void
crawler_use(struct crawler *folders, struct slice path)
{
	use_folder(folders, path);
}

/* ---- the walk ---- */

static void
queue_walk(struct crawler *folders, const char *path, bool tells)
{
	struct walk_item *item = mem_zero(sizeof(*item));

	item->path = mem_text(path);
	item->tells = tells;
	*folders->walk_end = item;
	folders->walk_end = &item->next;
	/* What has appeared does not wait for the first walk to begin. */
	if (tells || !folders->walk_timer.is_set)
		loop_timer_set(folders->loop, &folders->walk_timer, tells ? 0 : WALK_DELAY_US,
			walk_slice, folders);
}

static void
begin_walk(struct crawler *folders)
{
	if (folders->inotify || folders->listener.is_thorough)
		queue_walk(folders, "", false);
}

static void
drop_walk_item(struct crawler *folders)
{
	struct walk_item *item = folders->walk_first;

	folders->walk_first = item->next;
	if (!folders->walk_first)
		folders->walk_end = &folders->walk_first;
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
walk_entry(struct crawler *folders, const struct walk_item *item, DIR *folder,
	const struct dirent *entry)
{
	const struct crawler_listener *listener = &folders->listener;
	bool is_folder;
	char *path;

	if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
		return;
	path = path_join(item->path, entry->d_name);
	is_folder = entry_is_folder(folder, entry);
	if (listener->ignores(listener->context, path, is_folder))
		;
	else if (is_folder)
		queue_walk(folders, path, item->tells);
	else
		listener->found(listener->context, path, item->tells);
	free(path);
}

static void
walk_folder(struct crawler *folders, const struct walk_item *item)
{
	struct dirent *entry;
	DIR *folder;

	if (!watch_folder(folders, slice_of(item->path), false))
		return;
	folder = root_open_folder(folders->root, item->path);
	if (!folder)
		return;
	while ((entry = readdir(folder)))
		walk_entry(folders, item, folder, entry);
	closedir(folder);
}

static void
walk_slice(void *context)
{
	struct crawler *folders = context;
	uint64_t end = loop_now() + SLICE_US;

	while (folders->walk_first && loop_now() < end) {
		walk_folder(folders, folders->walk_first);
		drop_walk_item(folders);
	}
	if (folders->walk_first)
		loop_timer_set(folders->loop, &folders->walk_timer, 0, walk_slice, folders);
}

bool
crawler_is_walking(const struct crawler *folders)
{
	return folders->walk_first != NULL;
}

void
crawler_walk(struct crawler *folders, const char *path)
{
	if (folders->inotify)
		queue_walk(folders, path, false);
}

/* ---- folders that come and go ---- */

void
crawler_vanished(struct crawler *folders, const char *path)
{
	watch_table_remove_folders(folders->table, slice_of(path), unwatch, folders);
}

void
crawler_appeared(struct crawler *folders, const char *path)
{
	crawler_vanished(folders, path);
	queue_walk(folders, path, true);
}

static void
watch_holder(struct crawler *folders)
{
	int fd = root_open_holder(folders->root);

	folders->holder = fd >= 0 ? inotify_watch_names(folders->inotify, fd) : -1;
	if (fd >= 0)
		close(fd);
}

/* As at the beginning, but for what is in use. */
static void
begin_anew(struct crawler *folders, bool is_other_root)
{
	loop_timer_clear(folders->loop, &folders->anew_timer);
	crawler_vanished(folders, "");
	watch_folder(folders, slice_of(""), true);
	if (folders->inotify)
		watch_holder(folders);
	folders->listener.lost(folders->listener.context, is_other_root);
	begin_walk(folders);
}

static void
look_anew(void *context)
{
	log_verbose("more changes at once than the kernel's queue holds; looking anew");
	begin_anew(context, false);
}

static void
follow_root(void *context)
{
	struct crawler *folders = context;

	if (root_reopen(folders->root))
		begin_anew(folders, true);
	else if (!root_is_current(folders->root))
		loop_timer_set(
			folders->loop, &folders->root_timer, ROOT_GONE_US, follow_root, folders);
}

/* ---- hints ---- */

/* Handling a hint may forget folders, so all paths are taken down before the first is handled. */
static void
tell(struct crawler *folders, const struct watch_table_folder *folder, enum inotify_hint hint,
	const char *name, bool is_folder)
{
	char *path = path_join(folder->path, name);

	if (folder->same_watch)
		tell(folders, folder->same_watch, hint, name, is_folder);
	/* A link to a folder is a file to the kernel. */
	folders->listener.hinted(folders->listener.context, path, hint,
		is_folder || watch_table_folder(folders->table, slice_of(path)));
	free(path);
}

static void
watch_ended(struct crawler *folders, int number)
{
	struct watch_table_folder *folder;
	bool is_root = false;

	while ((folder = watch_table_watched(folders->table, number))) {
		is_root = is_root || !*folder->path;
		watch_table_set_watch(folders->table, folder, -1);
	}
	if (number == folders->holder)
		folders->holder = -1;
	if (is_root)
		follow_root(folders);
}

static void
hinted(void *context, int number, enum inotify_hint hint, const char *name, bool is_folder)
{
	struct crawler *folders = context;
	const struct watch_table_folder *folder = watch_table_watched(folders->table, number);

	if (hint == INOTIFY_OVERFLOW) {
		loop_timer_set(folders->loop, &folders->anew_timer, ANEW_US, look_anew, folders);
	} else if (hint == INOTIFY_ENDED) {
		watch_ended(folders, number);
	} else if (folder && *name) {
		tell(folders, folder, hint, name, is_folder);
	}
	if (number == folders->holder && strcmp(name, root_name(folders->root)) == 0)
		follow_root(folders);
}

/* ---- from outside ---- */

void
crawler_hear(struct crawler *folders)
{
	if (folders->inotify)
		inotify_hear(folders->inotify);
}

struct crawler *
crawler_create(struct loop *loop, struct root *root, struct watch_table *table, struct poller *poll,
	const struct crawler_listener *listener)
{
	struct crawler *folders = mem_zero(sizeof(*folders));

	folders->loop = loop;
	folders->root = root;
	folders->table = table;
	folders->poll = poll;
	folders->listener = *listener;
	folders->walk_end = &folders->walk_first;
	folders->holder = -1;
	if (!poller_is_for_all(poll)) {
		folders->inotify = inotify_create(loop, hinted, folders);
		if (!folders->inotify) {
			log_notice("the kernel gives no inotify instance (%s), so files in use are "
				   "looked at from time to time; to raise the limit: sudo sysctl "
				   "fs.inotify.max_user_instances=512",
				strerror(errno));
			poller_set_all(poll);
		}
	}
	watch_folder(folders, slice_of(""), true);
	if (folders->inotify)
		watch_holder(folders);
	begin_walk(folders);
	return folders;
}

void
crawler_destroy(struct crawler *folders)
{
	if (!folders)
		return;
	loop_timer_clear(folders->loop, &folders->walk_timer);
	loop_timer_clear(folders->loop, &folders->root_timer);
	loop_timer_clear(folders->loop, &folders->anew_timer);
	inotify_destroy(folders->inotify);
	while (folders->walk_first)
		drop_walk_item(folders);
	free(folders);
}

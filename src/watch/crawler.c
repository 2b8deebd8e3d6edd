/*
 * crawler: see crawler.h. Owns the inotify instance and the queue of folders to walk; borrows the
 * table. Each folder is first watched and then read. So a name that appears in between is reported
 * twice, but never missed.
 */
#define _GNU_SOURCE
#include "watch/crawler.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "fs/folder_walk.h"
#include "fs/path.h"
#include "watch/folder_watches.h"

enum {
	REMARK_SIZE = 4096 + 256,  /* a path and some words */
	WALK_DELAY_US = 50 * 1000, /* so the first requests are answered before the walk */
	SLICE_US = 1000,           /* how long one step of the walk may block the loop */
	DETACHED_MAX = 1000,       /* removed folders that may wait for the end of the walk */
	CROWD = 1000,              /* if more were freed, memory is given back to the system */
	ROOT_GONE_US = 250 * 1000, /* the time between two checks while the root is missing */
	UNREADABLE_MAX = 3,        /* folders that are named because they cannot be read */
	RESTART_US = 250 * 1000,   /* after an overflow; further ones in that time count as one */
};

struct crawler {
	struct loop *loop;
	struct root *root;
	struct watch_table *table;
	struct crawler_listener listener;
	struct folder_watches watches;
	struct inotify *inotify; /* NULL when everything is polled; watches has it, too */
	int parent_watch;        /* on the parent folder of the root; -1: none */
	struct loop_timer root_timer, restart_timer;
	struct folder_walk walk;
	struct loop_timer walk_timer;
	size_t freed_count;   /* removed folders that were freed since memory was given back */
	bool is_restarting;   /* the walk after an overflow is going on */
	bool is_root_missing; /* at the last check */
	bool is_root_gone;    /* that was said */
	unsigned unreadable;  /* folders that could not be read */
	bool has_missed;      /* and a folder that it has not reached yet had an event */
};

static void walk_slice(void *context);
static void check_root(void *context);

/* ---- folders in use ---- */

void
crawler_watch_folder(struct crawler *crawler, struct slice path)
{
	folder_watches_use(&crawler->watches, path);
}

void
crawler_watch_file(struct crawler *crawler, const struct watch_table_file *file)
{
	folder_watches_use(&crawler->watches, path_parent(slice_of(file->path)));
	if (file->real)
		folder_watches_use(&crawler->watches, path_parent(slice_of(file->real)));
}

/* ---- the walk ---- */

static void
queue_walk(struct crawler *crawler, struct slice path, bool is_new)
{
	folder_walk_add(&crawler->walk, path, is_new);
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
walk_entry(struct crawler *crawler, char *path, bool is_folder, bool is_new)
{
	const struct crawler_listener *listener = &crawler->listener;

	if (!is_folder && !is_new && !listener->is_thorough)
		return;
	if (listener->ignores(listener->context, path, is_folder))
		return;
	if (is_folder)
		queue_walk(crawler, slice_of(path), is_new);
	else
		listener->found(listener->context, path, is_new);
}

static void remark(const struct crawler *crawler, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void
remark(const struct crawler *crawler, const char *format, ...)
{
	va_list arguments;
	char sentence[REMARK_SIZE];

	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	crawler->listener.remark(crawler->listener.context, sentence);
}

/* For errno. A folder may also be gone already, which needs no word. */
static void
say_unreadable(struct crawler *crawler, const char *path)
{
	if (errno != EACCES || crawler->unreadable++ >= UNREADABLE_MAX)
		return;
	remark(crawler,
		"the folder %s/%s cannot be read, so its changes are not noticed; chmod u+rx gives "
		"you the right%s",
		root_path(crawler->root), path,
		crawler->unreadable == UNREADABLE_MAX ? ". More such folders are not named" : "");
}

/* Watches and opens the first folder of the queue. Returns false when there is nothing to read. */
static bool
open_walk(struct crawler *crawler)
{
	const struct folder_walk_item *item = crawler->walk.first;
	struct watch_table_folder *folder = folder_watches_add(
		&crawler->watches, slice_of(item->path), false);

	if (!folder)
		return false;
	folder->is_new = folder->is_new || item->is_new;
	return folder_walk_open(&crawler->walk, crawler->root);
}

/* Reads one entry, or begins or ends a folder. */
static void
walk_step(struct crawler *crawler)
{
	struct folder_walk *walk = &crawler->walk;
	bool is_folder;
	char *path;

	if (!walk->listing) {
		errno = 0;
		if (!open_walk(crawler)) {
			say_unreadable(crawler, walk->first->path);
			folder_walk_drop(walk);
		}
		return;
	}
	path = folder_walk_next(walk, &is_folder);
	if (path)
		walk_entry(crawler, path, is_folder, walk->first->is_new);
	else
		folder_walk_drop(walk);
	free(path);
}

static void
walk_ended(struct crawler *crawler)
{
	bool has_missed = crawler->has_missed;

	crawler->is_restarting = crawler->has_missed = false;
	if (has_missed)
		crawler->listener.lost(crawler->listener.context, false);
}

/*
 * Removed folders are freed after the walk, because a folder that was renamed keeps its watch if
 * the walk finds it first. Returns false when there is no more to do.
 */
static bool
do_step(struct crawler *crawler)
{
	bool walks = crawler->walk.first;

	if (walks && crawler->table->detached_count < DETACHED_MAX) {
		walk_step(crawler);
		if (!crawler->walk.first)
			walk_ended(crawler);
		return true;
	}
	if (folder_watches_purge(&crawler->watches)) {
		crawler->freed_count++;
		return true;
	}
	if (crawler->freed_count > CROWD)
		mem_give_back();
	crawler->freed_count = 0;
	return walks;
}

static void
walk_slice(void *context)
{
	struct crawler *crawler = context;
	uint64_t end = loop_now() + SLICE_US;

	while (do_step(crawler))
		if (loop_now() >= end) {
			loop_timer_set(crawler->loop, &crawler->walk_timer, 0, walk_slice, crawler);
			return;
		}
}

bool
crawler_is_walking(const struct crawler *crawler)
{
	return crawler->walk.first != NULL;
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
	watch_table_remove_folders(crawler->table, slice_of(path));
	if (!crawler->walk_timer.is_set)
		loop_timer_set(crawler->loop, &crawler->walk_timer, 0, walk_slice, crawler);
}

/*
 * Whether a walk has found this very folder before its event came. Then it has reported all files
 * as new that were there before the watch.
 */
static bool
was_found(struct crawler *crawler, const char *path)
{
	const struct watch_table_folder *folder = watch_table_folder(
		crawler->table, slice_of(path));

	return folder && folder->is_new && folder_watches_is_current(&crawler->watches, folder);
}

void
crawler_folder_appeared(struct crawler *crawler, const char *path)
{
	if (was_found(crawler, path))
		return;
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
	folder_watches_note_unclear(&crawler->watches);
	crawler->is_restarting = true;
	folder_watches_add(&crawler->watches, slice_of(""), true);
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
	bool is_other = root_reopen(crawler->root);
	bool is_missing = !is_other && !root_is_current(crawler->root);

	/* A build that makes its output folder anew is no matter for a person. */
	if (is_missing && crawler->is_root_missing && !crawler->is_root_gone)
		remark(crawler, "the folder %s is gone; it is served again when it is back",
			root_path(crawler->root));
	else if (!is_missing && crawler->is_root_gone)
		remark(crawler, "the folder %s is back", root_path(crawler->root));
	crawler->is_root_gone = is_missing && crawler->is_root_missing;
	crawler->is_root_missing = is_missing;
	if (is_other)
		restart(crawler, true);
	else if (is_missing)
		loop_timer_set(
			crawler->loop, &crawler->root_timer, ROOT_GONE_US, check_root, crawler);
}

/* ---- events ---- */

/* The path of name in each folder with this watch, and in how many. The caller frees them. */
static size_t
find_paths(const struct crawler *crawler, const struct watch_table_folder *folder, const char *name,
	char ***paths)
{
	struct buf path = {0};
	size_t count = 0, capacity = 0;

	*paths = NULL;
	for (; folder; folder = folder->same_watch) {
		if (!watch_table_folder_path(crawler->table, folder, &path))
			continue;
		*paths = mem_grow(*paths, count, &capacity, sizeof(**paths));
		(*paths)[count++] = path_join(buf_slice(&path).at, name);
	}
	buf_finish(&path);
	return count;
}

/*
 * Calls the listener for each path that leads to the folder, the last one first. The listener may
 * remove folders from the table, so all paths are made before the first call.
 */
static void
report_event(struct crawler *crawler, const struct watch_table_folder *folder,
	enum inotify_hint hint, const char *name, bool is_folder)
{
	char **paths;
	size_t count = find_paths(crawler, folder, name, &paths);

	if (count == 0) {
		crawler->has_missed = crawler->is_restarting;
		folder_watches_note_unclear(&crawler->watches);
	}
	while (count > 0) {
		char *path = paths[--count];
		/* The kernel reports a link to a folder as a file. */
		bool leads_to_folder = is_folder ||
				       watch_table_folder(crawler->table, slice_of(path));

		folder_watches_note_event(&crawler->watches, slice_of(path), leads_to_folder);
		crawler->listener.changed(crawler->listener.context, path, hint, leads_to_folder);
		free(path);
	}
	free(paths);
}

static void
watch_ended(struct crawler *crawler, int number)
{
	struct watch_table_folder *folder;
	bool is_root = false;

	while ((folder = watch_table_watched(crawler->table, number))) {
		is_root = is_root || &folder->node == crawler->table->folders.root;
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
	bool is_root = number == crawler->parent_watch &&
		       strcmp(name, root_name(crawler->root)) == 0;

	/* Otherwise it is for a neighbour of the root, or report_event() says what it is for. */
	if (is_root || (folder ? !*name : number < 0 || number != crawler->parent_watch))
		folder_watches_note_unclear(&crawler->watches);
	if (hint == INOTIFY_OVERFLOW) {
		loop_timer_set(crawler->loop, &crawler->restart_timer, RESTART_US,
			restart_after_overflow, crawler);
	} else if (hint == INOTIFY_ENDED) {
		watch_ended(crawler, number);
	} else if (folder && *name) {
		report_event(crawler, folder, hint, name, is_folder);
	}
	if (is_root)
		check_root(crawler);
}

/* ---- the object ---- */

bool
crawler_read_events(struct crawler *crawler)
{
	return !crawler->inotify || inotify_read_events(crawler->inotify, loop_now() + SLICE_US);
}

bool
crawler_catch_up(struct crawler *crawler)
{
	return !poller_is_for_all(crawler->watches.poller) && crawler_read_events(crawler) &&
	       !crawler->restart_timer.is_set;
}

bool
crawler_is_unchanged(const struct crawler *crawler, const char *path, uint64_t since)
{
	return folder_watches_is_unchanged(&crawler->watches, slice_of(path), since);
}

struct crawler *
crawler_create(struct loop *loop, struct root *root, struct watch_table *table,
	struct poller *poller, const struct crawler_listener *listener)
{
	struct crawler *crawler = mem_zero(sizeof(*crawler));

	crawler->loop = loop;
	crawler->root = root;
	crawler->table = table;
	crawler->watches = (struct folder_watches){
		.root = root,
		.table = table,
		.poller = poller,
	};
	crawler->listener = *listener;
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
	crawler->watches.inotify = crawler->inotify;
	poller_set_round_fn(poller, check_root, crawler);
	folder_watches_add(&crawler->watches, slice_of(""), true);
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
	folder_walk_finish(&crawler->walk);
	free(crawler);
}

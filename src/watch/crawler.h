/*
 * crawler: watches the folders, and reports the kernel's events with the path that they are for.
 *
 * Folders in use are watched at once, even if they are ignored. All others are found by a walk in
 * the background, in small time slices, so a large tree does not block the loop. Folders that the
 * kernel cannot watch are left to the poller. If the root is deleted and created again, or a link
 * in its path changes, the new folder is watched instead.
 */
#ifndef CRAWLER_H
#define CRAWLER_H

#include <stdbool.h>

#include "base/loop.h"
#include "base/slice.h"
#include "fs/root.h"
#include "watch/inotify.h"
#include "watch/poller.h"
#include "watch/watch_table.h"

struct crawler;

struct crawler_listener {
	/* Something happened to path; hint is never INOTIFY_ENDED or INOTIFY_OVERFLOW. */
	void (*changed)(void *context, const char *path, enum inotify_hint hint, bool is_folder);
	/* A walk found this file. is_new: the walk is in a folder that has appeared. */
	void (*found)(void *context, const char *path, bool is_new);
	/* Whether walks skip path. */
	bool (*ignores)(void *context, const char *path, bool is_folder);
	/* Events were lost, or the root is another folder now: everything may have changed. */
	void (*lost)(void *context, bool is_other_root);
	/* A sentence for the person at the terminal: the root is gone, a folder cannot be read. */
	void (*remark)(void *context, const char *sentence);
	bool is_thorough; /* walk also when there is no inotify, only to call found */
	void *context;
};

/*
 * Watches the root at once and begins the walk. Copies listener; keeps pointers to loop, root,
 * table and poller. If inotify is not available, logs one notice and makes poller look at
 * everything. Never NULL.
 */
struct crawler *crawler_create(struct loop *loop, struct root *root, struct watch_table *table,
	struct poller *poller, const struct crawler_listener *listener);
void crawler_destroy(struct crawler *crawler);

/*
 * Marks the folder at path and its parent folders as used, and watches them. The folder need not
 * exist.
 */
void crawler_watch_folder(struct crawler *crawler, struct slice path);

/* The same for the folder of a file in use, and for the folder of the target of its links. */
void crawler_watch_file(struct crawler *crawler, const struct watch_table_file *file);

/* The folder at path has appeared or was replaced: files found below it are new. */
void crawler_folder_appeared(struct crawler *crawler, const char *path);
/* The folder at path has vanished or is about to be replaced: removes the watches below it. */
void crawler_folder_vanished(struct crawler *crawler, const char *path);

/*
 * Reads the events that are in the kernel's queue now, without waiting for the loop, for about a
 * millisecond. Returns whether the queue is empty. Must not be called from a function of the
 * listener.
 */
bool crawler_read_events(struct crawler *crawler);

/*
 * The same. Returns false also when events do not tell everything: everything is polled, or events
 * were lost and the walk after that has not begun.
 */
bool crawler_catch_up(struct crawler *crawler);

/* Whether path leads to what it led to at that number: folder_watches_is_unchanged(). */
bool crawler_is_unchanged(const struct crawler *crawler, const char *path, uint64_t since);

/* Walks the folder at path again. To be called when other paths may be ignored now. */
void crawler_walk(struct crawler *crawler, struct slice path);

bool crawler_is_walking(const struct crawler *crawler);

#endif

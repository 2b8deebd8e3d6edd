/*
 * folder_watches: which folders have an inotify watch, and which have to be polled.
 *
 * A folder in use gets the watch of one that no page uses when the kernel allows no more. If very
 * many paths lead to one folder (by links), only some of them get records (watch_table_has_room).
 */
#ifndef FOLDER_WATCHES_H
#define FOLDER_WATCHES_H

#include <stdbool.h>

#include "base/slice.h"
#include "fs/root.h"
#include "watch/inotify.h"
#include "watch/poller.h"
#include "watch/watch_table.h"

/* A member of its user, who sets the pointers and zeroes the rest. */
struct folder_watches {
	struct root *root;
	struct watch_table *table;
	struct poller *poller;
	struct inotify *inotify; /* NULL when everything is polled */
	bool has_reported_limit, has_reported_no_events;
};

/*
 * Watches the folder at path, which then has a record; is_used: a page uses it. Returns the record,
 * or that of another path to the folder. Returns NULL with errno when there is no such folder, or
 * it may not be watched (EACCES).
 */
struct watch_table_folder *folder_watches_add(
	struct folder_watches *watches, struct slice path, bool is_used);

/*
 * Marks path and its parent folders as used, and watches them, from the root down, as far as they
 * exist.
 */
void folder_watches_use(struct folder_watches *watches, struct slice path);

/* Whether the path of folder still leads to the folder that its watch is for. */
bool folder_watches_is_current(
	struct folder_watches *watches, const struct watch_table_folder *folder);

/* Frees one removed folder and its watch. Returns false when there is none. */
bool folder_watches_purge(struct folder_watches *watches);

#endif

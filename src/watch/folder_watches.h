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

/*
 * The events of the kernel are counted. So what was found under a name can be used again as long as
 * no event after it says that the name may lead to another file now (folder_watches_is_unchanged).
 *
 * A member of its user, who sets the pointers and zeroes the rest.
 */
struct folder_watches {
	struct root *root;
	struct watch_table *table;
	struct poller *poller;
	struct inotify *inotify; /* NULL when everything is polled */
	bool has_reported_limit, has_reported_no_events;
	uint64_t unclear_at; /* the last event of which it is not known what it is for */
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

/* Counts an event of path, a file or a folder. */
void folder_watches_note_event(struct folder_watches *watches, struct slice path, bool is_folder);
/* Counts an event that anything may have changed by: events were lost, or a folder is unknown. */
void folder_watches_note_unclear(struct folder_watches *watches);

/*
 * Whether no event after number `since` (watch_table.events) was about path, the file in use there, or
 * the folders that lead to it, and all of these folders are watched. False also when a link is known
 * to be in path. Events that are still in the kernel's queue do not count yet.
 */
bool folder_watches_is_unchanged(
	const struct folder_watches *watches, struct slice path, uint64_t since);

/* Frees one removed folder and its watch. Returns false when there is none. */
bool folder_watches_purge(struct folder_watches *watches);

#endif

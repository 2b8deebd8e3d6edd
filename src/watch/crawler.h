/*
 * crawler: keeps every folder watched that has to be, and tells by path what the kernel says of them.
 *
 * Folders in use are watched at once, ignored or not. All others are walked in the background, in
 * small slices, so a large tree holds nobody up. Where the kernel gives no watch, poller looks from
 * time to time. When the root is deleted and made again, or a link in its path is changed, the new
 * folder is watched instead.
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
	/* A walk found this file. is_new: it walks a folder that has appeared. */
	void (*found)(void *context, const char *path, bool is_new);
	/* Whether walks leave path out. */
	bool (*ignores)(void *context, const char *path, bool is_folder);
	/* Events were lost, or the root is another folder now: everything may have changed. */
	void (*lost)(void *context, bool is_other_root);
	bool is_thorough; /* walks for what is found, also where there are no events */
	void *context;
};

/*
 * Watches the root at once and begins the walk. Keeps pointers to loop, root, table and poller. Where
 * the kernel gives nothing to watch with, poller looks at everything, and one notice says so. Never
 * NULL.
 */
struct crawler *crawler_create(struct loop *loop, struct root *root, struct watch_table *table,
	struct poller *poller, const struct crawler_listener *listener);
void crawler_destroy(struct crawler *crawler);

/*
 * From now on there are events of what happens in the folder at path, and of the folders that it lies
 * in. The folder need not be there.
 */
void crawler_watch_folder(struct crawler *crawler, struct slice path);

/* The same for the folder of a file in use, and for the one that its links lead to. */
void crawler_watch_file(struct crawler *crawler, const struct watch_table_file *file);

/* The folder at path has appeared, or is another one now: the files found below it are new. */
void crawler_folder_appeared(struct crawler *crawler, const char *path);
/* The folder at path has vanished, or is about to be another one. */
void crawler_folder_vanished(struct crawler *crawler, const char *path);

/*
 * Reads the events that the kernel holds now, without waiting for the loop. Not to be called from a
 * function of the listener.
 */
void crawler_read_events(struct crawler *crawler);

/* Walks the folder at path again, because what is ignored may have changed. */
void crawler_walk(struct crawler *crawler, struct slice path);

bool crawler_is_walking(const struct crawler *crawler);

#endif

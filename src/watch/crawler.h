/*
 * crawler: keeps every folder watched that has to be, and tells what is heard in them by path.
 *
 * Room: things. Folders in use are watched at once, ignored or not; all others are walked in the
 * background in small slices, so a large tree holds nobody up. Where the kernel gives no watch,
 * poller.c looks from time to time. The root itself is followed when it is deleted and made again, or
 * when a link in its path is changed.
 */
#ifndef CRAWLER_H
#define CRAWLER_H

#include <stdbool.h>

#include "base/buf.h"
#include "watch/inotify.h"
#include "base/loop.h"
#include "watch/poller.h"
#include "fs/root.h"
#include "watch/watch_table.h"

struct crawler;

struct crawler_listener {
	/* Something happened to path; hint is never INOTIFY_ENDED or INOTIFY_OVERFLOW. */
	void (*hinted)(void *context, const char *path, enum inotify_hint hint, bool is_folder);
	/* A walk found this file; it is new when the walk follows a folder's appearance. */
	void (*found)(void *context, const char *path, bool is_new);
	/* Whether the walk leaves path out. */
	bool (*ignores)(void *context, const char *path, bool is_folder);
	/* Hints were lost, or the root is another folder now: everything may have changed. */
	void (*lost)(void *context, bool is_other_root);
	bool is_thorough; /* walks also when nothing can be heard, for what is found */
	void *context;
};

/*
 * Watches the root at once and begins the walk. Keeps pointers to loop, root, tree and poll. Where
 * the kernel gives nothing to watch with, poll takes over and one notice says so. Never NULL.
 */
struct crawler *crawler_create(struct loop *loop, struct root *root, struct watch_table *table,
	struct poller *poll, const struct crawler_listener *listener);
void crawler_destroy(struct crawler *folders);

/* From now on what happens in the folder at path, or to a folder that leads to it, is told. */
void crawler_use(struct crawler *folders, struct slice path);

/* The folder at path has appeared, or is another one now: what is found below it is told. */
void crawler_appeared(struct crawler *folders, const char *path);
/* The folder at path has vanished, or is about to be another one. */
void crawler_vanished(struct crawler *folders, const char *path);

/* Tells now what the kernel has already noticed; never from inside of a listener's function. */
void crawler_hear(struct crawler *folders);

/* Walks the folder at path again: what is ignored may have changed. */
void crawler_walk(struct crawler *folders, const char *path);

bool crawler_is_walking(const struct crawler *folders);

#endif

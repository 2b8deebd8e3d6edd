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

struct folders;

struct folders_listener {
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
struct folders *folders_create(struct loop *loop, struct root *root, struct tree *tree,
	struct poll *poll, const struct folders_listener *listener);
void folders_destroy(struct folders *folders);

/* From now on what happens in the folder at path, or to a folder that leads to it, is told. */
void folders_use(struct folders *folders, struct slice path);

/* The folder at path has appeared, or is another one now: what is found below it is told. */
void folders_appeared(struct folders *folders, const char *path);
/* The folder at path has vanished, or is about to be another one. */
void folders_vanished(struct folders *folders, const char *path);

/* Tells now what the kernel has already noticed; never from inside of a listener's function. */
void folders_hear(struct folders *folders);

/* Walks the folder at path again: what is ignored may have changed. */
void folders_walk(struct folders *folders, const char *path);

bool folders_is_walking(const struct folders *folders);

#endif

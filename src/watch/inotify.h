/*
 * inotify: the kernel's events in folders, as hints.
 *
 * The only module that includes <sys/inotify.h>: it turns masks into words. A hint says "look at this
 * name" and nothing more. What happened is found out by looking (compare.h).
 */
#ifndef INOTIFY_H
#define INOTIFY_H

#include <stdbool.h>

#include "base/loop.h"

struct inotify;

enum inotify_hint {
	INOTIFY_COMPLETE, /* closed after writing: all of it is there */
	INOTIFY_ARRIVED,  /* renamed to this name: all of it is there */
	INOTIFY_CREATED,  /* a name appeared; a file may still be being written */
	INOTIFY_WRITING,  /* bytes changed; the writer may not be done */
	INOTIFY_TOUCHED,  /* times, owner, permissions or links changed, no bytes */
	INOTIFY_GONE,     /* deleted, or renamed away */
	INOTIFY_ENDED,    /* the watch itself has ended: the folder is gone, or unmounted */
	INOTIFY_OVERFLOW, /* hints were lost; folder is -1 */
};

/*
 * name is the entry of the folder, "" for the folder itself; is_folder says what the kernel said
 * of the entry. Borrowed for the call.
 */
typedef void inotify_hint_fn(
	void *context, int folder, enum inotify_hint hint, const char *name, bool is_folder);

/*
 * Starts listening. Returns NULL with errno: EMFILE when max_user_instances is reached. fn may add
 * and remove watches, and must not destroy the object.
 */
struct inotify *inotify_create(struct loop *loop, inotify_hint_fn *fn, void *context);
void inotify_destroy(struct inotify *inotify);

/* Reads the events that are there now, without waiting for the loop. */
void inotify_read_events(struct inotify *inotify);

/*
 * Watches an open folder (the descriptor may be closed afterwards). Returns its number; the same
 * for a folder that is watched already, by whatever path. -1 with errno: ENOSPC when
 * max_user_watches is reached.
 */
int inotify_watch(struct inotify *inotify, int folder);

/* The same for names that come and go only: for a folder that is not ours. */
int inotify_watch_names(struct inotify *inotify, int folder);
void inotify_unwatch(struct inotify *inotify, int number);

#endif

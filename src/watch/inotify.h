/*
 * inotify: the kernel's events in folders, as hints.
 *
 * The only module that includes <sys/inotify.h>: it translates event masks into enumerators. A hint
 * only says which name to look at. compare.h finds out what happened.
 */
#ifndef INOTIFY_H
#define INOTIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/loop.h"

struct inotify;

enum inotify_hint {
	INOTIFY_COMPLETE, /* closed by a writer: the file is complete */
	INOTIFY_ARRIVED,  /* renamed to this name: the file is complete */
	INOTIFY_CREATED,  /* a name was created; a file may not be complete */
	INOTIFY_WRITING,  /* bytes were written; the writer may not have finished */
	INOTIFY_TOUCHED,  /* times, owner, permissions or links changed, no bytes */
	INOTIFY_GONE,     /* deleted, or renamed away */
	INOTIFY_ENDED,    /* the watch itself has ended: the folder is gone, or unmounted */
	INOTIFY_OVERFLOW, /* events were lost; folder is -1 */
};

/*
 * folder is the number of the watch. name is the entry of the folder, "" for the folder itself; it
 * is borrowed for the call. is_folder: the kernel reports the entry as a folder.
 */
typedef void inotify_hint_fn(
	void *context, int folder, enum inotify_hint hint, const char *name, bool is_folder);

/*
 * Keeps a pointer to loop. Returns NULL with errno: EMFILE when max_user_instances is reached. fn
 * may add and remove watches, and must not destroy the object.
 */
struct inotify *inotify_create(struct loop *loop, inotify_hint_fn *fn, void *context);
void inotify_destroy(struct inotify *inotify);

/*
 * Reads the events that are in the queue now, without waiting for the loop, until the time is end
 * (loop_now()). Returns whether the queue is empty.
 */
bool inotify_read_events(struct inotify *inotify, uint64_t end);

/*
 * Whether the kernel reports every change in the folder with this descriptor. It does not on file
 * systems that other machines can write to (9p and drvfs, NFS, SMB, FUSE, VirtualBox).
 */
bool inotify_works_in(int folder);

/*
 * Watches the folder with this descriptor, which may be closed afterwards. Returns the number of
 * the watch; the number is the same if the folder is already watched by another path. Returns -1
 * with errno: ENOSPC when max_user_watches is reached.
 */
int inotify_watch(struct inotify *inotify, int folder);

/* The same, but only names that are created and deleted cause hints. For the parent of the root. */
int inotify_watch_names(struct inotify *inotify, int folder);
/* Removes the watch with this number. */
void inotify_unwatch(struct inotify *inotify, int number);

#endif

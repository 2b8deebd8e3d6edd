/*
 * watch: notices what changes below the root and tells it once, in batches.
 *
 * The kernel's events are only a hint, the disk is the truth: when the writer of a path seems to be
 * done, the disk is compared with what was served before.
 *
 * Watches follow use: watch_before_open() watches the folder of a file before that file is read, so
 * nothing can change unseen in between. All other folders are walked in the background in small
 * slices.
 */
#ifndef WATCH_H
#define WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/loop.h"
#include "fs/root.h"
#include "watch/change.h"
#include "watch/poller.h"
#include "watch/watch_history.h"

struct watch;

struct watch_options {
	unsigned wait_ms;          /* the quiet before a batch goes out; 0: as short as is right */
	const char *const *ignore; /* globs (globs.h) after the default ones; NULL at the end */
	const char *only;          /* only this name in the root counts; or NULL */
	bool heeds_git;            /* what .gitignore files leave out is left out */
	bool keeps_sources;        /* what only a build reads (*.scss, *.ts) is not left out */
	bool is_thorough;          /* all files count as used */
	struct poller_options poll;
};

/* Gets a batch, with what was left out of it. It is borrowed for the call. */
typedef void watch_changes_fn(void *context, const struct changes *changes);
/* Events were lost (the kernel's queue was full): anything may have changed. */
typedef void watch_lost_fn(void *context);

struct watch_listener {
	watch_changes_fn *changed; /* something did */
	watch_changes_fn
		*unchanged; /* nothing did, but something was saved or touched; may be NULL */
	watch_lost_fn *lost;
	void *context;
};

/*
 * Watches the root at once and begins the walk. Keeps pointers to loop and root. Where the kernel
 * sends no events, files in use are looked at from time to time. Never NULL.
 */
struct watch *watch_create(struct loop *loop, struct root *root,
	const struct watch_options *options, const struct watch_listener *listener);
void watch_destroy(struct watch *watch);

/*
 * From now on these options count, except poll and is_thorough, which stay as they are. What is no
 * longer left out is watched from now on; it is no change by itself. What is left out now is no
 * longer told.
 */
void watch_reconfigure(struct watch *watch, const struct watch_options *options);

/*
 * To be called before name is opened. From now on changes in its folder are seen, and changes of name
 * itself also when a glob leaves it out. The file need not be there.
 */
void watch_before_open(struct watch *watch, const char *name);

/*
 * To be called after name was opened: file is its descriptor, state its state. Later the disk is
 * compared with these.
 */
void watch_opened(struct watch *watch, const char *name, int file, const struct stat *state);

/*
 * To be called when name could not be opened. The page has lost the file, so it is told also when the
 * same bytes come back.
 */
void watch_open_failed(struct watch *watch, const char *name);

/* To be called after a batch was announced, with the number of pages that were told. */
void watch_told(struct watch *watch, const struct changes *changes, size_t pages);

enum watch_how {
	WATCH_NOT,
	WATCH_HEARD,  /* the kernel tells of changes in its folder */
	WATCH_POLLED, /* it is looked at from time to time */
};

/* All that is known about one path. The texts are valid until the loop runs on. */
struct watch_account {
	enum watch_how how;
	const char *ignored_by;                 /* the pattern that leaves it out, or NULL */
	const char *real;                       /* where links lead, or NULL */
	bool is_used;                           /* a page has asked for it */
	bool is_walking;                        /* as watch_is_walking */
	const struct watch_history_entry *last; /* or NULL */
};

/* Describes name, a file or a folder, without a slash at its end. */
void watch_describe(
	const struct watch *watch, const char *name, bool is_folder, struct watch_account *account);

/*
 * The state of what name leads to, as the listener was last told of it. It is the same in every run
 * of the program. Of a file it is a hash of the bytes (of a very large one: of inode, size and times),
 * of a folder (name is "" or ends in '/') a hash of inode and times, which change with the names in
 * it; 0 of what is not there. The name is in use from now on. Returns false when the listener may
 * still have to be told of a change of name, or of a name in that folder: then ask again after that.
 */
bool watch_state(struct watch *watch, const char *name, uint64_t *state);

/* Whether all files in use are looked at from time to time, because no events come. */
bool watch_is_polling(const struct watch *watch);

/* The number of the kernel's watches in use now. */
size_t watch_folder_count(const struct watch *watch);

/* Whether the background walk is still going on. */
bool watch_is_walking(const struct watch *watch);

#endif

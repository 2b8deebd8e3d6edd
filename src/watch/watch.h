/*
 * watch: notices what changes below the root and says it once, in batches.
 *
 * Room: things. inotify is a hint, the disk is the truth: a hint only makes a path a suspect; when
 * its writer seems done the disk is looked at and compared with what was seen before.
 *
 * Watches follow use: watch_before_open() watches the folder of a file before that file is read, so nothing
 * can change unseen in between. All other folders are walked in the background in small slices.
 */
#ifndef WATCH_H
#define WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "watch/change.h"
#include "base/loop.h"
#include "watch/poller.h"
#include "fs/root.h"
#include "watch/watch_history.h"

struct watch;

struct watch_options {
	unsigned wait_ms; /* quiet asked for before a batch goes out; 0: as short as is right */
	const char *const *ignore; /* globs (globs_add) after the default ones; NULL at the end */
	const char *only;          /* all but this name of the root is left out; or NULL */
	bool heeds_git;            /* what .gitignore files leave out is left out */
	bool keeps_sources;        /* what only a build reads (*.scss, *.ts) is not left out */
	bool is_thorough;          /* all files count as used */
	struct poller_options poll;
};

/* A batch, with what was left out of it; borrowed for the call. */
typedef void watch_changes_fn(void *context, const struct changes *changes);
/* Hints were lost (the kernel's queue was full): anything may have changed. */
typedef void watch_lost_fn(void *context);

struct watch_listener {
	watch_changes_fn *changed; /* something did */
	watch_changes_fn
		*unchanged; /* nothing did, but something was saved or touched; may be NULL */
	watch_lost_fn *lost;
	void *context;
};

/*
 * Watches the root folder at once and begins the walk. Keeps pointers to loop and
 * root. Never NULL: where the kernel gives no hints, poller.c takes over.
 */
struct watch *watch_create(struct loop *loop, struct root *root,
	const struct watch_options *options, const struct watch_listener *listener);
void watch_destroy(struct watch *watch);

/*
 * From now on these options count, but for poll and is_thorough, which stay. What is no longer left
 * out is watched from now on and is no news by itself; what is left out now is not told any more.
 */
void watch_reconfigure(struct watch *watch, const struct watch_options *options);

/*
 * Before name is opened: from now on changes in its folder are seen, and its own also when a glob
 * leaves it out, and also when there is no such file yet.
 */
void watch_before_open(struct watch *watch, const char *name);

/*
 * After name was opened: file is its descriptor, state its state. Remembered to compare with later.
 */
void watch_opened(struct watch *watch, const char *name, int file, const struct stat *state);

/* After name could not be opened: to whom that was told, also the bytes of before are news. */
void watch_open_failed(struct watch *watch, const char *name);

/* Says of a batch, after it was announced, to how many pages it was. */
void watch_told(struct watch *watch, const struct changes *changes, size_t pages);

enum watch_how {
	WATCH_NOT,
	WATCH_HEARD,  /* the kernel tells of changes in its folder */
	WATCH_POLLED, /* poller.h says what is looked at */
};

/* All that is known about one path. Texts live until the watch goes on. */
struct watch_account {
	enum watch_how how;
	const char *ignored_by;                 /* the pattern that leaves it out, or NULL */
	const char *real;                       /* where links lead, or NULL */
	bool is_used;                           /* a page has asked for it */
	bool is_walking;                        /* as watch_is_walking */
	const struct watch_history_entry *last; /* or NULL */
};

/* name is a file's or a folder's, without a slash at its end. */
void watch_describe(
	const struct watch *watch, const char *name, bool is_folder, struct watch_account *account);

/*
 * The state of what name leads to, as the listener was told of it last, the same in every run of
 * the program: of a file a hash of its bytes (of one too large for that, its inode, size and
 * times), of a folder (name "" or with a '/' at its end) its inode and times, so of the names in
 * it; 0 of what is not there. What was not in use is from now on. Returns false when the listener
 * may have something to be told of it, or of a name in that folder, that he does not know: then ask
 * again after that.
 */
bool watch_state(struct watch *watch, const char *name, uint64_t *state);

/* Whether the default or given globs leave name out. */
bool watch_ignores(const struct watch *watch, const char *name);

/* Whether files in use are looked at from time to time because no hints come. */
bool watch_is_polling(const struct watch *watch);

/* Kernel watches in use now. */
size_t watch_folder_count(const struct watch *watch);

/* Whether the background walk is still going on. */
bool watch_is_walking(const struct watch *watch);

#endif

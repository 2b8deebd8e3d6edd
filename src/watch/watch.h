/*
 * watch: notices changes below the root and reports each of them once, in batches.
 *
 * The kernel's events are only hints; the disk decides. When the writer of a path seems to have
 * finished, the file is compared with what was served before.
 *
 * watch_before_open() watches the folder of a file before the file is read, so no change in between
 * is missed. All other folders are found by a walk in the background, in small time slices.
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
	unsigned wait_ms; /* the quiet before a batch is reported; 0: chosen by debounce */
	const char *const
		*ignore;     /* globs (globs.h) after the default ones; NULL at the end; or NULL */
	const char *only;    /* every other name in the root is ignored; or NULL */
	bool uses_gitignore; /* names in .gitignore files are ignored */
	bool keeps_sources;  /* sources that a build compiles (*.scss, *.ts) are not ignored */
	bool is_thorough;    /* all files count as files in use */
	struct poller_options poll;
};

/*
 * Gets a batch, which is borrowed for the call. It includes the number of events that were left
 * out.
 */
typedef void watch_changes_fn(void *context, const struct changes *changes);
/* Events were lost (the kernel's queue was full): anything may have changed. */
typedef void watch_lost_fn(void *context);

struct watch_listener {
	watch_changes_fn *changed; /* the batch has at least one change */
	watch_changes_fn
		*unchanged; /* files were saved or touched, but none changed; may be NULL */
	watch_lost_fn *lost;
	/*
	 * Whether an open page uses name. Those files are forgotten last. NULL: no page uses any.
	 */
	bool (*is_in_use)(void *context, const char *name);
	/*
	 * A file that a page uses was reported at once, and more may follow (true); or all that
	 * followed is reported (false). NULL: every report waits for what may follow.
	 */
	void (*settling)(void *context, bool is_settling);
	/* A sentence for the person at the terminal (crawler.h); may be NULL. */
	void (*remark)(void *context, const char *sentence);
	void *context;
};

/*
 * Watches the root at once and begins the walk. Copies options and listener; keeps pointers to loop
 * and root. Where the kernel sends no events, files in use are polled. Never NULL.
 */
struct watch *watch_create(struct loop *loop, struct root *root,
	const struct watch_options *options, const struct watch_listener *listener);
void watch_destroy(struct watch *watch);

/*
 * Sets new options, except poll and is_thorough. Paths that are no longer ignored are watched from
 * now on, without being reported as changed. Changes of paths that are now ignored are no longer
 * reported.
 */
void watch_reconfigure(struct watch *watch, const struct watch_options *options);

/*
 * To be called before name is opened. From now on changes in its folder are reported, and changes
 * of name itself even if it is ignored. The file need not exist.
 */
void watch_before_open(struct watch *watch, const char *name);

/*
 * To be called after name was opened: file is its descriptor, state its state. The disk is later
 * compared with these.
 */
void watch_opened(struct watch *watch, const char *name, int file, const struct stat *state);

/*
 * To be called when name could not be opened. If the same bytes come back later, that is reported
 * as a change, because the page did not get the file. Returns whether a change of name is still to be
 * reported: it may have vanished only for a moment.
 */
bool watch_open_failed(struct watch *watch, const char *name);

/*
 * To be called after a batch was published: records, for watch_describe(), how many pages use it.
 */
void watch_note_pages(struct watch *watch, const struct changes *changes, size_t pages);

enum watch_method {
	WATCH_NONE,       /* not watched */
	WATCH_BY_EVENTS,  /* the kernel sends events for its folder */
	WATCH_BY_POLLING, /* it is polled */
};

/* What is known about one path. The texts are valid until control returns to the loop. */
struct watch_description {
	enum watch_method method;
	const char *ignored_by; /* the pattern by which it is ignored, or NULL */
	const char *real;       /* the target of its links, or NULL */
	bool is_used;           /* a page has requested it */
	bool is_walking;        /* as watch_is_walking */
	bool is_quiet; /* no change of any path is being looked at, as far as events were read */
	const struct watch_history_entry *last; /* or NULL */
};

/* Describes name, a file or a folder, without a slash at its end. */
void watch_describe(const struct watch *watch, const char *name, bool is_folder,
	struct watch_description *account);

enum watch_verdict {
	WATCH_UNKNOWN, /* a change may not have been reported yet; to be asked after the next batch */
	WATCH_KNOWN,
	WATCH_BUSY, /* it takes longer than a time slice; to be asked again after a round of the loop */
};

/*
 * Sets *state to the state of name as it was last reported to the listener. An unchanged file has
 * the same state in every run of the program. For a file, it is a hash of the bytes (for a very
 * large one: of inode, size and times). For a folder (name is "" or ends in '/'), it is a hash of
 * inode and times, which change with the names in it. It is 0 when nothing has this name. The name
 * is in use from now on. *state is valid only with WATCH_KNOWN. WATCH_UNKNOWN also stands for a
 * change of a name in that folder.
 */
enum watch_verdict watch_state(struct watch *watch, const char *name, uint64_t *state);

/* The number of the kernel's events so far. It grows only while events are read. */
uint64_t watch_event_count(const struct watch *watch);

/*
 * Reads the events that are in the kernel's queue now. The kernel queues an event before the call that
 * causes it returns to the writer. So if this returns true, all that happened before is counted.
 * Returns false when this is not certain: everything is polled, events were lost, or there are too
 * many to read them now.
 */
bool watch_catch_up(struct watch *watch);

/*
 * Whether name, a file that was opened without a link in its name when the count was `since`, still
 * leads to that file: no event says otherwise, and each folder on the way is watched by events. Its
 * bytes may have changed without an event of this name (by another name of the file, or by a memory
 * mapping), and a file system may have been mounted over a folder: events do not tell.
 */
bool watch_is_unchanged(const struct watch *watch, const char *name, uint64_t since);

/* Whether all files in use are polled. */
bool watch_is_polling(const struct watch *watch);

/* The number of inotify watches in use now. */
size_t watch_folder_count(const struct watch *watch);

/*
 * Whether every change that happened before this call was reported, as far as the kernel sends events. Reads those that
 * are in its queue.
 */
static inline bool
watch_is_quiet(struct watch *watch)
{
	struct watch_description root;

	watch_catch_up(watch);
	watch_describe(watch, "", true, &root);
	return root.is_quiet;
}

/* Whether the walk in the background is still going on. */
bool watch_is_walking(const struct watch *watch);

#endif

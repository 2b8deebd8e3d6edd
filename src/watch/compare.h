/*
 * compare: compares files on the disk with what was served.
 *
 * The records of files in use (watch_table) hold what was served. Looking at a path either finds a
 * change, or finds that nothing changed: the same bytes were saved again, or only times, owner or
 * permissions changed. The results are collected in a batch.
 */
#ifndef COMPARE_H
#define COMPARE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "fs/root.h"
#include "watch/change.h"
#include "watch/debounce.h"
#include "watch/watch_history.h"
#include "watch/watch_table.h"

struct compare;

struct compare_options {
	const struct root *root;
	struct watch_table *table;
	struct watch_history *history; /* gets the saves that changed nothing */
	bool is_thorough;              /* every file that is looked at gets a record */
	/*
	 * Called when a file in use was read. Its record now has the target of its links. The
	 * target's folder has to be watched from now on.
	 */
	void (*read_done)(void *context, const struct watch_table_file *file);
	void *context;
};

/* Keeps pointers to root, table and history. Never NULL. */
struct compare *compare_create(const struct compare_options *options);
void compare_destroy(struct compare *compare);

/* ---- records ---- */

/*
 * To be called when a page has opened name: file is its descriptor, state its state. A file without
 * a record gets one. is_pending: debounce holds an event of name. Returns whether the file differs
 * from its record, so that the caller has to look at it. A file that is opened before its creation is
 * reported, and is gone before that, is reported as deleted: a page has its bytes.
 */
bool compare_opened(struct compare *compare, const char *name, int file, const struct stat *state,
	bool is_pending);

/*
 * To be called when name could not be opened for a page. If the same bytes come back later, that
 * counts as a change. Returns whether the file exists according to its record.
 */
bool compare_open_failed(struct compare *compare, const char *name);

/*
 * Makes a record of name, which has none, as if a page had opened it. Does not read its bytes,
 * because that takes too long for many files. state is NULL when there is no such file.
 */
void compare_add_unread(struct compare *compare, const char *name, const struct stat *state);

/*
 * Sets *state from the record of name: a hash of the bytes, or of inode, size and times when the
 * file is too large to hash; 0 when the file does not exist. Returns false when there is no record, or
 * a page has got the file and its creation is not reported yet.
 */
bool compare_served_state(const struct compare *compare, const char *name, uint64_t *state);

/* ---- looks ---- */

/*
 * A debounce_look_fn. Looks at the path of entry, which must not be an ignored one. A folder where
 * a file was counts as a missing file.
 */
bool compare_look(struct compare *compare, struct debounce_entry *entry);

/*
 * Looks at name, which has no record and no event. A file gets a record. Sets *state to what
 * compare_served_state() would then set; for a folder, a hash of its inode, size and times. Returns
 * false when the file is so large that its bytes are read in several time slices: it has no record
 * yet, and the caller calls again. Only one file is read this way at a time: with another name, the
 * work begins anew.
 */
bool compare_first_look(struct compare *compare, const char *name, uint64_t *state);

/*
 * Looks at the files in use whose bytes can change without an event of their own name: those with
 * links, those that are missing, those with several names. To be called when names were created or
 * deleted. Such a name may have been a link on the way to a file, or another name of the file
 * through which it was written. Returns false when the time is end (loop_now()) before all of them
 * were looked at; it is then called again, with is_first false.
 */
bool compare_look_behind_links(
	struct compare *compare, struct debounce *debounce, bool is_first, uint64_t end);

/*
 * The batch of results. The caller may add events that are left out for other reasons, and empties
 * the batch with changes_finish().
 */
struct changes *compare_found(struct compare *compare);

#endif

/*
 * compare: looks at files on the disk and compares them with what was served.
 *
 * The records of files in use (watch_table) say what was served. A look at a path either finds a
 * change, or that nothing changed: the same bytes were saved again, or only times, owner or
 * permissions are new. What the looks find is collected in a batch.
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
	struct watch_history *history; /* gets what nothing is announced of */
	bool is_thorough;              /* every file that is looked at gets a record */
	/*
	 * Called when a file in use was read. Its record now says where its links lead; the folders
	 * there have to be watched from now on.
	 */
	void (*was_read)(void *context, const struct watch_table_file *file);
	void *context;
};

/* Keeps pointers to root, table and history. */
struct compare *compare_create(const struct compare_options *options);
void compare_destroy(struct compare *compare);

/* ---- records ---- */

/*
 * A page has opened name: file is its descriptor, state its state. A file without a record gets one.
 * is_pending: there are events of name that were not looked at yet. Returns whether the file differs
 * from its record, so that it has to be looked at.
 */
bool compare_opened(struct compare *compare, const char *name, int file, const struct stat *state,
	bool is_pending);

/*
 * A page could not open name, so the page has to be told also when the same bytes come back. Returns
 * whether the record says that the file is there.
 */
bool compare_open_failed(struct compare *compare, const char *name);

/*
 * Makes a record of name, which has none, as if a page had opened it. Its bytes are not read: that
 * would take too long for many files. state is NULL when there is no such file.
 */
void compare_add_unread(struct compare *compare, const char *name, const struct stat *state);

/*
 * What the record of name says: a hash of the bytes, or of its inode, size and times when the file is too
 * large to be read for that; 0 when the file is not there. Returns false when there is no record.
 */
bool compare_served_state(const struct compare *compare, const char *name, uint64_t *state);

/* ---- looks ---- */

/*
 * Looks at the path of entry, which nothing leaves out (debounce_look_fn). A folder where a file was
 * counts as nothing.
 */
bool compare_look(struct compare *compare, struct debounce_entry *entry);

/*
 * Looks at name, of which there is no record and no event. A file gets a record. Returns what
 * compare_served_state() would say then; of a folder a hash of its inode, size and times.
 */
uint64_t compare_first_look(struct compare *compare, const char *name);

/*
 * Looks at the files in use whose bytes can change without an event of their own name. Names that
 * came or went may have been links on the way to them, or may have had their bytes and be gone since
 * these were written.
 */
void compare_look_behind_links(struct compare *compare, struct debounce *debounce);

/* What the looks have found. The caller may add to it what is left out for other reasons. */
struct changes *compare_found(struct compare *compare);

#endif

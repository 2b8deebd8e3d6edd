/*
 * watch_history: the last event of each path, and its outcome.
 *
 * It is kept in memory only, for up to WATCH_HISTORY_MAX paths. Then a new path replaces the one
 * that was added first.
 */
#ifndef WATCH_HISTORY_H
#define WATCH_HISTORY_H

#include <stddef.h>
#include <time.h>

#include "base/slice.h"
#include "watch/change.h"

struct watch_history;

enum { WATCH_HISTORY_MAX = 1000 };

enum watch_history_outcome {
	WATCH_HISTORY_CREATED,
	WATCH_HISTORY_MODIFIED,
	WATCH_HISTORY_DELETED,
	WATCH_HISTORY_SAME,    /* saved with the same bytes */
	WATCH_HISTORY_TOUCHED, /* only times, owner or permissions changed */
	WATCH_HISTORY_IGNORED,
};

struct watch_history_entry {
	char *path;
	time_t when;
	enum watch_history_outcome outcome;
	size_t page_count; /* the pages that use it, or may */
};

struct watch_history *watch_history_create(void);
void watch_history_destroy(struct watch_history *history);

/* Notes what happened to path now. */
void watch_history_note(
	struct watch_history *history, struct slice path, enum watch_history_outcome outcome);

/* Notes the changes of a batch. */
void watch_history_note_changes(struct watch_history *history, const struct changes *changes);

/* Notes that so many pages use something of a batch. */
void watch_history_note_pages(
	struct watch_history *history, const struct changes *changes, size_t pages);

/*
 * The last event of the file or folder called name; NULL when there is none. Valid until the next
 * note.
 */
const struct watch_history_entry *watch_history_find(
	const struct watch_history *history, const char *name);

#endif

/*
 * watch_history: what happened last to each path, and what came of it.
 *
 * Only memory. It holds a thousand paths; then the one that was noted first makes room for the next.
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
	WATCH_HISTORY_TOUCHED, /* times, owner or permissions, no bytes */
	WATCH_HISTORY_IGNORED,
};

struct watch_history_entry {
	char *path;
	time_t when;
	enum watch_history_outcome outcome;
	size_t told; /* pages */
};

struct watch_history *watch_history_create(void);
void watch_history_destroy(struct watch_history *history);

/* Notes what happened to path now. */
void watch_history_note(
	struct watch_history *history, struct slice path, enum watch_history_outcome outcome);

/* Notes the changes of a batch. */
void watch_history_note_changes(struct watch_history *history, const struct changes *changes);

/* Notes that a batch was announced to so many pages. */
void watch_history_told(struct watch_history *history, const struct changes *changes, size_t pages);

/*
 * What happened last to the file called name, or to the folder of that name. NULL when nothing is
 * known. Valid until the next note.
 */
const struct watch_history_entry *watch_history_find(
	const struct watch_history *history, const char *name);

#endif

/*
 * watch_history: what happened last to each path, and what came of it.
 *
 * Room: things. Only memory. It remembers a thousand paths; the one that was noted first is
 * forgotten for the next.
 */
#ifndef WATCH_HISTORY_H
#define WATCH_HISTORY_H

#include <stddef.h>
#include <time.h>

#include "base/buf.h"
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
void watch_history_destroy(struct watch_history *seen);

/* It has happened now. */
void watch_history_note(
	struct watch_history *seen, struct slice path, enum watch_history_outcome outcome);

/* What is in a batch was announced to so many pages. */
void watch_history_told(struct watch_history *seen, const struct changes *changes, size_t pages);

/* NULL when nothing is remembered. Valid until the next note. */
const struct watch_history_entry *watch_history_find(
	const struct watch_history *seen, struct slice path);

#endif

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

struct seen;

enum { SEEN_MAX = 1000 };

enum seen_outcome {
	SEEN_CREATED,
	SEEN_MODIFIED,
	SEEN_DELETED,
	SEEN_SAME,    /* saved with the same bytes */
	SEEN_TOUCHED, /* times, owner or permissions, no bytes */
	SEEN_IGNORED,
};

struct seen_entry {
	char *path;
	time_t when;
	enum seen_outcome outcome;
	size_t told; /* pages */
};

struct seen *seen_create(void);
void seen_destroy(struct seen *seen);

/* It has happened now. */
void seen_note(struct seen *seen, struct slice path, enum seen_outcome outcome);

/* What is in a batch was announced to so many pages. */
void seen_told(struct seen *seen, const struct changes *changes, size_t pages);

/* NULL when nothing is remembered. Valid until the next note. */
const struct seen_entry *seen_find(const struct seen *seen, struct slice path);

#endif

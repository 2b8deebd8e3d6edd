/*
 * poller: checks files and folders at intervals, where the kernel sends no events.
 *
 * It checks each file in use whose folder has no watch, and searches each folder without a watch
 * for new names. What may have changed is added to debounce. Polling takes at most a hundredth of
 * the time.
 */
#ifndef POLLER_H
#define POLLER_H

#include <stdbool.h>

#include "base/loop.h"
#include "fs/root.h"
#include "watch/debounce.h"
#include "watch/watch_table.h"

struct poller;

struct poller_options {
	bool is_for_all;      /* files in use are polled in watched folders, too */
	unsigned interval_ms; /* the shortest time between two rounds; 0: POLLER_INTERVAL_MS */
};

enum { POLLER_INTERVAL_MS = 500 };

/* Keeps pointers to loop, root, table and debounce. Does nothing until it is woken. Never NULL. */
struct poller *poller_create(struct loop *loop, struct root *root, struct watch_table *table,
	struct debounce *debounce, const struct poller_options *options);
void poller_destroy(struct poller *poller);

/*
 * While every file in use is polled, fn is called after each round. There is always a next one: also
 * when nothing is in use, the root may be deleted. To be called once.
 */
void poller_set_round_fn(struct poller *poller, void (*fn)(void *context), void *context);

/*
 * Starts polling. If not every file in use is polled, it stops by itself when a round finds nothing
 * that has to be polled.
 */
void poller_wake(struct poller *poller);

/* From now on every file in use is polled. */
void poller_set_all(struct poller *poller);
bool poller_is_for_all(const struct poller *poller);

/*
 * To be called when file, a file in use, was opened and state differs from its record. If the file
 * was written and no event of it arrives within 300 ms, the kernel sends no events here. The poller
 * then logs a notice and from then on polls all files in use.
 */
void poller_expect_event(
	struct poller *poller, const struct watch_table_file *file, const struct stat *state);

/* To be called when an event of path has arrived. */
void poller_note_event(struct poller *poller, struct slice path);

#endif

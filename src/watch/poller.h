/*
 * poller: looks at files and folders from time to time, where the kernel sends no events.
 *
 * A file in use is looked at when its folder has no watch. A folder without a watch is looked through
 * for new names. What may have changed goes to debounce. The rounds take at most a hundredth of the
 * time.
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
	bool is_for_all;      /* files in use are looked at in watched folders, too */
	unsigned interval_ms; /* the least time between two rounds; 0: POLLER_INTERVAL_MS */
};

enum { POLLER_INTERVAL_MS = 500 };

/* Keeps pointers to loop, root, table and debounce. Sleeps until it is woken. */
struct poller *poller_create(struct loop *loop, struct root *root, struct watch_table *table,
	struct debounce *debounce, const struct poller_options *options);
void poller_destroy(struct poller *poller);

/* There may be something to look at. When there is nothing, the poller falls asleep again. */
void poller_wake(struct poller *poller);

/* From now on every file in use is looked at. */
void poller_set_all(struct poller *poller);
bool poller_is_for_all(const struct poller *poller);

/*
 * A page has opened file, a file in use, and its state is not the one of its record. If the file was
 * written to and no event of it comes within 300 ms, the kernel is silent here: one notice says so,
 * and from then on everything in use is looked at.
 */
void poller_expect_event(
	struct poller *poller, const struct watch_table_file *file, const struct stat *state);

/* An event of path came. */
void poller_event_came(struct poller *poller, struct slice path);

#endif

/*
 * poller: looks at files and folders from time to time, where no hint comes by itself.
 *
 * Room: things. A file in use is looked at when its folder has no watch; a folder without a watch
 * for names that are new in it. A round takes no more than a hundredth of the time.
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
	bool is_for_all;      /* files in use are looked at even in watched folders */
	unsigned interval_ms; /* between two rounds, at least; 0: POLLER_INTERVAL_MS */
};

enum { POLLER_INTERVAL_MS = 500 };

/* Keeps pointers to all four. Sleeps until it is woken. */
struct poller *poller_create(struct loop *loop, struct root *root, struct watch_table *table,
	struct debounce *debounce, const struct poller_options *options);
void poller_destroy(struct poller *poll);

/* There may be something to look at. It falls asleep again by itself when there is not. */
void poller_wake(struct poller *poll);

/* From now on everything in use is looked at. */
void poller_set_all(struct poller *poll);
bool poller_is_for_all(const struct poller *poll);

#endif

/*
 * ignored_paths: the ignored paths that had events lately.
 *
 * Nothing is announced of them by themselves. But a batch that follows soon says how many there were.
 */
#ifndef IGNORED_PATHS_H
#define IGNORED_PATHS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "watch/change.h"

/* Zeroed at first, but for keep_us. */
struct ignored_paths {
	uint64_t keep_us; /* for so long paths wait for a batch */
	uint64_t since_us;
	struct map paths;
};

void ignored_paths_finish(struct ignored_paths *ignored);

/* Notes an event of path. Returns whether it is the first one of this path. */
bool ignored_paths_add(struct ignored_paths *ignored, struct slice path);

/* Counts the paths in the batch among what is left out, and forgets them. */
void ignored_paths_take(struct ignored_paths *ignored, struct changes *batch);

#endif

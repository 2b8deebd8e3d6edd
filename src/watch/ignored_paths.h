/*
 * ignored_paths: the ignored paths that had events recently.
 *
 * These events are not reported on their own. But the next batch, if it comes soon, has their
 * number.
 */
#ifndef IGNORED_PATHS_H
#define IGNORED_PATHS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "watch/change.h"

/* To be zeroed by the caller, who then sets keep_us. */
struct ignored_paths {
	uint64_t keep_us;  /* how long paths are kept for the next batch */
	uint64_t since_us; /* when the collection began */
	struct map paths;
};

void ignored_paths_finish(struct ignored_paths *ignored);

/* Notes an event of path. Returns whether it is the first one of this path. */
bool ignored_paths_add(struct ignored_paths *ignored, struct slice path);

/* Adds the paths to batch as left out (LEFT_OUT_IGNORED), and forgets them. */
void ignored_paths_take(struct ignored_paths *ignored, struct changes *batch);

#endif

/*
 * ignored_paths: see ignored_paths.h. Owns a set of paths. All paths expire together, which is
 * exact enough: old events must not be counted in a new batch.
 */
#include "watch/ignored_paths.h"

#include "base/loop.h"

enum { PATHS_MAX = 1000 };

void
ignored_paths_finish(struct ignored_paths *ignored)
{
	map_finish(&ignored->paths);
}

static void
forget(struct ignored_paths *ignored)
{
	map_finish(&ignored->paths);
	ignored->since_us = loop_now();
}

static void
forget_old(struct ignored_paths *ignored)
{
	if (loop_now() > ignored->since_us + ignored->keep_us)
		forget(ignored);
}

bool
ignored_paths_add(struct ignored_paths *ignored, struct slice path)
{
	forget_old(ignored);
	if (ignored->paths.entries.count == PATHS_MAX || map_get(&ignored->paths, path))
		return false;
	map_set(&ignored->paths, path, ignored);
	return true;
}

void
ignored_paths_take(struct ignored_paths *ignored, struct changes *batch)
{
	struct hash_table_place place = {0};
	struct slice path;

	forget_old(ignored);
	while (map_next(&ignored->paths, &place, &path))
		changes_leave_out(batch, path, LEFT_OUT_IGNORED);
	forget(ignored);
}

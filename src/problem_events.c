/*
 * problem_events: see problem_events.h. It has no state.
 */
#include "problem_events.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fs/path.h"

/* The absolute path of the file, or of where it was: NULL when that is not known. The caller frees. */
static char *
file_of(const struct problem_events *events, const char *path)
{
	struct mounts_place place = {0};
	char *file = events->mounts ? mounts_path_of(events->mounts, path, NULL) : NULL;

	if (!file && events->mounts && mounts_find(events->mounts, path, &place))
		file = path_join(root_path(place.root), place.name);
	return file;
}

/* Calls fn for the problem of the file at path, if it has one. */
static void
pass(const struct problem_events *events, const char *path, problem_events_fn *fn, void *to)
{
	struct event event = {
		.kind = EVENT_PROBLEM,
		.site = events->site,
		.path = slice_of(path),
		.problem = problems_find(events->problems, path),
	};
	struct error_place place = {0};
	char *file;

	if (!event.problem)
		return;
	event.file = file = file_of(events, path);
	if (events->places &&
		error_place_in_file(events->places, path, event.problem->line, &place))
		event.place = &place;
	fn(to, &event);
	error_place_finish(&place);
	free(file);
}

void
problem_events_of(const struct problem_events *events, const struct changes *changes,
	problem_events_fn *fn, void *to)
{
	for (size_t i = 0; i < changes->count; i++)
		pass(events, changes->items[i].path, fn, to);
}

void
problem_events_all(const struct problem_events *events, problem_events_fn *fn, void *to)
{
	struct hash_table_place place = {0};
	struct slice path;

	while (problems_next(events->problems, &place, &path)) {
		char *name = mem_copy(path.at, path.length);

		pass(events, name, fn, to);
		free(name);
	}
}

void
problem_events_add_broken(
	const struct problem_events *events, const struct changes *changes, struct buf *paths)
{
	for (size_t i = 0; i < changes->count; i++) {
		const char *path = changes->items[i].path;

		if (problems_find(events->problems, path))
			buf_add(paths, path, strlen(path) + 1);
	}
}

void
problem_events_mended(const struct problem_events *events, const struct buf *paths,
	problem_events_fn *fn, void *to)
{
	for (size_t at = 0; at < paths->length; at += strlen(paths->bytes + at) + 1) {
		const char *path = paths->bytes + at;
		struct event event = {
			.kind = EVENT_PROBLEM_GONE, .path = slice_of(path), .site = events->site};
		char *file;

		if (problems_find(events->problems, path))
			continue;
		event.file = file = file_of(events, path);
		fn(to, &event);
		free(file);
	}
}

/*
 * problem_events: the events about syntax errors in files, with the code around each.
 */
#ifndef PROBLEM_EVENTS_H
#define PROBLEM_EVENTS_H

#include "base/buf.h"
#include "live/problems.h"
#include "site/mounts.h"
#include "sources/error_place.h"
#include "ui/event_text.h"
#include "watch/change.h"

/* All is borrowed. */
struct problem_events {
	const struct problems *problems;
	struct error_places *places; /* for the code; or NULL */
	const struct mounts *mounts; /* they say where a file lies; or NULL */
	const char *site;            /* its name, or NULL */
};

/* Gets an event, which is borrowed. */
typedef void problem_events_fn(void *to, const struct event *event);

/* Calls fn for the EVENT_PROBLEM of each changed file that has one. */
void problem_events_of(const struct problem_events *events, const struct changes *changes,
	problem_events_fn *fn, void *to);
/* The same for all files. */
void problem_events_all(const struct problem_events *events, problem_events_fn *fn, void *to);

/* Adds the paths of the changed files that have a problem, each with a NUL. */
void problem_events_add_broken(
	const struct problem_events *events, const struct changes *changes, struct buf *paths);
/* Calls fn for the EVENT_PROBLEM_GONE of each of these paths that has no problem any more. */
void problem_events_mended(const struct problem_events *events, const struct buf *paths,
	problem_events_fn *fn, void *to);

#endif

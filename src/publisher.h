/*
 * publisher: tells a change on disk to everybody who has to know it.
 *
 *   a batch of changes --> journal    what happened since version N
 *                      --> hub        the open pages, which follow
 *                      --> problems   is a changed file broken?
 *                      --> terminal   one line for the person
 *                      --> history    how many pages were told, for "liveserve why"
 *
 * A page has no queue of messages. It has the number of the journal's last entry that it knows, and
 * its next message is what happened since.
 */
#ifndef PUBLISHER_H
#define PUBLISHER_H

#include <stdbool.h>
#include <stddef.h>

#include "live/hub.h"
#include "live/importers.h"
#include "live/journal.h"
#include "live/problems.h"
#include "ui/terminal.h"
#include "watch/watch.h"

struct publisher;

/* Whether another watch tells what happens to the file at path (relative to the served folder). */
typedef bool publisher_is_covered_fn(void *context, const char *path);

/* A batch was told to so many pages: for the history that "liveserve why" reads. */
typedef void publisher_told_fn(void *context, const struct changes *changes, size_t pages);

struct publisher_options {
	struct journal *journal;
	struct hub *hub;
	struct importers *importers;
	struct problems *problems;
	struct terminal *terminal;
	publisher_is_covered_fn *is_covered;
	publisher_told_fn *told;
	void *context; /* of is_covered and told */
};

/* Keeps all pointers of options. Never NULL. */
struct publisher *publisher_create(const struct publisher_options *options);
void publisher_destroy(struct publisher *publisher); /* NULL is fine */

/*
 * Files of the site changed. Files that another watch covers are left out; if nothing remains,
 * nobody is told. Borrows changes.
 */
void publisher_changed(struct publisher *publisher, const struct changes *changes);

/* Files outside of the site changed. Which pages depend on them is not known: all reload. */
void publisher_changed_elsewhere(struct publisher *publisher, const struct changes *changes);

/* Files were saved with the same bytes, or are ignored. Only the terminal says so. */
void publisher_unchanged(struct publisher *publisher, const struct changes *changes);

/* The kernel dropped events, so anything may have changed: all pages reload. */
void publisher_lost(struct publisher *publisher);

/* What a watch of the site is to be given, and a watch of files elsewhere: the functions above. */
struct watch_listener publisher_site_listener(struct publisher *publisher);
struct watch_listener publisher_elsewhere_listener(struct publisher *publisher);

/*
 * The person asks for a reload of the file at path, as if it had been saved; of every page if path
 * is empty. Returns the number of pages that were told.
 */
size_t publisher_reload(struct publisher *publisher, struct slice path);

#endif

/*
 * publisher: passes a change on disk to every part that needs to know it.
 *
 *   a batch of changes --> journal    what happened since version N
 *                      --> hub        the open pages, which get their next message
 *                      --> problems   is a changed file broken?
 *                      --> terminal   one line for the person
 *                      --> history    how many pages got it, for "liveserve why"
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

/* Whether another watch reports changes of the file at path (relative to the served folder). */
typedef bool publisher_is_covered_fn(void *context, const char *path);

/* A batch was sent to this number of pages; for the history that "liveserve why" reads. */
typedef void publisher_published_fn(void *context, const struct changes *changes, size_t pages);

struct publisher_options {
	struct journal *journal;
	struct hub *hub;
	struct importers *importers;
	struct problems *problems;
	struct terminal *terminal;
	publisher_is_covered_fn *is_covered;
	publisher_published_fn *published;
	void *context; /* of is_covered and published */
};

/* Keeps all pointers of options. Never NULL. */
struct publisher *publisher_create(const struct publisher_options *options);
void publisher_destroy(struct publisher *publisher); /* NULL is fine */

/*
 * Files of the site changed. Files that another watch covers are left out; if no file remains,
 * nothing is published. Borrows changes.
 */
void publisher_changed(struct publisher *publisher, const struct changes *changes);

/* Files outside of the site changed. It is not known which pages depend on them, so all reload. */
void publisher_changed_elsewhere(struct publisher *publisher, const struct changes *changes);

/* Files were saved with the same bytes, or are ignored. Only the terminal prints that. */
void publisher_unchanged(struct publisher *publisher, const struct changes *changes);

/* The kernel dropped events, so anything may have changed: all pages reload. */
void publisher_lost(struct publisher *publisher);

/* The functions above, as the listener for a watch of the site and for a watch of other files. */
struct watch_listener publisher_site_listener(struct publisher *publisher);
struct watch_listener publisher_elsewhere_listener(struct publisher *publisher);

/*
 * The person asks for a reload of the file at path, as if it had been saved; of every page if path
 * is empty. Returns the number of pages that get a message.
 */
size_t publisher_reload(struct publisher *publisher, struct slice path);

#endif

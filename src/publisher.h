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
#include "document_hold.h"
#include "problem_events.h"
#include "rules/rule_files.h"
#include "site/static_files.h"
#include "sources/error_place.h"
#include "sources/known_errors.h"
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
	struct error_places *places; /* for the code around a problem; or NULL */
	struct document_hold *document_hold;
	publisher_is_covered_fn *is_covered;
	publisher_published_fn *published;
	void *context;    /* of is_covered and published */
	const char *site; /* its name in lines of the terminal, or NULL */
	/*
	 * Says which files are served: serves_hidden, and fallback, which always is; and scripts, which stay the same. Pages are not
	 * told of the others, because a name can be a secret, too. Copied.
	 */
	const struct static_files_options *files;
};

/*
 * The file at path has changed on the disk. Returns the bits of enum change_draft for that change: an editor may show
 * something else in its place.
 */
typedef unsigned publisher_draft_fn(void *context, const char *path);

/* Keeps all pointers of options. Never NULL. */
struct publisher *publisher_create(const struct publisher_options *options);
void publisher_destroy(struct publisher *publisher); /* NULL is fine */
/* What is known of the site's files with rules of hosts, which changes keep true; NULL without follows_rules. */
struct rule_files *publisher_rule_files(struct publisher *publisher);

/* From now on events about problems say where the files lie. mounts is kept; NULL: they do not. */
void publisher_set_mounts(struct publisher *publisher, const struct mounts *mounts);

/*
 * Sets new options->files. If hidden names are not served any more, pages cannot ask for earlier
 * changes of them either.
 */
void publisher_reconfigure(struct publisher *publisher, const struct static_files_options *files);

/* Sets what files tells the publisher of: importers, and ssi_parts. They live as long as publisher. */
void publisher_join(struct publisher *publisher, struct static_files_options *files);

/*
 * A page has had an error at place. When its file changes, a line says that this is outdated.
 */
void publisher_note_error(struct publisher *publisher, const struct error_place *place);

/*
 * The listener for a watch of the site. Changed files are published; files that another watch covers
 * are left out. Files that were saved with the same bytes, or are ignored, only give a line in the
 * terminal, and so do files that are not served. After lost events anything may have changed, so all
 * pages reload.
 */
struct watch_listener publisher_site_listener(struct publisher *publisher);

/*
 * The listener for a watch of files outside of the site. It is not known which pages depend on them,
 * so all pages reload.
 */
struct watch_listener publisher_elsewhere_listener(struct publisher *publisher);

/*
 * The person asks for a reload of the file at path, as if it had been saved; of every page if path
 * is empty, and of every page, without its name, if the file is not served. Returns the number of pages that get a message.
 */
size_t publisher_reload(struct publisher *publisher, struct slice path);

/* From now on fn is called for each file of the site that changes on the disk. NULL removes it. */
void publisher_set_draft_fn(struct publisher *publisher, publisher_draft_fn *fn, void *context);

/* Whether pages may show the file at path as it is: it is not hidden, and no script of another server. */
bool publisher_shows(const struct publisher *publisher, const char *path);

/*
 * Publishes what has changed in texts that are not saved: the bits of the changes are set. No line is printed; who
 * gets copies of the events (terminal_set_copy) is told of problems in these texts.
 */
void publisher_publish_drafts(struct publisher *publisher, const struct changes *changes);

/* Calls add for the event EVENT_PROBLEM of each file that has a problem now. The events are borrowed. */
void publisher_describe(const struct publisher *publisher, problem_events_fn *add, void *to);

/*
 * Prints a sentence about another server. is_over: that server was away and is back, so what pages have of
 * it may be old, and all of them reload.
 */
void publisher_note_outage(struct publisher *publisher, bool is_over, const char *sentence);

#endif

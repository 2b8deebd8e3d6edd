/*
 * drafts: what editors have not saved, as the pages of one site on this machine show it. Paths of files are absolute, without
 * links among their folders.
 *
 * A draft is published as a save is: it gets a number of the journal, and pages take it over in place. A save on the
 * disk is then nothing new for pages that show it already. When a draft is given up, pages show the disk again.
 */
#ifndef DRAFTS_H
#define DRAFTS_H

#include <stdbool.h>

#include "base/loop.h"
#include "base/slice.h"
#include "live/journal.h"
#include "live/problems.h"
#include "publisher.h"
#include "site/mounts.h"

struct drafts;

struct drafts_options {
	struct loop *loop;
	struct mounts *mounts;
	struct journal *journal;
	struct publisher *publisher; /* is asked to tell of changes on the disk */
	struct problems *problems;   /* checks texts in place of files */
	/* The editor owner has laid another text over one of former, over the file at path. */
	void (*taken)(void *context, const void *former, const void *owner, const char *path);
	void *context;
	bool reloads; /* pages that cannot show a draft in place reload for it, too */
};

/* Keeps all pointers of options. Never NULL. */
struct drafts *drafts_create(const struct drafts_options *options);
/* To be called before mounts and publisher are destroyed. NULL is fine. */
void drafts_destroy(struct drafts *drafts);

/* Whether the file at path would be in the site: it lies in a folder of the site. It may be hidden. */
bool drafts_hold(const struct drafts *drafts, const char *path);

/*
 * Lays text over the file at path, in place of an earlier one of owner. What pages show already is no change; a path that
 * is not served is ignored. Returns NULL, or why pages do not show it: "it is larger than 8 MiB"; valid until the next
 * call. Then an earlier one of owner is given up.
 */
const char *drafts_lay(
	struct drafts *drafts, const void *owner, const char *path, struct slice text);
/* The editor has written the file, so the disk counts again. */
void drafts_note_saved(struct drafts *drafts, const char *path);
/* Gives up the text of owner over the file at path. */
void drafts_give_up(struct drafts *drafts, const void *owner, const char *path);
/* Gives up all texts of owner, as one batch. */
void drafts_leave(struct drafts *drafts, const void *owner);

#endif

/*
 * drafts: what editors have not saved, as the pages of this machine show it.
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
	/* The editor owner has laid another text over one of former. */
	void (*taken)(void *context, const void *former, const void *owner, const char *path);
	void *context;
	bool reloads; /* pages that cannot show a draft in place reload for it, too */
};

/* Keeps all pointers of options. Never NULL. */
struct drafts *drafts_create(const struct drafts_options *options);
/* To be called before mounts and publisher are destroyed. NULL is fine. */
void drafts_destroy(struct drafts *drafts);

/*
 * Lays text over the file at path (relative to the served folder), in place of an earlier one of owner. What pages show
 * already is no change; a path that is not served is ignored. Returns NULL, or a sentence for the person why pages do
 * not show it: valid until the next call. Then an earlier one of owner is given up.
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

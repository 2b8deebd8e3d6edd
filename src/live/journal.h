/*
 * journal: the numbered history of changes, from which a page gets what it missed.
 *
 * Each published batch of changes gets the next number. Numbers belong to an epoch, which is one
 * run of the program. A number of another epoch has no meaning here.
 */
#ifndef JOURNAL_H
#define JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "watch/change.h"

struct journal;

struct journal *journal_create(void);
void journal_destroy(struct journal *journal);

/* A few random letters and digits, chosen in each run. Valid as long as journal. */
const char *journal_epoch(const struct journal *journal);

/* The number of the last batch; 1 before the first. */
uint64_t journal_number(const struct journal *journal);

/* Copies a batch into the journal, under the next number. */
void journal_add(struct journal *journal, const struct changes *changes);

/* Records under the next number that anything may have changed. */
void journal_add_unknown(struct journal *journal);

/*
 * Forgets what changed before the last number. A page that does not know this number yet has to
 * reload, or to prove by its stamp that nothing of its files has changed.
 */
void journal_forget(struct journal *journal);

enum journal_verdict {
	JOURNAL_CURRENT, /* nothing has changed since */
	JOURNAL_CHANGES, /* changes has all of it, with one entry for each path */
	JOURNAL_UNKNOWN, /* another epoch, a number that is too old or was never used, or too many */
};

/* Whether it is known what changed after number of epoch. */
bool journal_knows(const struct journal *journal, const char *epoch, uint64_t number);

/*
 * Finds what changed after number of epoch. Several changes of a path become one. changes must be
 * empty and zeroed; the caller calls changes_finish.
 */
enum journal_verdict journal_since(
	const struct journal *journal, const char *epoch, uint64_t number, struct changes *changes);
/*
 * The same for pages that see what editors have not saved, or for the others (change_is_told). changes may stay empty.
 * journal_since() is for the first.
 */
enum journal_verdict journal_since_for(const struct journal *journal, const char *epoch,
	uint64_t number, bool sees_drafts, struct changes *changes);

#endif

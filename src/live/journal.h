/*
 * journal: the numbered history of what changed, so that a page can learn what it missed.
 *
 * Room: site. Every published batch has the next number. Numbers belong to an epoch, one run of the
 * program; a number of another epoch says nothing here.
 */
#ifndef JOURNAL_H
#define JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "watch/change.h"

struct journal;

struct journal *journal_create(void);
void journal_destroy(struct journal *journal);

/* A few letters and digits, different in every run. Lives as long as journal. */
const char *journal_epoch(const struct journal *journal);

/* The number of the last batch; 1 before the first. */
uint64_t journal_number(const struct journal *journal);

/* Adds a batch, which is copied, under the next number. */
void journal_add(struct journal *journal, const struct changes *changes);

/* Adds "anything may have changed" under the next number. */
void journal_add_unknown(struct journal *journal);

enum journal_verdict {
	JOURNAL_CURRENT, /* nothing happened since */
	JOURNAL_CHANGES, /* changes holds it, one entry a path */
	JOURNAL_UNKNOWN, /* another epoch, a number forgotten or never given: anything may have */
};

/* Whether what happened after number of epoch is known: anything but JOURNAL_UNKNOWN. */
bool journal_knows(const struct journal *journal, const char *epoch, uint64_t number);

/* What happened after number of epoch; changes, empty before, is finished by the caller. */
enum journal_verdict journal_since(
	const struct journal *journal, const char *epoch, uint64_t number, struct changes *changes);

#endif

/*
 * journal: see journal.h. Owns a ring of the last batches, which forgets the oldest first.
 */
#define _GNU_SOURCE
#include "live/journal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/map.h"
#include "base/mem.h"

enum {
	BATCHES_MAX = 256,
	EPOCH_LETTERS = 6,
};

struct journal {
	char epoch[EPOCH_LETTERS + 1];
	uint64_t number;
	uint64_t known_from; /* it is known what changed after this number */
	struct changes batches[BATCHES_MAX];
};

static void
make_epoch(char *epoch)
{
	static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	uint64_t chance;

	if (getrandom(&chance, sizeof(chance), GRND_NONBLOCK) != sizeof(chance))
		chance = (uint64_t)time(NULL);
	for (int i = 0; i < EPOCH_LETTERS; i++) {
		epoch[i] = letters[chance % (sizeof(letters) - 1)];
		chance /= sizeof(letters) - 1;
	}
}

struct journal *
journal_create(void)
{
	struct journal *journal = mem_zero(sizeof(*journal));

	make_epoch(journal->epoch);
	journal->number = journal->known_from = 1;
	return journal;
}

void
journal_destroy(struct journal *journal)
{
	if (!journal)
		return;
	for (size_t i = 0; i < BATCHES_MAX; i++)
		changes_finish(&journal->batches[i]);
	free(journal);
}

const char *
journal_epoch(const struct journal *journal)
{
	return journal->epoch;
}

uint64_t
journal_number(const struct journal *journal)
{
	return journal->number;
}

void
journal_add(struct journal *journal, const struct changes *changes)
{
	struct changes *batch;

	if (changes->further_count) {
		journal_add_unknown(journal);
		return;
	}
	journal->number++;
	batch = &journal->batches[journal->number % BATCHES_MAX];
	changes_finish(batch);
	for (size_t i = 0; i < changes->count; i++)
		changes_copy(batch, &changes->items[i]);
	if (journal->number - journal->known_from > BATCHES_MAX)
		journal->known_from = journal->number - BATCHES_MAX;
}

void
journal_add_unknown(struct journal *journal)
{
	journal->known_from = ++journal->number;
}

void
journal_forget(struct journal *journal)
{
	for (size_t i = 0; i < BATCHES_MAX; i++)
		changes_finish(&journal->batches[i]);
	journal->known_from = journal->number;
}

static enum change_kind
merge_kinds(enum change_kind first, enum change_kind then)
{
	if (first == CHANGE_CREATED && then == CHANGE_MODIFIED)
		return CHANGE_CREATED;
	if (first == CHANGE_DELETED && then == CHANGE_CREATED)
		return CHANGE_MODIFIED;
	return then;
}

static void
merge_change(struct change *known, const struct change *then)
{
	known->kind = merge_kinds(known->kind, then->kind);
	known->is_empty = then->is_empty;
	if (known->draft != then->draft)
		known->draft = (known->draft ? known->draft : CHANGE_ON_DISK) |
			       (then->draft ? then->draft : CHANGE_ON_DISK);
	if (!known->since || (then->since && then->since < known->since))
		known->since = then->since;
}

/* places holds, for each path, its index in merged plus one. */
static void
merge_batch(
	struct changes *merged, struct map *places, const struct changes *batch, bool sees_drafts)
{
	for (size_t i = 0; i < batch->count; i++) {
		struct slice path = slice_of(batch->items[i].path);
		uintptr_t place = (uintptr_t)map_get(places, path);

		if (!change_is_told(batch->items[i].draft, sees_drafts))
			continue;
		if (place) {
			merge_change(&merged->items[place - 1], &batch->items[i]);
			continue;
		}
		changes_copy(merged, &batch->items[i]);
		if (merged->further_count)
			return; /* they are too many */
		map_set(places, path, (void *)(uintptr_t)merged->count);
	}
}

bool
journal_knows(const struct journal *journal, const char *epoch, uint64_t number)
{
	return strcmp(epoch, journal->epoch) == 0 && number >= journal->known_from &&
	       number <= journal->number;
}

enum journal_verdict
journal_since(
	const struct journal *journal, const char *epoch, uint64_t number, struct changes *changes)
{
	return journal_since_for(journal, epoch, number, true, changes);
}

enum journal_verdict
journal_since_for(const struct journal *journal, const char *epoch, uint64_t number,
	bool sees_drafts, struct changes *changes)
{
	struct map places = {0};

	if (!journal_knows(journal, epoch, number))
		return JOURNAL_UNKNOWN;
	if (number == journal->number)
		return JOURNAL_CURRENT;
	while (number++ < journal->number)
		merge_batch(changes, &places, &journal->batches[number % BATCHES_MAX], sees_drafts);
	map_finish(&places);
	if (!changes->further_count)
		return JOURNAL_CHANGES;
	changes_finish(changes);
	return JOURNAL_UNKNOWN;
}

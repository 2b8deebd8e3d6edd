#include "support/test.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "live/journal.h"

enum { REMEMBERED = 256, LARGEST = CHANGES_LISTED_MAX }; /* what journal.c keeps */

static int
enter(void **state)
{
	*state = journal_create();
	return 0;
}

static int
leave(void **state)
{
	journal_destroy(*state);
	return 0;
}

static void
add(struct journal *journal, const char *path, enum change_kind kind)
{
	struct changes changes = {0};

	changes_add(&changes, slice_of(path), kind);
	journal_add(journal, &changes);
	changes_finish(&changes);
}

static enum journal_verdict
since(const struct journal *journal, uint64_t number, struct changes *changes)
{
	return journal_since(journal, journal_epoch(journal), number, changes);
}

static enum journal_verdict
verdict(const struct journal *journal, const char *epoch, uint64_t number)
{
	struct changes changes = {0};
	enum journal_verdict found = journal_since(journal, epoch, number, &changes);

	assert_int_equal(changes.count > 0, found == JOURNAL_CHANGES);
	changes_finish(&changes);
	return found;
}

static void
add_draft(struct journal *journal, enum change_kind kind, unsigned draft, uint64_t since)
{
	struct changes changes = {0};

	changes_copy(&changes,
		&(struct change){.path = "a", .kind = kind, .draft = draft, .since = since});
	journal_add(journal, &changes);
	changes_finish(&changes);
}

/* What pages that see drafts, and others, are told of several changes of one file. */
static void
drafts_are_for_some(void **state)
{
	enum {
		DRAFT = CHANGE_DRAFT,
		SAVED = CHANGE_DRAFT_SAVED,
		GONE = CHANGE_DRAFT_GONE,
		REPLACED = CHANGE_DRAFT_REPLACED,
		UNDER = CHANGE_UNDER_DRAFT,
		ON_DISK = CHANGE_ON_DISK,
		NONE = 0xff, /* nothing is told */
	};
	static const struct {
		unsigned first, then; /* NONE: there is no second one */
		unsigned seen, unseen;
	} rows[] = {
		{0, NONE, 0, 0},
		{0, 0, 0, 0},
		{DRAFT, NONE, DRAFT, NONE},
		{DRAFT, DRAFT, DRAFT, NONE},
		{DRAFT, SAVED, DRAFT | SAVED, NONE},
		{DRAFT, SAVED | UNDER, DRAFT | SAVED | UNDER, SAVED | UNDER},
		{SAVED | UNDER, NONE, SAVED | UNDER, SAVED | UNDER},
		{UNDER, NONE, NONE, UNDER},
		{UNDER, DRAFT, DRAFT, UNDER},
		{REPLACED, NONE, REPLACED, NONE},
		{0, DRAFT, ON_DISK | DRAFT, 0},
		{GONE, 0, ON_DISK | GONE, 0},
	};
	struct journal *journal = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t number = journal_number(journal);

		add_draft(journal, CHANGE_MODIFIED, rows[i].first, 0);
		if (rows[i].then != NONE)
			add_draft(journal, CHANGE_MODIFIED, rows[i].then, 0);
		for (int sees = 0; sees < 2; sees++) {
			unsigned expected = sees ? rows[i].seen : rows[i].unseen;
			struct changes changes = {0};

			assert_int_equal(journal_since_for(journal, journal_epoch(journal), number,
						 sees, &changes),
				JOURNAL_CHANGES);
			assert_int_equal(changes.count, expected != NONE);
			if (changes.count)
				assert_int_equal(changes.items[0].draft, expected);
			changes_finish(&changes);
		}
	}
}

/* A file that was deleted under its draft is not gone for pages that show the draft. */
static void
kinds_are_for_some(void **state)
{
	struct journal *journal = *state;
	uint64_t number = journal_number(journal);
	struct changes changes = {0};

	add_draft(journal, CHANGE_MODIFIED, CHANGE_DRAFT, 0);
	add_draft(journal, CHANGE_DELETED, CHANGE_UNDER_DRAFT, 0);
	assert_int_equal(since(journal, number, &changes), JOURNAL_CHANGES);
	assert_int_equal(changes.items[0].kind, CHANGE_MODIFIED);
	changes_finish(&changes);
	assert_int_equal(
		journal_since_for(journal, journal_epoch(journal), number, false, &changes),
		JOURNAL_CHANGES);
	assert_int_equal(changes.items[0].kind, CHANGE_DELETED);
	changes_finish(&changes);
	add_draft(journal, CHANGE_DELETED, CHANGE_DRAFT_GONE, 9);
	add_draft(journal, CHANGE_MODIFIED, CHANGE_DRAFT_GONE, 5);
	since(journal, number, &changes);
	assert_int_equal(changes.items[0].since, 5);
	changes_finish(&changes);
}

static void
epochs_differ(void **state)
{
	struct journal *other = journal_create();
	const char *epoch = journal_epoch(*state);

	assert_string_not_equal(epoch, journal_epoch(other));
	assert_in_range(strlen(epoch), 4, 8);
	for (const char *letter = epoch; *letter; letter++)
		assert_true(isalnum((unsigned char)*letter));
	journal_destroy(other);
}

static void
numbers_begin_with_one(void **state)
{
	assert_int_equal(journal_number(*state), 1);
	add(*state, "a", CHANGE_MODIFIED);
	assert_int_equal(journal_number(*state), 2);
	journal_add_unknown(*state);
	assert_int_equal(journal_number(*state), 3);
}

static void
verdicts(void **state)
{
	struct journal *journal = *state;
	const char *epoch = journal_epoch(journal);

	assert_int_equal(verdict(journal, epoch, 1), JOURNAL_CURRENT);
	assert_int_equal(verdict(journal, epoch, 0), JOURNAL_UNKNOWN);
	assert_int_equal(verdict(journal, epoch, 2), JOURNAL_UNKNOWN);
	assert_int_equal(verdict(journal, epoch, UINT64_MAX), JOURNAL_UNKNOWN);
	assert_int_equal(verdict(journal, "", 1), JOURNAL_UNKNOWN);
	assert_int_equal(verdict(journal, "x", 1), JOURNAL_UNKNOWN);
	add(journal, "a", CHANGE_MODIFIED);
	assert_int_equal(verdict(journal, epoch, 1), JOURNAL_CHANGES);
	assert_int_equal(verdict(journal, epoch, 2), JOURNAL_CURRENT);
	journal_add_unknown(journal);
	assert_int_equal(verdict(journal, epoch, 1), JOURNAL_UNKNOWN);
	assert_int_equal(verdict(journal, epoch, 2), JOURNAL_UNKNOWN);
	assert_int_equal(verdict(journal, epoch, 3), JOURNAL_CURRENT);
	add(journal, "b", CHANGE_MODIFIED);
	assert_int_equal(verdict(journal, epoch, 2), JOURNAL_UNKNOWN);
	assert_int_equal(verdict(journal, epoch, 3), JOURNAL_CHANGES);
}

static void
batches_are_copied_and_in_order(void **state)
{
	struct journal *journal = *state;
	struct changes batch = {0}, found = {0};

	changes_add(&batch, slice_of("a"), CHANGE_CREATED);
	changes_add(&batch, slice_of("b/"), CHANGE_DELETED);
	journal_add(journal, &batch);
	batch.items[0].path[0] = 'x';
	changes_finish(&batch);
	add(journal, "c", CHANGE_MODIFIED);
	assert_int_equal(since(journal, 1, &found), JOURNAL_CHANGES);
	assert_int_equal(found.count, 3);
	assert_string_equal(found.items[0].path, "a");
	assert_int_equal(found.items[0].kind, CHANGE_CREATED);
	assert_string_equal(found.items[1].path, "b/");
	assert_int_equal(found.items[1].kind, CHANGE_DELETED);
	assert_string_equal(found.items[2].path, "c");
	changes_finish(&found);
	assert_int_equal(since(journal, 2, &found), JOURNAL_CHANGES);
	assert_int_equal(found.count, 1);
	assert_string_equal(found.items[0].path, "c");
	changes_finish(&found);
}

static void
kinds_merge(void **state)
{
	static const struct {
		enum change_kind first, then, merged;
	} rows[] = {
		{CHANGE_CREATED, CHANGE_CREATED, CHANGE_CREATED},
		{CHANGE_CREATED, CHANGE_MODIFIED, CHANGE_CREATED},
		{CHANGE_CREATED, CHANGE_DELETED, CHANGE_DELETED},
		{CHANGE_MODIFIED, CHANGE_CREATED, CHANGE_CREATED},
		{CHANGE_MODIFIED, CHANGE_MODIFIED, CHANGE_MODIFIED},
		{CHANGE_MODIFIED, CHANGE_DELETED, CHANGE_DELETED},
		{CHANGE_DELETED, CHANGE_CREATED, CHANGE_MODIFIED},
		{CHANGE_DELETED, CHANGE_MODIFIED, CHANGE_MODIFIED},
		{CHANGE_DELETED, CHANGE_DELETED, CHANGE_DELETED},
	};
	struct journal *journal = *state;

	for (size_t i = 0; i < ROWS(rows); i++) {
		uint64_t number = journal_number(journal);
		struct changes found = {0};

		add(journal, "a", rows[i].first);
		add(journal, "b", CHANGE_MODIFIED);
		add(journal, "a", rows[i].then);
		assert_int_equal(since(journal, number, &found), JOURNAL_CHANGES);
		assert_int_equal(found.count, 2);
		assert_string_equal(found.items[0].path, "a");
		if (found.items[0].kind != rows[i].merged)
			fail_msg("row %zu: %s", i, change_kind_name(found.items[0].kind));
		changes_finish(&found);
	}
}

static void
oldest_are_forgotten(void **state)
{
	struct journal *journal = *state;

	for (int i = 1; i <= 3 * REMEMBERED; i++) {
		uint64_t number = journal_number(journal) + 1;
		struct changes found = {0};
		char path[16];

		snprintf(path, sizeof(path), "%d", i);
		add(journal, path, CHANGE_MODIFIED);
		if (i < REMEMBERED)
			continue;
		assert_int_equal(since(journal, number - REMEMBERED, &found), JOURNAL_CHANGES);
		assert_int_equal(found.count, REMEMBERED);
		assert_string_equal(found.items[REMEMBERED - 1].path, path);
		changes_finish(&found);
		assert_int_equal(since(journal, number - REMEMBERED - 1, &found), JOURNAL_UNKNOWN);
	}
}

static void
too_many_changes_are_anything(void **state)
{
	struct journal *journal = *state;
	struct changes batch = {0};
	const char *epoch = journal_epoch(journal);

	for (int i = 0; i < LARGEST; i++) {
		char path[16];

		snprintf(path, sizeof(path), "%d", i);
		changes_add(&batch, slice_of(path), CHANGE_MODIFIED);
	}
	journal_add(journal, &batch);
	assert_int_equal(verdict(journal, epoch, 1), JOURNAL_CHANGES);
	changes_add(&batch, slice_of("one more"), CHANGE_MODIFIED);
	journal_add(journal, &batch);
	assert_int_equal(verdict(journal, epoch, 2), JOURNAL_UNKNOWN);
	assert_int_equal(verdict(journal, epoch, 3), JOURNAL_CURRENT);
	changes_finish(&batch);
}

/* Several batches with more changes than one may list: none of them is left out silently. */
static void
many_changes_in_several_batches(void **state)
{
	struct journal *journal = *state;

	for (int batch = 0; batch < 8; batch++) {
		struct changes changes = {0};

		for (int i = 0; i < LARGEST; i++) {
			char path[32];

			snprintf(path, sizeof(path), "%d/%d", batch, i);
			changes_add(&changes, slice_of(path), CHANGE_MODIFIED);
		}
		journal_add(journal, &changes);
		changes_finish(&changes);
	}
	assert_int_equal(verdict(journal, journal_epoch(journal), 8), JOURNAL_CHANGES);
	assert_int_equal(verdict(journal, journal_epoch(journal), 1), JOURNAL_UNKNOWN);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(drafts_are_for_some),
		TEST(kinds_are_for_some),
		TEST(epochs_differ),
		TEST(numbers_begin_with_one),
		TEST(verdicts),
		TEST(batches_are_copied_and_in_order),
		TEST(kinds_merge),
		TEST(oldest_are_forgotten),
		TEST(too_many_changes_are_anything),
		TEST(many_changes_in_several_batches),
	};

	journal_destroy(NULL);
	return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}

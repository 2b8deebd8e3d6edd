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

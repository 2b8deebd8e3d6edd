#include "support/test.h"

#include <stdlib.h>

#include "base/mem.h"
#include "watch/watch_history.h"

static void
test_last_note_counts(void **state)
{
	struct watch_history *history = watch_history_create();
	time_t before = time(NULL);
	const struct watch_history_entry *entry;

	(void)state;
	assert_null(watch_history_find(history, "a"));
	watch_history_note(history, slice_of("a"), WATCH_HISTORY_MODIFIED);
	watch_history_note(history, slice_of("b"), WATCH_HISTORY_IGNORED);
	watch_history_note(history, slice_of("a"), WATCH_HISTORY_SAME);
	entry = watch_history_find(history, "a");
	assert_non_null(entry);
	assert_string_equal(entry->path, "a");
	assert_int_equal(entry->outcome, WATCH_HISTORY_SAME);
	assert_true(entry->when >= before && entry->when <= time(NULL));
	assert_int_equal(watch_history_find(history, "b")->outcome, WATCH_HISTORY_IGNORED);
	assert_null(watch_history_find(history, "ab"));
	watch_history_destroy(history);
	watch_history_destroy(NULL);
}

static void
test_page_count(void **state)
{
	struct watch_history *history = watch_history_create();
	struct changes changes = {0};

	(void)state;
	changes_add(&changes, slice_of("a"), CHANGE_MODIFIED);
	changes_add(&changes, slice_of("unknown"), CHANGE_MODIFIED);
	watch_history_note(history, slice_of("a"), WATCH_HISTORY_MODIFIED);
	watch_history_note(history, slice_of("b"), WATCH_HISTORY_MODIFIED);
	watch_history_note_pages(history, &changes, 3);
	assert_int_equal(watch_history_find(history, "a")->page_count, 3);
	assert_int_equal(watch_history_find(history, "b")->page_count, 0);
	assert_null(watch_history_find(history, "unknown"));
	watch_history_note(history, slice_of("a"), WATCH_HISTORY_TOUCHED);
	assert_int_equal(watch_history_find(history, "a")->page_count, 0);
	changes_finish(&changes);
	watch_history_destroy(history);
}

static void
test_batch_and_folders(void **state)
{
	struct watch_history *history = watch_history_create();
	struct changes changes = {0};

	(void)state;
	changes_add(&changes, slice_of("a"), CHANGE_CREATED);
	changes_add(&changes, slice_of("b"), CHANGE_MODIFIED);
	changes_add(&changes, slice_of("c/"), CHANGE_DELETED);
	watch_history_note_changes(history, &changes);
	assert_int_equal(watch_history_find(history, "a")->outcome, WATCH_HISTORY_CREATED);
	assert_int_equal(watch_history_find(history, "b")->outcome, WATCH_HISTORY_MODIFIED);
	assert_int_equal(watch_history_find(history, "c")->outcome, WATCH_HISTORY_DELETED);
	assert_string_equal(watch_history_find(history, "c")->path, "c/");
	/* of a file and a folder of one name the file counts, unless the folder is newer */
	watch_history_note(history, slice_of("c"), WATCH_HISTORY_SAME);
	assert_string_equal(watch_history_find(history, "c")->path, "c");
	changes_finish(&changes);
	watch_history_destroy(history);
}

static void
test_oldest_are_forgotten(void **state)
{
	struct watch_history *history = watch_history_create();

	(void)state;
	for (int i = 0; i < 3 * WATCH_HISTORY_MAX + 1; i++) {
		char *path = mem_format("%d", i);

		watch_history_note(history, slice_of(path), WATCH_HISTORY_CREATED);
		free(path);
	}
	assert_null(watch_history_find(history, "2000"));
	assert_non_null(watch_history_find(history, "2001"));
	assert_non_null(watch_history_find(history, "3000"));
	watch_history_destroy(history);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_last_note_counts),
		cmocka_unit_test(test_page_count),
		cmocka_unit_test(test_batch_and_folders),
		cmocka_unit_test(test_oldest_are_forgotten),
	};

	return cmocka_run_group_tests_name("watch_history", tests, NULL, NULL);
}

#include "support/test.h"

#include <stdlib.h>

#include "base/mem.h"
#include "watch/watch_history.h"

static void
test_last_note_counts(void **state)
{
	struct seen *seen = seen_create();
	time_t before = time(NULL);
	const struct seen_entry *entry;

	(void)state;
	assert_null(seen_find(seen, slice_of("a")));
	seen_note(seen, slice_of("a"), SEEN_MODIFIED);
	seen_note(seen, slice_of("b"), SEEN_IGNORED);
	seen_note(seen, slice_of("a"), SEEN_SAME);
	entry = seen_find(seen, slice_of("a"));
	assert_non_null(entry);
	assert_string_equal(entry->path, "a");
	assert_int_equal(entry->outcome, SEEN_SAME);
	assert_true(entry->when >= before && entry->when <= time(NULL));
	assert_int_equal(seen_find(seen, slice_of("b"))->outcome, SEEN_IGNORED);
	assert_null(seen_find(seen, slice_of("ab")));
	seen_destroy(seen);
	seen_destroy(NULL);
}

static void
test_told(void **state)
{
	struct seen *seen = seen_create();
	struct changes changes = {0};

	(void)state;
	changes_add(&changes, slice_of("a"), CHANGE_MODIFIED);
	changes_add(&changes, slice_of("unknown"), CHANGE_MODIFIED);
	seen_note(seen, slice_of("a"), SEEN_MODIFIED);
	seen_note(seen, slice_of("b"), SEEN_MODIFIED);
	seen_told(seen, &changes, 3);
	assert_int_equal(seen_find(seen, slice_of("a"))->told, 3);
	assert_int_equal(seen_find(seen, slice_of("b"))->told, 0);
	assert_null(seen_find(seen, slice_of("unknown")));
	seen_note(seen, slice_of("a"), SEEN_TOUCHED);
	assert_int_equal(seen_find(seen, slice_of("a"))->told, 0);
	changes_finish(&changes);
	seen_destroy(seen);
}

static void
test_oldest_are_forgotten(void **state)
{
	struct seen *seen = seen_create();

	(void)state;
	for (int i = 0; i < 3 * SEEN_MAX + 1; i++) {
		char *path = mem_format("%d", i);

		seen_note(seen, slice_of(path), SEEN_CREATED);
		free(path);
	}
	assert_null(seen_find(seen, slice_of("2000")));
	assert_non_null(seen_find(seen, slice_of("2001")));
	assert_non_null(seen_find(seen, slice_of("3000")));
	seen_destroy(seen);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_last_note_counts),
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_oldest_are_forgotten),
	};

	return cmocka_run_group_tests_name("seen", tests, NULL, NULL);
}

#include "support/test.h"

#include <stdio.h>

#include "watch/change.h"

static void
names(void **state)
{
	(void)state;
	assert_string_equal(change_kind_name(CHANGE_CREATED), "created");
	assert_string_equal(change_kind_name(CHANGE_MODIFIED), "modified");
	assert_string_equal(change_kind_name(CHANGE_DELETED), "deleted");
}

static void
batches_copy_paths(void **state)
{
	struct changes changes = {0};
	char path[32];

	(void)state;
	for (int i = 0; i < 100; i++) {
		snprintf(path, sizeof(path), "file-%d and more", i);
		changes_add(&changes, (struct slice){path, i < 10 ? 6 : 7},
			i % 2 ? CHANGE_DELETED : CHANGE_CREATED);
	}
	assert_int_equal(changes.count, 100);
	for (int i = 0; i < 100; i++) {
		snprintf(path, sizeof(path), "file-%d", i);
		assert_string_equal(changes.items[i].path, path);
		assert_int_equal(changes.items[i].kind, i % 2 ? CHANGE_DELETED : CHANGE_CREATED);
	}
	changes_finish(&changes);
	assert_int_equal(changes.count, 0);
	changes_finish(&changes);
}

static void
finished_is_ready_for_the_next(void **state)
{
	struct changes changes = {0};

	(void)state;
	changes_add(&changes, slice_of("a"), CHANGE_CREATED);
	changes_finish(&changes);
	changes_add(&changes, slice_of(""), CHANGE_MODIFIED);
	assert_int_equal(changes.count, 1);
	assert_string_equal(changes.items[0].path, "");
	changes_finish(&changes);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(batches_copy_paths),
		cmocka_unit_test(finished_is_ready_for_the_next),
	};

	return cmocka_run_group_tests_name("change", tests, NULL, NULL);
}

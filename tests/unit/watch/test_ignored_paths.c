#include "support/test.h"

#include "watch/ignored_paths.h"

enum { LONG_US = 1000 * 1000 * 1000 };

/* Moves the noted paths to a batch, and returns their number. */
static size_t
take(struct ignored_paths *ignored, const char *first)
{
	struct changes batch = {0};
	size_t count;

	ignored_paths_take(ignored, &batch);
	count = batch.left_out[LEFT_OUT_IGNORED].count;
	if (count)
		assert_string_equal(batch.left_out[LEFT_OUT_IGNORED].first, first);
	assert_int_equal(batch.count, 0);
	changes_finish(&batch);
	return count;
}

static void
each_path_counts_once(void **state)
{
	struct ignored_paths ignored = {.keep_us = LONG_US};

	(void)state;
	assert_int_equal(take(&ignored, NULL), 0);
	assert_true(ignored_paths_add(&ignored, slice_of("a")));
	assert_false(ignored_paths_add(&ignored, slice_of("a")));
	assert_int_equal(take(&ignored, "a"), 1);
	assert_int_equal(take(&ignored, NULL), 0);
	assert_true(ignored_paths_add(&ignored, slice_of("a")));
	assert_true(ignored_paths_add(&ignored, slice_of("b")));
	assert_int_equal(ignored.paths.entries.count, 2);
	ignored_paths_finish(&ignored);
}

static void
number_is_limited(void **state)
{
	struct ignored_paths ignored = {.keep_us = LONG_US};
	size_t count = 0;

	(void)state;
	for (uint32_t i = 0; i < 5000; i++)
		count += ignored_paths_add(&ignored, (struct slice){(const char *)&i, sizeof(i)});
	assert_in_range(count, 100, 1000);
	assert_int_equal(ignored.paths.entries.count, count);
	ignored_paths_finish(&ignored);
}

static void
old_ones_are_forgotten(void **state)
{
	struct ignored_paths ignored = {.keep_us = LONG_US};

	(void)state;
	assert_true(ignored_paths_add(&ignored, slice_of("a")));
	ignored.since_us -= LONG_US + 1;
	assert_int_equal(take(&ignored, NULL), 0);
	assert_true(ignored_paths_add(&ignored, slice_of("a")));
	ignored.since_us -= LONG_US + 1;
	assert_true(ignored_paths_add(&ignored, slice_of("b")));
	assert_int_equal(take(&ignored, "b"), 1);
	ignored_paths_finish(&ignored);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_path_counts_once),
		cmocka_unit_test(number_is_limited),
		cmocka_unit_test(old_ones_are_forgotten),
	};

	return cmocka_run_group_tests_name("ignored_paths", tests, NULL, NULL);
}

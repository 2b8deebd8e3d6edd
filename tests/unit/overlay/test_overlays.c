/*
 * Texts over files: which one counts, what is opened, and the limits.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "overlay/overlays.h"

static const char one[] = "one", two[] = "two"; /* two editors */

static int
enter(void **state)
{
	*state = overlays_create();
	return 0;
}

static int
leave(void **state)
{
	overlays_destroy(*state);
	return 0;
}

static void
lay(struct overlays *overlays, const void *owner, const char *path, const char *text)
{
	assert_int_equal(overlays_lay(overlays, owner, path, slice_of(text), 7), OVERLAYS_LAID);
}

/* Reads it twice, because the descriptors have one offset. */
static void
assert_shown(const struct overlays *overlays, const char *path, const char *text)
{
	for (int i = 0; i < 2; i++) {
		int file = overlays_open(overlays, path);
		struct buf bytes = {0};
		struct stat state;

		if (!text) {
			assert_int_equal(file, -1);
			continue;
		}
		assert_true(file >= 0);
		assert_int_equal(fstat(file, &state), 0);
		assert_true(S_ISREG(state.st_mode));
		assert_int_equal(state.st_size, strlen(text));
		assert_true(file_read(file, 100, &bytes));
		assert_true(slice_is(buf_slice(&bytes), text));
		buf_finish(&bytes);
		close(file);
	}
}

static void
the_later_counts(void **state)
{
	struct overlays *overlays = *state;

	assert_true(overlays_are_empty(overlays));
	assert_shown(overlays, "a", NULL);
	lay(overlays, one, "a", "from one");
	lay(overlays, one, "b", "");
	assert_shown(overlays, "b", "");
	assert_true(overlays_is_only(overlays, "a"));
	lay(overlays, two, "a", "from two");
	assert_false(overlays_is_only(overlays, "a"));
	assert_shown(overlays, "a", "from two");
	assert_ptr_equal(overlays_find(overlays, "a")->owner, two);
	lay(overlays, one, "a", "more from one");
	assert_shown(overlays, "a", "more from one");
	assert_true(overlays_remove(overlays, one, "a"));
	assert_false(overlays_remove(overlays, one, "a"));
	assert_shown(overlays, "a", "from two");
	assert_string_equal(overlays_next(overlays, one), "b");
	lay(overlays, one, "a", "x");
	assert_true(overlays_remove(overlays, NULL, "a"));
	assert_shown(overlays, "a", NULL);
	assert_null(overlays_next(overlays, two));
	assert_false(overlays_are_empty(overlays));
}

static void
some_requests_see_none(void **state)
{
	struct overlays *overlays = *state;
	uint64_t number = 0, other = 0;

	lay(overlays, one, "a", "text");
	assert_true(overlays_state(overlays, "a", &number));
	overlays_set_visible(overlays, false);
	assert_shown(overlays, "a", NULL);
	assert_false(overlays_state(overlays, "a", &other));
	overlays_set_visible(overlays, true);
	assert_shown(overlays, "a", "text");
	lay(overlays, one, "a", "texts");
	assert_true(overlays_state(overlays, "a", &other));
	assert_true(other != number && other && number);
}

static void
saved_texts_are_found(void **state)
{
	struct overlays *overlays = *state;

	lay(overlays, one, "a", "text");
	assert_null(overlays_saved(overlays));
	overlays_find(overlays, "a")->is_saved = true;
	assert_string_equal(overlays_saved(overlays), "a");
	overlays_disown(overlays, "a");
	assert_null(overlays_next(overlays, one));
	assert_shown(overlays, "a", "text");
	lay(overlays, one, "a", "typed on");
	assert_int_equal(overlays_find(overlays, "a")->since, 7);
	assert_false(overlays_find(overlays, "a")->is_saved);
}

static void
the_first_number_stays(void **state)
{
	struct overlays *overlays = *state;

	lay(overlays, one, "a", "text");
	overlays_find(overlays, "a")->has_new_disk = true;
	assert_int_equal(overlays_lay(overlays, two, "a", SLICE_LITERAL("more"), 9), OVERLAYS_LAID);
	assert_int_equal(overlays_find(overlays, "a")->since, 7);
	assert_true(overlays_find(overlays, "a")->has_new_disk);
}

static void
texts_have_limits(void **state)
{
	struct overlays *overlays = *state;
	char *text = mem_zero(OVERLAYS_TEXT_MAX + 1), path[16];

	assert_int_equal(
		overlays_lay(overlays, one, "a", (struct slice){text, OVERLAYS_TEXT_MAX + 1}, 1),
		OVERLAYS_TOO_LARGE);
	for (int i = 0; i < OVERLAYS_BYTES_MAX / OVERLAYS_TEXT_MAX; i++) {
		snprintf(path, sizeof(path), "%d", i);
		assert_int_equal(overlays_lay(overlays, one, path,
					 (struct slice){text, OVERLAYS_TEXT_MAX}, 1),
			OVERLAYS_LAID);
	}
	assert_int_equal(
		overlays_lay(overlays, one, "a", SLICE_LITERAL("x"), 1), OVERLAYS_TOO_MANY);
	lay(overlays, one, "0", "in the place of a large one");
	for (int i = 8; i < OVERLAYS_MAX; i++) {
		snprintf(path, sizeof(path), "%d", i);
		lay(overlays, one, path, "x");
	}
	assert_int_equal(overlays_lay(overlays, one, "a", SLICE_LITERAL(""), 1), OVERLAYS_TOO_MANY);
	lay(overlays, one, "9", "again");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_later_counts, enter, leave),
		cmocka_unit_test_setup_teardown(some_requests_see_none, enter, leave),
		cmocka_unit_test_setup_teardown(saved_texts_are_found, enter, leave),
		cmocka_unit_test_setup_teardown(the_first_number_stays, enter, leave),
		cmocka_unit_test_setup_teardown(texts_have_limits, enter, leave),
	};

	overlays_destroy(NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

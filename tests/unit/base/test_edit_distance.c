/*
 * Words with typing errors.
 */
#include "support/test.h"

#include <string.h>

#include "base/edit_distance.h"

static void
distances(void **state)
{
	static const struct {
		const char *a, *b;
		unsigned distance;
		bool is_close; /* a is the wanted word */
	} rows[] = {
		{"port", "port", 0, true},
		{"port", "PORT", 0, true},
		{"prot", "port", 1, true},
		{"pot", "port", 1, true},
		{"portt", "port", 1, true},
		{"pord", "port", 1, true},
		{"trop", "port", 3, false},
		{"igoreFile", "ignoreFiles", 2, true},
		{"multiRotWorkspacename", "multiRootWorkspaceName", 1, true},
		{"", "", 0, true},
		{"", "a", 1, true},
		{"", "ab", 2, false},
		{"wait", "port", 3, false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct slice a = slice_of(rows[i].a), b = slice_of(rows[i].b);

		print_message("%s %s\n", rows[i].a, rows[i].b);
		assert_int_equal(edit_distance(a, b), rows[i].distance);
		assert_int_equal(edit_distance(b, a), rows[i].distance);
		assert_int_equal(edit_distance_is_close(a, edit_distance(a, b)), rows[i].is_close);
	}
}

static void
long_words(void **state)
{
	static char text[8000];
	const struct slice most = {text, 64}, longer = {text, 65}, longest = {text, sizeof(text)};

	(void)state;
	memset(text, 'a', sizeof(text));
	assert_int_equal(edit_distance(most, most), 0);
	assert_int_equal(edit_distance(most, longer), EDIT_DISTANCE_FAR);
	assert_int_equal(edit_distance(longest, most), EDIT_DISTANCE_FAR);
	assert_false(edit_distance_is_close(longest, EDIT_DISTANCE_FAR));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(distances),
		cmocka_unit_test(long_words),
	};

	return cmocka_run_group_tests_name("edit_distance", tests, NULL, NULL);
}

/*
 * Which files are shown in place of their folder.
 */
#include "support/test.h"

#include "names/index_names.h"

static void
names(void **state)
{
	static const struct {
		const char *base;
		bool is_index;
	} rows[] = {
		{"index.html", true},
		{"index.htm", true},
		{"", false},
		{"index", false},
		{"index.htm2", false},
		{"Index.html", false},
		{"an-index.html", false},
		{"docs/index.html", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		print_message("%s\n", rows[i].base);
		assert_int_equal(index_names_have(slice_of(rows[i].base)), rows[i].is_index);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests_name("index_names", tests, NULL, NULL);
}

/*
 * Which files are shown in place of their folder.
 */
#include "support/test.h"

#include "names/index_names.h"

static const char *const given[] = {"default.htm", "main.xhtml"};
static const struct index_names by_default, two = {given, 2};

static void
names(void **state)
{
	static const struct {
		const char *base;
		bool is_index, is_one_of_two;
	} rows[] = {
		{"index.html", true, false},
		{"index.htm", true, false},
		{"default.htm", false, true},
		{"main.xhtml", false, true},
		{"", false, false},
		{"index", false, false},
		{"index.htm2", false, false},
		{"Index.html", false, false},
		{"an-index.html", false, false},
		{"docs/index.html", false, false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		print_message("%s\n", rows[i].base);
		assert_int_equal(
			index_names_have(&by_default, slice_of(rows[i].base)), rows[i].is_index);
		assert_int_equal(
			index_names_have(&two, slice_of(rows[i].base)), rows[i].is_one_of_two);
	}
}

static void
order(void **state)
{
	(void)state;
	assert_string_equal(index_names_get(&by_default, 0), "index.html");
	assert_string_equal(index_names_get(&by_default, 1), "index.htm");
	assert_null(index_names_get(&by_default, 2));
	assert_string_equal(index_names_get(&two, 0), "default.htm");
	assert_string_equal(index_names_get(&two, 1), "main.xhtml");
	assert_null(index_names_get(&two, 2));
}

static void
possible(void **state)
{
	static const struct {
		const char *text;
		bool is_possible;
	} rows[] = {
		{"default.htm", true},
		{"a b", true},
		{"README", true},
		{"", false},
		{"docs/index.html", false},
		{"/index.html", false},
		{".", false},
		{"..", false},
		{".env", false},
		{"server.key", false},
		{"index.html~", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		if (index_names_may_have(rows[i].text) != rows[i].is_possible)
			fail_msg("%s", rows[i].text);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(order),
		cmocka_unit_test(possible),
	};

	return cmocka_run_group_tests_name("index_names", tests, NULL, NULL);
}

/*
 * The names of sources, for a map in some folder of /home/me/site.
 */
#include "support/test.h"

#include "sources/source_name.h"

static void
names(void **state)
{
	static const struct {
		const char *source, *folder, *name;
		bool is_sure;
	} rows[] = {
		{"a.ts", "", "a.ts", true},
		{"./a.ts", "js", "js/a.ts", true},
		{"../src/a.ts", "dist", "src/a.ts", true},
		{"../../src/a.ts", "dist/js", "src/a.ts", true},
		{"../src/a.ts", "", "../src/a.ts", true},
		{"../../../src/a.ts", "dist", "../../src/a.ts", true},
		{"../../src/../a.ts", "dist", "../a.ts", true},
		{"src//./b/../a.ts", "x/", "x/src/a.ts", true},
		{"/src/a.ts", "dist", "src/a.ts", true},
		{"/home/me/site/src/a.ts", "dist", "src/a.ts", true},
		{"/home/me/sites/a.ts", "dist", "home/me/sites/a.ts", true},
		{"file:///home/me/site/src/a.ts", "dist", "src/a.ts", true},
		{"file:/home/me/site/a.ts", "dist", "a.ts", true},
		{"webpack://app/./src/a.ts?1f2e", "dist", "src/a.ts", false},
		{"webpack:///./src/a.ts", "dist", "src/a.ts", false},
		{"webpack:///src/a.ts", "dist", "src/a.ts", false},
		{"webpack-internal:///./a.ts", "dist", "a.ts", false},
		{"http://other.test/a.ts", "dist", "a.ts", false},
		{"//other.test/a.ts", "dist", "a.ts", false},
		{"..", "a", "", true},
		{"", "a", "a", true},
		{"a:b", "c", "c/a:b", true},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf name = {0};
		bool is_sure;

		buf_add_text(&name, "<");
		is_sure = source_name_add(
			slice_of(rows[i].source), slice_of(rows[i].folder), "/home/me/site", &name);
		assert_string_equal(name.bytes + 1, rows[i].name);
		assert_int_equal(is_sure, rows[i].is_sure);
		buf_finish(&name);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

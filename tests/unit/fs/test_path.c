#include "support/test.h"

#include <stdlib.h>

#include "fs/path.h"

static void
parts(void **state)
{
	static const struct {
		const char *name, *parent, *base, *extension;
	} rows[] = {
		{"", "", "", ""},
		{"a", "", "a", ""},
		{"a.html", "", "a.html", "html"},
		{"a/b.tar.gz", "a", "b.tar.gz", "gz"},
		{"a.d/b", "a.d", "b", ""},
		{"a/b/c.js", "a/b", "c.js", "js"},
		{".profile", "", ".profile", ""},
		{"x/.profile", "x", ".profile", ""},
		{".a.b", "", ".a.b", "b"},
		{"a.", "", "a.", ""},
		{"a..", "", "a..", ""},
		{"a/", "a", "", ""},
		{"a.b/", "a.b", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct slice name = slice_of(rows[i].name);

		print_message("  \"%s\"\n", rows[i].name);
		assert_true(slice_is(path_parent(name), rows[i].parent));
		assert_true(slice_is(path_base(name), rows[i].base));
		assert_true(slice_is(path_extension(name), rows[i].extension));
	}
	assert_int_equal(path_extension((struct slice){NULL, 0}).length, 0);
}

static void
join(void **state)
{
	static const struct {
		const char *folder, *name, *expected;
	} rows[] = {
		{"", "a", "a"},
		{".", "a", "a"},
		{"b", "a", "b/a"},
		{"b/", "a", "b/a"},
		{"/", "a", "/a"},
		{"..", "a/b", "../a/b"},
		{"b", "/a", "/a"},
		{".b", "a", ".b/a"},
		{"./", "a", "./a"},
		{"", "f", "f"},
		{"a", "f", "a/f"},
		{"a/b", "f", "a/b/f"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *joined = path_join(rows[i].folder, rows[i].name);

		assert_string_equal(joined, rows[i].expected);
		free(joined);
	}
}

static void
below(void **state)
{
	static const struct {
		const char *path, *folder, *expected;
	} rows[] = {
		{"/a/b", "/a", "b"},
		{"/a/b/c", "/a", "b/c"},
		{"/a", "/a", ""},
		{"/a", "/", "a"},
		{"/", "/", ""},
		{"/ab", "/a", NULL},
		{"/a", "/a/b", NULL},
		{"/b/a", "/a", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const char *below = path_below(rows[i].path, rows[i].folder);

		if (rows[i].expected)
			assert_string_equal(below, rows[i].expected);
		else
			assert_null(below);
	}
}

static void
is_below(void **state)
{
	static const struct {
		const char *path, *folder;
		bool is_below;
	} rows[] = {
		{"", "", true},
		{"a", "", true},
		{"a", "a", true},
		{"a/b", "a", true},
		{"a/b/c", "a", true},
		{"a/b/c", "a/b", true},
		{"ab", "a", false},
		{"a", "a/b", false},
		{"", "a", false},
		{"b/a", "a", false},
		{"b", "a", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		if (path_is_below(slice_of(rows[i].path), slice_of(rows[i].folder)) !=
			rows[i].is_below)
			fail_msg("\"%s\" below \"%s\"", rows[i].path, rows[i].folder);
}

static void
quote(void **state)
{
	char *plain = path_quote("a"), *evil = path_quote("it's $(x)");

	(void)state;
	assert_string_equal(plain, "'a'");
	assert_string_equal(evil, "'it'\\''s $(x)'");
	free(plain);
	free(evil);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts),
		cmocka_unit_test(join),
		cmocka_unit_test(below),
		cmocka_unit_test(is_below),
		cmocka_unit_test(quote),
	};

	return cmocka_run_group_tests_name("path", tests, NULL, NULL);
}

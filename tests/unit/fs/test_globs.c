#include "support/test.h"

#include <stdlib.h>

#include "base/mem.h"
#include "fs/globs.h"

/* Patterns separated by spaces, and the one that decides about path. */
static const struct {
	const char *patterns, *path, *by;
} decisions[] = {
	{"", "a", NULL},
	{"a", "a", "a"},
	{"a", "b", NULL},
	{"a b", "b", "b"},
	{"a", "x/a/y", "a"},
	{"*.log x/", "x/a.log", "x/"},
	{"x/ *.log", "x/a.log", "*.log"},
	{"*.log x/**", "x/a.log", "x/**"},
	{"x/** *.log", "x/a.log", "*.log"},
	{"a !a", "a", NULL},
	{"!a a", "a", "a"},
	{"a !a a", "a", "a"},
	{"*.log !a.log", "a.log", NULL},
	{"*.log !a.log", "b.log", "*.log"},
	{"*.log !a.log", "x/a.log", NULL},
	{"*.log !x/*.log", "x/a.log", NULL},
	{"*.log !x/*.log", "a.log", "*.log"},
	{"*.log !/a.log", "x/a.log", "*.log"},
	{"x/*.log !a.log", "x/a.log", NULL},
	{"node_modules !node_modules", "node_modules/a", NULL},
	{"node_modules !node_modules", "x/node_modules/a", NULL},
	{"node_modules !/node_modules", "x/node_modules/a", "node_modules"},
	/* What lies in a matching folder cannot be excluded. */
	{"x !x/a", "x/a", "x"},
	{"x/** !x/a", "x/a", "x/**"},
	{"x/* !x/a", "x/a", NULL},
	{"x/* !x/a", "x/a/b", NULL},
	{"x/* !x/a", "x/b", "x/*"},
	{"x/* !x/a !x/b x/b/c", "x/b/c", "x/b/c"},
	{"x/y !*.log", "x/y/a.log", "x/y"},
	{"\\!a", "!a", "\\!a"},
	{"\\!a", "a", NULL},
	{"!", "a", NULL},
	{"a !", "a", "a"},
	{"a", "", NULL},
	{"a !b", "", NULL},
	{"{a,b} ?c [d]", "d", "[d]"},
	{"{a,b} ?c [d]", "x/xc", "?c"},
};

static void
last_match_decides(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(decisions); i++) {
		struct globs *globs = globs_create();
		struct slice rest = slice_of(decisions[i].patterns), pattern;
		const char *by;

		while (slice_split(&rest, ' ', &pattern)) {
			char *copy = mem_copy(pattern.at, pattern.length);

			globs_add(globs, copy);
			free(copy);
		}
		print_message("  %s : %s\n", decisions[i].patterns, decisions[i].path);
		by = globs_match(globs, slice_of(decisions[i].path));
		assert_string_equal(by ? by : "-", decisions[i].by ? decisions[i].by : "-");
		globs_destroy(globs);
	}
}

/* The result must not depend on the comparisons before. */
static void
matches_are_independent(void **state)
{
	struct globs *globs = globs_create();

	(void)state;
	globs_add(globs, "a/**/b");
	globs_add(globs, "*.log");
	for (int i = 0; i < 3; i++) {
		assert_non_null(globs_match(globs, slice_of("a/x/b")));
		assert_null(globs_match(globs, slice_of("b")));
		assert_null(globs_match(globs, slice_of("a/x")));
		assert_non_null(globs_match(globs, slice_of("x/b.log")));
	}
	globs_destroy(globs);
	globs_destroy(NULL);
}

static void
many_patterns(void **state)
{
	struct globs *globs = globs_create();

	(void)state;
	for (int i = 0; i < 500; i++) {
		char *pattern = mem_format("%sname%d", i % 2 ? "" : "a/", i);

		globs_add(globs, pattern);
		free(pattern);
	}
	assert_string_equal(globs_match(globs, slice_of("x/name499")), "name499");
	assert_string_equal(globs_match(globs, slice_of("a/name498/name1")), "a/name498");
	assert_null(globs_match(globs, slice_of("b/name498")));
	globs_destroy(globs);
}

/* Adds count patterns that take long, and match nothing here. */
static void
add_slow_patterns(struct globs *globs, int count)
{
	for (int i = 0; i < count; i++)
		globs_add(globs, "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b");
}

/* A settings file that came with a folder may have so many that every change would take seconds. */
static void
slow_patterns(void **state)
{
	static const char name[] =
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.log";
	struct globs *few = globs_create(), *many = globs_create();

	(void)state;
	globs_add(few, "a*.l*g");
	globs_add(many, "a*.l*g");
	add_slow_patterns(few, 100);
	add_slow_patterns(many, 5000);
	assert_string_equal(globs_match(few, slice_of(name)), "a*.l*g");
	assert_null(globs_match(many, slice_of(name)));
	globs_add(many, "!x");
	assert_null(globs_match(many, slice_of(name)));
	globs_add(many, "*.log");
	assert_string_equal(globs_match(many, slice_of(name)), "*.log");
	globs_destroy(few);
	globs_destroy(many);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(last_match_decides),
		cmocka_unit_test(matches_are_independent),
		cmocka_unit_test(many_patterns),
		cmocka_unit_test(slow_patterns),
	};

	return cmocka_run_group_tests_name("globs", tests, NULL, NULL);
}

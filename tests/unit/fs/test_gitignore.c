/*
 * The verdicts of one .gitignore. test_ignore.c compares them with those of git.
 */
#include "support/test.h"

#include <string.h>

#include "fs/gitignore.h"

static const struct {
	const char *text, *path;
	bool is_folder;
	enum gitignore_verdict verdict;
	const char *quoted;
} rows[] = {
	{"", "a", false, GITIGNORE_NO_MATCH, NULL},
	{"a", "a", false, GITIGNORE_EXCLUDED, "f: a"},
	{"a\n", "x/a", false, GITIGNORE_EXCLUDED, "f: a"},
	{"a", "a/x", false, GITIGNORE_NO_MATCH, NULL}, /* its folder is asked about first */
	{"a\n!a\n", "a", false, GITIGNORE_INCLUDED, "f: !a"},
	{"!a\na\n", "a", false, GITIGNORE_EXCLUDED, "f: a"},
	{"a/", "a", false, GITIGNORE_NO_MATCH, NULL},
	{"a/", "a", true, GITIGNORE_EXCLUDED, "f: a/"},
	{"x/a", "x/a", false, GITIGNORE_EXCLUDED, "f: x/a"},
	{"x/a", "y/x/a", false, GITIGNORE_NO_MATCH, NULL},
	{"/a", "x/a", false, GITIGNORE_NO_MATCH, NULL},
	{"x/**", "x", true, GITIGNORE_NO_MATCH, NULL},
	{"x/**", "x/y/z", false, GITIGNORE_EXCLUDED, "f: x/**"},
	{"*.{js,css}", "a.js", false, GITIGNORE_NO_MATCH, NULL},
	{"# a\n\\# a", "# a", false, GITIGNORE_EXCLUDED, "f: \\# a"},
	{"a  \r\n", "a", false, GITIGNORE_EXCLUDED, "f: a"},
	{"a\\  ", "a ", false, GITIGNORE_EXCLUDED, "f: a\\ "},
	{"[a", "[a", false, GITIGNORE_NO_MATCH, NULL},
	{"a\\", "a", false, GITIGNORE_NO_MATCH, NULL},
	{"*", "", true, GITIGNORE_NO_MATCH, NULL},
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct gitignore *gitignore = gitignore_create(slice_of(rows[i].text), "f");
		const char *quoted = NULL;

		print_message("  %s : %s\n", rows[i].text, rows[i].path);
		assert_int_equal(gitignore_judge(gitignore, slice_of(rows[i].path),
					 rows[i].is_folder, &quoted),
			rows[i].verdict);
		assert_string_equal(quoted ? quoted : "-", rows[i].quoted ? rows[i].quoted : "-");
		gitignore_destroy(gitignore);
	}
	gitignore_destroy(NULL);
}

/* Every text of up to five of these bytes is accepted, and not read beyond its end. */
static void
test_every_short_text(void **state)
{
	static const char bytes[] = "a*/[]\\!# \n\r";
	enum { COUNT = sizeof(bytes) - 1, LENGTH = 4 };
	size_t texts = 1;

	(void)state;
	for (int i = 0; i < LENGTH; i++)
		texts *= COUNT;
	for (size_t number = 0; number < texts; number++) {
		char text[LENGTH];
		size_t rest = number;
		struct gitignore *gitignore;
		const char *quoted;

		for (size_t i = 0; i < LENGTH; i++, rest /= COUNT)
			text[i] = bytes[rest % COUNT];
		gitignore = gitignore_create((struct slice){text, LENGTH}, "f");
		gitignore_judge(gitignore, slice_of("a/a]"), true, &quoted);
		gitignore_destroy(gitignore);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_every_short_text),
	};

	return cmocka_run_group_tests_name("gitignore", tests, NULL, NULL);
}

/*
 * The verdicts of one .gitignore. test_ignore.c compares them with those of git.
 */
#include "support/test.h"

#include <string.h>

#include "base/buf.h"
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
		size_t budget = GITIGNORE_BUDGET;

		print_message("  %s : %s\n", rows[i].text, rows[i].path);
		assert_int_equal(gitignore_judge(gitignore, slice_of(rows[i].path),
					 rows[i].is_folder, &budget, &quoted),
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
		size_t budget = GITIGNORE_BUDGET;

		for (size_t i = 0; i < LENGTH; i++, rest /= COUNT)
			text[i] = bytes[rest % COUNT];
		gitignore = gitignore_create((struct slice){text, LENGTH}, "f");
		gitignore_judge(gitignore, slice_of("a/a]"), true, &budget, &quoted);
		gitignore_destroy(gitignore);
	}
}

static enum gitignore_verdict
verdict_of(struct slice text, const char *path, size_t *budget, bool *is_cut)
{
	struct gitignore *gitignore = gitignore_create(text, "f");
	const char *quoted;
	enum gitignore_verdict verdict = gitignore_judge(
		gitignore, slice_of(path), false, budget, &quoted);

	*is_cut = gitignore_is_cut(gitignore);
	gitignore_destroy(gitignore);
	return verdict;
}

/* Whoever wrote the file does not decide how much memory it needs. */
static void
test_too_many_patterns(void **state)
{
	struct buf text = {0};
	size_t budget = GITIGNORE_BUDGET;
	bool is_cut;

	(void)state;
	for (int i = 0; i < 5000; i++)
		buf_addf(&text, "a%d\n", i);
	assert_int_equal(
		verdict_of(buf_slice(&text), "a4999", &budget, &is_cut), GITIGNORE_EXCLUDED);
	assert_false(is_cut);
	buf_add_text(&text, "b\n");
	assert_int_equal(verdict_of(buf_slice(&text), "b", &budget, &is_cut), GITIGNORE_NO_MATCH);
	assert_true(is_cut);
	buf_clear(&text);
	for (int i = 0; i < 1001; i++)
		buf_add_char(&text, 'a');
	buf_add_text(&text, "\nb\n");
	assert_int_equal(verdict_of(buf_slice(&text), "b", &budget, &is_cut), GITIGNORE_EXCLUDED);
	assert_true(is_cut);
	buf_finish(&text);
}

/* Nor how long one path takes. */
static void
test_work_is_bounded(void **state)
{
	struct buf text = {0}, path = {0};
	size_t budget = GITIGNORE_BUDGET;
	bool is_cut;

	(void)state;
	buf_add_text(&text, "*\n");
	for (int i = 0; i < 400; i++)
		buf_add_text(&text, "/*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b*c\n");
	for (int i = 0; i < 3000; i++)
		buf_add_char(&path, 'a');
	assert_int_equal(
		verdict_of(buf_slice(&text), path.bytes, &budget, &is_cut), GITIGNORE_NO_MATCH);
	assert_int_equal(budget, 0);
	buf_finish(&text);
	buf_finish(&path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_every_short_text),
		cmocka_unit_test(test_too_many_patterns),
		cmocka_unit_test(test_work_is_bounded),
	};

	return cmocka_run_group_tests_name("gitignore", tests, NULL, NULL);
}

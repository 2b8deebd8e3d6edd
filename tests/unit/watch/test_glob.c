#include "support/test.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "watch/glob.h"
#include "base/mem.h"

struct row {
	const char *pattern, *path;
	bool means;
};

/* Asks about copies of exactly these bytes, so that the sanitizer sees one byte read too many. */
static bool
ask(const char *pattern, const char *path)
{
	size_t length = strlen(path);
	char *pattern_copy = mem_text(pattern);
	char *path_copy = mem_resize(NULL, length);
	bool means;

	memcpy(path_copy, path, length);
	means = glob_means(pattern_copy, (struct slice){path_copy, length});
	free(pattern_copy);
	free(path_copy);
	return means;
}

/* In front of a pattern this says nothing, but no pattern with it is plain. */
#define NOTHING "{}"

static void
check(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char *not_plain = mem_format(NOTHING "%s", rows[i].pattern);

		print_message("  %s : %s\n", rows[i].pattern, rows[i].path);
		assert_int_equal(ask(rows[i].pattern, rows[i].path), rows[i].means);
		if (rows[i].pattern[0] && !strchr("/.", rows[i].pattern[0]))
			assert_int_equal(ask(not_plain, rows[i].path), rows[i].means);
		free(not_plain);
	}
}

static void
test_names(void **state)
{
	static const struct row rows[] = {
		{"a", "a", true},
		{"a", "b", false},
		{"a", "ab", false},
		{"ab", "a", false},
		{"a", "A", false},
		{"a.b", "axb", false},
		{"node_modules", "node_modules", true},
		{"node_modules", "x/node_modules", true},
		{"node_modules", "x/node_modules/y/z.js", true},
		{"node_modules", "node_modules2", false},
		{"node_modules", "my_node_modules", false},
		{"\xc3\xa4", "x/\xc3\xa4", true},
		{"", "a", false},
		{"/", "a", false},
		{"./", "a", false},
		{"a", "", false},
		{"", "", false},
		{"*", "", false},
		{"**", "", false},
	};

	(void)state;
	check(rows, ROWS(rows));
}

static void
test_wildcards(void **state)
{
	static const struct row rows[] = {
		{"*", "a", true},
		{"*", "a/b", true},
		{"*.log", "a.log", true},
		{"*.log", "x/y/a.log", true},
		{"*.log", ".log", true},
		{"*.log", "a.log.txt", false},
		{"*.log", "a.log/b", true},
		{"*.log", "alog", false},
		{"a*", "a", true},
		{"a*b*c", "axxbxxc", true},
		{"a*b*c", "axxbxx", false},
		{"a*b", "a/b", false},
		{"x/*", "x/a", true},
		{"x/*", "x/a/b", true},
		{"x/*", "x", false},
		{"x/*/b", "x/a/b", true},
		{"x/*/b", "x/b", false},
		{"x/*/b", "x/a/a/b", false},
		{"x/*.js", "x/a.js", true},
		{"x/*.js", "x/y/a.js", false},
		{"?", "a", true},
		{"?", "ab", false},
		{"??", "ab", true},
		{"a?b", "a/b", false},
		{"a?b", "axb", true},
		{"?a", "a", false},
		{".*", ".git", true},
		{".*", "a/.git/b", true},
		{".*", "git", false},
	};

	(void)state;
	check(rows, ROWS(rows));
}

static void
test_globstars(void **state)
{
	static const struct row rows[] = {
		{"**", "a", true},
		{"**", "a/b", true},
		{"**/b", "b", true},
		{"**/b", "a/b", true},
		{"**/b", "a/a/b", true},
		{"**/b", "a/b/c", true},
		{"**/b", "ab", false},
		{"**/b", "a/ab", false},
		{"a/**/b", "a/b", true},
		{"a/**/b", "a/x/b", true},
		{"a/**/b", "a/x/y/b", true},
		{"a/**/b", "ab", false},
		{"a/**/b", "a/xb", false},
		{"a/**/b", "x/a/b", false},
		{"a/**/*.js", "a/x.js", true},
		{"a/**/*.js", "a/b/c/x.js", true},
		{"a/**/*.js", "a/x.css", false},
		{"a/**/*", "a", false},
		{"a/**/*", "a/b", true},
		{"**/a/**/b", "a/b", true},
		{"**/a/**/b", "x/a/y/b", true},
		{"**/**/b", "b", true},
		{"**/**", "a", true},
		{"a**", "ab", true},
		{"a**/b", "ax/b", true},
		{"a**/b", "ax/y/b", true},
		{"a**/b", "ab", false},
		{"a/**b", "a/xb", true},
		{"a/**b", "a/x/yb", true},
		{"a/**b", "a/x", false},
		{"a***b", "a/b", true},
		{"x/a***b", "x/a/b", true},
		{"*/**", "a", true},
		{"*/**/b", "a/b", true},
	};

	(void)state;
	check(rows, ROWS(rows));
}

static void
test_folders(void **state)
{
	static const struct row rows[] = {
		{"dist", "dist", true},
		{"dist", "dist/a/b", true},
		{"dist/", "dist", true},
		{"dist/", "dist/a/b", true},
		{"dist/", "x/dist/a", true},
		{"dist/", "distx", false},
		{"dist//", "x/dist", true},
		{"dist/**", "dist", true},
		{"dist/**", "dist/a/b", true},
		{"dist/**", "x/dist", false},
		{"dist/**", "distx/a", false},
		{"dist/**/", "dist", true},
		{"dist/**/**", "dist", true},
		{"dist/**/**/", "dist/a", true},
		{"**/dist/**", "dist", true},
		{"**/dist/**", "a/b/dist/c", true},
		{"**/dist/**", "a/b/distc", false},
		{"/dist", "dist/a", true},
		{"/dist", "x/dist", false},
		{"./dist", "dist", true},
		{"./dist", "x/dist", false},
		{"././/dist/", "dist/a", true},
		{"/*.log", "a.log", true},
		{"/*.log", "x/a.log", false},
		{"build/x", "build/x", true},
		{"build/x", "build/x/y", true},
		{"build/x", "build", false},
		{"build/x", "build/xy", false},
		{"build/x", "a/build/x", false},
		{"build/x/", "build/x", true},
		{"/**", "a/b", true},
		{".", "a", false},
		{"..", "..", true},
	};

	(void)state;
	check(rows, ROWS(rows));
}

static void
test_classes(void **state)
{
	static const struct row rows[] = {
		{"[abc]", "b", true},
		{"[abc]", "d", false},
		{"[a-c]x", "bx", true},
		{"[a-c]x", "dx", false},
		{"[!a]", "b", true},
		{"[!a]", "a", false},
		{"[^a]", "b", true},
		{"[^a]", "a", false},
		{"[!a-c]", "b", false},
		{"[]]", "]", true},
		{"[!]]", "]", false},
		{"[!]]", "a", true},
		{"[a-]", "-", true},
		{"[-a]", "-", true},
		{"[c-a]", "b", false},
		{"[\\]]", "]", true},
		{"[\\a-c]", "b", true},
		{"[a\\-c]", "b", false},
		{"[a\\-c]", "-", true},
		{"[\\!a]", "!", true},
		{"[a!]", "!", true},
		{"[*?]", "*", true},
		{"[*?]", "a", false},
		{"[,{]", ",", true},
		{"x[!a]y", "x/y", false},
		{"x[/]y", "x/y", false},
		{"x/a[.-0]y", "x/a/y", false},
		{"[\xc0-\xff]", "\xe4", true},
		{"[a-z]", "\xe4", false},
		{"[abc", "[abc", true},
		{"[abc", "a", false},
		{"[", "[", true},
		{"[]", "[]", true},
		{"[!", "[!", true},
		{"[!]", "[!]", true},
		{"a[[", "a[[", true},
		{"[a\\]", "[a]", true},
		{"*[", "x[", true},
	};

	(void)state;
	check(rows, ROWS(rows));
}

static void
test_braces(void **state)
{
	static const struct row rows[] = {
		{"{a,b}", "a", true},
		{"{a,b}", "b", true},
		{"{a,b}", "c", false},
		{"{a,b}", "a,b", false},
		{"*.{js,css}", "x/a.css", true},
		{"*.{js,css}", "a.html", false},
		{"x{a,b}y", "xby", true},
		{"x{a,b}y", "xy", false},
		{"x{a,}y", "xy", true},
		{"x{,a}y", "xay", true},
		{"x{}y", "xy", true},
		{"{a}", "a", true},
		{"{a,b}{c,d}", "bc", true},
		{"{a,b}{c,d}", "ab", false},
		{"{a,{b,c}d}e", "cde", true},
		{"{a,{b,c}d}e", "ae", true},
		{"{a,{b,c}d}e", "ade", false},
		{"{a,{b,c}d}e", "ce", false},
		{"{{{a}}}", "a", true},
		{"{a*,b?}", "axx", true},
		{"{a*,b?}", "bxx", false},
		{"{a/b,c}/d", "a/b/d", true},
		{"{a/b,c}/d", "c/d", true},
		{"{a/b,c}/d", "b/d", false},
		{"{**/a,b}/c", "x/y/a/c", true},
		{"{**/a,b}/c", "a/c", true},
		{"{**/a,b}/c", "x/b/c", false},
		{"{**,x}/b", "b", true},
		{"**/{node_modules,dist}/**", "a/dist", true},
		{"**/{node_modules,dist}/**", "node_modules/b", true},
		{"{node_modules/**,dist/}", "node_modules", true},
		{"{node_modules/**,dist/}", "dist/a", true},
		{"{a/**,b}c", "a/c", true},
		{"{a/**,b}c", "a", false},
		{"{a,[,]}", ",", true},
		{"{a,\\}}", "}", true},
		{"{a\\,b}", "a,b", true},
		{"{a\\,b}", "b", false},
		{"{a", "{a", true},
		{"{a,b", "{a,b", true},
		{"{a,b", "a", false},
		{"{a,{b,c}", "{a,b", true},
		{"{a,{b,c}", "a", false},
		{"{{a,b}", "{b", true},
		{"a}", "a}", true},
		{"a,b", "a,b", true},
		{"{a,b}}", "a}", true},
		{"{a,b}}", "a", false},
	};

	(void)state;
	check(rows, ROWS(rows));
}

static void
test_escapes(void **state)
{
	static const struct row rows[] = {
		{"\\*", "*", true},
		{"\\*", "a", false},
		{"\\?\\[\\{", "?[{", true},
		{"a\\\\", "a\\", true},
		{"a\\", "a\\", true},
		{"\\a", "a", true},
		{"a\\/b", "a/b", true},
		{"\\**", "*a", true},
		{"\\**", "a", false},
	};

	(void)state;
	check(rows, ROWS(rows));
}

/* Patterns that kill what tries again or multiplies braces out; the step-wise set does not notice.
 */
static void
test_nothing_explodes(void **state)
{
	static const struct {
		const char *label, *front, *piece, *back, *byte;
	} rows[] = {
		{"stars", "", "a*", "b", "a"},
		{"globstars", "", "**a", "b", "a"},
		{"globstars and slashes", "", "**/", "b", "a/"},
		{"braces in a row", "", "{a,aa}", "b", "a"},
		{"braces in a row, empty", "", "{,a}", "b", "a"},
		{"braces in braces", "", "{a,", "b", "a"},
		{"braces that stay open", "", "{", "", "a"},
		{"classes", "", "[!b]*", "b", "a"},
		{"classes that stay open", "", "[", "", "a"},
		{"separators", "{", ",a", "}b", "a"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf pattern = {0}, path = {0};
		clock_t start = clock();

		print_message("  %s\n", rows[i].label);
		buf_add_text(&pattern, rows[i].front);
		for (int j = 0; j < 500; j++)
			buf_add_text(&pattern, rows[i].piece);
		buf_add_text(&pattern, rows[i].back);
		for (int j = 0; j < 4000; j++)
			buf_add_text(&path, rows[i].byte);
		assert_false(glob_means(pattern.bytes, buf_slice(&path)));
		assert_true(clock() - start < 5 * CLOCKS_PER_SEC);
		buf_finish(&pattern);
		buf_finish(&path);
	}
	assert_false(ask("a*a*a*a*a*a*a*a*b",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
}

static void
test_deep_braces(void **state)
{
	struct buf pattern = {0};

	(void)state;
	for (int i = 0; i < 5000; i++)
		buf_add_text(&pattern, "{a,");
	buf_add_text(&pattern, "b");
	for (int i = 0; i < 5000; i++)
		buf_add_text(&pattern, "}");
	assert_true(ask(pattern.bytes, "a"));
	assert_true(ask(pattern.bytes, "b"));
	assert_false(ask(pattern.bytes, "c"));
	buf_finish(&pattern);
}

/* Every pattern of up to five of these bytes is taken, and never reads outside of itself. */
static void
test_every_short_pattern(void **state)
{
	static const char bytes[] = "a*/[]{},\\!?";
	enum { COUNT = sizeof(bytes) - 1, LENGTH = 5 };
	size_t patterns = 1;

	(void)state;
	for (int i = 0; i < LENGTH; i++)
		patterns *= COUNT;
	for (size_t number = 0; number < patterns; number++) {
		char pattern[LENGTH + 1] = "";
		size_t rest = number;

		for (size_t i = 0; i < LENGTH; i++, rest /= COUNT)
			pattern[i] = bytes[rest % COUNT];
		glob_means(pattern, slice_of("a/a,]"));
	}
}

/* ---- lists ---- */

/* Patterns parted by spaces, and the one by which path is meant. */
static void
test_lists(void **state)
{
	static const struct {
		const char *patterns, *path, *by;
	} rows[] = {
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
		/* A folder that is meant keeps what is in it. */
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

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct globs *globs = globs_create();
		struct slice rest = slice_of(rows[i].patterns), pattern;
		const char *by;

		while (slice_split(&rest, ' ', &pattern)) {
			char *copy = mem_copy(pattern.at, pattern.length);

			globs_add(globs, copy);
			free(copy);
		}
		print_message("  %s : %s\n", rows[i].patterns, rows[i].path);
		by = globs_mean(globs, slice_of(rows[i].path));
		assert_string_equal(by ? by : "-", rows[i].by ? rows[i].by : "-");
		globs_destroy(globs);
	}
}

/* A list is asked again and again: the answer must not depend on what was asked before. */
static void
test_lists_remember_nothing(void **state)
{
	struct globs *globs = globs_create();

	(void)state;
	globs_add(globs, "a/**/b");
	globs_add(globs, "*.log");
	for (int i = 0; i < 3; i++) {
		assert_non_null(globs_mean(globs, slice_of("a/x/b")));
		assert_null(globs_mean(globs, slice_of("b")));
		assert_null(globs_mean(globs, slice_of("a/x")));
		assert_non_null(globs_mean(globs, slice_of("x/b.log")));
	}
	globs_destroy(globs);
	globs_destroy(NULL);
}

static void
test_lists_of_many(void **state)
{
	struct globs *globs = globs_create();

	(void)state;
	for (int i = 0; i < 500; i++) {
		char *pattern = mem_format("%sname%d", i % 2 ? "" : "a/", i);

		globs_add(globs, pattern);
		free(pattern);
	}
	assert_string_equal(globs_mean(globs, slice_of("x/name499")), "name499");
	assert_string_equal(globs_mean(globs, slice_of("a/name498/name1")), "a/name498");
	assert_null(globs_mean(globs, slice_of("b/name498")));
	globs_destroy(globs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_wildcards),
		cmocka_unit_test(test_globstars),
		cmocka_unit_test(test_folders),
		cmocka_unit_test(test_classes),
		cmocka_unit_test(test_braces),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_nothing_explodes),
		cmocka_unit_test(test_deep_braces),
		cmocka_unit_test(test_every_short_pattern),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_lists_remember_nothing),
		cmocka_unit_test(test_lists_of_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

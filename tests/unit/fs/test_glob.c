#include "support/test.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "support/naive_glob.h"
#include "support/valgrind.h"
#include "base/mem.h"
#include "fs/glob.h"

struct row {
	const char *pattern, *path;
	bool matches;
};

static bool
matches(const char *pattern, struct slice path)
{
	struct glob glob;
	bool does_match;

	glob_init(&glob, pattern, GLOB_SYNTAX_OWN);
	does_match = glob_matches(&glob, path);
	glob_finish(&glob);
	return does_match;
}

/* Compares exact copies of the bytes, so that the sanitizer reports one byte read too many. */
static bool
matches_copy(const char *pattern, const char *path)
{
	size_t length = strlen(path);
	char *pattern_copy = mem_text(pattern);
	char *path_copy = mem_resize(NULL, length);
	bool does_match;

	memcpy(path_copy, path, length);
	does_match = matches(pattern_copy, (struct slice){path_copy, length});
	free(pattern_copy);
	free(path_copy);
	return does_match;
}

/* In front of a pattern this changes no match, but makes the pattern one that is not plain. */
#define NOTHING "{}"

static void
check(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char *not_plain = mem_format(NOTHING "%s", rows[i].pattern);

		print_message("  %s : %s\n", rows[i].pattern, rows[i].path);
		assert_int_equal(matches_copy(rows[i].pattern, rows[i].path), rows[i].matches);
		if (rows[i].pattern[0] && !strchr("/.", rows[i].pattern[0]))
			assert_int_equal(matches_copy(not_plain, rows[i].path), rows[i].matches);
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
		{"**/{}", "a", true},
		{"**/{,x}", "a/b", true},
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

/* Patterns that take exponential time with backtracking, or with expansion of braces. */
static void
test_time_is_linear(void **state)
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
		assert_false(matches(pattern.bytes, buf_slice(&path)));
		assert_true(clock() - start < 5 * CLOCKS_PER_SEC);
		buf_finish(&pattern);
		buf_finish(&path);
	}
	assert_false(matches_copy("a*a*a*a*a*a*a*a*b",
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
	assert_true(matches_copy(pattern.bytes, "a"));
	assert_true(matches_copy(pattern.bytes, "b"));
	assert_false(matches_copy(pattern.bytes, "c"));
	buf_finish(&pattern);
}

/* Every pattern of up to five of these bytes compiles, and nothing outside of it is read. */
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
		matches(pattern, slice_of("a/a,]"));
	}
}

/* Git's syntax. test_gitignore.c has more of it. */
static void
test_git(void **state)
{
	static const struct row rows[] = {
		{"a", "a", true},
		{"a", "x/a", true},
		{"a", "a/b", false},
		{"/a", "a", true},
		{"/a", "x/a", false},
		{"x/a", "x/a", true},
		{"x/a", "y/x/a", false},
		{"x/*", "x/a", true},
		{"x/*", "x/a/b", false},
		{"{a,b}", "a", false},
		{"{a,b}", "{a,b}", true},
		{"a**", "a/b", false},
		{"a/**", "a/b/c", true},
		{"[a", "[a", false},
		{"a\\", "a\\", false},
		{"a", "", false},
		{"", "a", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct glob glob;

		print_message("  %s : %s\n", rows[i].pattern, rows[i].path);
		glob_init(&glob, rows[i].pattern, GLOB_SYNTAX_GIT);
		assert_int_equal(
			glob_matches_exactly(&glob, slice_of(rows[i].path)), rows[i].matches);
		glob_finish(&glob);
	}
}

static void
test_quote(void **state)
{
	static const char *const paths[] = {"a", "a/b*c", "[x]/{y,z}", "\\", "!?"};

	(void)state;
	for (size_t i = 0; i < ROWS(paths); i++) {
		struct buf pattern = {0};

		glob_quote(slice_of(paths[i]), &pattern);
		assert_true(matches(pattern.bytes, slice_of(paths[i])));
		assert_false(matches(pattern.bytes, slice_of("abc")));
		buf_finish(&pattern);
	}
}

/* ---- random patterns ---- */

static uint32_t
random_below(uint64_t *seed, uint32_t below)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((*seed >> 32) * below >> 32);
}

/* What may be in a row in a random pattern. Letters are frequent, so that patterns do match. */
static const char *const pieces[] = {"a", "a", "a", "b", "b", "B", "/", "/", "/", "*", "*", "?",
	"**", "**/", "/**", "/**/", "***", "[ab]", "[!a]", "[^b]", "[a-b]", "[b-a]", "[]a]",
	"[\\]]", "[", "]", "!", "-", "{a,b}", "{a/b,}", "{**,b}", "{", "}", "{", "}", ",", ",",
	"\\", ".", "./"};

static void
make_pattern(uint64_t *seed, char pattern[NAIVE_GLOB_MAX])
{
	size_t length = 0;

	for (uint32_t rest = 1 + random_below(seed, 8); rest; rest--) {
		const char *piece = pieces[random_below(seed, ROWS(pieces))];

		if (length + strlen(piece) >= NAIVE_GLOB_MAX)
			break;
		strcpy(pattern + length, piece);
		length += strlen(piece);
	}
}

static const char letters[] = "aaaabbbbB,[]{}*?\\!-.";

enum { SEGMENTS_MAX = 4, SEGMENT_MAX = 3, PATH_SIZE = SEGMENTS_MAX * (SEGMENT_MAX + 1) };

static void
make_path(uint64_t *seed, char path[PATH_SIZE])
{
	char *at = path;

	for (uint32_t segments = 1 + random_below(seed, SEGMENTS_MAX); segments; segments--) {
		for (uint32_t rest = 1 + random_below(seed, SEGMENT_MAX); rest; rest--)
			*at++ = letters[random_below(seed, sizeof(letters) - 1)];
		*at++ = '/';
	}
	at[-1] = '\0';
}

/*
 * Compares one compiled pattern with one path after the other, as the watch does: nothing of a
 * comparison may be left for the next. Returns how many paths matched.
 */
static size_t
compare_with_naive(uint64_t *seed, const char *pattern, enum glob_syntax syntax)
{
	size_t matched = 0;
	struct glob glob;

	glob_init(&glob, pattern, syntax);
	for (int i = 0; i < 4; i++) {
		char path[PATH_SIZE];
		bool expected, does_match;

		make_path(seed, path);
		expected = naive_glob_matches(pattern, path, syntax);
		does_match = syntax == GLOB_SYNTAX_GIT ? glob_matches_exactly(&glob, slice_of(path))
						       : glob_matches(&glob, slice_of(path));
		if (does_match != expected)
			fail_msg("'%s' with '%s', syntax %d: %d, expected %d", pattern, path,
				syntax, does_match, expected);
		matched += does_match;
	}
	glob_finish(&glob);
	return matched;
}

static void
compare_many(uint64_t seed)
{
	size_t patterns = valgrind_runs() ? 4000 : 150000, matched = 0;

	print_message("  %zu patterns; LIVESERVE_TEST_SEED=%llu makes the same ones\n", patterns,
		(unsigned long long)seed);
	for (size_t i = 0; i < patterns; i++) {
		char pattern[NAIVE_GLOB_MAX];

		make_pattern(&seed, pattern);
		matched += compare_with_naive(&seed, pattern, GLOB_SYNTAX_OWN);
		matched += compare_with_naive(&seed, pattern, GLOB_SYNTAX_GIT);
	}
	/* Both answers are frequent, so that both are tested. */
	assert_in_range(matched, patterns / 10, 7 * patterns);
}

static void
test_random_patterns(void **state)
{
	(void)state;
	compare_many(20261121);
}

static void
test_patterns_of_a_random_seed(void **state)
{
	const char *wanted = getenv("LIVESERVE_TEST_SEED");
	uint64_t seed = 0;

	(void)state;
	if (wanted)
		seed = strtoull(wanted, NULL, 10);
	else
		assert_int_equal(getrandom(&seed, sizeof(seed), 0), sizeof(seed));
	compare_many(seed);
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
		cmocka_unit_test(test_time_is_linear),
		cmocka_unit_test(test_deep_braces),
		cmocka_unit_test(test_every_short_pattern),
		cmocka_unit_test(test_git),
		cmocka_unit_test(test_quote),
		cmocka_unit_test(test_random_patterns),
		cmocka_unit_test(test_patterns_of_a_random_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

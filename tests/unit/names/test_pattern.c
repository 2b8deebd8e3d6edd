/*
 * Regular expressions, and that none of them can hold the program up.
 */
#include "support/test.h"

#include <string.h>

#include "names/pattern.h"

static void
finds(void **state)
{
	static const struct {
		const char *pattern, *subject;
		bool ignores_case, is_found;
		const char *first;
	} rows[] = {
		{"^a$", "a", false, true, NULL},
		{"^a$", "a\n", false, false, NULL},
		{"a.b", "a\nb", false, true, NULL},
		{"A", "a", false, false, NULL},
		{"A", "a", true, true, NULL},
		{"^(.*)$", "", false, true, ""},
		{"^(\\d+)/", "12/x", false, true, "12"},
		{"x(a)?", "x", false, true, NULL},
		{"", "anything", false, true, NULL},
		{"\xc3\xa9", "caf\xc3\xa9", false, true, NULL},
		{"(?<!a)b", "ab", false, false, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char why[PATTERN_WHY_SIZE];
		struct pattern *pattern = pattern_create(
			slice_of(rows[i].pattern), rows[i].ignores_case, why);
		struct pattern_groups groups;

		assert_non_null(pattern);
		if (pattern_find(pattern, slice_of(rows[i].subject), &groups) !=
			(rows[i].is_found ? PATTERN_YES : PATTERN_NO))
			fail_msg("%s, %s", rows[i].pattern, rows[i].subject);
		if (rows[i].is_found) {
			assert_non_null(groups.items[0].at);
			assert_int_equal(!groups.items[1].at, !rows[i].first);
			assert_true(!rows[i].first || slice_is(groups.items[1], rows[i].first));
		}
		pattern_destroy(pattern);
	}
	pattern_destroy(NULL);
}

static void
wildcards(void **state)
{
	static const struct {
		const char *pattern, *name;
		enum pattern_verdict verdict;
	} rows[] = {
		{"*.bak", "a.bak", PATTERN_YES},
		{"*.bak", "a.bak.txt", PATTERN_NO},
		{"*.bak", "abak", PATTERN_NO},
		{"a?c", "abc", PATTERN_YES},
		{"a?c", "ac", PATTERN_NO},
		{"(a)+[b]", "(a)+[b]", PATTERN_YES},
		{"", "", PATTERN_YES},
		{"", "a", PATTERN_NO},
	};
	char why[PATTERN_WHY_SIZE];

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct pattern *pattern = pattern_create_wildcards(slice_of(rows[i].pattern), why);

		assert_non_null(pattern);
		assert_int_equal(
			pattern_find(pattern, slice_of(rows[i].name), NULL), rows[i].verdict);
		pattern_destroy(pattern);
	}
}

static void
refused(void **state)
{
	static const char *const rows[] = {"(", "[a", "a{2,1}", "\\C", "(?<n>", "(*UTF)a"};
	char long_text[PATTERN_LENGTH_MAX + 2], why[PATTERN_WHY_SIZE];

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		*why = '\0';
		if (pattern_create(slice_of(rows[i]), false, why))
			fail_msg("%s", rows[i]);
		assert_true(*why);
	}
	memset(long_text, 'a', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	assert_null(pattern_create(slice_of(long_text), false, why));
	assert_string_equal(why, "it is too long");
}

/* Patterns that would take years, or all of the stack. */
static void
bounded(void **state)
{
	static const char *const rows[] = {"^(a+)+$", "(a|aa)+$", "(.*)*(.*)*x(.*)*$", "((a*)*)*b"};
	static char subject[8000];
	char why[PATTERN_WHY_SIZE];

	(void)state;
	memset(subject, 'a', sizeof(subject) - 1);
	subject[sizeof(subject) - 2] = 'c';
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct pattern *pattern = pattern_create(slice_of(rows[i]), false, why);

		assert_non_null(pattern);
		assert_int_not_equal(pattern_find(pattern, slice_of(subject), NULL), PATTERN_YES);
		pattern_destroy(pattern);
	}
	struct pattern *pattern = pattern_create(SLICE_LITERAL("^(a+)+$"), false, why);
	assert_int_equal(pattern_find(pattern, slice_of(subject), NULL), PATTERN_TOO_COSTLY);
	pattern_destroy(pattern);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds),
		cmocka_unit_test(wildcards),
		cmocka_unit_test(refused),
		cmocka_unit_test(bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

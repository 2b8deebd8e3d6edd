/*
 * Texts that are JSON to the letter, and texts that are nearly JSON.
 */
#include "support/test.h"

#include <string.h>

#include "base/json_check.h"

static void
accepted(void **state)
{
	static const char *const rows[] = {
		"1",
		" \t\r\n{ } ",
		"[]",
		"[1, -0.5e+7, 0, 10E-2, true, false, null, \"\"]",
		"{\"a\": {\"a\": []}, \"b\": [{}]}",
		"\"\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u0001 \\ud83d\\uDE00 \xf0\x9f\x98\x80\"",
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		print_message("%s\n", rows[i]);
		assert_null(json_check(slice_of(rows[i])));
	}
}

static void
refused(void **state)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{"", "no JSON"},
		{"{", "no JSON"},
		{"[1", "no JSON"},
		{"[1,]", "no JSON"},
		{"[,1]", "no JSON"},
		{"{\"a\"}", "no JSON"},
		{"{1: 2}", "no JSON"},
		{"{\"a\": 1 \"b\": 2}", "no JSON"},
		{"[1}", "no JSON"},
		{"1 2", "no JSON"},
		{"tru", "no JSON"},
		{"truex", "no JSON"},
		{"01", "no JSON"},
		{".5", "no JSON"},
		{"1.", "no JSON"},
		{"1e", "no JSON"},
		{"+1", "no JSON"},
		{"-", "no JSON"},
		{"\xef\xbb\xbf{}", "no JSON"},
		{"[\v1]", "no JSON"},
		{"\"a", "no JSON"},
		{"\"\\", "broken \\ escape"},
		{"\"\\q\"", "broken \\ escape"},
		{"\"\\u12\"", "broken \\ escape"},
		{"\"\\uZZZZ\"", "broken \\ escape"},
		{"\"\\u0000\"", "broken \\ escape"},
		{"\"\\udc00\"", "broken \\ escape"},
		{"\"\\ud800\"", "broken \\ escape"},
		{"\"\\ud800\\ud800\"", "broken \\ escape"},
		{"\"\\ud800x\"", "broken \\ escape"},
		{"\"\xff\"", "not UTF-8"},
		{"\"\xed\xa0\x80\"", "not UTF-8"},
		{"\"\n\"", "control character"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const char *why = json_check(slice_of(rows[i].text));

		print_message("%s\n", rows[i].text);
		assert_non_null(why);
		assert_non_null(strstr(why, rows[i].why));
	}
	assert_non_null(json_check(SLICE_LITERAL("1\0")));
	assert_non_null(json_check(SLICE_LITERAL("\"\0\"")));
}

static void
depth(void **state)
{
	char text[2 * JSON_CHECK_DEPTH_MAX + 2];

	(void)state;
	memset(text, '[', JSON_CHECK_DEPTH_MAX + 1);
	memset(text + JSON_CHECK_DEPTH_MAX + 1, ']', JSON_CHECK_DEPTH_MAX + 1);
	assert_null(json_check((struct slice){text + 1, sizeof(text) - 2}));
	assert_string_equal(
		json_check((struct slice){text, sizeof(text)}), "it is nested too deeply");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepted),
		cmocka_unit_test(refused),
		cmocka_unit_test(depth),
	};

	return cmocka_run_group_tests_name("json_check", tests, NULL, NULL);
}

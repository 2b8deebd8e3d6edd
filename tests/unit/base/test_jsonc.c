/*
 * JSON as people write it, and the plain JSON of it, with every byte at its offset.
 */
#include "support/test.h"

#include <string.h>

#include "base/jsonc.h"

static char text[4096];
static size_t at;

static const char *
clean(const char *given)
{
	assert_true(strlen(given) < sizeof(text));
	strcpy(text, given);
	return jsonc_clean(text, strlen(given), &at);
}

static const struct {
	const char *given, *expected;
} cleaned_rows[] = {
	/* Plain JSON stays as it is. */
	{"", ""},
	{"{}", "{}"},
	{" {\"a\": [1, -2.5e3, true, null, \"b\"], \"c\": {}}\r\n",
		" {\"a\": [1, -2.5e3, true, null, \"b\"], \"c\": {}}\r\n"},
	/* Comments. */
	{"// x\n1", "    \n1"},
	{"1 // x", "1     "},
	{"1 //", "1   "},
	{"// x\r\n1", "    \r\n1"},
	{"// x\r1", "    \r1"},
	{"/* x */1", "       1"},
	{"1/**/", "1    "},
	{"/***/1", "     1"},
	{"/* a\nb\r\n* / */1", "    \n \r\n      1"},
	{"/* // */1", "        1"},
	{"// /*\n1", "     \n1"},
	{"/* \" */1", "       1"},
	{"// \"\n1", "    \n1"},
	{"/*/ */1", "      1"},
	{"[1/* x */,/* y */2]", "[1       ,       2]"},
	{"{/**/\"a\"/**/:/**/1/**/}", "{    \"a\"    :    1    }"},
	/* What looks like a comment inside of a string. */
	{"\"http://localhost\"", "\"http://localhost\""},
	{"\"/* no */\"", "\"/* no */\""},
	{"\"\\\"// no\"", "\"\\\"// no\""},
	{"\"\\\\\"// yes", "\"\\\\\"      "},
	{"\"\\\\\\\"// no\"", "\"\\\\\\\"// no\""},
	{"[\"a\", \"//\"] // \"b\"", "[\"a\", \"//\"]       "},
	{"{\"**/*.ts\": \"*/\"}", "{\"**/*.ts\": \"*/\"}"},
	{"\",]\"", "\",]\""},
	{"[\",\"]", "[\",\"]"},
	{"\"\xe2\x82\xac \xff\"", "\"\xe2\x82\xac \xff\""},
	/* Commas at the end. */
	{"[1,]", "[1 ]"},
	{"[1,2,]", "[1,2 ]"},
	{"{\"a\": 1,}", "{\"a\": 1 }"},
	{"[1 , ]", "[1   ]"},
	{"[1,\n]", "[1 \n]"},
	{"[1, // x\n]", "[1      \n]"},
	{"[1 /* x */, /* y */]", "[1                 ]"},
	{"[\"a\",]", "[\"a\" ]"},
	{"[[],]", "[[] ]"},
	{"{\"a\":{\"b\":[1,],},}", "{\"a\":{\"b\":[1 ] } }"},
	{"[true,null,]", "[true,null ]"},
	/* Commas that are wrong stay. */
	{"[,]", "[,]"},
	{"{,}", "{,}"},
	{"[1,,]", "[1,,]"},
	{"[1,,2]", "[1,,2]"},
	{"{\"a\":,}", "{\"a\":,}"},
	{"1,", "1,"},
	{"/", "/"},
	{"/ /", "/ /"},
	/* A byte order mark, only at the front. */
	{"\xef\xbb\xbf{}", "   {}"},
	{"\xef\xbb\xbf// x\n{}", "       \n{}"},
	{"{}\xef\xbb\xbf", "{}\xef\xbb\xbf"},
};

static void
cleaned(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(cleaned_rows); i++) {
		print_message("%s\n", cleaned_rows[i].given);
		assert_null(clean(cleaned_rows[i].given));
		assert_string_equal(text, cleaned_rows[i].expected);
	}
}

static void
unterminated(void **state)
{
	static const struct {
		const char *given;
		size_t at;
		const char *error;
	} rows[] = {
		{"/*", 0, "comment"},
		{"/*/", 0, "comment"},
		{"1 /* x *", 2, "comment"},
		{"1 /* x\n\"*\" / \n", 2, "comment"},
		{"/* */ /* \n", 6, "comment"},
		{"\"", 0, "text"},
		{"\"a", 0, "text"},
		{"\"a\\\"", 0, "text"},
		{"\"a\\", 0, "text"},
		{"[\"a\n\"]", 1, "text"},
		{"[\"a\r\n\"]", 1, "text"},
		{"[\"a\\\n\"]", 1, "text"},
		{"{\"a\": \"b}\n// \"\n", 6, "text"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const char *error = clean(rows[i].given);

		print_message("%s\n", rows[i].given);
		assert_non_null(error);
		assert_non_null(strstr(error, rows[i].error));
		assert_int_equal(at, rows[i].at);
	}
}

static void
nul_bytes(void **state)
{
	char nul[] = "[1, \"\0\"]";

	(void)state;
	assert_non_null(jsonc_clean(nul, sizeof(nul) - 1, &at));
	assert_int_equal(at, 5);
}

/* Deeper than recursion could go. */
static void
depth(void **state)
{
	enum { DEPTH = 1000 * 1000 };
	char *deep = test_malloc(2 * DEPTH);

	(void)state;
	memset(deep, '[', DEPTH);
	memset(deep + DEPTH, ']', DEPTH);
	assert_null(jsonc_clean(deep, 2 * DEPTH, &at));
	assert_int_equal(jsonc_child((struct slice){deep, 2 * DEPTH}, 0, 0), 1);
	test_free(deep);
}

/* Every prefix of a text with all kinds of syntax, and every byte of it replaced: no crash. */
static void
broken_anywhere(void **state)
{
	static const char whole[] =
		"\xef\xbb\xbf// c\r\n{/* d */\"a\\\"//\": [1,\"b\\\\\",], \"c\": {},\n}";
	static const char others[] = "\"\\/*,[]{}\n\xef";

	(void)state;
	for (size_t length = 0; length < sizeof(whole); length++) {
		char *part = test_malloc(length + 1);

		for (size_t k = 0; k < sizeof(others); k++) {
			memcpy(part, whole, length);
			if (length)
				part[(k * 7) % length] = others[k];
			jsonc_clean(part, length, &at);
			assert_in_range(at, 0, length);
		}
		test_free(part);
	}
}

static void
lines(void **state)
{
	static const char given[] = "a\nb\r\nc\rd";
	static const unsigned expected[] = {1, 1, 2, 2, 2, 3, 3, 4};

	(void)state;
	for (size_t i = 0; i < ROWS(expected); i++)
		assert_int_equal(jsonc_line(SLICE_LITERAL(given), i), expected[i]);
	assert_int_equal(jsonc_line(SLICE_LITERAL(given), 100), 4);
	assert_int_equal(jsonc_line(SLICE_LITERAL(""), 0), 1);
}

static void
offsets(void **state)
{
	static const char given[] =
		" { \"a,\\\"\" : [ 1 ,{\"x\":[2,3]}, \"[\" ],\n\"b\":{} , \"c\": 4}";
	const struct slice whole = SLICE_LITERAL(given);
	size_t array;

	(void)state;
	assert_int_equal(given[jsonc_child(whole, 1, 0) + 1], 'a');
	assert_int_equal(given[jsonc_child(whole, 1, 1) + 1], 'b');
	assert_int_equal(given[jsonc_child(whole, 1, 2) + 1], 'c');
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(
			jsonc_next(whole, jsonc_child(whole, 1, i)), jsonc_child(whole, 1, i + 1));
	assert_int_equal(given[jsonc_value(whole, jsonc_child(whole, 1, 1))], '{');
	assert_int_equal(given[jsonc_value(whole, jsonc_child(whole, 1, 2))], '4');
	array = jsonc_value(whole, jsonc_child(whole, 1, 0));
	assert_int_equal(given[array], '[');
	assert_int_equal(given[jsonc_child(whole, array, 0)], '1');
	assert_int_equal(given[jsonc_child(whole, array, 1)], '{');
	assert_int_equal(given[jsonc_child(whole, array, 2) + 1], '[');
}

static void
check_accepts(void **state)
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
		assert_null(jsonc_check(slice_of(rows[i])));
	}
}

static void
check_refuses(void **state)
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
		const char *why = jsonc_check(slice_of(rows[i].text));

		print_message("%s\n", rows[i].text);
		assert_non_null(why);
		assert_non_null(strstr(why, rows[i].why));
	}
	assert_non_null(jsonc_check(SLICE_LITERAL("1\0")));
	assert_non_null(jsonc_check(SLICE_LITERAL("\"\0\"")));
}

static void
check_depth(void **state)
{
	char deep[2 * JSONC_DEPTH_MAX + 2];

	(void)state;
	memset(deep, '[', JSONC_DEPTH_MAX + 1);
	memset(deep + JSONC_DEPTH_MAX + 1, ']', JSONC_DEPTH_MAX + 1);
	assert_null(jsonc_check((struct slice){deep + 1, sizeof(deep) - 2}));
	assert_string_equal(
		jsonc_check((struct slice){deep, sizeof(deep)}), "it is nested too deeply");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(cleaned),
		cmocka_unit_test(unterminated),
		cmocka_unit_test(nul_bytes),
		cmocka_unit_test(depth),
		cmocka_unit_test(broken_anywhere),
		cmocka_unit_test(lines),
		cmocka_unit_test(offsets),
		cmocka_unit_test(check_accepts),
		cmocka_unit_test(check_refuses),
		cmocka_unit_test(check_depth),
	};

	return cmocka_run_group_tests_name("jsonc", tests, NULL, NULL);
}

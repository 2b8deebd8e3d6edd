/*
 * Texts of any bytes as JSON, read back by a JSON parser.
 */
#include "support/test.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "base/json_writer.h"

/* All bytes of a literal, as the text of a row. */
#define BYTES(literal) .text.at = literal, .text.length = sizeof(literal) - 1

static void
texts(void **state)
{
	static const struct {
		struct slice text;
		const char *json, *read;
	} rows[] = {
		{BYTES(""), "\"\"", ""},
		{BYTES("a/b.html"), "\"a/b.html\"", "a/b.html"},
		{BYTES("\"\\"), "\"\\\"\\\\\"", "\"\\"},
		{BYTES("\n\x1b\x7f"), "\"\\u000a\\u001b\\u007f\"", "\n\x1b\x7f"},
		{BYTES("\xc2\x9b"
		       "31m\xc2\xa0"),
			"\"\\u009b31m\xc2\xa0\"",
			"\xc2\x9b"
			"31m\xc2\xa0"},
		{BYTES("\xc3\xa4\xe2\x82\xac\xf0\x9f\x8d\x8e"),
			"\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x8d\x8e\"",
			"\xc3\xa4\xe2\x82\xac\xf0\x9f\x8d\x8e"},
		{BYTES("a\xff\xc3"), "\"a\xef\xbf\xbd\xef\xbf\xbd\"", "a\xef\xbf\xbd\xef\xbf\xbd"},
		{BYTES("\xed\xa0\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"",
			"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
		/* what nobody sees: U+202E, U+2028, U+FEFF, U+E0041 */
		{BYTES("\xe2\x80\xae\xe2\x80\xa8\xef\xbb\xbf\xf3\xa0\x81\x81"),
			"\"\\u202e\\u2028\\ufeff\\udb40\\udc41\"",
			"\xe2\x80\xae\xe2\x80\xa8\xef\xbb\xbf\xf3\xa0\x81\x81"},
		{BYTES("a\0b"), "\"a\\u0000b\"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf json = {0};
		cJSON *read;

		json_add_text(&json, rows[i].text);
		buf_add_text(&json, "");
		assert_string_equal(json.bytes, rows[i].json);
		read = cJSON_Parse(json.bytes);
		if (rows[i].read)
			assert_string_equal(cJSON_GetStringValue(read), rows[i].read);
		cJSON_Delete(read);
		buf_finish(&json);
	}
}

static void
cut_short(void **state)
{
	static const struct {
		const char *text;
		size_t most;
		const char *json;
	} rows[] = {
		{"", 0, "\"\""},
		{"abc", 3, "\"abc\""},
		{"abcd", 3, "\"abc\u2026\""},
		{"a\u20ac", 3, "\"a\u2026\""},
		{"\n\n", 1, "\"\\u000a\u2026\""},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf json = {0};

		json_add_short(&json, slice_of(rows[i].text), rows[i].most);
		assert_string_equal(json.bytes, rows[i].json);
		buf_finish(&json);
	}
}

static void
members(void **state)
{
	struct buf json = {0};

	(void)state;
	buf_add_char(&json, '{');
	json_add_text_member(&json, "a", "{");
	json_add_number_member(&json, "b", 12);
	json_add_name(&json, "c");
	buf_add_char(&json, '{');
	json_add_bool_member(&json, "d", true);
	json_add_bool_member(&json, "e", false);
	buf_add_text(&json, "}}");
	assert_string_equal(json.bytes, "{\"a\":\"{\",\"b\":12,\"c\":{\"d\":true,\"e\":false}}");
	buf_finish(&json);
}

static void
lists(void **state)
{
	static const struct {
		const char *texts;
		size_t length;
		char end;
		const char *json;
	} rows[] = {
		{"", 0, '\0', "{\"a\":[]}"},
		{"b", 1, '\n', "{\"a\":[\"b\"]}"},
		{"b\n", 2, '\n', "{\"a\":[\"b\"]}"},
		{"b\0\"c\0", 5, '\0', "{\"a\":[\"b\",\"\\\"c\"]}"},
		{"b\n\n,", 4, '\n', "{\"a\":[\"b\",\"\",\",\"]}"},
		{"\n", 1, '\n', "{\"a\":[\"\"]}"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf json = {0};

		buf_add_char(&json, '{');
		json_add_list_member(
			&json, "a", (struct slice){rows[i].texts, rows[i].length}, rows[i].end);
		buf_add_char(&json, '}');
		assert_string_equal(json.bytes, rows[i].json);
		buf_finish(&json);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(cut_short),
		cmocka_unit_test(members),
		cmocka_unit_test(lists),
	};

	return cmocka_run_group_tests_name("json_writer", tests, NULL, NULL);
}

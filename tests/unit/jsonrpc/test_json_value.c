#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "jsonrpc/json_value.h"

/* Reads a copy of exactly these bytes, so that the sanitizer sees one byte read too many. */
static struct json_value *
parse(const char *text, size_t length, bool *had_nul)
{
	char *copy = mem_resize(NULL, length ? length : 1);
	struct json_value *value;

	memcpy(copy, text, length);
	value = json_value_parse(copy, length, had_nul);
	free(copy);
	return value;
}

static void
test_valid_and_invalid(void **state)
{
	static const struct {
		const char *text;
		bool is_valid;
	} rows[] = {
		{"{}", true},
		{" [1,2] \r\n\t", true},
		{"\"a\\u0041\\n\\\"\"", true},
		{"", false},
		{"{", false},
		{"{} {}", false},
		{"{}x", false},
		{"\"a", false},
		{"\"a\\", false},
		{"\"\\u12\"", false},
		{"\"\\u12g4\"", false},
		{"\"\\x\"", false},
		{"\"a\nb\"", false},
		{"\"\xff\"", false},
		{"\"\xc3\"", false},
		{"\"\xed\xa0\x80\"", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		bool had_nul;
		struct json_value *value = parse(rows[i].text, strlen(rows[i].text), &had_nul);

		print_message("  %s\n", rows[i].text);
		assert_int_equal(value != NULL, rows[i].is_valid);
		json_value_destroy(value);
	}
	{
		bool had_nul;

		assert_null(parse("\"a\0b\"", 5, &had_nul));
	}
}

/* What UTF-8 and C cannot hold. */
static void
test_mended_texts(void **state)
{
	static const struct {
		const char *label, *text, *expected;
		bool had_nul;
	} rows[] = {
		{"a pair", "\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80", false},
		{"half a pair", "\"a\\ud83db\"",
			"a\xef\xbf\xbd"
			"b",
			false},
		{"the other half", "\"\\uDE00\"", "\xef\xbf\xbd", false},
		{"two first halves", "\"\\ud83d\\ud83d\\ude00\"", "\xef\xbf\xbd\xf0\x9f\x98\x80",
			false},
		{"half a pair at the end", "\"\\ud83d\"", "\xef\xbf\xbd", false},
		{"a NUL", "\"a\\u0000b\"",
			"a\x01"
			"b",
			true},
		{"no NUL, but a backslash", "\"\\\\u0000\"", "\\u0000", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		bool had_nul = !rows[i].had_nul;
		struct json_value *value = parse(rows[i].text, strlen(rows[i].text), &had_nul);

		print_message("  %s\n", rows[i].label);
		assert_non_null(value);
		assert_string_equal(json_value_text(value), rows[i].expected);
		assert_int_equal(had_nul, rows[i].had_nul);
		json_value_destroy(value);
	}
}

static void
test_values(void **state)
{
	static const char text[] =
		"{\"n\":12,\"neg\":-3,\"part\":1.5,\"big\":9007199254740993,\"t\":true,\"f\":false,"
		"\"z\":null,\"s\":\"x\",\"a\":[1,\"b\"],\"o\":{\"n\":1}}";
	bool had_nul;
	struct json_value *value = parse(text, strlen(text), &had_nul);
	const struct json_value *array;
	uint64_t number = 7;

	(void)state;
	assert_true(json_value_number(json_value_member(value, "n"), &number));
	assert_int_equal(number, 12);
	assert_false(json_value_number(json_value_member(value, "neg"), &number));
	assert_false(json_value_number(json_value_member(value, "part"), &number));
	assert_false(json_value_number(json_value_member(value, "big"), &number));
	assert_false(json_value_number(json_value_member(value, "s"), &number));
	assert_int_equal(number, 12);
	assert_true(json_value_bool(json_value_member(value, "t"), false));
	assert_false(json_value_bool(json_value_member(value, "f"), true));
	assert_true(json_value_bool(json_value_member(value, "missing"), true));
	assert_true(json_value_bool(json_value_member(value, "n"), true));
	assert_true(json_value_is_null(json_value_member(value, "z")));
	assert_false(json_value_is_null(NULL));
	assert_string_equal(json_value_text_member(value, "s"), "x");
	assert_null(json_value_text_member(value, "n"));
	assert_null(json_value_text_member(json_value_member(value, "a"), "n"));
	array = json_value_member(value, "a");
	assert_true(json_value_is_array(array));
	assert_string_equal(json_value_text(json_value_next(json_value_first(array))), "b");
	assert_null(json_value_next(json_value_next(json_value_first(array))));
	assert_null(json_value_first(json_value_member(value, "o")));
	assert_true(json_value_is_object(json_value_member(value, "o")));
	json_value_destroy(value);
}

static void
test_written(void **state)
{
	static const struct {
		const char *text, *id;
	} rows[] = {
		{"1", "1"},
		{"-7", "-7"},
		{"9007199254740991", "9007199254740991"},
		{"\"a\\n\"", "\"a\\u000a\""},
		{"1.5", NULL},
		{"1e300", NULL},
		{"null", NULL},
		{"true", NULL},
		{"[1]", NULL},
	};
	struct buf json = {0};
	struct json_value *value;
	bool had_nul;

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		value = parse(rows[i].text, strlen(rows[i].text), &had_nul);
		buf_clear(&json);
		print_message("  %s\n", rows[i].text);
		assert_int_equal(json_value_add_id(&json, value), rows[i].id != NULL);
		if (rows[i].id)
			assert_string_equal(json.bytes, rows[i].id);
		else
			assert_int_equal(json.length, 0);
		json_value_destroy(value);
	}
	value = parse("{ \"a\" : [ 1 ] }", 15, &had_nul);
	buf_clear(&json);
	json_value_add(&json, value);
	json_value_add(&json, NULL);
	assert_string_equal(json.bytes, "{\"a\":[1]}null");
	json_value_destroy(value);
	buf_finish(&json);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid_and_invalid),
		cmocka_unit_test(test_mended_texts),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

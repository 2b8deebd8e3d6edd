/*
 * Members, elements and texts, also of what is no JSON.
 */
#include "support/test.h"

#include "sources/json_reader.h"

#define ABSENT "(absent)"

static void
assert_value(struct slice value, const char *expected)
{
	assert_true(slice_is(value.at ? value : slice_of(ABSENT), expected));
}

static void
members(void **state)
{
	static const struct {
		const char *object, *value;
	} rows[] = {
		{"{\"a\":1}", "1"},
		{" { \"a\" : \"x\" } ", "\"x\""},
		{"{\"b\":{\"a\":2},\"a\":3}", "3"},
		{"{\"b\":[1,{\"a\":2}],\"c\":\"\\\"a\\\":4\",\"a\":[ ]}", "[ ]"},
		{"{\"a\":{\"}\":\"]\"}}", "{\"}\":\"]\"}"},
		{"{\"a\":1,\"a\":2}", "1"},
		{"{\"b\":1}", ABSENT},
		{"{}", ABSENT},
		{"", ABSENT},
		{"[\"a\",1]", ABSENT},
		{"{\"a\"", ABSENT},
		{"{\"a\":", ABSENT},
		{"{\"a\":\"x", ABSENT},
		{"{\"a\":[1", ABSENT},
		{"{\"b\" 1,\"a\":2}", ABSENT},
		{"{\"b\":,\"a\":2}", ABSENT},
		{"{a:1}", ABSENT},
		{"{\"b\":1 \"a\":2}", ABSENT},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_value(json_reader_member(slice_of(rows[i].object), "a"), rows[i].value);
	assert_value(json_reader_member((struct slice){0}, "a"), ABSENT);
}

static void
elements(void **state)
{
	static const struct {
		const char *array;
		size_t index;
		const char *value;
	} rows[] = {
		{"[1]", 0, "1"},
		{"[1, [2, 3] ,\"4,5\"]", 1, "[2, 3]"},
		{"[1, [2, 3] ,\"4,5\"]", 2, "\"4,5\""},
		{"[1, [2, 3] ,\"4,5\"]", 3, ABSENT},
		{"[null,true]", 1, "true"},
		{"[]", 0, ABSENT},
		{"[,1]", 0, ABSENT},
		{"[1 2]", 1, ABSENT},
		{"{\"a\":1}", 0, ABSENT},
		{"", 0, ABSENT},
	};
	struct slice rest = json_reader_elements(slice_of("[1,2]"));

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_value(
			json_reader_element(slice_of(rows[i].array), rows[i].index), rows[i].value);
	assert_value(json_reader_next(&rest), "1");
	assert_value(json_reader_next(&rest), "2");
	assert_value(json_reader_next(&rest), ABSENT);
	assert_value(json_reader_next(&rest), ABSENT);
}

static void
texts(void **state)
{
	static const struct {
		const char *value, *text;
	} rows[] = {
		{"\"\"", ""},
		{"\"a\\/b\"", "a/b"},
		{"\"\\\"\\\\\\b\\f\\n\\r\\t\"", "\"\\\b\f\n\r\t"},
		{"\"\\u00e9\\u4e2dx\"", "\xc3\xa9\xe4\xb8\xadx"},
		{"\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80"},
		{"\"\\ud83dx\"", "\xef\xbf\xbdx"},
		{"\"\\ude00\"", "\xef\xbf\xbd"},
		{"\"\\ud83d\\u0041\"", "\xef\xbf\xbd"
				       "A"},
		{"\"\\x\"", NULL},
		{"\"\\u12\"", NULL},
		{"\"\\u12g4\"", NULL},
		{"1", NULL},
		{"", NULL},
		{"\"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf text = {0};

		assert_int_equal(
			json_reader_text(slice_of(rows[i].value), &text), rows[i].text != NULL);
		if (rows[i].text)
			assert_true(slice_is(buf_slice(&text), rows[i].text));
		buf_finish(&text);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(members),
		cmocka_unit_test(elements),
		cmocka_unit_test(texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

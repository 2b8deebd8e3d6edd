#include "support/test.h"

#include "base/slice.h"

static void
compares(void **state)
{
	struct slice text = SLICE_LITERAL("Content-Type");

	(void)state;
	assert_true(slice_is(text, "Content-Type"));
	assert_false(slice_is(text, "Content-type"));
	assert_false(slice_is(text, "Content"));
	assert_false(slice_is(text, "Content-Type:"));
	assert_true(slice_is_nocase(text, "content-TYPE"));
	assert_false(slice_is_nocase(text, "content_type"));
	assert_true(slice_starts(text, "Content"));
	assert_true(slice_starts(text, ""));
	assert_false(slice_starts(text, "Content-Types"));
	assert_true(slice_ends(text, "Type"));
	assert_true(slice_ends(text, ""));
	assert_false(slice_ends(text, "xContent-Type"));
	assert_true(slice_starts_nocase(text, "CONTENT-"));
	assert_true(slice_starts_nocase(text, ""));
	assert_false(slice_starts_nocase(text, "content-types"));
	assert_true(slice_ends_nocase(text, "tYPE"));
	assert_false(slice_ends_nocase(text, "typ"));
	assert_false(slice_ends_nocase(text, "xcontent-type"));
	assert_false(slice_is((struct slice){"a\0b", 3}, "a"));
}

static void
trim(void **state)
{
	static const char *const rows[][2] = {
		{"", ""},
		{" ", ""},
		{" \t ", ""},
		{"a", "a"},
		{" \ta b\t ", "a b"},
		{"\na\r", "\na\r"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_true(slice_is(slice_trim(slice_of(rows[i][0])), rows[i][1]));
}

static void
drop(void **state)
{
	struct slice text = SLICE_LITERAL("abc");

	(void)state;
	slice_drop(&text, 0);
	assert_true(slice_is(text, "abc"));
	slice_drop(&text, 2);
	assert_true(slice_is(text, "c"));
	slice_drop(&text, 1);
	assert_true(slice_is(text, ""));
}

static void
split(void **state)
{
	static const struct {
		const char *text;
		size_t count;
		const char *parts[4];
	} rows[] = {
		{"", 1, {""}},
		{"a", 1, {"a"}},
		{"a,b", 2, {"a", "b"}},
		{",", 2, {"", ""}},
		{"a,,b,", 4, {"a", "", "b", ""}},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct slice rest = slice_of(rows[i].text);
		struct slice part;

		print_message("  \"%s\"\n", rows[i].text);
		for (size_t j = 0; j < rows[i].count; j++) {
			assert_true(slice_split(&rest, ',', &part));
			assert_true(slice_is(part, rows[i].parts[j]));
		}
		assert_false(slice_split(&rest, ',', &part));
	}
}

static void
number(void **state)
{
	static const struct {
		const char *text;
		bool is_number;
		uint64_t number;
	} rows[] = {
		{"0", true, 0},
		{"007", true, 7},
		{"9000", true, 9000},
		{"9999999999999999999", true, 9999999999999999999u},
		{"10000000000000000000", false, 0},
		{"", false, 0},
		{"-1", false, 0},
		{"+1", false, 0},
		{" 1", false, 0},
		{"1 ", false, 0},
		{"1.0", false, 0},
		{"0x1", false, 0},
		{":", false, 0},
		{"/", false, 0},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		uint64_t number = 0;

		print_message("  \"%s\"\n", rows[i].text);
		assert_int_equal(slice_number(slice_of(rows[i].text), &number), rows[i].is_number);
		assert_true(number == rows[i].number);
	}
}

static void
spaces(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++)
		assert_int_equal(is_space((char)c),
			c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r');
}

static void
hex_values(void **state)
{
	(void)state;
	assert_int_equal(slice_hex_value('0'), 0);
	assert_int_equal(slice_hex_value('9'), 9);
	assert_int_equal(slice_hex_value('a'), 10);
	assert_int_equal(slice_hex_value('F'), 15);
	for (const char *other = "/:@G`g \xff"; *other; other++)
		assert_int_equal(slice_hex_value(*other), -1);
	assert_int_equal(slice_hex_value('\0'), -1);
}

static void
one_of(void **state)
{
	static const char *const names[] = {"Age", "Date", NULL}, *const none[] = {NULL};

	(void)state;
	assert_true(slice_is_one_of_nocase(slice_of("date"), names));
	assert_false(slice_is_one_of_nocase(slice_of("dat"), names));
	assert_false(slice_is_one_of_nocase(slice_of("age"), none));
	assert_false(slice_is_one_of_nocase((struct slice){0}, names));
}

static void
take(void **state)
{
	struct slice rest = slice_of("{}"), absent = {0};

	(void)state;
	assert_false(slice_take(&rest, '}'));
	assert_true(slice_take(&rest, '{'));
	assert_true(slice_take(&rest, '}'));
	assert_false(slice_take(&rest, '}'));
	assert_false(slice_take(&absent, '{'));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_of),
		cmocka_unit_test(take),
		cmocka_unit_test(compares),
		cmocka_unit_test(trim),
		cmocka_unit_test(drop),
		cmocka_unit_test(split),
		cmocka_unit_test(number),
		cmocka_unit_test(hex_values),
		cmocka_unit_test(spaces),
	};

	return cmocka_run_group_tests_name("slice", tests, NULL, NULL);
}

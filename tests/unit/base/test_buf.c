#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

static void
test_slice_compares(void **state)
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
	assert_false(slice_is((struct slice){"a\0b", 3}, "a"));
}

static void
test_slice_trim(void **state)
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
test_slice_split(void **state)
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
test_slice_number(void **state)
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
test_buf_adds(void **state)
{
	struct buf buf = {0};

	(void)state;
	assert_int_equal(buf_slice(&buf).length, 0);
	assert_non_null(buf_slice(&buf).at);
	buf_add_text(&buf, "");
	assert_string_equal(buf.bytes, "");
	buf_add_text(&buf, "a");
	buf_add_char(&buf, 'b');
	buf_add_slice(&buf, (struct slice){"cde", 2});
	buf_add_number(&buf, 0);
	buf_add_number(&buf, UINT64_MAX);
	buf_addf(&buf, "%s%d", "x", -7);
	buf_add(&buf, NULL, 0);
	assert_string_equal(buf.bytes, "abcd018446744073709551615x-7");
	assert_int_equal(buf.length, strlen(buf.bytes));
	buf_add(&buf, "\0z", 2);
	assert_memory_equal(buf.bytes + buf.length - 2, "\0z", 3);
	buf_finish(&buf);
	assert_null(buf.bytes);
	assert_int_equal(buf.capacity, 0);
}

static void
test_buf_grows(void **state)
{
	struct buf buf = {0};

	(void)state;
	for (int i = 0; i < 10000; i++)
		buf_addf(&buf, "%c", 'a' + i % 26);
	assert_int_equal(buf.length, 10000);
	for (size_t i = 0; i < buf.length; i++)
		assert_int_equal(buf.bytes[i], 'a' + (int)(i % 26));
	assert_int_equal(buf.bytes[buf.length], '\0');
	buf_finish(&buf);
}

static void
test_buf_drop_clear_take(void **state)
{
	struct buf buf = {0};
	char *taken;

	(void)state;
	buf_add_text(&buf, "abcdef");
	buf_drop(&buf, 2);
	assert_string_equal(buf.bytes, "cdef");
	buf_drop(&buf, 4);
	assert_string_equal(buf.bytes, "");
	buf_clear(&buf);
	buf_add_text(&buf, "x");
	assert_string_equal(buf.bytes, "x");
	taken = buf_take(&buf);
	assert_string_equal(taken, "x");
	assert_null(buf.bytes);
	assert_int_equal(buf.length, 0);
	free(taken);
	taken = buf_take(&buf);
	assert_string_equal(taken, "");
	free(taken);
	buf_clear(&buf);
	buf_finish(&buf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slice_compares),
		cmocka_unit_test(test_slice_trim),
		cmocka_unit_test(test_slice_split),
		cmocka_unit_test(test_slice_number),
		cmocka_unit_test(test_buf_adds),
		cmocka_unit_test(test_buf_grows),
		cmocka_unit_test(test_buf_drop_clear_take),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

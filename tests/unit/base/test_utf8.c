#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

#define BYTES(text) text, sizeof(text) - 1

static void
valid(void **state)
{
	static const struct {
		const char *label, *bytes;
		size_t length;
		bool whole, expected;
	} rows[] = {
		{"nothing", BYTES(""), true, true},
		{"ASCII", BYTES("0123456789abcdef"), true, true},
		{"a NUL", BYTES("a\0b"), true, true},
		{"two bytes", BYTES("\xc2\x80\xdf\xbf"), true, true},
		{"three bytes", BYTES("\xe0\xa0\x80\xef\xbf\xbf"), true, true},
		{"four bytes", BYTES("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"), true, true},
		{"beside the surrogates", BYTES("\xed\x9f\xbf\xee\x80\x80"), true, true},
		{"behind eight of ASCII",
			BYTES("01234567\xc3\xa4"
			      "01234567"),
			true, true},
		{"a byte of the middle", BYTES("\x80"), true, false},
		{"overlong, two", BYTES("\xc0\xaf"), true, false},
		{"overlong, two, the last", BYTES("\xc1\xbf"), true, false},
		{"overlong, three", BYTES("\xe0\x9f\xbf"), true, false},
		{"overlong, four", BYTES("\xf0\x8f\xbf\xbf"), true, false},
		{"a surrogate", BYTES("\xed\xa0\x80"), true, false},
		{"too large", BYTES("\xf4\x90\x80\x80"), true, false},
		{"never a first byte", BYTES("\xf5\x80\x80\x80"), true, false},
		{"never a byte", BYTES("\xff"), false, false},
		{"a third byte missing", BYTES("\xe2\x82x"), true, false},
		{"a fourth byte wrong", BYTES("\xf0\x9f\x98\xc0"), true, false},
		{"wrong behind eight",
			BYTES("01234567\xe4"
			      "01234567"),
			true, false},
		{"cut off, whole", BYTES("a\xe2\x82"), true, false},
		{"cut off, more to come", BYTES("a\xe2\x82"), false, true},
		{"cut off behind one byte", BYTES("\xf0"), false, true},
		{"cut off behind three bytes", BYTES("\xf0\x9f\x98"), false, true},
		{"cut off but wrong already", BYTES("\xe0\x80"), false, false},
		{"a surrogate that is cut off", BYTES("\xed\xa0"), false, false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *copy = mem_resize(NULL, rows[i].length);

		print_message("  %s\n", rows[i].label);
		memcpy(copy, rows[i].bytes, rows[i].length);
		assert_int_equal(utf8_is_valid((struct slice){copy, rows[i].length}, rows[i].whole),
			rows[i].expected);
		free(copy);
	}
}

/* Every code point but the surrogates, written by the rule of RFC 3629 3. */
static void
every_code_point(void **state)
{
	(void)state;
	for (unsigned code = 0x80; code < 0x120000; code += code < 0x3000 ? 1 : 61) {
		char bytes[4];
		size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
		static const unsigned firsts[] = {0, 0, 0xc0, 0xe0, 0xf0};
		unsigned rest = code;
		bool is_code_point;

		for (size_t i = length; i-- > 1; rest >>= 6)
			bytes[i] = (char)(0x80 | (rest & 0x3f));
		bytes[0] = (char)(firsts[length] | rest);
		is_code_point = code < 0x110000 && (code < 0xd800 || code > 0xdfff);
		assert_int_equal(utf8_is_valid((struct slice){bytes, length}, true), is_code_point);
		assert_int_equal(
			utf8_sequence((struct slice){bytes, length}), is_code_point ? length : 0);
		if (is_code_point)
			assert_int_equal(utf8_character(bytes, length), code);
	}
}

static void
sequence(void **state)
{
	static const struct {
		struct slice text;
		size_t length;
	} rows[] = {
		{{"", 0}, 0},
		{{NULL, 0}, 0},
		{{"\0", 1}, 1},
		{{"ab", 2}, 1},
		{{"\xc3\xa4x", 3}, 2},
		{{"\xe2\x82\xac\x80", 4}, 3},
		{{"\xf0\x9f\x8d\x8e\xff", 5}, 4},
		{{"\xf0\x9f\x8d", 3}, 0}, /* cut off */
		{{"\x80x", 2}, 0},
		{{"\xc3x", 2}, 0},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_int_equal(utf8_sequence(rows[i].text), rows[i].length);
}

static void
control(void **state)
{
	(void)state;
	for (int c = 0; c < 0x80; c++)
		assert_int_equal(
			utf8_is_control((const char[]){(char)c}, 1), c < 0x20 || c == 0x7f);
	assert_true(utf8_is_control("\xc2\x80", 2));
	assert_true(utf8_is_control("\xc2\x9f", 2));
	assert_false(utf8_is_control("\xc2\xa0", 2));
	assert_false(utf8_is_control("\xc3\x80", 2));
	assert_false(utf8_is_control("\xe2\x80\x80", 3));
}

/* From the first to the last of each range, and what is beside it. */
static void
invisible(void **state)
{
	static const struct {
		uint32_t first, last;
	} rows[] = {
		{0xad, 0xad}, {0x61c, 0x61c}, {0x180e, 0x180e},
		{0x200b, 0x200f}, /* zero width and marks */
		{0x2028, 0x202e}, /* separators, embeddings, overrides (CVE-2021-42574) */
		{0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xfffe, 0xffff},
		{0x3164, 0x3164}, {0xe0000, 0xe0fff}, /* tags */
	};
	static const uint32_t seen[] = {'a', 0xac, 0xae, 0x61b, 0x180d, 0x200a, 0x2010, 0x2027,
		0x202f, 0x205f, 0x2070, 0xe000, 0xfe0e, 0xfe0f, 0xfefe, 0xfffc, 0xfffd, 0x1f468,
		0xdffff, 0xe1000, 0x10ffff};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		for (uint32_t character = rows[i].first; character <= rows[i].last; character++)
			assert_true(utf8_is_invisible(character));
	for (size_t i = 0; i < ROWS(seen); i++)
		assert_false(utf8_is_invisible(seen[i]));
}

static void
pictographs(void **state)
{
	static const uint32_t emoji[] = {0x1f468, 0x1f3ff, 0x2764, 0x2642, 0x2b1b, 0x2194, 0x231a};
	static const uint32_t others[] = {'a', '0', 0x200d, 0xfe0f, 0x4e00, 0x2028, 0xe0041};

	(void)state;
	for (size_t i = 0; i < ROWS(emoji); i++)
		assert_true(utf8_is_pictograph(emoji[i]));
	for (size_t i = 0; i < ROWS(others); i++)
		assert_false(utf8_is_pictograph(others[i]));
}

/* At every place of a text of every length up to 40. */
static void
ascii_length(void **state)
{
	char text[40];

	(void)state;
	for (size_t length = 0; length <= sizeof(text); length++) {
		memset(text, 'a', sizeof(text));
		assert_int_equal(utf8_ascii_length((struct slice){text, length}), length);
		for (size_t i = 0; i < length; i++) {
			text[i] = '\x80';
			assert_int_equal(utf8_ascii_length((struct slice){text, length}), i);
			text[i] = '\x7f';
		}
	}
	assert_int_equal(utf8_ascii_length((struct slice){0}), 0);
}

static void
utf16_units(void **state)
{
	static const struct {
		const char *text;
		size_t units;
	} rows[] = {
		{"", 0},
		{"abc", 3},
		{"\xc3\xa4", 1},
		{"\xe4\xb8\xad\xe6\x96\x87", 2},
		{"\xf0\x9f\x98\x80", 2},
		{"a\xf4\x8f\xbf\xbf"
		 "b",
			4},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_int_equal(utf8_utf16_units(slice_of(rows[i].text)), rows[i].units);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid),
		cmocka_unit_test(every_code_point),
		cmocka_unit_test(sequence),
		cmocka_unit_test(control),
		cmocka_unit_test(invisible),
		cmocka_unit_test(pictographs),
		cmocka_unit_test(ascii_length),
		cmocka_unit_test(utf16_units),
	};

	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}

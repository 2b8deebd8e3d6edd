#include "support/test.h"

#include <string.h>

#include "lsp/position.h"

/* U+1F600 (4 bytes, 2 units of UTF-16), U+4E2D (3 bytes), U+00E4 (2 bytes). */
#define GRIN "\xf0\x9f\x98\x80"
#define MIDDLE "\xe4\xb8\xad"
#define UMLAUT "\xc3\xa4"

static void
test_offsets(void **state)
{
	static const struct {
		const char *label, *text;
		uint64_t line, utf16, utf8, utf32; /* the character in each encoding */
		size_t offset;
		bool is_exact; /* the way back leads to the same character */
	} rows[] = {
		{"the beginning", "abc", 0, 0, 0, 0, 0, true},
		{"nothing at all", "", 0, 0, 0, 0, 0, true},
		{"ASCII", "abc\ndef", 1, 2, 2, 2, 6, true},
		{"the end of a line", "abc\ndef", 0, 3, 3, 3, 3, true},
		{"behind the end of a line", "abc\ndef", 0, 9, 9, 9, 3, false},
		{"behind the last line", "abc\ndef", 7, 1, 1, 1, 7, false},
		{"an empty last line", "abc\n", 1, 0, 0, 0, 4, true},
		{"CR LF", "abc\r\ndef", 1, 1, 1, 1, 6, true},
		{"the end of a line with CR LF", "abc\r\ndef", 0, 5, 5, 5, 3, false},
		{"CR alone", "abc\rdef\rghi", 2, 1, 1, 1, 9, true},
		{"LF CR are two ends", "a\n\rb", 2, 1, 1, 1, 4, true},
		{"all kinds", "a\rb\r\nc\nd", 3, 1, 1, 1, 8, true},
		{"behind a surrogate pair", GRIN "x", 0, 2, 4, 1, 4, true},
		{"behind Chinese", MIDDLE MIDDLE "x", 0, 2, 6, 2, 6, true},
		{"mixed", "a" UMLAUT MIDDLE GRIN "z\n" GRIN "b", 1, 3, 5, 2, 17, true},
		{"a huge number", "abc\ndef", 0, UINT64_C(1) << 52, UINT64_C(1) << 52,
			UINT64_C(1) << 52, 3, false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		for (int encoding = POSITION_UTF16; encoding <= POSITION_UTF32; encoding++) {
			struct slice text = slice_of(rows[i].text);
			const uint64_t characters[] = {rows[i].utf16, rows[i].utf8, rows[i].utf32};
			struct position position = {rows[i].line, characters[encoding]}, back;

			print_message("  %s, %s\n", rows[i].label,
				position_encoding_name((enum position_encoding)encoding));
			assert_int_equal(position_to_offset(
						 text, (enum position_encoding)encoding, position),
				rows[i].offset);
			back = position_of_offset(
				text, (enum position_encoding)encoding, rows[i].offset);
			if (!rows[i].is_exact)
				continue;
			assert_int_equal(back.line, rows[i].line);
			assert_int_equal(back.character, characters[encoding]);
		}
}

/* A place inside of a character is its beginning. */
static void
test_inside(void **state)
{
	struct slice text = slice_of("a" GRIN "b");

	(void)state;
	assert_int_equal(position_to_offset(text, POSITION_UTF16, (struct position){0, 2}), 1);
	assert_int_equal(position_to_offset(text, POSITION_UTF8, (struct position){0, 3}), 1);
	assert_int_equal(position_to_offset(text, POSITION_UTF32, (struct position){0, 2}), 5);
	assert_int_equal(position_to_offset(text, POSITION_UTF16, (struct position){0, 3}), 5);
	for (int encoding = POSITION_UTF16; encoding <= POSITION_UTF32; encoding++)
		for (size_t offset = 1; offset < 5; offset++) {
			struct position position = position_of_offset(
				text, (enum position_encoding)encoding, offset);

			assert_int_equal(position.line, 0);
			assert_int_equal(position.character, 1);
		}
}

static void
test_between_cr_and_lf(void **state)
{
	struct position position = position_of_offset(slice_of("ab\r\ncd"), POSITION_UTF16, 3);

	(void)state;
	assert_int_equal(position.line, 0);
	assert_int_equal(position.character, 2);
}

static void
test_lines(void **state)
{
	struct slice text = slice_of("one\r\ntwo\rthree\n");

	(void)state;
	assert_true(slice_is(position_line(text, 0), "one"));
	assert_true(slice_is(position_line(text, 1), "two"));
	assert_true(slice_is(position_line(text, 2), "three"));
	assert_true(slice_is(position_line(text, 3), ""));
	assert_true(slice_is(position_line(text, 99), ""));
	assert_int_equal(position_count(slice_of("a" GRIN MIDDLE), POSITION_UTF16), 4);
	assert_int_equal(position_count(slice_of("a" GRIN MIDDLE), POSITION_UTF8), 8);
	assert_int_equal(position_count(slice_of("a" GRIN MIDDLE), POSITION_UTF32), 3);
	assert_int_equal(position_cut(slice_of("a" GRIN MIDDLE), POSITION_UTF16, 3), 5);
	assert_int_equal(position_cut(slice_of("ab"), POSITION_UTF16, 9), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offsets),
		cmocka_unit_test(test_inside),
		cmocka_unit_test(test_between_cr_and_lf),
		cmocka_unit_test(test_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

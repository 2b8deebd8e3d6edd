/*
 * Lines and words of .htaccess files.
 */
#include "support/test.h"

#include <string.h>

#include "rules/htaccess_words.h"

static void
words(void **state)
{
	static const struct {
		const char *text, *plain, *raw; /* the words, each with a "|" behind it */
	} rows[] = {
		{"", "", ""},
		{"  \t", "", ""},
		{" \ra\r\fb", "a|b|", "a|b|"},
		{"a b\tc", "a|b|c|", "a|b|c|"},
		{"\"a b\" 'c d'", "a b|c d|", "a b|c d|"},
		{"\"a \\\"b\\\" \\\\\"", "a \"b\" \\|", "a \\\"b\\\" \\\\\"|"},
		{"a\\ b", "a\\|b|", "a\\ b|"},
		{"a\\.b", "a\\.b|", "a\\.b|"},
		{"\"open", "open|", "open|"},
		{"\"\" x", "|x|", "|x|"},
		{"a\"b c\"", "a\"b|c\"|", "a\"b|c\"|"},
		{"\\", "\\|", "\\|"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows) * 2; i++) {
		bool is_raw = i % 2;
		struct slice rest = slice_of(rows[i / 2].text);
		struct buf word = {0}, all = {0};

		while (is_raw ? htaccess_take_raw_word(&rest, &word)
			      : htaccess_take_word(&rest, &word)) {
			assert_int_equal(strlen(word.bytes), word.length);
			buf_add_slice(&all, buf_slice(&word));
			buf_add_char(&all, '|');
		}
		if (!slice_is(buf_slice(&all), is_raw ? rows[i / 2].raw : rows[i / 2].plain))
			fail_msg("%s: %s", rows[i / 2].text, all.bytes);
		buf_finish(&word);
		buf_finish(&all);
	}
}

static void
lines(void **state)
{
	struct htaccess_lines lines = {
		.text = SLICE_LITERAL("\n# no\n a b \r\n\nc \\\n  d\\\ne\n  # f\ng\\")};
	static const struct {
		const char *line;
		unsigned number;
	} rows[] = {{"a b", 3}, {"c   de", 5}, {"g", 9}};
	struct buf line = {0};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		assert_true(htaccess_take_line(&lines, &line));
		assert_string_equal(line.bytes, rows[i].line);
		assert_int_equal(lines.number, rows[i].number);
	}
	assert_false(htaccess_take_line(&lines, &line));
	buf_finish(&line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Three lines of a text, and the column of the error in them.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sources/code_frame.h"

/* "3: one|two<|three" is a frame from line 3 on with the error in "two". */
static char *
shown(const struct code_frame *frame)
{
	struct buf text = {0};

	buf_addf(&text, "%zu: ", frame->first);
	for (size_t i = 0; i < frame->count; i++)
		buf_addf(&text, "%s%s%s", i ? "|" : "", frame->lines[i], i == frame->at ? "<" : "");
	return buf_take(&text);
}

static void
lines(void **state)
{
	static const struct {
		const char *text;
		size_t line;
		const char *shown; /* NULL: none */
	} rows[] = {
		{"a\nb\nc\nd\n", 2, "1: a|b<|c"},
		{"a\nb\nc\nd\n", 1, "1: a<|b"},
		{"a\nb\nc\nd\n", 4, "3: c|d<"},
		{"a\nb\nc\nd", 4, "3: c|d<"},
		{"a\r\nb\rc\n\nd", 3, "2: b|c<|"},
		{"a\n\n\nd", 2, "1: a|<|"},
		{"a", 1, "1: a<"},
		{"\n", 1, "1: <"},
		{"a\n", 2, NULL},
		{"a\nb", 4, NULL},
		{"", 1, NULL},
		{"a", 0, NULL},
		{"a\n\xff\nc\n", 1, NULL},
		{"a\n\xff\nc\n", 2, NULL},
		{"a\n\xff\nc\nd\n", 4, "3: c|d<"},
		{"\xef\xbb\xbf\tx\n", 1, "1: \xef\xbb\xbf    x<"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct code_frame frame = {0};
		bool is_one = code_frame_cut(&frame, slice_of(rows[i].text), rows[i].line, 0);

		assert_int_equal(is_one, rows[i].shown != NULL);
		assert_int_equal(frame.count > 0, is_one);
		assert_false(frame.has_column);
		if (is_one) {
			char *text = shown(&frame);

			assert_string_equal(text, rows[i].shown);
			free(text);
		}
		code_frame_finish(&frame);
	}
}

static void
no_text(void **state)
{
	struct code_frame frame = {0};

	(void)state;
	assert_false(code_frame_cut(&frame, (struct slice){"a\0b\n", 4}, 1, 0));
	assert_int_equal(frame.count, 0);
	assert_false(code_frame_cut(&frame, (struct slice){NULL, 0}, 1, 1));
}

static void
columns(void **state)
{
	static const struct {
		const char *line;
		size_t column;
		int shown; /* -1: none */
	} rows[] = {
		{"abc", 1, 0},
		{"abc", 3, 2},
		{"abc", 4, 3},
		{"abc", 5, -1},
		{"\tabc", 2, 4},
		{"\xc3\xa9x", 2, 1},
		{"\xe4\xb8\xadx", 2, 2},
		{"\xf0\x9f\x98\x80x", 3, 2},
		{"", 1, 0},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct code_frame frame = {0};
		char *text = mem_format("%s\n", rows[i].line);

		assert_true(code_frame_cut(&frame, slice_of(text), 1, rows[i].column));
		assert_int_equal(frame.has_column, rows[i].shown >= 0);
		if (rows[i].shown >= 0)
			assert_int_equal(frame.column, rows[i].shown);
		code_frame_finish(&frame);
		free(text);
	}
}

/* Of a minified script only the part around the error is kept. */
static void
long_lines(void **state)
{
	static const char dots[] = "\xe2\x80\xa6";
	char text[2001];
	struct code_frame frame = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(text) - 1; i++)
		text[i] = (char)('a' + i % 26);
	text[sizeof(text) - 1] = '\0';
	assert_true(code_frame_cut(&frame, slice_of(text), 1, 1000));
	assert_int_equal(strlen(frame.lines[0]), CODE_FRAME_LETTERS + 2 * strlen(dots));
	assert_memory_equal(frame.lines[0], dots, strlen(dots));
	assert_int_equal(frame.lines[0][strlen(dots) + frame.column - 1], text[1000 - 1]);
	code_frame_finish(&frame);
	assert_true(code_frame_cut(&frame, slice_of(text), 1, 100));
	assert_memory_equal(frame.lines[0], text, CODE_FRAME_LETTERS);
	assert_int_equal(frame.column, 99);
	code_frame_finish(&frame);
	assert_true(code_frame_cut(&frame, slice_of(text), 1, 2000));
	assert_int_equal(frame.lines[0][strlen(dots) + frame.column - 1], text[2000 - 1]);
	code_frame_finish(&frame);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(no_text),
		cmocka_unit_test(columns),
		cmocka_unit_test(long_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

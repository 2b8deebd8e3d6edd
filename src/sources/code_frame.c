/*
 * code_frame: see code_frame.h. Of a long line the part around the error is kept.
 */
#include "sources/code_frame.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/utf8.h"

enum { TAB_SPACES = 4, LETTERS_BEFORE = CODE_FRAME_LETTERS / 2 };

static const char ellipsis[] = "\xe2\x80\xa6";

/* ---- lines ---- */

static bool
is_line_end(char byte)
{
	return byte == '\n' || byte == '\r';
}

/* Takes a line off the front of rest. */
static struct slice
take_line(struct slice *rest)
{
	struct slice line = {rest->at, 0};

	while (line.length < rest->length && !is_line_end(rest->at[line.length]))
		line.length++;
	slice_drop(rest, line.length);
	if (slice_starts(*rest, "\r\n"))
		slice_drop(rest, 2);
	else
		slice_drop(rest, rest->length > 0);
	return line;
}

size_t
code_frame_line(struct slice text, size_t line)
{
	struct slice rest = text;

	for (; line > 1 && rest.length; line--)
		take_line(&rest);
	return line == 1 && rest.length ? text.length - rest.length : SIZE_MAX;
}

/* ---- letters ---- */

/* East Asian wide and fullwidth letters, and emoji: a terminal shows them in two columns. */
static size_t
width_of(uint32_t letter)
{
	static const struct {
		uint32_t first, last;
	} wide[] = {
		{0x1100, 0x115f},
		{0x2e80, 0x303e},
		{0x3041, 0xa4cf},
		{0xac00, 0xd7a3},
		{0xf900, 0xfaff},
		{0xfe30, 0xfe6f},
		{0xff00, 0xff60},
		{0xffe0, 0xffe6},
		{0x1f300, 0x1f64f},
		{0x1f900, 0x1f9ff},
		{0x20000, 0x3fffd},
	};

	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (letter >= wide[i].first && letter <= wide[i].last)
			return 2;
	return letter == '\t' ? TAB_SPACES : 1;
}

/* The number of letters in front of column (from 1, in units of UTF-16); SIZE_MAX: line is shorter. */
static size_t
letters_before(struct slice line, size_t column)
{
	size_t letters = 0;

	for (size_t units = 1; units < column; letters++) {
		size_t length = utf8_sequence(line);

		if (length == 0)
			return SIZE_MAX;
		units += length == 4 ? 2 : 1;
		slice_drop(&line, length);
	}
	return letters;
}

static uint32_t
take_letter(struct slice *line)
{
	size_t length = utf8_sequence(*line);
	uint32_t letter = utf8_character(line->at, length);

	slice_drop(line, length);
	return letter;
}

/* Adds a letter as it is shown. */
static void
add_letter(struct slice *line, struct buf *text)
{
	size_t length = utf8_sequence(*line);

	if (*line->at == '\t')
		buf_addf(text, "%*s", TAB_SPACES, "");
	else
		buf_add(text, line->at, length);
	slice_drop(line, length);
}

/* Returns the letters of line that are shown, when the error is behind that many letters. */
static char *
cut(struct slice line, size_t error)
{
	struct buf text = {0};
	size_t skipped = error >= CODE_FRAME_LETTERS ? error - LETTERS_BEFORE : 0;

	buf_reserve(&text, CODE_FRAME_LETTERS);
	for (size_t i = 0; i < skipped; i++)
		take_letter(&line);
	buf_add_text(&text, skipped ? ellipsis : "");
	for (size_t i = 0; i < CODE_FRAME_LETTERS && line.length; i++)
		add_letter(&line, &text);
	buf_add_text(&text, line.length ? ellipsis : "");
	return buf_take(&text);
}

/* The column of the error in what cut() returns. */
static size_t
shown_column(struct slice line, size_t error)
{
	size_t skipped = error >= CODE_FRAME_LETTERS ? error - LETTERS_BEFORE : 0;
	size_t column = skipped > 0;

	for (size_t i = 0; i < error; i++) {
		uint32_t letter = take_letter(&line);

		column += i >= skipped ? width_of(letter) : 0;
	}
	return column;
}

/* ---- the frame ---- */

static bool
is_text(struct slice line)
{
	return utf8_is_valid(line, true) && (!line.length || !memchr(line.at, '\0', line.length));
}

static bool
add_line(struct code_frame *frame, struct slice line, size_t error)
{
	if (!is_text(line))
		return false;
	frame->lines[frame->count++] = cut(line, error);
	return true;
}

static bool
add_line_of_error(struct code_frame *frame, struct slice line, size_t column)
{
	size_t error = column && is_text(line) ? letters_before(line, column) : SIZE_MAX;

	frame->has_column = error != SIZE_MAX;
	frame->column = frame->has_column ? shown_column(line, error) : 0;
	frame->at = frame->count;
	return add_line(frame, line, frame->has_column ? error : 0);
}

bool
code_frame_cut(struct code_frame *frame, struct slice text, size_t line, size_t column)
{
	size_t offset = code_frame_line(text, line > 1 ? line - 1 : line);
	struct slice rest = text;
	bool is_done;

	*frame = (struct code_frame){0};
	if (offset == SIZE_MAX)
		return false;
	slice_drop(&rest, offset);
	frame->first = line > 1 ? line - 1 : line;
	is_done = (line == 1 || add_line(frame, take_line(&rest), 0)) && rest.length &&
		  add_line_of_error(frame, take_line(&rest), column) &&
		  (!rest.length || add_line(frame, take_line(&rest), 0));
	if (!is_done)
		code_frame_finish(frame);
	return is_done;
}

void
code_frame_finish(struct code_frame *frame)
{
	for (size_t i = 0; i < frame->count; i++)
		free(frame->lines[i]);
	*frame = (struct code_frame){0};
}

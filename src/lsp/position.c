/*
 * position: see position.h. Nothing is kept: a line is found by going through the text, a millisecond for each
 * megabyte.
 */
#include "lsp/position.h"

#include "base/utf8.h"

const char *
position_encoding_name(enum position_encoding encoding)
{
	static const char *const names[] = {
		[POSITION_UTF16] = "utf-16",
		[POSITION_UTF8] = "utf-8",
		[POSITION_UTF32] = "utf-32",
	};

	return names[encoding];
}

/* ---- lines ---- */

/* The length of the line at the front of text, without its end. */
static size_t
line_length(struct slice text)
{
	const char *feed = text.length ? memchr(text.at, '\n', text.length) : NULL;
	size_t length = feed ? (size_t)(feed - text.at) : text.length;
	const char *carriage = length ? memchr(text.at, '\r', length) : NULL;

	return carriage ? (size_t)(carriage - text.at) : length;
}

/* The length of the end of the line at the front of text: 0 at the end of the text. */
static size_t
end_length(struct slice text)
{
	if (text.length == 0)
		return 0;
	return text.length > 1 && text.at[0] == '\r' && text.at[1] == '\n' ? 2 : 1;
}

/* Takes the line at the front of text, with its end. Returns false when it is the last. */
static bool
take_line(struct slice *text)
{
	size_t end;

	slice_drop(text, line_length(*text));
	end = end_length(*text);
	slice_drop(text, end);
	return end > 0;
}

/* Drops as many lines from the front of text. What is left is empty when there are fewer. */
static void
drop_lines(struct slice *text, uint64_t lines)
{
	for (; lines; lines--)
		if (!take_line(text)) {
			slice_drop(text, text->length);
			return;
		}
}

struct slice
position_line(struct slice text, uint64_t line)
{
	drop_lines(&text, line);
	text.length = line_length(text);
	return text;
}

/* ---- characters ---- */

/* The length in bytes of the character at the front of text; a byte that begins none counts for one. */
static size_t
character_length(struct slice text)
{
	size_t length = utf8_sequence(text);

	return length ? length : 1;
}

/* What a character of that many bytes counts. */
static unsigned
units_of(size_t length, enum position_encoding encoding)
{
	if (encoding == POSITION_UTF8)
		return (unsigned)length;
	return encoding == POSITION_UTF16 && length == 4 ? 2 : 1;
}

uint64_t
position_count(struct slice text, enum position_encoding encoding)
{
	uint64_t count = 0;

	while (text.length) {
		size_t length = character_length(text);

		count += units_of(length, encoding);
		slice_drop(&text, length);
	}
	return count;
}

size_t
position_cut(struct slice line, enum position_encoding encoding, uint64_t characters)
{
	struct slice rest = line;

	while (rest.length) {
		size_t length = character_length(rest);
		unsigned units = units_of(length, encoding);

		if (units > characters)
			break;
		characters -= units;
		slice_drop(&rest, length);
	}
	return line.length - rest.length;
}

/* ---- positions ---- */

size_t
position_to_offset(struct slice text, enum position_encoding encoding, struct position position)
{
	struct slice line = position_line(text, position.line);

	return (size_t)(line.at - text.at) + position_cut(line, encoding, position.character);
}

struct position
position_of_offset(struct slice text, enum position_encoding encoding, size_t offset)
{
	struct slice rest = text, next = text;
	struct position position = {0};

	/* An offset between CR and LF is still in the line that they end. */
	while (take_line(&next) && (size_t)(next.at - text.at) <= offset) {
		rest = next;
		position.line++;
	}
	offset -= (size_t)(rest.at - text.at);
	rest.length = line_length(rest);
	while (rest.length && character_length(rest) <= offset) {
		size_t length = character_length(rest);

		position.character += units_of(length, encoding);
		offset -= length;
		slice_drop(&rest, length);
	}
	return position;
}

/*
 * json_writer: see json_writer.h. Whether a comma is needed follows from the last byte written.
 */
#include "base/json_writer.h"

#include "base/utf8.h"

/* Adds a sequence of UTF-8; one that cannot be seen as \uXXXX, above U+FFFF as two of them. */
static void
add_sequence(struct buf *json, const char *sequence, size_t length)
{
	uint32_t character = utf8_character(sequence, length);

	if (!utf8_is_control(sequence, length) && !utf8_is_invisible(character)) {
		if (character == '"' || character == '\\')
			buf_add_char(json, '\\');
		buf_add(json, sequence, length);
	} else if (character > 0xffff) {
		buf_addf(json, "\\u%04x\\u%04x", 0xd800 + ((character - 0x10000) >> 10),
			0xdc00 + (character & 0x3ff));
	} else {
		buf_addf(json, "\\u%04x", character);
	}
}

static void
add_characters(struct buf *json, struct slice text)
{
	while (text.length) {
		size_t length = utf8_sequence(text);

		if (length)
			add_sequence(json, text.at, length);
		else
			buf_add_text(json, "\xef\xbf\xbd"); /* U+FFFD */
		length += length == 0;
		slice_drop(&text, length);
	}
}

void
json_add_text(struct buf *json, struct slice text)
{
	buf_add_char(json, '"');
	add_characters(json, text);
	buf_add_char(json, '"');
}

void
json_add_short(struct buf *json, struct slice text, size_t most)
{
	bool is_long = text.length > most;

	text.length = utf8_cut(text, most);
	buf_add_char(json, '"');
	add_characters(json, text);
	buf_add_text(json, is_long ? "\u2026\"" : "\"");
}

void
json_add_name(struct buf *json, const char *name)
{
	if (!slice_ends(buf_slice(json), "{"))
		buf_add_char(json, ',');
	json_add_text(json, slice_of(name));
	buf_add_char(json, ':');
}

void
json_add_text_member(struct buf *json, const char *name, const char *text)
{
	json_add_name(json, name);
	json_add_text(json, slice_of(text));
}

void
json_add_number_member(struct buf *json, const char *name, uint64_t number)
{
	json_add_name(json, name);
	buf_add_number(json, number);
}

void
json_add_bool_member(struct buf *json, const char *name, bool value)
{
	json_add_name(json, name);
	buf_add_text(json, value ? "true" : "false");
}

void
json_add_list_member(struct buf *json, const char *name, struct slice texts, char end)
{
	const char *separator = "";
	struct slice text;

	json_add_name(json, name);
	buf_add_char(json, '[');
	while (texts.length && slice_split(&texts, end, &text)) {
		buf_add_text(json, separator);
		json_add_text(json, text);
		separator = ",";
	}
	buf_add_char(json, ']');
}

/*
 * json_writer: see json_writer.h. Whether a comma is needed follows from the last byte written.
 */
#include "base/json_writer.h"

#include "base/utf8.h"

/* Adds a sequence of UTF-8; a control character as \u00XX. */
static void
add_sequence(struct buf *json, const char *sequence, size_t length)
{
	if (utf8_is_control(sequence, length))
		buf_addf(json, "\\u%04x", (unsigned char)sequence[length - 1]);
	else if (*sequence == '"' || *sequence == '\\')
		buf_addf(json, "\\%c", *sequence);
	else
		buf_add(json, sequence, length);
}

void
json_add_text(struct buf *json, struct slice text)
{
	buf_add_char(json, '"');
	while (text.length) {
		size_t length = utf8_sequence(text);

		if (length)
			add_sequence(json, text.at, length);
		else
			buf_add_text(json, "\xef\xbf\xbd"); /* U+FFFD */
		length += length == 0;
		slice_drop(&text, length);
	}
	buf_add_char(json, '"');
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

/*
 * json_writer: see json_writer.h.
 */
#include "base/json_writer.h"

#include "html/charset.h"

/* The length of the UTF-8 sequence at the front of text; 0 when there is none. */
static size_t
sequence_length(struct slice text)
{
	for (size_t length = 1; length <= 4 && length <= text.length; length++)
		if (charset_is_utf8(text.at, length, true))
			return length;
	return 0;
}

/* The control character that a sequence is; 0 when it is none, and also for NUL. */
static unsigned
control_in(const unsigned char *bytes, size_t length)
{
	if (length == 1 && (bytes[0] < 0x20 || bytes[0] == 0x7f))
		return bytes[0];
	return length == 2 && bytes[0] == 0xc2 && bytes[1] < 0xa0 ? bytes[1] : 0;
}

void
json_add_text(struct buf *json, struct slice text)
{
	buf_add_char(json, '"');
	while (text.length) {
		size_t length = sequence_length(text);
		unsigned control = control_in((const unsigned char *)text.at, length);

		if (length == 0)
			buf_add_text(json, "\xef\xbf\xbd");
		else if (control || *text.at == '\0')
			buf_addf(json, "\\u%04x", control);
		else if (*text.at == '"' || *text.at == '\\')
			buf_addf(json, "\\%c", *text.at);
		else
			buf_add(json, text.at, length);
		length += length == 0;
		text = (struct slice){text.at + length, text.length - length};
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

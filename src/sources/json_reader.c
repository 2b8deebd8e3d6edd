/*
 * json_reader: see json_reader.h. No recursion, so the depth of the nesting does not matter.
 */
#include "sources/json_reader.h"

#include <string.h>

#include "base/jsonc.h"

static const struct slice none;

static void
skip_spaces(struct slice *rest)
{
	if (rest->at)
		slice_drop(rest, jsonc_skip_spaces(*rest, 0));
}

/* The length of the string at the front of rest, with its quotes; 0 when it does not end. */
static size_t
string_length(struct slice rest)
{
	for (size_t i = 1; i < rest.length; i++) {
		if (rest.at[i] == '"')
			return i + 1;
		if (rest.at[i] == '\\')
			i++;
	}
	return 0;
}

/* The length of the object or array at the front of rest; 0 when it does not end. */
static size_t
nested_length(struct slice rest)
{
	size_t depth = 0;

	for (size_t i = 0; i < rest.length; i++) {
		char byte = rest.at[i];

		if (byte == '"') {
			size_t length = string_length((struct slice){rest.at + i, rest.length - i});

			if (length == 0)
				return 0;
			i += length - 1;
		} else if (byte == '{' || byte == '[') {
			depth++;
		} else if ((byte == '}' || byte == ']') && --depth == 0) {
			return i + 1;
		}
	}
	return 0;
}

static size_t
value_length(struct slice rest)
{
	size_t length = 0;

	if (rest.length && *rest.at == '"')
		return string_length(rest);
	if (rest.length && (*rest.at == '{' || *rest.at == '['))
		return nested_length(rest);
	while (length < rest.length && !is_space(rest.at[length]) &&
		!strchr(",:]}", rest.at[length]))
		length++;
	return length;
}

/* Takes one value and the spaces around it off the front of rest; an absent slice when there is none. */
static struct slice
take_value(struct slice *rest)
{
	struct slice value;

	skip_spaces(rest);
	value = (struct slice){rest->at, value_length(*rest)};
	if (value.length == 0)
		return none;
	slice_drop(rest, value.length);
	skip_spaces(rest);
	return value;
}

struct slice
json_reader_member(struct slice object, const char *name)
{
	struct slice rest = object;

	skip_spaces(&rest);
	if (!slice_take(&rest, '{'))
		return none;
	do {
		struct slice key = take_value(&rest), value;

		if (key.length < 2 || *key.at != '"' || !slice_take(&rest, ':'))
			return none;
		value = take_value(&rest);
		if (slice_is((struct slice){key.at + 1, key.length - 2}, name))
			return value;
		if (!value.at)
			return none;
	} while (slice_take(&rest, ','));
	return none;
}

struct slice
json_reader_elements(struct slice array)
{
	struct slice rest = array;

	skip_spaces(&rest);
	return slice_take(&rest, '[') ? rest : none;
}

struct slice
json_reader_next(struct slice *rest)
{
	struct slice value = take_value(rest);

	if (!value.at || !slice_take(rest, ','))
		*rest = none;
	return value;
}

struct slice
json_reader_element(struct slice array, size_t index)
{
	struct slice rest = json_reader_elements(array), value;

	do
		value = json_reader_next(&rest);
	while (value.at && index--);
	return value;
}

/* ---- texts ---- */

static void
add_character(struct buf *text, uint32_t character)
{
	if (character < 0x80) {
		buf_add_char(text, (char)character);
	} else if (character < 0x800) {
		buf_add_char(text, (char)(0xc0 | character >> 6));
		buf_add_char(text, (char)(0x80 | (character & 0x3f)));
	} else if (character < 0x10000) {
		buf_add_char(text, (char)(0xe0 | character >> 12));
		buf_add_char(text, (char)(0x80 | (character >> 6 & 0x3f)));
		buf_add_char(text, (char)(0x80 | (character & 0x3f)));
	} else {
		buf_add_char(text, (char)(0xf0 | character >> 18));
		buf_add_char(text, (char)(0x80 | (character >> 12 & 0x3f)));
		buf_add_char(text, (char)(0x80 | (character >> 6 & 0x3f)));
		buf_add_char(text, (char)(0x80 | (character & 0x3f)));
	}
}

/* Takes "\u12ab" off the front of rest. Returns -1 when it is not there. */
static int
take_unit(struct slice *rest)
{
	int unit = 0;

	if (rest->length < 6 || !slice_starts(*rest, "\\u"))
		return -1;
	for (size_t i = 2; i < 6; i++) {
		int digit = slice_hex_value(rest->at[i]);

		if (digit < 0)
			return -1;
		unit = unit * 16 + digit;
	}
	slice_drop(rest, 6);
	return unit;
}

static bool
is_between(int unit, int first, int last)
{
	return unit >= first && unit <= last;
}

/* A surrogate without its other half becomes U+FFFD. */
static bool
take_unicode(struct slice *rest, struct buf *text)
{
	int unit = take_unit(rest), second;
	struct slice behind = *rest;

	if (unit < 0)
		return false;
	if (!is_between(unit, 0xd800, 0xdfff)) {
		add_character(text, (uint32_t)unit);
		return true;
	}
	second = unit < 0xdc00 ? take_unit(&behind) : -1;
	if (is_between(second, 0xdc00, 0xdfff)) {
		add_character(text,
			0x10000 + ((uint32_t)(unit - 0xd800) << 10) + (uint32_t)(second - 0xdc00));
		*rest = behind;
	} else {
		add_character(text, 0xfffd);
	}
	return true;
}

static bool
take_escape(struct slice *rest, struct buf *text)
{
	static const char letters[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
	const char *letter = rest->length > 1 && rest->at[1] ? strchr(letters, rest->at[1]) : NULL;

	if (!letter)
		return take_unicode(rest, text);
	buf_add_char(text, bytes[letter - letters]);
	slice_drop(rest, 2);
	return true;
}

bool
json_reader_text(struct slice value, struct buf *text)
{
	struct slice rest;

	if (value.length < 2 || *value.at != '"')
		return false;
	rest = (struct slice){value.at + 1, value.length - 2};
	while (rest.length) {
		const char *escape = memchr(rest.at, '\\', rest.length);
		size_t plain = escape ? (size_t)(escape - rest.at) : rest.length;

		buf_add(text, rest.at, plain);
		slice_drop(&rest, plain);
		if (rest.length && !take_escape(&rest, text))
			return false;
	}
	return true;
}

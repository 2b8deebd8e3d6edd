/*
 * jsonc: see jsonc.h. One pass and no recursion, so the depth of the nesting does not matter.
 */
#include "base/jsonc.h"

#include <string.h>

static bool
is_line_end(char byte)
{
	return byte == '\n' || byte == '\r';
}

/* RFC 8259 2. */
static bool
is_json_space(char byte)
{
	return is_space(byte) && byte != '\f';
}

static bool
has(struct slice text, size_t at, const char *word)
{
	return slice_starts((struct slice){text.at + at, text.length - at}, word);
}

/* Moves at behind the string that begins there. Returns false when its line ends before it does. */
static bool
pass_string(struct slice text, size_t *at)
{
	for (size_t i = *at + 1; i < text.length && !is_line_end(text.at[i]); i++) {
		if (text.at[i] == '"') {
			*at = i + 1;
			return true;
		}
		if (text.at[i] == '\\' && i + 1 < text.length && !is_line_end(text.at[i + 1]))
			i++;
	}
	return false;
}

/* ---- cleaning ---- */

/* Turns all but line ends into spaces, from one offset up to another. */
static void
blank(char *text, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (!is_line_end(text[i]))
			text[i] = ' ';
}

/* Moves at behind the comment that begins there. Returns false when it does not end. */
static bool
pass_comment(struct slice text, size_t *at)
{
	size_t i = *at + 2;

	if (has(text, *at, "//")) {
		while (i < text.length && !is_line_end(text.at[i]))
			i++;
		*at = i;
		return true;
	}
	for (; i < text.length; i++)
		if (has(text, i, "*/")) {
			*at = i + 2;
			return true;
		}
	return false;
}

/* Whether a comma between this byte and a closing bracket is a trailing comma. */
static bool
is_element_end(char byte)
{
	return byte && !strchr("[{,:", byte);
}

/* The end of what was read so far. */
struct tail {
	size_t comma;           /* the offset of the last comma */
	char last, before_last; /* the last bytes that are not spaces or comments; 0: none */
};

/* Reads the byte at this offset. A bracket that closes turns a trailing comma into a space. */
static void
read_byte(struct tail *tail, char *text, size_t at)
{
	char byte = text[at];

	if ((byte == '}' || byte == ']') && tail->last == ',' && is_element_end(tail->before_last))
		text[tail->comma] = ' ';
	if (byte == ',')
		tail->comma = at;
	tail->before_last = tail->last;
	tail->last = byte;
}

const char *
jsonc_clean(char *text, size_t length, size_t *at)
{
	const struct slice whole = {text, length};
	struct tail tail = {0};
	const char *nul = memchr(text, '\0', length);

	*at = nul ? (size_t)(nul - text) : 0;
	if (nul)
		return "a NUL byte, which no text has";
	if (has(whole, 0, "\xef\xbb\xbf"))
		blank(text, 0, 3);
	for (size_t i = 0; i < length;) {
		*at = i;
		if (text[i] == '"') {
			if (!pass_string(whole, &i))
				return "a text without a \" at its end";
			read_byte(&tail, text, i - 1);
		} else if (has(whole, i, "//") || has(whole, i, "/*")) {
			if (!pass_comment(whole, &i))
				return "a comment without a */ at its end";
			blank(text, *at, i);
		} else {
			if (!is_json_space(text[i]))
				read_byte(&tail, text, i);
			i++;
		}
	}
	return NULL;
}

/* ---- offsets ---- */

unsigned
jsonc_line(struct slice text, size_t at)
{
	unsigned line = 1;

	for (size_t i = 0; i < at && i < text.length; i++)
		if (text.at[i] == '\n' ||
			(text.at[i] == '\r' && (i + 1 == text.length || text.at[i + 1] != '\n')))
			line++;
	return line;
}

size_t
jsonc_skip_spaces(struct slice text, size_t at)
{
	while (at < text.length && is_json_space(text.at[at]))
		at++;
	return at;
}

size_t
jsonc_next(struct slice text, size_t child)
{
	size_t depth = 0, i = child;

	while (i < text.length) {
		char byte = text.at[i];

		if (byte == '"') {
			if (!pass_string(text, &i))
				return child;
			continue;
		}
		i++;
		if (byte == ',' && depth == 0)
			break;
		if (byte == '{' || byte == '[')
			depth++;
		else if (byte == '}' || byte == ']')
			depth--;
	}
	return jsonc_skip_spaces(text, i);
}

size_t
jsonc_child(struct slice text, size_t at, size_t index)
{
	size_t child = jsonc_skip_spaces(text, at + 1);

	while (index--)
		child = jsonc_next(text, child);
	return child;
}

size_t
jsonc_value(struct slice text, size_t key)
{
	if (!pass_string(text, &key))
		return key;
	key = jsonc_skip_spaces(text, key);
	return jsonc_skip_spaces(text, key + 1); /* the colon */
}

/*
 * jsonc: see jsonc.h. Cleaning is one pass and no recursion, so the depth of the nesting does not
 * matter.
 */
#include "base/jsonc.h"

#include <string.h>

#include "base/utf8.h"

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

/* ---- checking ---- */

/* Each function takes what it has read off the front of rest, and returns an error or NULL. */

static const char no_json[] = "it is no JSON";
static const char broken_escape[] = "a text in it has a broken \\ escape";

struct check {
	struct slice rest;
	unsigned depth;
};

static void
skip_white_space(struct slice *rest)
{
	slice_drop(rest, jsonc_skip_spaces(*rest, 0));
}

/* ---- texts ---- */

/* The number after "\u"; -1 when there are no four digits. */
static int
take_unit(struct slice *rest)
{
	int unit = 0;

	if (!slice_starts(*rest, "\\u") || rest->length < 6)
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

/* Surrogates come in pairs (RFC 8259 7). */
static const char *
check_unit(struct slice *rest)
{
	int unit = take_unit(rest), second;

	if (unit <= 0 || (unit >= 0xdc00 && unit <= 0xdfff))
		return broken_escape;
	if (unit < 0xd800 || unit > 0xdfff)
		return NULL;
	second = take_unit(rest);
	return second >= 0xdc00 && second <= 0xdfff ? NULL : broken_escape;
}

static const char *
check_escape(struct slice *rest)
{
	if (slice_starts(*rest, "\\u"))
		return check_unit(rest);
	if (rest->length < 2 || !rest->at[1] || !strchr("\"\\/bfnrt", rest->at[1]))
		return broken_escape;
	slice_drop(rest, 2);
	return NULL;
}

static const char *
check_character(struct slice *rest)
{
	size_t length = utf8_sequence(*rest);

	if (length == 0)
		return "it is not UTF-8";
	if ((unsigned char)*rest->at < ' ')
		return "a text in it has a control character";
	slice_drop(rest, length);
	return NULL;
}

static const char *
check_text(struct slice *rest)
{
	if (!slice_take(rest, '"'))
		return no_json;
	while (rest->length && *rest->at != '"') {
		const char *wrong = *rest->at == '\\' ? check_escape(rest) : check_character(rest);

		if (wrong)
			return wrong;
	}
	return slice_take(rest, '"') ? NULL : no_json;
}

/* ---- other values ---- */

/* Returns false when there is no digit. */
static bool
take_digits(struct slice *rest)
{
	size_t before = rest->length;

	while (rest->length && *rest->at >= '0' && *rest->at <= '9')
		slice_drop(rest, 1);
	return rest->length < before;
}

static const char *
check_number(struct slice *rest)
{
	slice_take(rest, '-');
	if (!slice_take(rest, '0') && !take_digits(rest))
		return no_json;
	if (slice_take(rest, '.') && !take_digits(rest))
		return no_json;
	if (!slice_take(rest, 'e') && !slice_take(rest, 'E'))
		return NULL;
	if (!slice_take(rest, '-'))
		slice_take(rest, '+');
	return take_digits(rest) ? NULL : no_json;
}

static const char *
check_word_or_number(struct slice *rest)
{
	static const char *const words[] = {"true", "false", "null"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (slice_starts(*rest, words[i])) {
			slice_drop(rest, strlen(words[i]));
			return NULL;
		}
	return check_number(rest);
}

static const char *check_value(struct check *check);

static const char *
check_member(struct check *check)
{
	const char *wrong;

	skip_white_space(&check->rest);
	wrong = check_text(&check->rest);
	if (wrong)
		return wrong;
	skip_white_space(&check->rest);
	return slice_take(&check->rest, ':') ? check_value(check) : no_json;
}

/* Everything behind the bracket that opens an object or an array. */
static const char *
check_children(struct check *check, char end, const char *(*check_child)(struct check *check))
{
	const char *wrong = NULL;

	if (++check->depth > JSONC_DEPTH_MAX)
		return "it is nested too deeply";
	skip_white_space(&check->rest);
	if (!slice_take(&check->rest, end)) {
		do
			wrong = check_child(check);
		while (!wrong && slice_take(&check->rest, ','));
		if (!wrong && !slice_take(&check->rest, end))
			wrong = no_json;
	}
	check->depth--;
	return wrong;
}

/* One value and the white space around it. */
static const char *
check_value(struct check *check)
{
	const char *wrong;

	skip_white_space(&check->rest);
	if (slice_take(&check->rest, '{'))
		wrong = check_children(check, '}', check_member);
	else if (slice_take(&check->rest, '['))
		wrong = check_children(check, ']', check_value);
	else if (slice_starts(check->rest, "\""))
		wrong = check_text(&check->rest);
	else
		wrong = check_word_or_number(&check->rest);
	skip_white_space(&check->rest);
	return wrong;
}

const char *
jsonc_check(struct slice text)
{
	struct check check = {.rest = text};
	const char *wrong = check_value(&check);

	return wrong || check.rest.length == 0 ? wrong : no_json;
}

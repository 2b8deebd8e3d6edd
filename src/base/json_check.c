/*
 * json_check: see json_check.h. Each function takes what it has read off the front of rest, and
 * returns an error or NULL.
 */
#include "base/json_check.h"

#include <string.h>

#include "base/utf8.h"

static const char no_json[] = "it is no JSON";
static const char broken_escape[] = "a text in it has a broken \\ escape";

struct check {
	struct slice rest;
	unsigned depth;
};

static bool
takes(struct slice *rest, char byte)
{
	if (rest->length == 0 || *rest->at != byte)
		return false;
	slice_drop(rest, 1);
	return true;
}

static void
skip_spaces(struct slice *rest)
{
	while (rest->length && *rest->at && strchr(" \t\r\n", *rest->at))
		slice_drop(rest, 1);
}

/* ---- texts ---- */

static int
hex_digit(char byte)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = byte ? strchr(digits, byte >= 'A' && byte <= 'F' ? byte | 0x20 : byte)
				 : NULL;

	return found ? (int)(found - digits) : -1;
}

/* The number after "\u"; -1 when there are no four digits. */
static int
take_unit(struct slice *rest)
{
	int unit = 0;

	if (!slice_starts(*rest, "\\u") || rest->length < 6)
		return -1;
	for (size_t i = 2; i < 6; i++) {
		int digit = hex_digit(rest->at[i]);

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
	if (!takes(rest, '"'))
		return no_json;
	while (rest->length && *rest->at != '"') {
		const char *wrong = *rest->at == '\\' ? check_escape(rest) : check_character(rest);

		if (wrong)
			return wrong;
	}
	return takes(rest, '"') ? NULL : no_json;
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
	takes(rest, '-');
	if (!takes(rest, '0') && !take_digits(rest))
		return no_json;
	if (takes(rest, '.') && !take_digits(rest))
		return no_json;
	if (!takes(rest, 'e') && !takes(rest, 'E'))
		return NULL;
	if (!takes(rest, '-'))
		takes(rest, '+');
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

	skip_spaces(&check->rest);
	wrong = check_text(&check->rest);
	if (wrong)
		return wrong;
	skip_spaces(&check->rest);
	return takes(&check->rest, ':') ? check_value(check) : no_json;
}

/* Everything behind the bracket that opens an object or an array. */
static const char *
check_children(struct check *check, char end, const char *(*check_child)(struct check *check))
{
	const char *wrong = NULL;

	if (++check->depth > JSON_CHECK_DEPTH_MAX)
		return "it is nested too deeply";
	skip_spaces(&check->rest);
	if (!takes(&check->rest, end)) {
		do
			wrong = check_child(check);
		while (!wrong && takes(&check->rest, ','));
		if (!wrong && !takes(&check->rest, end))
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

	skip_spaces(&check->rest);
	if (takes(&check->rest, '{'))
		wrong = check_children(check, '}', check_member);
	else if (takes(&check->rest, '['))
		wrong = check_children(check, ']', check_value);
	else if (slice_starts(check->rest, "\""))
		wrong = check_text(&check->rest);
	else
		wrong = check_word_or_number(&check->rest);
	skip_spaces(&check->rest);
	return wrong;
}

const char *
json_check(struct slice text)
{
	struct check check = {.rest = text};
	const char *wrong = check_value(&check);

	return wrong || check.rest.length == 0 ? wrong : no_json;
}

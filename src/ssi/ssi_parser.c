/*
 * ssi_parser: see ssi_parser.h. Owns nothing. A cursor goes over the text; each function takes one
 * piece off its front.
 */
#define _GNU_SOURCE
#include "ssi/ssi_parser.h"

#include <string.h>

static const char begin_mark[] = "<!--#";
static const char end_mark[] = "-->";

enum { BEGIN_LENGTH = sizeof(begin_mark) - 1, END_LENGTH = sizeof(end_mark) - 1 };

static const char *
find_begin(struct slice text)
{
	return text.length ? memmem(text.at, text.length, begin_mark, BEGIN_LENGTH) : NULL;
}

bool
ssi_parser_finds_any(struct slice text)
{
	return find_begin(text);
}

static void
skip_space(struct slice *rest)
{
	while (rest->length && is_space(*rest->at))
		slice_drop(rest, 1);
}

/* Takes bytes up to white space, the end mark, or stop if it is not 0. */
static struct slice
take_word(struct slice *rest, char stop)
{
	struct slice word = {rest->at, 0};

	while (rest->length && !is_space(*rest->at) && !slice_starts(*rest, end_mark) &&
		(!stop || *rest->at != stop)) {
		slice_drop(rest, 1);
		word.length++;
	}
	return word;
}

/* Takes a value whose first quote is at the front. Returns false when its end is missing. */
static bool
take_quoted(struct slice *rest, struct ssi_attribute *attribute)
{
	size_t end = 1;

	attribute->quote = *rest->at;
	while (end < rest->length && rest->at[end] != attribute->quote)
		end += rest->at[end] == '\\' && end + 1 < rest->length ? 2 : 1;
	if (end >= rest->length)
		return false;
	attribute->value = (struct slice){rest->at + 1, end - 1};
	slice_drop(rest, end + 1);
	return true;
}

static bool
is_quote(char c)
{
	return c == '"' || c == '\'' || c == '`';
}

/* Takes "= VALUE". Returns false when the text ends within it. */
static bool
take_value(struct slice *rest, struct ssi_attribute *attribute)
{
	slice_drop(rest, 1);
	skip_space(rest);
	if (rest->length && is_quote(*rest->at))
		return take_quoted(rest, attribute);
	attribute->value.at = rest->at;
	while (rest->length && !is_space(*rest->at)) {
		slice_drop(rest, 1);
		attribute->value.length++;
	}
	return rest->length;
}

/* Takes the next attribute. Returns false when the text ends within it. */
static bool
take_attribute(struct slice *rest, struct ssi_directive *directive)
{
	struct ssi_attribute attribute = {.name = take_word(rest, '=')};
	bool is_whole = true;

	skip_space(rest);
	if (rest->length && *rest->at == '=')
		is_whole = take_value(rest, &attribute);
	if (directive->count < SSI_ATTRIBUTES_MAX)
		directive->attributes[directive->count++] = attribute;
	else
		directive->has_too_many = true;
	return is_whole;
}

/* Takes what follows the begin mark. Returns whether the end mark was there. */
static bool
take_directive(struct slice *rest, struct ssi_directive *directive)
{
	directive->name = take_word(rest, 0);
	for (;;) {
		skip_space(rest);
		if (slice_starts(*rest, end_mark)) {
			slice_drop(rest, END_LENGTH);
			return true;
		}
		if (!rest->length || !take_attribute(rest, directive))
			return false;
	}
}

bool
ssi_parser_next(struct slice text, size_t *at, struct ssi_directive *directive)
{
	struct slice rest = {text.at + *at, text.length - *at};
	const char *begin = find_begin(rest);

	*directive = (struct ssi_directive){.before = rest};
	if (!begin) {
		*at = text.length;
		return false;
	}
	directive->before.length = (size_t)(begin - rest.at);
	directive->at = *at + directive->before.length;
	slice_drop(&rest, directive->before.length + BEGIN_LENGTH);
	directive->is_finished = take_directive(&rest, directive);
	*at = directive->is_finished ? text.length - rest.length : text.length;
	return true;
}

void
ssi_parser_add_value(const struct ssi_attribute *attribute, struct buf *value)
{
	struct slice text = attribute->value;

	for (size_t i = 0; i < text.length; i++) {
		bool is_escape = attribute->quote && text.at[i] == '\\' && i + 1 < text.length &&
				 text.at[i + 1] == attribute->quote;

		if (is_escape)
			i++;
		buf_add_char(value, text.at[i]);
	}
}

size_t
ssi_parser_line(struct slice text, size_t offset)
{
	size_t line = 1;

	for (size_t i = 0; i < offset && i < text.length; i++)
		line += text.at[i] == '\n';
	return line;
}

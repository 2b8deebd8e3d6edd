/*
 * ssi_word: see ssi_word.h. Owns nothing.
 */
#define _GNU_SOURCE
#include "ssi/ssi_word.h"

#include <string.h>

#include "ssi/ssi_format.h"

enum { DEPTH_MAX = 16 };

bool
ssi_word_fail(struct ssi_word_reader *reader, const char *what)
{
	if (!reader->is_wrong)
		buf_add_text(reader->why, what);
	reader->is_wrong = true;
	reader->rest = (struct slice){"", 0};
	return false;
}

/* ---- signs ---- */

static void
skip_space(struct ssi_word_reader *reader)
{
	while (reader->rest.length && is_space(*reader->rest.at))
		slice_drop(&reader->rest, 1);
}

bool
ssi_word_is_at_end(struct ssi_word_reader *reader)
{
	skip_space(reader);
	return reader->rest.length == 0;
}

bool
ssi_word_take(struct ssi_word_reader *reader, const char *sign)
{
	skip_space(reader);
	if (!slice_starts(reader->rest, sign))
		return false;
	slice_drop(&reader->rest, strlen(sign));
	return true;
}

bool
ssi_word_take_name(struct ssi_word_reader *reader, const char *name)
{
	size_t length = strlen(name);

	skip_space(reader);
	if (!slice_starts(reader->rest, name) ||
		(reader->rest.length > length &&
			ssi_variables_is_name_char(reader->rest.at[length])))
		return false;
	slice_drop(&reader->rest, length);
	return true;
}

bool
ssi_word_take_not(struct ssi_word_reader *reader)
{
	skip_space(reader);
	if (slice_starts(reader->rest, "!=") || slice_starts(reader->rest, "!~"))
		return false;
	return ssi_word_take(reader, "!") || ssi_word_take_name(reader, "not");
}

/* ---- regular expressions ---- */

bool
ssi_word_take_pattern(struct ssi_word_reader *reader, struct slice *pattern, bool *ignores_case)
{
	struct slice *rest = &reader->rest;
	const char *end;
	bool has_m;

	skip_space(reader);
	has_m = rest->length > 1 && *rest->at == 'm' && !ssi_variables_is_name_char(rest->at[1]) &&
		!is_space(rest->at[1]);
	if (has_m)
		slice_drop(rest, 1);
	if (!rest->length || (!has_m && *rest->at != '/'))
		return ssi_word_fail(reader, "a /regular expression/ is expected after =~");
	*pattern = (struct slice){rest->at + 1, rest->length - 1};
	end = memchr(pattern->at, *rest->at, pattern->length);
	if (!end)
		return ssi_word_fail(reader, "the end of its regular expression is missing");
	pattern->length = (size_t)(end - pattern->at);
	slice_drop(rest, pattern->length + 2);
	for (*ignores_case = false; rest->length && strchr("ismg", *rest->at); slice_drop(rest, 1))
		*ignores_case |= *rest->at == 'i';
	return true;
}

/* ---- variables ---- */

/* What %{...} may name, and the variable that it is. */
static const struct {
	const char *name, *variable;
} known[] = {
	{"REQUEST_URI", "DOCUMENT_URI"}, /* here it is without the query */
	{"DOCUMENT_URI", "DOCUMENT_URI"},
	{"SCRIPT_NAME", "SCRIPT_NAME"},
	{"REQUEST_METHOD", "REQUEST_METHOD"},
	{"REQUEST_SCHEME", "REQUEST_SCHEME"},
	{"QUERY_STRING", "QUERY_STRING"},
	{"SERVER_NAME", "SERVER_NAME"},
	{"SERVER_PORT", "SERVER_PORT"},
	{"SERVER_PROTOCOL", "SERVER_PROTOCOL"},
	{"REMOTE_ADDR", "REMOTE_ADDR"},
	{"HTTPS", "HTTPS"},
	{"HTTP_ACCEPT", "HTTP_ACCEPT"},
	{"HTTP_COOKIE", "HTTP_COOKIE"},
	{"HTTP_FORWARDED", "HTTP_FORWARDED"},
	{"HTTP_HOST", "HTTP_HOST"},
	{"HTTP_REFERER", "HTTP_REFERER"},
	{"HTTP_USER_AGENT", "HTTP_USER_AGENT"},
};

/* Parts of the time of day, and their formats. */
static const struct {
	const char *name, *format;
} times[] = {
	{"TIME_YEAR", "%Y"},
	{"TIME_MON", "%m"},
	{"TIME_DAY", "%d"},
	{"TIME_HOUR", "%H"},
	{"TIME_MIN", "%M"},
	{"TIME_SEC", "%S"},
	{"TIME_WDAY", "%w"},
	{"TIME", "%Y%m%d%H%M%S"},
};

/* Adds the value of a variable that may be absent. It is then empty; HTTPS is "off". */
static bool
add_variable(struct ssi_word_reader *reader, const char *name, struct buf *value)
{
	bool is_set = ssi_variables_get(
		reader->variables, slice_of(name), reader->time_format, value);

	if (!is_set && strcmp(name, "HTTPS") == 0)
		buf_add_text(value, "off");
	return true;
}

static bool
add_known(struct ssi_word_reader *reader, struct slice name, struct buf *value)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (slice_is_nocase(name, known[i].name))
			return add_variable(reader, known[i].variable, value);
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		if (slice_is_nocase(name, times[i].name))
			return ssi_variables_get(reader->variables, SLICE_LITERAL("DATE_LOCAL"),
				times[i].format, value);
	return ssi_word_fail(reader,
		"there is no such %{variable} here; v('NAME') has those that the page sets");
}

/* ---- functions ---- */

static void
add_case(struct slice text, char first, struct buf *value)
{
	for (size_t i = 0; i < text.length; i++) {
		char c = text.at[i];
		bool is_other = c >= first && c <= first + ('z' - 'a');

		buf_add_char(value, is_other ? (char)(c ^ ('a' ^ 'A')) : c);
	}
}

/* The variable of a field of the request: "User-Agent" is HTTP_USER_AGENT. */
static bool
add_field(struct ssi_word_reader *reader, struct slice name, struct buf *value)
{
	struct buf variable = {0};

	buf_add_text(&variable, "HTTP_");
	add_case(name, 'a', &variable);
	for (size_t i = 0; i < variable.length; i++)
		if (variable.bytes[i] == '-')
			variable.bytes[i] = '_';
	ssi_variables_get(reader->variables, buf_slice(&variable), reader->time_format, value);
	buf_finish(&variable);
	return true;
}

enum function {
	FUNCTION_VARIABLE,
	FUNCTION_FIELD,
	FUNCTION_LOWER,
	FUNCTION_UPPER,
	FUNCTION_ENCODE,
	FUNCTION_DECODE,
};

static const struct function_row {
	const char *name;
	enum function function;
	const char *encoding;
} functions[] = {
	{"v", FUNCTION_VARIABLE, NULL},
	{"env", FUNCTION_VARIABLE, NULL},
	{"reqenv", FUNCTION_VARIABLE, NULL},
	{"http", FUNCTION_FIELD, NULL},
	{"req", FUNCTION_FIELD, NULL},
	{"req_novary", FUNCTION_FIELD, NULL},
	{"tolower", FUNCTION_LOWER, NULL},
	{"toupper", FUNCTION_UPPER, NULL},
	{"escape", FUNCTION_ENCODE, "url"},
	{"unescape", FUNCTION_DECODE, "url"},
	{"base64", FUNCTION_ENCODE, "base64"},
	{"unbase64", FUNCTION_DECODE, "base64"},
};

static bool
call(struct ssi_word_reader *reader, struct slice name, struct slice argument, struct buf *value)
{
	const struct function_row *row = functions;
	const struct function_row *end = functions + sizeof(functions) / sizeof(functions[0]);

	while (row < end && !slice_is_nocase(name, row->name))
		row++;
	if (row == end)
		return ssi_word_fail(reader, "there is no such function here");
	switch (row->function) {
	case FUNCTION_VARIABLE:
		ssi_variables_get(reader->variables, argument, reader->time_format, value);
		return true;
	case FUNCTION_FIELD:
		return add_field(reader, argument, value);
	case FUNCTION_LOWER:
		add_case(argument, 'A', value);
		return true;
	case FUNCTION_UPPER:
		add_case(argument, 'a', value);
		return true;
	case FUNCTION_ENCODE:
		return ssi_format_encode(slice_of(row->encoding), argument, value);
	case FUNCTION_DECODE:
		return ssi_format_decode(slice_of(row->encoding), argument, value);
	}
	return false;
}

/* Takes "(WORD)" after the name of a function. */
static bool
read_function(struct ssi_word_reader *reader, struct slice name, struct buf *value)
{
	struct buf argument = {0};
	bool is_done;

	if (!ssi_word_take(reader, "("))
		return ssi_word_fail(
			reader, "texts are written in quotes, and variables v('NAME')");
	if (reader->depth == DEPTH_MAX)
		return ssi_word_fail(reader, "its functions are nested too deep");
	reader->depth++;
	is_done = ssi_word_read(reader, &argument);
	reader->depth--;
	if (is_done && !ssi_word_take(reader, ")"))
		is_done = ssi_word_fail(reader, "the ) of a function is missing");
	if (is_done)
		is_done = call(reader, name, buf_slice(&argument), value);
	buf_finish(&argument);
	return is_done;
}

/* ---- words ---- */

/* Adds the value of "%{NAME}" or "%{FUNCTION:TEXT}" at the front of text, and takes it. */
static bool
add_braces(struct ssi_word_reader *reader, struct slice *text, struct buf *value)
{
	const char *end = memchr(text->at, '}', text->length);
	struct slice inner, name;

	if (!end)
		return ssi_word_fail(reader, "the } of %{ is missing");
	inner = (struct slice){text->at + 2, (size_t)(end - text->at) - 2};
	slice_drop(text, inner.length + 3);
	if (!memchr(inner.at, ':', inner.length))
		return add_known(reader, inner, value);
	slice_split(&inner, ':', &name);
	return call(reader, name, inner, value);
}

static bool
is_capture(struct slice text)
{
	return text.length > 1 && *text.at == '$' && text.at[1] >= '0' && text.at[1] <= '9';
}

static void
add_capture(struct ssi_word_reader *reader, struct slice *text, struct buf *value)
{
	const char *capture = reader->variables->captures[text->at[1] - '0'];

	buf_add_text(value, capture ? capture : "");
	slice_drop(text, 2);
}

/* A text from its first quote to its last one. */
static bool
read_text(struct ssi_word_reader *reader, struct buf *value)
{
	struct slice *rest = &reader->rest;
	char quote = *rest->at;

	for (slice_drop(rest, 1); rest->length && *rest->at != quote;) {
		if (slice_starts(*rest, "%{")) {
			if (!add_braces(reader, rest, value))
				return false;
		} else if (is_capture(*rest)) {
			add_capture(reader, rest, value);
		} else {
			if (*rest->at == '\\' && rest->length > 1)
				slice_drop(rest, 1);
			buf_add_char(value, *rest->at);
			slice_drop(rest, 1);
		}
	}
	if (!rest->length)
		return ssi_word_fail(reader, "the end of a text is missing");
	slice_drop(rest, 1);
	return true;
}

static bool
is_number(struct slice name)
{
	size_t i = 0;

	while (i < name.length && name.at[i] >= '0' && name.at[i] <= '9')
		i++;
	return i == name.length;
}

static bool
read_one(struct ssi_word_reader *reader, struct buf *value)
{
	struct slice *rest = &reader->rest, name;

	skip_space(reader);
	if (!rest->length)
		return ssi_word_fail(reader, "it ends too early");
	if (*rest->at == '"' || *rest->at == '\'')
		return read_text(reader, value);
	if (slice_starts(*rest, "%{"))
		return add_braces(reader, rest, value);
	if (is_capture(*rest)) {
		add_capture(reader, rest, value);
		return true;
	}
	if (*rest->at == '$')
		return ssi_word_fail(
			reader, "$NAME is the way of Apache 2.2; since 2.4 it is v('NAME')");
	if (*rest->at == '-')
		return ssi_word_fail(reader, "this test is not known here");
	name = (struct slice){rest->at, ssi_variables_name_length(*rest)};
	if (!name.length)
		return ssi_word_fail(reader, "a text, a number or a variable is expected");
	slice_drop(rest, name.length);
	if (!is_number(name))
		return read_function(reader, name, value);
	buf_add_slice(value, name);
	return true;
}

bool
ssi_word_read(struct ssi_word_reader *reader, struct buf *value)
{
	buf_reserve(value, 0);
	value->bytes[value->length] = '\0';
	do {
		if (!read_one(reader, value))
			return false;
		if (value->length > SSI_VARIABLES_VALUE_MAX)
			return ssi_word_fail(reader, "its values are too long");
	} while (ssi_word_take(reader, "."));
	return true;
}

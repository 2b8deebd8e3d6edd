/*
 * syntax_check: see syntax_check.h. Borrows the text. In CSS only brackets have to match; those
 * inside of strings, comments, escapes and url( without quotes do not count. All other bytes are
 * skipped.
 */
#include "live/syntax_check.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "base/utf8.h"
#include "fs/path.h"

enum { DEPTH_MAX = 256 }; /* open brackets; a text with more is not checked further */

/* ---- by name ---- */

static bool
usually_has_comments(struct slice path)
{
	struct slice name = {0};

	while (slice_split(&path, '/', &name))
		if (slice_starts(name, "."))
			return true;
	return slice_is(name, "tsconfig.json") || slice_is(name, "jsconfig.json");
}

enum syntax_kind
syntax_kind_of(struct slice path)
{
	struct slice extension = path_extension(path);

	if (slice_is_nocase(extension, "css"))
		return SYNTAX_CSS;
	if (slice_is_nocase(extension, "webmanifest"))
		return SYNTAX_JSON;
	if (slice_is_nocase(extension, "json") && !usually_has_comments(path))
		return SYNTAX_JSON;
	return SYNTAX_NOTHING;
}

/* ---- CSS ---- */

struct scanner {
	const char *start, *at, *end;
	const char *open[DEPTH_MAX]; /* the brackets that are not closed yet */
	size_t depth;
	const char *place, *what; /* of the problem; NULL while there is none */
};

static void
report(struct scanner *scanner, const char *place, const char *what)
{
	scanner->place = place;
	scanner->what = what;
}

static void
report_open(struct scanner *scanner)
{
	const char *bracket = scanner->open[scanner->depth - 1];

	report(scanner, bracket,
		*bracket == '{'   ? "a { is never closed"
		: *bracket == '(' ? "a ( is never closed"
				  : "a [ is never closed");
}

static bool
is_newline(char c)
{
	return c == '\n' || c == '\r' || c == '\f';
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || is_newline(c);
}

/* Skips a backslash and the escaped character, which may be a line end of two bytes. */
static void
skip_escape(struct scanner *scanner)
{
	size_t left = (size_t)(scanner->end - scanner->at);
	size_t length = left >= 3 && memcmp(scanner->at + 1, "\r\n", 2) == 0 ? 3 : 2;

	scanner->at += length < left ? length : left;
}

/* CSS Syntax 4.3.5. */
static void
skip_string(struct scanner *scanner)
{
	const char *quote = scanner->at++;

	while (scanner->at < scanner->end && !is_newline(*scanner->at)) {
		if (*scanner->at == *quote) {
			scanner->at++;
			return;
		}
		if (*scanner->at == '\\')
			skip_escape(scanner);
		else
			scanner->at++;
	}
	report(scanner, quote, "a string is never closed");
}

static void
skip_comment(struct scanner *scanner)
{
	const char *start = scanner->at;

	for (scanner->at += 2; scanner->end - scanner->at >= 2; scanner->at++)
		if (memcmp(scanner->at, "*/", 2) == 0) {
			scanner->at += 2;
			return;
		}
	report(scanner, start, "a comment is never closed");
}

static void
skip_blanks(struct scanner *scanner)
{
	while (scanner->at < scanner->end && is_blank(*scanner->at))
		scanner->at++;
}

/* Whether the bracket here belongs to url(, and not to a name like my-url(. */
static bool
is_after_url(const struct scanner *scanner)
{
	size_t before = (size_t)(scanner->at - scanner->start);
	unsigned char c = before > 3 ? (unsigned char)scanner->at[-4] : ' ';

	if (before < 3 || !slice_is_nocase((struct slice){scanner->at - 3, 3}, "url"))
		return false;
	return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		 c == '-' || c == '_' || c == '\\' || c >= 0x80);
}

/* CSS Syntax 4.3.6. The scanner is after "url(" and white space, and no quote follows. */
static void
skip_url(struct scanner *scanner, const char *bracket)
{
	while (scanner->at < scanner->end && *scanner->at != ')') {
		if (*scanner->at == '\\') {
			skip_escape(scanner);
		} else if (is_blank(*scanner->at)) {
			skip_blanks(scanner);
			if (scanner->at < scanner->end && *scanner->at != ')')
				break;
		} else if (strchr("\"'(", *scanner->at)) {
			break;
		} else {
			scanner->at++;
		}
	}
	if (scanner->at < scanner->end && *scanner->at == ')')
		scanner->at++;
	else
		report(scanner, bracket, "a url( is never closed, or needs quotes");
}

static void
open_bracket(struct scanner *scanner)
{
	const char *bracket = scanner->at;
	bool is_url = *bracket == '(' && is_after_url(scanner);

	scanner->at++;
	if (is_url) {
		skip_blanks(scanner);
		if (scanner->at == scanner->end || !strchr("\"'", *scanner->at)) {
			skip_url(scanner, bracket);
			return;
		}
	}
	scanner->open[scanner->depth++] = bracket;
}

static void
close_bracket(struct scanner *scanner)
{
	char c = *scanner->at;
	char wanted = c == ')' ? '(' : c == ']' ? '[' : '{';
	char open = scanner->depth ? *scanner->open[scanner->depth - 1] : '\0';

	if (open == wanted) {
		scanner->depth--;
		scanner->at++;
	} else if (open == '(' || open == '[') {
		report_open(scanner);
	} else {
		report(scanner, scanner->at,
			c == ')'   ? "a ) closes nothing"
			: c == ']' ? "a ] closes nothing"
				   : "a } closes nothing");
	}
}

static void
skip_token(struct scanner *scanner)
{
	char c = *scanner->at;

	if (c == '\\')
		skip_escape(scanner);
	else if (c == '"' || c == '\'')
		skip_string(scanner);
	else if (c == '/' && scanner->at + 1 < scanner->end && scanner->at[1] == '*')
		skip_comment(scanner);
	else if (c == '(' || c == '[' || c == '{')
		open_bracket(scanner);
	else if (c == ')' || c == ']' || c == '}')
		close_bracket(scanner);
	else
		scanner->at++;
}

static void
scan_css(struct scanner *scanner)
{
	while (scanner->at < scanner->end && !scanner->what && scanner->depth < DEPTH_MAX)
		skip_token(scanner);
	if (!scanner->what && scanner->at == scanner->end && scanner->depth)
		report_open(scanner);
}

/* ---- JSON ---- */

/* cJSON stops before the two bytes that begin a comment, or between them. */
static bool
is_comment(const struct scanner *scanner, const char *at)
{
	for (int back = 0; back < 2; back++, at--)
		if (at >= scanner->start && scanner->end - at >= 2 && at[0] == '/' &&
			(at[1] == '/' || at[1] == '*'))
			return true;
	return false;
}

/* Skips JSON that is in order, up to end. Returns its last byte that is not white space. */
static char
skip_json(struct scanner *scanner, const char *end)
{
	char last = '\0';

	for (scanner->depth = 0; scanner->at < end && scanner->depth < DEPTH_MAX; scanner->at++) {
		char c = *scanner->at;

		if (c == '"')
			for (scanner->at++; scanner->at < end && *scanner->at != '"'; scanner->at++)
				scanner->at += *scanner->at == '\\';
		else if (c == '{' || c == '[')
			scanner->open[scanner->depth++] = scanner->at;
		else if ((c == '}' || c == ']') && scanner->depth)
			scanner->depth--;
		if (!is_blank(c))
			last = c;
	}
	return last;
}

/*
 * cJSON stops one byte too late in two cases: behind a byte that should begin a key but is no quote, and behind the
 * first quote of a string that does not end.
 */
static const char *
json_place(struct scanner *scanner, const char *stop)
{
	const char *before = stop - 1;
	bool needs_key;
	char last;

	if (stop == scanner->start)
		return stop;
	scanner->at = scanner->start;
	last = skip_json(scanner, before);
	/* It is in a string, or too deep. */
	if (scanner->at != before)
		return stop;
	needs_key = scanner->depth && *scanner->open[scanner->depth - 1] == '{' &&
		    ((last == '{' && *before != '}') || last == ',');
	return *before == '"' || (needs_key && !is_blank(*before)) ? before : stop;
}

static void
scan_json(struct scanner *scanner)
{
	const char *stop = NULL;
	cJSON *json = cJSON_ParseWithLengthOpts(
		scanner->start, (size_t)(scanner->end - scanner->start), &stop, false);
	bool is_whole = json;

	cJSON_Delete(json);
	scanner->at = stop ? stop : scanner->start;
	if (is_whole)
		skip_blanks(scanner);
	if ((is_whole && scanner->at == scanner->end) || is_comment(scanner, scanner->at))
		return;
	report(scanner, is_whole ? scanner->at : json_place(scanner, scanner->at),
		"no JSON from here on");
}

/* ---- both ---- */

static void
set_place(const struct scanner *scanner, struct syntax_problem *problem)
{
	static const char bom[] = "\xef\xbb\xbf";
	const char *begin = scanner->start;

	if (slice_starts((struct slice){begin, (size_t)(scanner->place - begin)}, bom))
		begin += strlen(bom);
	problem->line = 1;
	for (const char *at = begin; at < scanner->place; at++)
		if (*at == '\n' || (*at == '\r' && (at + 1 == scanner->end || at[1] != '\n'))) {
			problem->line++;
			begin = at + 1;
		}
	problem->column = utf8_utf16_units(
				  (struct slice){begin, (size_t)(scanner->place - begin)}) +
			  1;
}

bool
syntax_check(enum syntax_kind kind, struct slice text, struct syntax_problem *problem)
{
	struct scanner scanner = {.start = text.at, .at = text.at, .end = text.at + text.length};

	if (kind == SYNTAX_NOTHING || !utf8_is_valid(text, true))
		return false;
	if (kind == SYNTAX_CSS)
		scan_css(&scanner);
	else
		scan_json(&scanner);
	if (!scanner.what)
		return false;
	problem->what = scanner.what;
	set_place(&scanner, problem);
	return true;
}

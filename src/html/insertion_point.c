/*
 * insertion_point: see insertion_point.h. Borrows the bytes. It skips the tokens at the beginning
 * of the document that create no element in a browser, except html and head. A token that is
 * incomplete at the end of the bytes is TOKEN_CUT; place_in_html() and place_in_xml() handle it.
 */
#include "html/insertion_point.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "html/scanner.h"

#define BOM "\xef\xbb\xbf"

enum token {
	TOKEN_CUT,     /* the bytes end within it */
	TOKEN_SKIPPED, /* creates no element; the scanner is after it */
	TOKEN_HEAD,    /* <head ...>; the scanner is after it */
	TOKEN_OTHER,   /* HTML: the parser creates the head here; the scanner is before it */

	/* XML only; the scanner is after text and start tags. */
	TOKEN_TEXT,
	TOKEN_HTML,
	TOKEN_ELEMENT,
	TOKEN_EMPTY, /* <x/>: it has no content, so the tag cannot be in it */
	TOKEN_END_TAG,
	TOKEN_BROKEN,
};

/* Whether the bytes are the beginning of text: more bytes could complete it. */
static bool
may_start(const char *at, const char *end, const char *text)
{
	size_t length = (size_t)(end - at);

	return length == 0 || (length < strlen(text) && memcmp(at, text, length) == 0);
}

/* Moves the scanner to found, which is NULL when the bytes end within the token. */
static enum token
move(struct scanner *scanner, const char *found, enum token token)
{
	if (!found)
		return TOKEN_CUT;
	scanner->at = found;
	return token;
}

/* Comments, also bogus ones (HTML Standard 13.2.5.41), and the doctype: any '>' ends it. */
static enum token
skip_declaration(struct scanner *scanner)
{
	const char *at = scanner->at;
	const char *end = scanner->end;
	const char *found;

	if (scanner_starts(at, end, "<!--"))
		found = scanner_after_comment(at + 4, end);
	else
		found = scanner_after(at, end, ">");
	return move(scanner, found, TOKEN_SKIPPED);
}

static enum token
read_html_start_tag(struct scanner *scanner)
{
	struct scanner rest = {scanner->at + 1, scanner->end};
	struct slice name = scanner_take_name(&rest);
	const char *found = scanner_after_tag(rest.at, rest.end);

	if (!name.at)
		return TOKEN_CUT;
	if (slice_is_nocase(name, "head"))
		return move(scanner, found, TOKEN_HEAD);
	return slice_is_nocase(name, "html") ? move(scanner, found, TOKEN_SKIPPED) : TOKEN_OTHER;
}

/*
 * HTML Standard 13.2.6.4.1 to .3: four end tags make the parser create the head; others are
 * ignored.
 */
static enum token
read_html_end_tag(struct scanner *scanner)
{
	static const char *const openers[] = {"head", "body", "html", "br"};
	struct scanner rest = {scanner->at + 2, scanner->end};
	struct slice name = scanner_take_name(&rest);

	if (!name.at)
		return TOKEN_CUT;
	for (size_t i = 0; i < sizeof(openers) / sizeof(openers[0]); i++)
		if (slice_is_nocase(name, openers[i]))
			return TOKEN_OTHER;
	return move(scanner, scanner_after_tag(rest.at, rest.end), TOKEN_SKIPPED);
}

static enum token
read_html_token(struct scanner *scanner)
{
	const char *at = scanner->at;
	size_t length = (size_t)(scanner->end - at);

	if (length && at[0] != '<')
		return TOKEN_OTHER;
	if (length < 2)
		return TOKEN_CUT;
	if (scanner_is_letter(at[1]))
		return read_html_start_tag(scanner);
	if (at[1] == '!' || at[1] == '?')
		return skip_declaration(scanner);
	if (at[1] != '/')
		return TOKEN_OTHER;
	if (length < 3)
		return TOKEN_CUT;
	return scanner_is_letter(at[2]) ? read_html_end_tag(scanner) : skip_declaration(scanner);
}

/*
 * When the whole document ends within a token, the parser drops the token or closes it, so the tag
 * goes before it. That is right for half a doctype, too: it causes quirks mode in any case.
 */
static enum insertion_point_verdict
place_in_html(struct scanner *scanner, bool is_whole)
{
	enum token token;

	do {
		scanner_skip_space(scanner);
		token = read_html_token(scanner);
	} while (token == TOKEN_SKIPPED);
	return token == TOKEN_CUT && !is_whole ? INSERTION_POINT_NEEDS_MORE : INSERTION_POINT_FOUND;
}

/* The end of a start tag of XML, where quotes are only around values and '<' is not allowed. */
static const char *
after_xml_tag(const char *at, const char *end, bool *is_broken)
{
	while (at < end && *at != '>') {
		if (*at == '<') {
			*is_broken = true;
			return NULL;
		}
		if (*at == '"' || *at == '\'')
			at = memchr(at + 1, *at, (size_t)(end - at) - 1);
		if (!at)
			return NULL;
		at++;
	}
	return at < end ? at + 1 : NULL;
}

/* XML 1.0 2.8: an internal subset has its own '>'; comments may hold quotes and brackets. */
static const char *
after_xml_doctype(const char *at, const char *end)
{
	bool in_subset = false;

	while (at && at < end) {
		if (scanner_starts(at, end, "<!--"))
			at = scanner_after(at + 4, end, "-->");
		else if (scanner_starts(at, end, "<?"))
			at = scanner_after(at + 2, end, "?>");
		else if (*at == '"' || *at == '\'')
			at = scanner_after(at + 1, end, *at == '"' ? "\"" : "'");
		else if (*at == '>' && !in_subset)
			return at + 1;
		else if (*at == '[' || *at == ']')
			in_subset = *at++ == '[';
		else
			at++;
	}
	return NULL;
}

static bool
has_local_name(struct slice name, const char *local)
{
	const char *colon = memchr(name.at, ':', name.length);

	if (colon) {
		name.length -= (size_t)(colon + 1 - name.at);
		name.at = colon + 1;
	}
	return slice_is(name, local);
}

static bool
starts_xml_name(char c)
{
	return scanner_is_letter(c) || c == '_' || c == ':' || (unsigned char)c >= 0x80;
}

static enum token
read_xml_start_tag(struct scanner *scanner)
{
	struct scanner rest = {scanner->at + 1, scanner->end};
	struct slice name = scanner_take_name(&rest);
	bool is_broken = false;
	const char *found = after_xml_tag(scanner->at + 1, scanner->end, &is_broken);

	if (is_broken || !starts_xml_name(scanner->at[1]))
		return TOKEN_BROKEN;
	if (!name.at || !found)
		return TOKEN_CUT;
	if (found[-2] == '/')
		return TOKEN_EMPTY;
	if (has_local_name(name, "head"))
		return move(scanner, found, TOKEN_HEAD);
	return move(scanner, found, has_local_name(name, "html") ? TOKEN_HTML : TOKEN_ELEMENT);
}

static enum token
read_xml_declaration(struct scanner *scanner)
{
	const char *at = scanner->at;
	const char *end = scanner->end;

	if (scanner_starts(at, end, "<!--"))
		return move(scanner, scanner_after(at + 4, end, "-->"), TOKEN_SKIPPED);
	if (scanner_starts(at, end, "<!DOCTYPE"))
		return move(scanner, after_xml_doctype(at + 9, end), TOKEN_SKIPPED);
	if (scanner_starts(at, end, "<![CDATA["))
		return move(scanner, scanner_after(at + 9, end, "]]>"), TOKEN_TEXT);
	if (may_start(at, end, "<!--") || may_start(at, end, "<!DOCTYPE") ||
		may_start(at, end, "<![CDATA["))
		return TOKEN_CUT;
	return TOKEN_BROKEN;
}

static enum token
read_xml_token(struct scanner *scanner)
{
	const char *at = scanner->at;
	size_t length = (size_t)(scanner->end - at);

	if (length && at[0] != '<')
		return move(scanner, memchr(at, '<', length), TOKEN_TEXT);
	if (length < 2)
		return TOKEN_CUT;
	if (at[1] == '!')
		return read_xml_declaration(scanner);
	if (at[1] == '?')
		return move(scanner, scanner_after(at + 2, scanner->end, "?>"), TOKEN_SKIPPED);
	return at[1] == '/' ? TOKEN_END_TAG : read_xml_start_tag(scanner);
}

/* The scanner is after the root's start tag. Without a head, the tag goes there. */
static enum insertion_point_verdict
place_in_xhtml(struct scanner *scanner, bool is_whole)
{
	const char *root = scanner->at;
	enum token token;

	do
		token = read_xml_token(scanner);
	while (token == TOKEN_SKIPPED || token == TOKEN_TEXT);
	if (token == TOKEN_BROKEN)
		return INSERTION_POINT_NONE;
	if (token == TOKEN_CUT && !is_whole)
		return INSERTION_POINT_NEEDS_MORE;
	if (token != TOKEN_HEAD)
		scanner->at = root;
	return INSERTION_POINT_FOUND;
}

static enum insertion_point_verdict
place_in_xml(struct scanner *scanner, bool is_whole)
{
	enum token token;

	do {
		scanner_skip_space(scanner);
		token = read_xml_token(scanner);
	} while (token == TOKEN_SKIPPED);
	if (token == TOKEN_CUT && !is_whole)
		return INSERTION_POINT_NEEDS_MORE;
	/* The tag becomes the root, unless what is there is no XML. */
	if (token == TOKEN_CUT && (scanner->at == scanner->end || scanner->at[0] == '<'))
		return INSERTION_POINT_FOUND;
	if (token == TOKEN_HTML)
		return place_in_xhtml(scanner, is_whole);
	return token == TOKEN_ELEMENT || token == TOKEN_HEAD ? INSERTION_POINT_FOUND
							     : INSERTION_POINT_NONE;
}

enum insertion_point_verdict
insertion_point_find(
	enum html_syntax syntax, const char *bytes, size_t length, bool is_whole, size_t *offset)
{
	struct scanner scanner = {bytes, bytes + length};
	enum insertion_point_verdict verdict;

	*offset = 0;
	if (!is_whole && may_start(scanner.at, scanner.end, BOM))
		return INSERTION_POINT_NEEDS_MORE;
	if (scanner_starts(scanner.at, scanner.end, BOM))
		scanner.at += strlen(BOM);
	if (syntax == HTML_SYNTAX_XML)
		verdict = place_in_xml(&scanner, is_whole);
	else
		verdict = place_in_html(&scanner, is_whole);
	*offset = (size_t)(scanner.at - bytes);
	return verdict;
}

/* Copies each UTF-16 unit to one byte: ASCII as it is, 0xff (which is no markup) for all others. */
static char *
narrow(const char *bytes, size_t units, bool is_big_endian)
{
	char *narrowed = mem_resize(NULL, units);

	for (size_t i = 0; i < units; i++) {
		unsigned char high = (unsigned char)bytes[2 * i + !is_big_endian];
		unsigned char low = (unsigned char)bytes[2 * i + is_big_endian];

		narrowed[i] = (char)(high == 0 && low < 0x80 ? low : 0xff);
	}
	return narrowed;
}

enum insertion_point_verdict
insertion_point_find_utf16(enum html_syntax syntax, const char *bytes, size_t length, bool is_whole,
	bool is_big_endian, size_t *offset)
{
	size_t bom = length >= 2 && memcmp(bytes, is_big_endian ? "\xfe\xff" : "\xff\xfe", 2) == 0
			     ? 2
			     : 0;
	size_t units = (length - bom) / 2;
	char *narrowed = narrow(bytes + bom, units, is_big_endian);
	enum insertion_point_verdict verdict = insertion_point_find(
		syntax, narrowed, units, is_whole, offset);

	free(narrowed);
	*offset = bom + 2 * *offset;
	return verdict;
}

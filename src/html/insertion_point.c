/*
 * insertion_point: see insertion_point.h. Tokens at the front of the document are skipped one after the other as long as
 * the parser of a browser would put no element into the tree for them but html and head. Whatever
 * is cut off by the end of the bytes is NULL here, and decided in one place.
 */
#include "html/insertion_point.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define BOM "\xef\xbb\xbf"

/* The bytes from at to end are still to be read. */
struct reader {
	const char *at;
	const char *end;
};

enum token {
	TOKEN_CUT,     /* by the end of the bytes */
	TOKEN_SKIPPED, /* makes no element; the reader is behind it */
	TOKEN_HEAD,    /* <head ...>; the reader is behind it */
	TOKEN_OTHER,   /* HTML: opens the head by itself; the reader is before it */

	/* XML only; the reader is behind text and start tags. */
	TOKEN_TEXT,
	TOKEN_HTML,
	TOKEN_ELEMENT,
	TOKEN_EMPTY, /* <x/>, where nothing can go in */
	TOKEN_END_TAG,
	TOKEN_BROKEN,
};

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void
skip_space(struct reader *reader)
{
	while (reader->at < reader->end && is_space(*reader->at))
		reader->at++;
}

static bool
begins(const char *at, const char *end, const char *text)
{
	size_t length = strlen(text);

	return (size_t)(end - at) >= length && memcmp(at, text, length) == 0;
}

/* Whether the bytes are nothing but a shorter beginning of text, so that more could make it. */
static bool
may_become(const char *at, const char *end, const char *text)
{
	size_t length = (size_t)(end - at);

	return length == 0 || (length < strlen(text) && memcmp(at, text, length) == 0);
}

/* Behind the first text from at on; NULL when there is none. */
static const char *
behind(const char *at, const char *end, const char *text)
{
	size_t length = strlen(text);

	while ((size_t)(end - at) >= length) {
		at = memchr(at, text[0], (size_t)(end - at) - length + 1);
		if (!at)
			return NULL;
		if (memcmp(at, text, length) == 0)
			return at + length;
		at++;
	}
	return NULL;
}

/* HTML Standard 13.2.5.43 to .52: start is behind "<!--". */
static const char *
behind_comment(const char *start, const char *end)
{
	const char *at = start;

	while ((at = memchr(at, '>', (size_t)(end - at)))) {
		size_t length = (size_t)(at - start);

		at++;
		if (length == 0 || (length == 1 && start[0] == '-'))
			return at;
		if (length >= 2 && memcmp(at - 3, "--", 2) == 0)
			return at;
		if (length >= 3 && memcmp(at - 4, "--!", 3) == 0)
			return at;
	}
	return NULL;
}

/* The states of HTML Standard 13.2.5.32 to .40, inside a tag behind its name. */
enum state {
	BEFORE_NAME,
	NAME,
	AFTER_NAME,
	BEFORE_VALUE,
	IN_DOUBLE_QUOTES,
	IN_QUOTES,
	UNQUOTED,
	STATE_COUNT,
	TAG_END = STATE_COUNT,
};

enum mark { OTHER, SPACE, SLASH, GREATER, EQUALS, DOUBLE_QUOTE, QUOTE, MARK_COUNT };

/* clang-format off */
static const unsigned char next_state[STATE_COUNT][MARK_COUNT] = {
	[BEFORE_NAME] = {
		[OTHER] = NAME, [SPACE] = BEFORE_NAME, [SLASH] = BEFORE_NAME, [GREATER] = TAG_END,
		[EQUALS] = NAME, [DOUBLE_QUOTE] = NAME, [QUOTE] = NAME,
	},
	[NAME] = {
		[OTHER] = NAME, [SPACE] = AFTER_NAME, [SLASH] = BEFORE_NAME, [GREATER] = TAG_END,
		[EQUALS] = BEFORE_VALUE, [DOUBLE_QUOTE] = NAME, [QUOTE] = NAME,
	},
	[AFTER_NAME] = {
		[OTHER] = NAME, [SPACE] = AFTER_NAME, [SLASH] = BEFORE_NAME, [GREATER] = TAG_END,
		[EQUALS] = BEFORE_VALUE, [DOUBLE_QUOTE] = NAME, [QUOTE] = NAME,
	},
	[BEFORE_VALUE] = {
		[OTHER] = UNQUOTED, [SPACE] = BEFORE_VALUE, [SLASH] = UNQUOTED, [GREATER] = TAG_END,
		[EQUALS] = UNQUOTED, [DOUBLE_QUOTE] = IN_DOUBLE_QUOTES, [QUOTE] = IN_QUOTES,
	},
	[IN_DOUBLE_QUOTES] = {
		[OTHER] = IN_DOUBLE_QUOTES, [SPACE] = IN_DOUBLE_QUOTES, [SLASH] = IN_DOUBLE_QUOTES,
		[GREATER] = IN_DOUBLE_QUOTES, [EQUALS] = IN_DOUBLE_QUOTES,
		[DOUBLE_QUOTE] = BEFORE_NAME, [QUOTE] = IN_DOUBLE_QUOTES,
	},
	[IN_QUOTES] = {
		[OTHER] = IN_QUOTES, [SPACE] = IN_QUOTES, [SLASH] = IN_QUOTES,
		[GREATER] = IN_QUOTES, [EQUALS] = IN_QUOTES,
		[DOUBLE_QUOTE] = IN_QUOTES, [QUOTE] = BEFORE_NAME,
	},
	[UNQUOTED] = {
		[OTHER] = UNQUOTED, [SPACE] = BEFORE_NAME, [SLASH] = UNQUOTED, [GREATER] = TAG_END,
		[EQUALS] = UNQUOTED, [DOUBLE_QUOTE] = UNQUOTED, [QUOTE] = UNQUOTED,
	},
};
/* clang-format on */

static enum mark
mark_of(char c)
{
	static const unsigned char marks[256] = {
		[' '] = SPACE,
		['\t'] = SPACE,
		['\n'] = SPACE,
		['\r'] = SPACE,
		['\f'] = SPACE,
		['/'] = SLASH,
		['>'] = GREATER,
		['='] = EQUALS,
		['"'] = DOUBLE_QUOTE,
		['\''] = QUOTE,
	};

	return marks[(unsigned char)c];
}

static const char *
behind_tag(const char *at, const char *end)
{
	unsigned char state = BEFORE_NAME;

	while (at < end) {
		state = next_state[state][mark_of(*at++)];
		if (state == TAG_END)
			return at;
	}
	return NULL;
}

/* Takes the name of a tag; absent when the end of the bytes cuts it off. */
static struct slice
take_name(struct reader *reader)
{
	const char *start = reader->at;

	while (reader->at < reader->end && !is_space(*reader->at) && *reader->at != '/' &&
		*reader->at != '>')
		reader->at++;
	if (reader->at == reader->end)
		return (struct slice){NULL, 0};
	return (struct slice){start, (size_t)(reader->at - start)};
}

/* Moves the reader to found, which is NULL when the token was cut off. */
static enum token
move(struct reader *reader, const char *found, enum token token)
{
	if (!found)
		return TOKEN_CUT;
	reader->at = found;
	return token;
}

/* Comments, also bogus ones (HTML Standard 13.2.5.41), and the doctype, which ends at any '>'. */
static enum token
skip_declaration(struct reader *reader)
{
	const char *at = reader->at;
	const char *end = reader->end;
	const char *found;

	if (begins(at, end, "<!--"))
		found = behind_comment(at + 4, end);
	else
		found = behind(at, end, ">");
	return move(reader, found, TOKEN_SKIPPED);
}

static enum token
read_html_start_tag(struct reader *reader)
{
	struct reader rest = {reader->at + 1, reader->end};
	struct slice name = take_name(&rest);
	const char *found = behind_tag(rest.at, rest.end);

	if (!name.at)
		return TOKEN_CUT;
	if (slice_is_nocase(name, "head"))
		return move(reader, found, TOKEN_HEAD);
	return slice_is_nocase(name, "html") ? move(reader, found, TOKEN_SKIPPED) : TOKEN_OTHER;
}

/* HTML Standard 13.2.6.4.1 to .3: four end tags open the head, all others are ignored there. */
static enum token
read_html_end_tag(struct reader *reader)
{
	static const char *const openers[] = {"head", "body", "html", "br"};
	struct reader rest = {reader->at + 2, reader->end};
	struct slice name = take_name(&rest);

	if (!name.at)
		return TOKEN_CUT;
	for (size_t i = 0; i < sizeof(openers) / sizeof(openers[0]); i++)
		if (slice_is_nocase(name, openers[i]))
			return TOKEN_OTHER;
	return move(reader, behind_tag(rest.at, rest.end), TOKEN_SKIPPED);
}

static enum token
read_html_token(struct reader *reader)
{
	const char *at = reader->at;
	size_t length = (size_t)(reader->end - at);

	if (length && at[0] != '<')
		return TOKEN_OTHER;
	if (length < 2)
		return TOKEN_CUT;
	if (is_letter(at[1]))
		return read_html_start_tag(reader);
	if (at[1] == '!' || at[1] == '?')
		return skip_declaration(reader);
	if (at[1] != '/')
		return TOKEN_OTHER;
	if (length < 3)
		return TOKEN_CUT;
	return is_letter(at[2]) ? read_html_end_tag(reader) : skip_declaration(reader);
}

/*
 * What is cut off at the end of the whole document is dropped by the parser or closed by the end,
 * so the tag goes before it: even before half a doctype, which means quirks mode in any case.
 */
static enum insertion_point_verdict
place_in_html(struct reader *reader, bool whole)
{
	enum token token;

	do {
		skip_space(reader);
		token = read_html_token(reader);
	} while (token == TOKEN_SKIPPED);
	return token == TOKEN_CUT && !whole ? INSERTION_POINT_NEEDS_MORE : INSERTION_POINT_FOUND;
}

/* Behind a start tag of XML, where quotes are only around values and '<' is nowhere. */
static const char *
behind_xml_tag(const char *at, const char *end, bool *is_broken)
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

/* XML 1.0 2.8: an internal subset has '>' of its own; quotes and brackets may be in comments. */
static const char *
behind_xml_doctype(const char *at, const char *end)
{
	bool in_subset = false;

	while (at && at < end) {
		if (begins(at, end, "<!--"))
			at = behind(at + 4, end, "-->");
		else if (begins(at, end, "<?"))
			at = behind(at + 2, end, "?>");
		else if (*at == '"' || *at == '\'')
			at = behind(at + 1, end, *at == '"' ? "\"" : "'");
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
may_begin_xml_name(char c)
{
	return is_letter(c) || c == '_' || c == ':' || (unsigned char)c >= 0x80;
}

static enum token
read_xml_start_tag(struct reader *reader)
{
	struct reader rest = {reader->at + 1, reader->end};
	struct slice name = take_name(&rest);
	bool is_broken = false;
	const char *found = behind_xml_tag(reader->at + 1, reader->end, &is_broken);

	if (is_broken || !may_begin_xml_name(reader->at[1]))
		return TOKEN_BROKEN;
	if (!name.at || !found)
		return TOKEN_CUT;
	if (found[-2] == '/')
		return TOKEN_EMPTY;
	if (has_local_name(name, "head"))
		return move(reader, found, TOKEN_HEAD);
	return move(reader, found, has_local_name(name, "html") ? TOKEN_HTML : TOKEN_ELEMENT);
}

static enum token
read_xml_declaration(struct reader *reader)
{
	const char *at = reader->at;
	const char *end = reader->end;

	if (begins(at, end, "<!--"))
		return move(reader, behind(at + 4, end, "-->"), TOKEN_SKIPPED);
	if (begins(at, end, "<!DOCTYPE"))
		return move(reader, behind_xml_doctype(at + 9, end), TOKEN_SKIPPED);
	if (begins(at, end, "<![CDATA["))
		return move(reader, behind(at + 9, end, "]]>"), TOKEN_TEXT);
	if (may_become(at, end, "<!--") || may_become(at, end, "<!DOCTYPE") ||
		may_become(at, end, "<![CDATA["))
		return TOKEN_CUT;
	return TOKEN_BROKEN;
}

static enum token
read_xml_token(struct reader *reader)
{
	const char *at = reader->at;
	size_t length = (size_t)(reader->end - at);

	if (length && at[0] != '<')
		return move(reader, memchr(at, '<', length), TOKEN_TEXT);
	if (length < 2)
		return TOKEN_CUT;
	if (at[1] == '!')
		return read_xml_declaration(reader);
	if (at[1] == '?')
		return move(reader, behind(at + 2, reader->end, "?>"), TOKEN_SKIPPED);
	return at[1] == '/' ? TOKEN_END_TAG : read_xml_start_tag(reader);
}

/* The reader is behind the root's start tag, where the tag goes when no head follows. */
static enum insertion_point_verdict
place_in_xhtml(struct reader *reader, bool whole)
{
	const char *root = reader->at;
	enum token token;

	do
		token = read_xml_token(reader);
	while (token == TOKEN_SKIPPED || token == TOKEN_TEXT);
	if (token == TOKEN_BROKEN)
		return INSERTION_POINT_NONE;
	if (token == TOKEN_CUT && !whole)
		return INSERTION_POINT_NEEDS_MORE;
	if (token != TOKEN_HEAD)
		reader->at = root;
	return INSERTION_POINT_FOUND;
}

static enum insertion_point_verdict
place_in_xml(struct reader *reader, bool whole)
{
	enum token token;

	do {
		skip_space(reader);
		token = read_xml_token(reader);
	} while (token == TOKEN_SKIPPED);
	if (token == TOKEN_CUT && !whole)
		return INSERTION_POINT_NEEDS_MORE;
	if (token == TOKEN_HTML)
		return place_in_xhtml(reader, whole);
	return token == TOKEN_ELEMENT || token == TOKEN_HEAD ? INSERTION_POINT_FOUND
							     : INSERTION_POINT_NONE;
}

enum insertion_point_verdict
insertion_point_find(
	enum html_syntax syntax, const char *bytes, size_t length, bool whole, size_t *offset)
{
	struct reader reader = {bytes, bytes + length};
	enum insertion_point_verdict verdict;

	*offset = 0;
	if (!whole && may_become(reader.at, reader.end, BOM))
		return INSERTION_POINT_NEEDS_MORE;
	if (begins(reader.at, reader.end, BOM))
		reader.at += strlen(BOM);
	if (syntax == HTML_SYNTAX_XML)
		verdict = place_in_xml(&reader, whole);
	else
		verdict = place_in_html(&reader, whole);
	*offset = (size_t)(reader.at - bytes);
	return verdict;
}

/* One byte for each unit: ASCII as it is, and one that is no markup for all others. */
static char *
narrow(const char *bytes, size_t units, bool big)
{
	char *narrowed = mem_resize(NULL, units);

	for (size_t i = 0; i < units; i++) {
		unsigned char high = (unsigned char)bytes[2 * i + !big];
		unsigned char low = (unsigned char)bytes[2 * i + big];

		narrowed[i] = (char)(high == 0 && low < 0x80 ? low : 0xff);
	}
	return narrowed;
}

enum insertion_point_verdict
insertion_point_find_utf16(enum html_syntax syntax, const char *bytes, size_t length, bool whole,
	bool big, size_t *offset)
{
	size_t bom = length >= 2 && memcmp(bytes, big ? "\xfe\xff" : "\xff\xfe", 2) == 0 ? 2 : 0;
	size_t units = (length - bom) / 2;
	char *narrowed = narrow(bytes + bom, units, big);
	enum insertion_point_verdict verdict = insertion_point_find(
		syntax, narrowed, units, whole, offset);

	free(narrowed);
	*offset = bom + 2 * *offset;
	return verdict;
}

/* ---- the nonce ---- */

static bool
is_nonce_byte(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '-' ||
	       c == '_' || c == '=';
}

/* What of text is a nonce, from its front on; absent when nothing is. */
static struct slice
nonce_in(struct slice text)
{
	size_t length = 0;

	while (length < text.length && is_nonce_byte(text.at[length]))
		length++;
	return (struct slice){length ? text.at : NULL, length};
}

/* The value of an attribute without its quotes; absent when the tag ends first. */
static struct slice
take_value(struct reader *reader)
{
	const char *start = reader->at;
	char quote = start < reader->end ? *start : '\0';

	if (quote == '"' || quote == '\'') {
		const char *end = memchr(start + 1, quote, (size_t)(reader->end - start) - 1);

		if (!end)
			return (struct slice){NULL, 0};
		reader->at = end + 1;
		return (struct slice){start + 1, (size_t)(end - start) - 1};
	}
	while (reader->at < reader->end && !is_space(*reader->at) && *reader->at != '>')
		reader->at++;
	return (struct slice){start, (size_t)(reader->at - start)};
}

/* The value that an attribute has in a tag; the reader is behind the tag's name. */
static struct slice
find_attribute(struct reader reader, const char *wanted)
{
	for (;;) {
		struct slice name, value = {0};

		while (reader.at < reader.end && (is_space(*reader.at) || *reader.at == '/'))
			reader.at++;
		if (reader.at == reader.end || *reader.at == '>')
			return (struct slice){NULL, 0};
		name.at = reader.at++;
		while (reader.at < reader.end && !is_space(*reader.at) &&
			!strchr("/>=", *reader.at))
			reader.at++;
		name.length = (size_t)(reader.at - name.at);
		skip_space(&reader);
		if (reader.at < reader.end && *reader.at == '=') {
			reader.at++;
			skip_space(&reader);
			value = take_value(&reader);
		}
		if (slice_is_nocase(name, wanted))
			return value;
	}
}

/* That of script-src; or of what stands in for it, which comes before the others. */
static struct slice
nonce_of_policy(struct slice policy)
{
	const char *end = policy.at + policy.length;
	const char *scripts = behind(policy.at, end, "script-src");
	const char *nonce = behind(scripts ? scripts : policy.at, end, "nonce-");

	if (!nonce)
		return (struct slice){NULL, 0};
	return nonce_in((struct slice){nonce, (size_t)(end - nonce)});
}

/* What a start tag says of it; the reader is behind the tag's name. */
static struct slice
nonce_of_tag(struct slice name, struct reader reader)
{
	struct slice value = {0}, nonce;

	if (slice_is_nocase(name, "script")) {
		value = find_attribute(reader, "nonce");
		nonce = nonce_in(value);
		return nonce.length == value.length ? nonce : (struct slice){NULL, 0};
	}
	if (slice_is_nocase(name, "meta") &&
		slice_is_nocase(find_attribute(reader, "http-equiv"), "content-security-policy"))
		value = find_attribute(reader, "content");
	return value.at ? nonce_of_policy(value) : value;
}

/* Behind all that is in an element in which no other begins; at, when it is another one. */
static const char *
behind_raw_text(struct slice name, const char *at, const char *end)
{
	static const char *const raw[] = {"script", "style", "title", "noscript", "template"};

	for (size_t i = 0; i < sizeof(raw) / sizeof(raw[0]); i++) {
		if (!slice_is_nocase(name, raw[i]))
			continue;
		while ((at = behind(at, end, "</")))
			if ((size_t)(end - at) >= name.length &&
				slice_is_nocase((struct slice){at, name.length}, raw[i]))
				return at;
		return NULL;
	}
	return at;
}

struct slice
csp_nonce_find(const char *bytes, size_t length)
{
	const char *end = bytes + length;
	struct reader reader = {bytes, end};

	while ((reader.at = behind(reader.at, end, "<"))) {
		struct slice name, nonce;
		const char *found;

		if (begins(reader.at, end, "!--")) {
			reader.at = behind_comment(reader.at + 3, end);
		} else if (reader.at < end && is_letter(*reader.at)) {
			name = take_name(&reader);
			found = behind_tag(reader.at, end);
			if (!name.at || !found || slice_is_nocase(name, "body"))
				break;
			nonce = nonce_of_tag(name, (struct reader){reader.at, found});
			if (nonce.at)
				return nonce;
			reader.at = behind_raw_text(name, found, end);
		}
		if (!reader.at)
			break;
	}
	return (struct slice){NULL, 0};
}

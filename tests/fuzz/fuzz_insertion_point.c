/*
 * The place for the tag: the first byte of an input is the kind of the document, the rest is the
 * document. A second, slow tokenizer checks that the place is not inside of markup.
 */
#include <string.h>

#include "fuzz.h"
#include "base/buf.h"
#include "html/csp_nonce.h"
#include "html/insertion_point.h"

#define TAG "<script src=\"/x.js\"></script>"

/* The states of HTML Standard 13.2.5 that the front of a document can be in. */
enum state {
	DATA,
	OPEN,
	END_OPEN,
	BOGUS,
	TAG_NAME,
	BEFORE_NAME,
	NAME,
	AFTER_NAME,
	BEFORE_VALUE,
	UNQUOTED,
	DOUBLE,
	SINGLE,
};

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The end of the comment whose "<!--" ends at this offset, or limit. */
static size_t
skip_comment(const char *text, size_t at, size_t limit)
{
	size_t start = at;

	for (; at < limit; at++) {
		size_t length = at - start;

		if (text[at] != '>')
			continue;
		if (length == 0 || (length == 1 && text[start] == '-') ||
			(length >= 2 && memcmp(text + at - 2, "--", 2) == 0) ||
			(length >= 3 && memcmp(text + at - 3, "--!", 3) == 0))
			return at + 1;
	}
	return limit + 1;
}

/* The next state inside of a tag, after its name. */
static enum state
next_in_tag(enum state state, char c)
{
	if (state == DOUBLE || state == SINGLE)
		return c == (state == DOUBLE ? '"' : '\'') ? BEFORE_NAME : state;
	if (c == '>')
		return DATA;
	if (state == BEFORE_VALUE && !is_space(c))
		return c == '"' ? DOUBLE : c == '\'' ? SINGLE : UNQUOTED;
	if (state == BEFORE_VALUE)
		return BEFORE_VALUE;
	if (state == UNQUOTED)
		return is_space(c) ? BEFORE_NAME : UNQUOTED;
	if (c == '/')
		return BEFORE_NAME;
	if (is_space(c))
		return state == NAME ? AFTER_NAME : state;
	return c == '=' && state != BEFORE_NAME ? BEFORE_VALUE : NAME;
}

static enum state
next(enum state state, char c)
{
	switch (state) {
	case DATA:
		return c == '<' ? OPEN : DATA;
	case OPEN:
		if (c == '/')
			return END_OPEN;
		if (c == '!' || c == '?')
			return BOGUS;
		return is_letter(c) ? TAG_NAME : DATA;
	case END_OPEN:
		return is_letter(c) ? TAG_NAME : c == '>' ? DATA : BOGUS;
	case BOGUS:
		return c == '>' ? DATA : BOGUS;
	case TAG_NAME:
		if (c == '>')
			return DATA;
		return is_space(c) || c == '/' ? BEFORE_NAME : TAG_NAME;
	default:
		return next_in_tag(state, c);
	}
}

/* Whether place is between two tokens. */
static bool
is_between(const char *text, size_t place)
{
	enum state state = DATA;
	size_t at = 0;

	while (at < place) {
		if (state == DATA && place - at >= 4 && memcmp(text + at, "<!--", 4) == 0)
			at = skip_comment(text, at + 4, place);
		else
			state = next(state, text[at++]);
	}
	return at == place && state == DATA;
}

struct document {
	enum html_syntax syntax;
	const char *bytes;
	size_t length;
};

/* More bytes do not change a place that was found, nor a verdict that there is none. */
static void
check_beginnings(
	const struct document *document, enum insertion_point_verdict verdict, size_t place)
{
	size_t step = document->length / 16 + 1;

	for (size_t length = 0; length <= document->length; length += step) {
		size_t earlier_place;
		enum insertion_point_verdict earlier = insertion_point_find(
			document->syntax, document->bytes, length, false, &earlier_place);

		CHECK(earlier_place <= length);
		if (earlier == INSERTION_POINT_NEEDS_MORE)
			continue;
		CHECK(earlier == verdict);
		if (verdict == INSERTION_POINT_FOUND)
			CHECK(earlier_place == place);
	}
}

/* A document that already has the tag gets another one at the same place. */
static void
check_again(const struct document *document, size_t place)
{
	struct buf tagged = {0};
	size_t again;

	buf_add(&tagged, document->bytes, place);
	buf_add_text(&tagged, TAG);
	buf_add(&tagged, document->bytes + place, document->length - place);
	CHECK(insertion_point_find(document->syntax, tagged.bytes, tagged.length, true, &again) ==
		INSERTION_POINT_FOUND);
	CHECK(again == place);
	buf_finish(&tagged);
}

/* The same letters in UTF-16 have the same place. */
static void
check_wide(const struct document *document, bool big)
{
	struct buf narrow = {0}, wide = {0};
	size_t place, wide_place;
	enum insertion_point_verdict verdict;

	buf_add(&wide, big ? "\xfe\xff" : "\xff\xfe", 2);
	for (size_t i = 0; i < document->length; i++) {
		char letter = (char)(document->bytes[i] & 0x7f);

		buf_add_char(&narrow, letter);
		buf_add_char(&wide, big ? '\0' : letter);
		buf_add_char(&wide, big ? letter : '\0');
	}
	buf_reserve(&narrow, 1);
	verdict = insertion_point_find(document->syntax, narrow.bytes, narrow.length, true, &place);
	CHECK(insertion_point_find_utf16(document->syntax, wide.bytes, wide.length, true, big,
		      &wide_place) == verdict);
	CHECK(wide_place == 2 + 2 * place);
	buf_finish(&narrow);
	buf_finish(&wide);
}

/* The nonce for the tag cannot end an attribute. */
static void
check_nonce(const struct document *document)
{
	struct slice nonce = csp_nonce_find(document->bytes, document->length);

	CHECK(!nonce.at || (nonce.length > 0 && nonce.at >= document->bytes &&
				   nonce.at + nonce.length <= document->bytes + document->length));
	for (size_t i = 0; i < nonce.length; i++)
		CHECK(is_letter(nonce.at[i]) || memchr("0123456789+/-_=", nonce.at[i], 15));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct document document;
	enum insertion_point_verdict verdict;
	size_t place, bom;

	if (size == 0)
		return 0;
	document = (struct document){
		.syntax = data[0] & 1 ? HTML_SYNTAX_XML : HTML_SYNTAX_HTML,
		.bytes = (const char *)data + 1,
		.length = size - 1,
	};
	verdict = insertion_point_find(
		document.syntax, document.bytes, document.length, true, &place);
	CHECK(verdict != INSERTION_POINT_NEEDS_MORE && place <= document.length);
	check_beginnings(&document, verdict, place);
	check_wide(&document, data[0] & 2);
	insertion_point_find_utf16(
		document.syntax, document.bytes, document.length, true, data[0] & 2, &bom);
	CHECK(bom % 2 == 0 && bom <= document.length);
	if (document.syntax == HTML_SYNTAX_HTML)
		CHECK(verdict == INSERTION_POINT_FOUND && is_between(document.bytes, place));
	if (verdict == INSERTION_POINT_FOUND)
		check_again(&document, place);
	check_nonce(&document);
	return 0;
}

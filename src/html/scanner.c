/*
 * scanner: see scanner.h. Owns nothing. A tag is scanned by a table, which has one row for each
 * state of the standard.
 */
#include "html/scanner.h"

#include <string.h>

bool
scanner_is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

void
scanner_skip_space(struct scanner *scanner)
{
	while (scanner->at < scanner->end && is_space(*scanner->at))
		scanner->at++;
}

bool
scanner_starts(const char *at, const char *end, const char *text)
{
	size_t length = strlen(text);

	return (size_t)(end - at) >= length && memcmp(at, text, length) == 0;
}

const char *
scanner_after(const char *at, const char *end, const char *text)
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

const char *
scanner_after_comment(const char *start, const char *end)
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

/* The states of HTML Standard 13.2.5.32 to .40, inside a tag, after its name. */
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

const char *
scanner_after_tag(const char *at, const char *end)
{
	unsigned char state = BEFORE_NAME;

	while (at < end) {
		state = next_state[state][mark_of(*at++)];
		if (state == TAG_END)
			return at;
	}
	return NULL;
}

struct slice
scanner_take_name(struct scanner *scanner)
{
	const char *start = scanner->at;

	while (scanner->at < scanner->end && !is_space(*scanner->at) && *scanner->at != '/' &&
		*scanner->at != '>')
		scanner->at++;
	if (scanner->at == scanner->end)
		return (struct slice){NULL, 0};
	return (struct slice){start, (size_t)(scanner->at - start)};
}

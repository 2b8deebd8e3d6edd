/*
 * naive_glob: see naive_glob.h. A pattern becomes a row of tokens without braces; then the rules of
 * glob.h are followed one by one, with recursion.
 */
#include "support/naive_glob.h"

#include <stdint.h>
#include <string.h>

enum kind {
	BYTE,
	ANY,
	CLASS,
	STAR,
	GLOBSTAR,
	OPEN,
	COMMA,
	CLOSE,
};

struct token {
	enum kind kind;
	char byte;           /* BYTE; otherwise the sign itself */
	uint64_t members[4]; /* CLASS: a bit for each byte that it matches */
};

struct tokens {
	struct token at[NAIVE_GLOB_MAX];
	size_t count;
	bool is_git, is_anchored, is_broken;
};

/* ---- from text to tokens ---- */

/* Reads the next member of a class. */
static unsigned char
next_member(const char **text)
{
	if (**text == '\\')
		(*text)++;
	return (unsigned char)*(*text)++;
}

/* Where the class that begins at text ends: at its ']'. NULL when it is not closed. */
static const char *
find_class_end(const char *text)
{
	const char *at = text + 1;

	if (*at == '!' || *at == '^')
		at++;
	for (const char *first = at; *at && (*at != ']' || at == first); at++)
		if (*at == '\\' && at[1])
			at++;
	return *at ? at : NULL;
}

static bool
has_member(const struct token *token, unsigned char byte)
{
	return token->members[byte / 64] >> byte % 64 & 1;
}

static void
read_class(struct token *token, const char *text, const char *end)
{
	bool is_negated = text[1] == '!' || text[1] == '^';
	const char *at = text + 1 + is_negated;

	while (at < end) {
		int low = next_member(&at), high = low;

		if (at + 1 < end && *at == '-') {
			at++;
			high = next_member(&at);
		}
		for (int byte = low; byte <= high; byte++)
			token->members[byte / 64] |= UINT64_C(1) << byte % 64;
	}
	for (int i = 0; i < 4; i++)
		token->members[i] ^= is_negated ? UINT64_MAX : 0;
}

/* Whether these stars are a "**" with its meaning. In git's syntax it has to be a whole segment. */
static bool
is_globstar(const struct tokens *tokens, const char *text, size_t stars)
{
	bool begins = tokens->count == 0 || tokens->at[tokens->count - 1].byte == '/';

	return stars >= 2 &&
	       (!tokens->is_git || (begins && (text[stars] == '/' || text[stars] == '\0')));
}

static enum kind
kind_of(char byte, bool is_git)
{
	switch (byte) {
	case '?':
		return ANY;
	case '{':
		return is_git ? BYTE : OPEN;
	case ',':
		return is_git ? BYTE : COMMA;
	case '}':
		return is_git ? BYTE : CLOSE;
	default:
		return BYTE;
	}
}

/* Adds one token. Returns the text behind it. */
static const char *
add_token(struct tokens *tokens, const char *text)
{
	struct token *token = &tokens->at[tokens->count];
	size_t stars = strspn(text, "*");
	const char *class_end = *text == '[' ? find_class_end(text) : NULL;

	*token = (struct token){.kind = kind_of(*text, tokens->is_git), .byte = *text};
	if (stars)
		token->kind = is_globstar(tokens, text, stars) ? GLOBSTAR : STAR;
	tokens->count++;
	if (stars)
		return text + stars;
	if (class_end) {
		token->kind = CLASS;
		read_class(token, text, class_end);
		return class_end + 1;
	}
	if (*text == '\\' && text[1]) {
		token->byte = text[1];
		return text + 2;
	}
	tokens->is_broken |= tokens->is_git && (*text == '[' || *text == '\\');
	return text + 1;
}

/* The token that closes the brace at `open`; or tokens->count. */
static size_t
find_close(const struct tokens *tokens, size_t open)
{
	size_t depth = 0;

	for (size_t i = open; i < tokens->count; i++) {
		depth += tokens->at[i].kind == OPEN;
		if (tokens->at[i].kind == CLOSE && --depth == 0)
			return i;
	}
	return tokens->count;
}

/* Braces that are not closed, and what belongs to no braces, are bytes. */
static void
settle_braces(struct tokens *tokens)
{
	size_t depth = 0;

	for (size_t i = 0; i < tokens->count; i++)
		if (tokens->at[i].kind == OPEN && find_close(tokens, i) == tokens->count)
			tokens->at[i].kind = BYTE;
	for (size_t i = 0; i < tokens->count; i++) {
		enum kind kind = tokens->at[i].kind;

		depth += kind == OPEN;
		if (depth == 0 && (kind == COMMA || kind == CLOSE))
			tokens->at[i].kind = BYTE;
		depth -= depth && kind == CLOSE;
	}
}

/* A '/' that has something but slashes behind it ties the pattern to the root. */
static bool
names_folder(const struct tokens *tokens)
{
	bool has_name = false;

	for (size_t i = tokens->count; i-- > 0;) {
		has_name |= tokens->at[i].byte != '/';
		if (has_name && tokens->at[i].byte == '/')
			return true;
	}
	return false;
}

static void
read_pattern(struct tokens *tokens, const char *text, enum glob_syntax syntax)
{
	tokens->count = 0;
	tokens->is_git = syntax == GLOB_SYNTAX_GIT;
	tokens->is_anchored = false;
	while (*text == '/' || (!tokens->is_git && text[0] == '.' && text[1] == '/')) {
		text += *text == '/' ? 1 : 2;
		tokens->is_anchored = true;
		if (tokens->is_git)
			break;
	}
	tokens->is_broken = tokens->is_git && !*text;
	while (*text)
		text = add_token(tokens, text);
	settle_braces(tokens);
	tokens->is_anchored |= names_folder(tokens);
}

/* ---- without braces ---- */

/*
 * Whether the tokens from `at` on may be at the end of a name: nothing, or what the '/' behind a
 * folder's name matches, with whatever is in the folder.
 */
static bool
is_end(const struct tokens *tokens, size_t at, bool behind_slash)
{
	for (; at < tokens->count; at++) {
		enum kind kind = tokens->at[at].kind;

		if (kind == BYTE && tokens->at[at].byte == '/' && !tokens->is_git)
			behind_slash = true;
		else if (kind != GLOBSTAR && (kind != STAR || behind_slash))
			return false;
	}
	return true;
}

static bool
is_one_byte(const struct token *token, char byte)
{
	if (token->kind == BYTE)
		return token->byte == byte;
	if (token->kind == CLASS)
		return byte != '/' && has_member(token, (unsigned char)byte);
	return token->kind == ANY && byte != '/';
}

/* Whether the tokens from `at` on match path from `place` on, up to the end of one of its names. */
static bool
match_from(const struct tokens *tokens, size_t at, const char *path, size_t place)
{
	const struct token *token = &tokens->at[at];
	bool name_ends = !path[place] || (path[place] == '/' && !tokens->is_git);
	bool segment_begins = place == 0 || path[place - 1] == '/';

	if (name_ends && is_end(tokens, at, false))
		return true;
	if (at == tokens->count)
		return false;
	if (token->kind != STAR && token->kind != GLOBSTAR)
		return path[place] && is_one_byte(token, path[place]) &&
		       match_from(tokens, at + 1, path, place + 1);
	/* "**" + "/" matches nothing. */
	if (token->kind == GLOBSTAR && segment_begins && at + 1 < tokens->count &&
		tokens->at[at + 1].kind == BYTE && tokens->at[at + 1].byte == '/' &&
		match_from(tokens, at + 2, path, place))
		return true;
	if (match_from(tokens, at + 1, path, place))
		return true;
	return path[place] && (token->kind == GLOBSTAR || path[place] != '/') &&
	       match_from(tokens, at, path, place + 1);
}

static bool
match_without_braces(const struct tokens *tokens, const char *path)
{
	for (size_t i = 0; path[i]; i++)
		if ((i == 0 || (path[i - 1] == '/' && !tokens->is_anchored)) &&
			match_from(tokens, 0, path, i))
			return true;
	return false;
}

/* ---- braces ---- */

/* The end of the alternative that begins at `at`: its comma, or the closing brace. */
static size_t
find_alternative_end(const struct tokens *tokens, size_t at)
{
	size_t depth = 0;

	for (;; at++) {
		enum kind kind = tokens->at[at].kind;

		if (depth == 0 && (kind == COMMA || kind == CLOSE))
			return at;
		depth += kind == OPEN;
		depth -= kind == CLOSE;
	}
}

/* The same tokens with one alternative in place of the braces from open to close. */
static struct tokens
replace_braces(const struct tokens *tokens, size_t open, size_t close, size_t first, size_t end)
{
	struct tokens result = *tokens;
	size_t length = end - first, rest = tokens->count - close - 1;

	memcpy(&result.at[open], &tokens->at[first], length * sizeof(struct token));
	memcpy(&result.at[open + length], &tokens->at[close + 1], rest * sizeof(struct token));
	result.count = open + length + rest;
	return result;
}

/* Tries every combination of alternatives. */
static bool
match(const struct tokens *tokens, const char *path)
{
	size_t open = 0, close, end;

	while (open < tokens->count && tokens->at[open].kind != OPEN)
		open++;
	if (open == tokens->count)
		return match_without_braces(tokens, path);
	close = find_close(tokens, open);
	for (size_t first = open + 1; first <= close; first = end + 1) {
		struct tokens chosen;

		end = find_alternative_end(tokens, first);
		chosen = replace_braces(tokens, open, close, first, end);
		if (match(&chosen, path))
			return true;
	}
	return false;
}

bool
naive_glob_matches(const char *pattern, const char *path, enum glob_syntax syntax)
{
	struct tokens tokens;

	read_pattern(&tokens, pattern, syntax);
	return tokens.count > 0 && !tokens.is_broken && match(&tokens, path);
}

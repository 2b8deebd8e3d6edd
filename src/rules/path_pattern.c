/*
 * path_pattern: see path_pattern.h. Owns nothing. A match goes back to the last placeholder that could
 * take less, so its steps are counted.
 */
#include "rules/path_pattern.h"

#include <string.h>

#include "http/url.h"

enum { STEPS_MAX = 20000 };

/* ---- reading ---- */

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* The length of ":name" at the front of text; 0 when there is none. */
static size_t
name_length(struct slice text)
{
	size_t length = 1;

	if (text.length < 2 || text.at[0] != ':' || !is_letter(text.at[1]))
		return 0;
	while (length < text.length &&
		(is_letter(text.at[length]) || (text.at[length] >= '0' && text.at[length] <= '9')))
		length++;
	return length;
}

/* Adds one byte as url_from_path would. */
static void
add_encoded(struct buf *text, char byte)
{
	struct buf encoded = {0};

	url_from_path((struct slice){&byte, 1}, &encoded);
	buf_add(text, encoded.bytes + 1, encoded.length - 1);
	buf_finish(&encoded);
}

/* Takes one byte, or an escape, off the front. Returns false for an escape that is none. */
static bool
take_byte(struct slice *text, char *byte)
{
	*byte = text->at[0];
	if (*byte == '%') {
		int high, low;

		if (text->length < 3)
			return false;
		high = slice_hex_value(text->at[1]);
		low = slice_hex_value(text->at[2]);
		if (high < 0 || low < 0)
			return false;
		*byte = (char)(high * 16 + low);
		slice_drop(text, 2);
	}
	slice_drop(text, 1);
	return true;
}

/* "//host" stands in front of the path when the pattern has a host. */
static bool
add_host(struct slice *text, struct buf *pattern)
{
	size_t length;

	if (slice_starts_nocase(*text, "https://"))
		slice_drop(text, 8);
	else if (slice_starts_nocase(*text, "http://"))
		slice_drop(text, 7);
	else
		return slice_starts(*text, "/");
	for (length = 0; length < text->length && text->at[length] != '/'; length++)
		;
	buf_add_text(pattern, "//");
	for (size_t i = 0; i < length;) {
		struct slice rest = {text->at + i, length - i};
		size_t name = name_length(rest);

		if (!name && rest.at[0] == ':') /* a port */
			break;
		buf_add(pattern, rest.at, name ? name : 1);
		i += name ? name : 1;
	}
	slice_drop(text, length);
	return true;
}

char *
path_pattern_read(struct slice text)
{
	struct buf pattern = {0};
	bool has_splat = false;

	if (!add_host(&text, &pattern))
		return NULL;
	if (!text.length)
		buf_add_char(&pattern, '/');
	while (text.length) {
		size_t name = name_length(text);
		char byte;

		if (name || (text.at[0] == '*' && !has_splat)) {
			has_splat |= !name;
			buf_add(&pattern, text.at, name ? name : 1);
			slice_drop(&text, name ? name : 1);
			continue;
		}
		if (!take_byte(&text, &byte) || !byte) {
			buf_finish(&pattern);
			return NULL;
		}
		if (byte == '/')
			buf_add_char(&pattern, byte);
		else
			add_encoded(&pattern, byte);
	}
	return buf_take(&pattern);
}

/* ---- matching ---- */

struct matching {
	struct path_match *match;
	char end; /* what no placeholder may hold: '/', in a host '.' */
	size_t steps;
};

static void
note_value(struct path_match *match, struct slice name, struct slice value)
{
	if (match->count == PATH_PATTERN_NAMES)
		return;
	match->items[match->count].name = name;
	match->items[match->count].value = value;
	match->count++;
}

/* How much of text a placeholder, or a splat, can hold at most. */
static size_t
reach_of(const struct matching *matching, struct slice text, bool is_splat)
{
	const char *end;

	if (is_splat || !text.length)
		return text.length;
	end = memchr(text.at, matching->end, text.length);
	return end ? (size_t)(end - text.at) : text.length;
}

static bool
matches(struct matching *matching, struct slice pattern,
	struct slice text) /* NOLINT(misc-no-recursion) */
{
	size_t name, count = matching->match->count;
	bool is_splat;

	while (pattern.length && !(name = name_length(pattern)) && pattern.at[0] != '*') {
		if (!text.length || pattern.at[0] != text.at[0])
			return false;
		slice_drop(&pattern, 1);
		slice_drop(&text, 1);
	}
	if (!pattern.length)
		return !text.length;
	is_splat = pattern.at[0] == '*';
	if (is_splat)
		name = 1;
	for (size_t i = reach_of(matching, text, is_splat) + 1; i > (is_splat ? 0 : 1); i--) {
		struct slice rest = {text.at + i - 1, text.length - (i - 1)};
		struct slice after = {pattern.at + name, pattern.length - name};

		if (++matching->steps > STEPS_MAX)
			return false;
		matching->match->count = count;
		note_value(matching->match,
			is_splat ? SLICE_LITERAL("splat")
				 : (struct slice){pattern.at + 1, name - 1},
			(struct slice){text.at, i - 1});
		if (matches(matching, after, rest))
			return true;
	}
	matching->match->count = count;
	return false;
}

bool
path_pattern_matches(const char *pattern, struct slice path, struct path_match *match)
{
	struct slice rest = slice_of(pattern);
	struct matching of_path = {match, '/', 0}, of_host = {match, '.', 0};

	if (slice_starts(rest, "//")) {
		const char *end = strchr(pattern + 2, '/');
		struct slice host = {pattern + 2, (size_t)(end - (pattern + 2))};

		if (!matches(&of_host, host, match->host))
			return false;
		slice_drop(&rest, host.length + 2);
	}
	return matches(&of_path, rest, path);
}

void
path_pattern_fill(struct slice template, const struct path_match *match, struct buf *text)
{
	while (template.length) {
		size_t name = name_length(template), found = match->count;

		for (size_t i = 0; name && i < match->count && found == match->count; i++)
			if (slice_equal(match->items[i].name,
				    (struct slice){template.at + 1, name - 1}))
				found = i;
		if (name && found < match->count)
			buf_add_slice(text, match->items[found].value);
		else
			buf_add(text, template.at, name ? name : 1);
		slice_drop(&template, name ? name : 1);
	}
}

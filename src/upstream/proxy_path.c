/*
 * proxy_path: see proxy_path.h. Its one idea: a segment is only trusted to lead down by one, but each
 * ".." that any reading finds in it leads up by one.
 */
#include "upstream/proxy_path.h"

#include <string.h>

enum { DECODINGS_MAX = 3 }; /* of one path, by servers behind each other */

/* Adds text percent-decoded once. A '%' without two hex digits is a byte like any other. */
static void
add_decoded(struct buf *to, struct slice text)
{
	while (text.length) {
		int high = *text.at == '%' && text.length > 2 ? slice_hex_value(text.at[1]) : -1;
		int low = high >= 0 ? slice_hex_value(text.at[2]) : -1;

		buf_add_char(to, low >= 0 ? (char)(high * 16 + low) : *text.at);
		slice_drop(&text, low >= 0 ? 3 : 1);
	}
}

bool
proxy_path_is_plain(struct slice path)
{
	for (size_t i = 0; i < path.length; i++) {
		if (path.at[i] == '%' || path.at[i] == '\\')
			return false;
		if (path.at[i] == '/' && i + 1 < path.length &&
			(path.at[i + 1] == '.' || path.at[i + 1] == '/'))
			return false;
	}
	return true;
}

/* Takes the segment behind the first '/' of path off its front. */
static struct slice
take_segment(struct slice *path)
{
	const char *end;
	struct slice segment;

	slice_drop(path, 1);
	end = path->length ? memchr(path->at, '/', path->length) : NULL;
	segment = (struct slice){path->at, end ? (size_t)(end - path->at) : path->length};
	slice_drop(path, segment.length);
	return segment;
}

bool
proxy_path_is_below(struct slice path, const char *name, struct slice *rest)
{
	struct slice wanted, left = slice_of(name);
	struct buf decoded = {0};
	bool is_below = true;

	while (is_below && left.length && slice_split(&left, '/', &wanted)) {
		struct slice segment = {0};

		if (slice_starts(path, "/"))
			segment = take_segment(&path);
		buf_clear(&decoded);
		add_decoded(&decoded, segment);
		is_below = decoded.length == wanted.length && segment.length &&
			   memcmp(decoded.bytes, wanted.at, wanted.length) == 0;
	}
	buf_finish(&decoded);
	*rest = path;
	return is_below && (path.length == 0 || *path.at == '/');
}

/* Takes the part up to the next '/' or '\\' off the front of decoded. */
static bool
take_part(struct slice *decoded, struct slice *part)
{
	size_t length = 0;

	if (!decoded->at)
		return false;
	while (length < decoded->length && decoded->at[length] != '/' &&
		decoded->at[length] != '\\')
		length++;
	*part = (struct slice){decoded->at, length};
	if (length == decoded->length)
		*decoded = (struct slice){0};
	else
		slice_drop(decoded, length + 1);
	return true;
}

/*
 * Whether part is dots, or nothing, perhaps with parameters behind ("..;x"), or with the decoded
 * beginning of a query or fragment ("..?x").
 */
static bool
is_dots(struct slice part, const char *dots)
{
	struct slice name = {part.at, 0};

	while (name.length < part.length && part.at[name.length] != ';' &&
		part.at[name.length] != '?' && part.at[name.length] != '#')
		name.length++;
	return slice_is(name, dots);
}

/* Removes the last segment of name. Returns false when there is none. */
static bool
climb(struct buf *name, size_t root)
{
	if (name->length == root)
		return false;
	do
		name->length--;
	while (name->length > root && name->bytes[name->length] != '/');
	name->bytes[name->length] = '\0';
	return true;
}

bool
proxy_path_resolve(struct slice path, struct buf *name)
{
	struct slice left, part;
	struct buf decoded = {0};
	size_t root = name->length;
	bool is_inside = true;

	buf_reserve(name, 1);
	buf_reserve(&decoded, path.length + 1);
	add_decoded(&decoded, path);
	left = buf_slice(&decoded);
	if (memchr(left.at, '\0', left.length))
		is_inside = false;
	while (is_inside && take_part(&left, &part)) {
		if (is_dots(part, ".."))
			is_inside = climb(name, root);
		if (part.length == 0 || is_dots(part, "..") || is_dots(part, "."))
			continue;
		if (name->length > root)
			buf_add_char(name, '/');
		buf_add_slice(name, part);
	}
	buf_finish(&decoded);
	return is_inside;
}

/* How far a segment, as it was decoded, leads down (1), up (below 0), or neither. */
static long
step_of(struct slice decoded)
{
	bool leads_down = false;
	struct slice part;
	long up = 0;

	while (take_part(&decoded, &part)) {
		up += is_dots(part, "..");
		leads_down |= !is_dots(part, "") && !is_dots(part, ".");
	}
	return up ? -up : leads_down;
}

/*
 * Replaces the two bytes that a careless reader of UTF-8 takes for a '.', '/' or '\\' (RFC 3629 10).
 */
static void
shorten(struct buf *text)
{
	size_t length = 0;

	for (size_t i = 0; i < text->length; i++, length++) {
		unsigned first = (unsigned char)text->bytes[i];
		unsigned next = i + 1 < text->length ? (unsigned char)text->bytes[i + 1] : 0;
		char meant = (char)((first & 1) << 6 | (next & 0x3f));

		text->bytes[length] = text->bytes[i];
		if ((first == 0xc0 || first == 0xc1) && (next & 0xc0) == 0x80 &&
			(meant == '.' || meant == '/' || meant == '\\')) {
			text->bytes[length] = meant;
			i++;
		}
	}
	text->length = length;
}

/* The step of segment in its worst reading: servers behind each other may each decode it. */
static long
worst_step(struct slice segment, struct buf *decoded, struct buf *scratch)
{
	long worst = 1;

	buf_clear(decoded);
	buf_add_slice(decoded, segment);
	for (int times = 0; times < DECODINGS_MAX; times++) {
		struct buf once = *scratch;
		long step;

		buf_clear(&once);
		add_decoded(&once, buf_slice(decoded));
		shorten(&once);
		*scratch = *decoded;
		*decoded = once;
		step = step_of(buf_slice(decoded));
		if (step < worst)
			worst = step;
	}
	return worst;
}

bool
proxy_path_may_climb(struct slice rest)
{
	struct buf decoded = {0}, scratch = {0};
	long depth = 0;

	while (rest.length && depth >= 0) {
		struct slice segment = take_segment(&rest);

		depth += worst_step(segment, &decoded, &scratch);
	}
	buf_finish(&decoded);
	buf_finish(&scratch);
	return depth < 0;
}

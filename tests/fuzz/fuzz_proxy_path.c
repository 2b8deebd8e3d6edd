/*
 * Any bytes as the path of a request. A path that is judged harmless stays below its route, however
 * often it is decoded as one of four kinds of servers would do it.
 */
#include <string.h>

#include "fuzz.h"
#include "upstream/proxy_path.h"

/* Whether a server that reads rest in one way ends or passes above the place where it begins. */
static bool
climbs(struct slice rest, bool decodes_first, bool has_backslash, bool merges)
{
	long depth = 0;
	size_t start = 1;
	struct buf text = {0};
	bool is_above = false;

	for (size_t i = 0; i < rest.length; i++) {
		struct slice left = {rest.at + i, rest.length - i};
		bool is_slash = slice_starts_nocase(left, "%2f");

		if (slice_starts_nocase(left, "%2e"))
			buf_add_char(&text, '.');
		else if (is_slash && decodes_first)
			buf_add_char(&text, '/');
		else if (slice_starts_nocase(left, "%5c"))
			buf_add_char(&text, '\\');
		else
			buf_add_char(&text, rest.at[i]);
		if ((is_slash && decodes_first) || slice_starts_nocase(left, "%2e") ||
			slice_starts_nocase(left, "%5c"))
			i += 2;
	}
	for (size_t i = 1; i <= text.length; i++) {
		size_t length = i - start;
		const char *segment = text.bytes + start;

		if (i < text.length && text.bytes[i] != '/' &&
			!(has_backslash && text.bytes[i] == '\\'))
			continue;
		if (length == 2 && memcmp(segment, "..", 2) == 0)
			depth--;
		else if (!(length == 1 && *segment == '.') && !(merges && length == 0))
			depth++;
		is_above |= depth < 0;
		start = i + 1;
	}
	buf_finish(&text);
	return is_above;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice path = {(const char *)data, size}, rest;
	struct buf name = {0};

	if (size == 0 || data[0] != '/' || memchr(data, '\0', size))
		return 0;
	if (proxy_path_is_plain(path))
		CHECK(!proxy_path_may_climb(path));
	for (int i = 0; i < 8; i++)
		if (!proxy_path_may_climb(path))
			CHECK(!climbs(path, i & 1, i & 2, i & 4));
	if (!proxy_path_may_climb(path) && proxy_path_resolve(path, &name) && name.length)
		CHECK(name.bytes[0] != '/' && name.bytes[name.length - 1] != '/');
	if (proxy_path_is_below(path, "a", &rest))
		CHECK(rest.length == 0 || *rest.at == '/');
	buf_finish(&name);
	return 0;
}

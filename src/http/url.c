/*
 * url: see url.h. Decoding only ever shortens a path, so room is made once, and the bytes
 * are written directly. Dots are checked after decoding, because "%2e%2e" is "..".
 */
#include "http/url.h"

static const char hex_digits[] = "0123456789ABCDEF";

/* RFC 3986 2.3, and '/'. */
static bool
is_plain(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~' || c == '/';
}

static void
cut(struct buf *buf, size_t length)
{
	buf->length = length;
	buf->bytes[length] = '\0';
}

/* Decodes the three characters at the front of text, "%" and two digits, to a byte. */
static enum url_verdict
decode_triplet(struct slice text, char *byte)
{
	int high = text.length > 2 ? slice_hex_value(text.at[1]) : -1;
	int low = text.length > 2 ? slice_hex_value(text.at[2]) : -1;

	if (high < 0 || low < 0 || (high == 0 && low == 0))
		return URL_MALFORMED;
	*byte = (char)(high * 16 + low);
	return *byte == '/' ? URL_NOT_FOUND : URL_OK;
}

/* Adds the decoded segment. name has room for it. */
static enum url_verdict
decode(struct buf *name, struct slice segment)
{
	char *to = name->bytes + name->length;
	enum url_verdict verdict;

	while (segment.length) {
		size_t step = 1;

		*to = *segment.at;
		if (*to == '\0')
			return URL_MALFORMED;
		if (*to == '%') {
			verdict = decode_triplet(segment, to);
			if (verdict != URL_OK)
				return verdict;
			step = 3;
		}
		to++;
		segment.at += step;
		segment.length -= step;
	}
	cut(name, (size_t)(to - name->bytes));
	return URL_OK;
}

/*
 * Removes the last folder of name, which ends in '/'. Returns false when name has none after root.
 */
static bool
climb(struct buf *name, size_t root)
{
	size_t end = name->length;

	if (end == root)
		return false;
	do
		end--;
	while (end > root && name->bytes[end - 1] != '/');
	cut(name, end);
	return true;
}

/* Adds a segment behind what name has after root, which is nothing or ends in '/'. */
static enum url_verdict
add_segment(struct buf *name, size_t root, struct slice segment, bool is_last)
{
	size_t start = name->length;
	enum url_verdict verdict = decode(name, segment);
	struct slice decoded = {name->bytes + start, name->length - start};

	if (verdict != URL_OK)
		return verdict;
	if (slice_is(decoded, "..")) {
		cut(name, start);
		return climb(name, root) ? URL_OK : URL_MALFORMED;
	}
	if (slice_is(decoded, "."))
		cut(name, start);
	else if (decoded.length && !is_last)
		buf_add_char(name, '/');
	return URL_OK;
}

enum url_verdict
url_to_path(struct slice url, struct buf *name)
{
	size_t root = name->length;
	struct slice segment;

	buf_reserve(name, url.length + 1);
	cut(name, root);
	while (slice_split(&url, '/', &segment)) {
		enum url_verdict verdict = add_segment(name, root, segment, !url.at);

		if (verdict != URL_OK) {
			cut(name, root);
			return verdict;
		}
	}
	return URL_OK;
}

/* Bytes that stay as they are in a query: visible ASCII but the query percent-encode set. */
static bool
is_plain_in_query(unsigned char c)
{
	return c > ' ' && c < 0x7f && c != '"' && c != '<' && c != '>' && c != '#';
}

/* Adds text. Bytes for which keeps() is false are percent-encoded. */
static void
add_encoded(struct buf *url, struct slice text, bool (*keeps)(unsigned char))
{
	char *to;

	buf_reserve(url, 3 * text.length + 1);
	to = url->bytes + url->length;
	for (size_t i = 0; i < text.length; i++) {
		unsigned char c = (unsigned char)text.at[i];

		if (keeps(c)) {
			*to++ = (char)c;
			continue;
		}
		*to++ = '%';
		*to++ = hex_digits[c >> 4];
		*to++ = hex_digits[c & 15];
	}
	cut(url, (size_t)(to - url->bytes));
}

void
url_from_path(struct slice name, struct buf *url)
{
	buf_add_char(url, '/');
	add_encoded(url, name, is_plain);
}

void
url_add_query(struct slice query, struct buf *url)
{
	add_encoded(url, query, is_plain_in_query);
}

void
url_add_root(size_t depth, struct buf *url)
{
	if (depth == URL_DEPTH_NONE) {
		buf_add_char(url, '/');
		return;
	}
	for (size_t i = 0; i < depth; i++)
		buf_add_text(url, "../");
}

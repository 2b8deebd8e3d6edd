/*
 * header_block: see header_block.h. Owns the texts of one block.
 *
 * The request line and Host are known when the pseudo-fields are, and Cookie may come in parts (RFC 9113
 * 8.2.3); so these are kept, the other lines are written at once, and the end joins all of it.
 */
#include "http2/header_block.h"

enum { OVERHEAD = 32 }; /* of a field, as counted in RFC 9113 6.5.2 */

void
header_block_finish(struct header_block *block)
{
	buf_finish(&block->text);
	for (int i = 0; i < HEADER_BLOCK_PSEUDO_COUNT; i++)
		buf_finish(&block->pseudo[i]);
	buf_finish(&block->host);
	buf_finish(&block->cookie);
	buf_finish(&block->fields);
}

void
header_block_begin(struct header_block *block)
{
	header_block_finish(block);
	*block = (struct header_block){0};
}

/* ---- bytes ---- */

/* RFC 9113 8.2.1: the bytes of a token (RFC 9110 5.6.2), without upper case. */
static bool
is_name(struct slice name)
{
	for (size_t i = 0; i < name.length; i++) {
		char c = name.at[i];

		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') &&
			(c == '\0' || !strchr("!#$%&'*+-.^_`|~", c)))
			return false;
	}
	return name.length > 0;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* RFC 9113 8.2.1, and no control byte but a tab (RFC 9110 5.5). */
static bool
is_value(struct slice value)
{
	for (size_t i = 0; i < value.length; i++) {
		unsigned char c = (unsigned char)value.at[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return value.length == 0 ||
	       (!is_blank(value.at[0]) && !is_blank(value.at[value.length - 1]));
}

/* ---- fields ---- */

static bool
add_pseudo(struct header_block *block, struct slice name, struct slice value)
{
	static const char *const names[HEADER_BLOCK_PSEUDO_COUNT] = {
		[HEADER_BLOCK_METHOD] = ":method",
		[HEADER_BLOCK_SCHEME] = ":scheme",
		[HEADER_BLOCK_AUTHORITY] = ":authority",
		[HEADER_BLOCK_PATH] = ":path",
	};

	if (block->has_regular)
		return false;
	for (int i = 0; i < HEADER_BLOCK_PSEUDO_COUNT; i++) {
		if (!slice_is(name, names[i]))
			continue;
		if (block->has[i])
			return false;
		block->has[i] = true;
		buf_add_slice(&block->pseudo[i], value);
		return true;
	}
	return false;
}

/* RFC 9113 8.2.2 */
static bool
is_of_connection(struct slice name, struct slice value)
{
	static const char *const names[] = {
		"connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (slice_is(name, names[i]))
			return true;
	return slice_is(name, "te") && !slice_is_nocase(value, "trailers");
}

static void
add_line(struct buf *text, struct slice name, struct slice value)
{
	buf_add_slice(text, name);
	buf_add_text(text, ": ");
	buf_add_slice(text, value);
	buf_add_text(text, "\r\n");
}

static bool
add_regular(struct header_block *block, struct slice name, struct slice value)
{
	block->has_regular = true;
	if (!is_name(name) || is_of_connection(name, value))
		return false;
	if (slice_is(name, "host")) {
		if (block->has_host)
			return false;
		block->has_host = true;
		buf_add_slice(&block->host, value);
	} else if (slice_is(name, "cookie")) {
		if (block->cookie.length)
			buf_add_text(&block->cookie, "; ");
		buf_add_slice(&block->cookie, value);
	} else if (!slice_is(name, "te")) {
		block->has_length |= slice_is(name, "content-length");
		add_line(&block->fields, name, value);
	}
	return true;
}

bool
header_block_add(struct header_block *block, struct slice name, struct slice value)
{
	bool is_right;

	block->count++;
	block->size += name.length + value.length + OVERHEAD;
	if (block->fault)
		return block->size <= HEADER_BLOCK_HARMFUL;
	if (block->size > HEADER_BLOCK_MAX || block->count > REQUEST_FIELDS_MAX) {
		block->fault = 431;
		return block->size <= HEADER_BLOCK_HARMFUL;
	}
	is_right = is_value(value) && (slice_starts(name, ":") ? add_pseudo(block, name, value)
							       : add_regular(block, name, value));
	if (!is_right)
		block->fault = 400;
	return true;
}

/* ---- the head ---- */

static struct slice
pseudo(const struct header_block *block, enum header_block_pseudo which)
{
	return buf_slice(&block->pseudo[which]);
}

/* RFC 9113 8.3.1. Returns 0, or the status. */
static int
check_pseudo(const struct header_block *block)
{
	struct slice path = pseudo(block, HEADER_BLOCK_PATH);

	if (slice_is(pseudo(block, HEADER_BLOCK_METHOD), "CONNECT"))
		return 501;
	if (!block->has[HEADER_BLOCK_METHOD] || !block->has[HEADER_BLOCK_PATH] ||
		!slice_is_nocase(pseudo(block, HEADER_BLOCK_SCHEME), "https"))
		return 400;
	if (!slice_starts(path, "/") && !slice_is(path, "*"))
		return 400;
	if (block->has[HEADER_BLOCK_AUTHORITY] && block->has_host &&
		!slice_equal_nocase(pseudo(block, HEADER_BLOCK_AUTHORITY), buf_slice(&block->host)))
		return 400;
	return 0;
}

static void
write_head(struct header_block *block, bool ends_stream)
{
	struct buf *text = &block->text;

	buf_add_slice(text, pseudo(block, HEADER_BLOCK_METHOD));
	buf_add_char(text, ' ');
	buf_add_slice(text, pseudo(block, HEADER_BLOCK_PATH));
	buf_add_text(text, " HTTP/1.1\r\n");
	if (block->has[HEADER_BLOCK_AUTHORITY])
		add_line(text, SLICE_LITERAL("host"), pseudo(block, HEADER_BLOCK_AUTHORITY));
	else if (block->has_host)
		add_line(text, SLICE_LITERAL("host"), buf_slice(&block->host));
	buf_add_slice(text, buf_slice(&block->fields));
	if (block->cookie.length)
		add_line(text, SLICE_LITERAL("cookie"), buf_slice(&block->cookie));
	if (!ends_stream && !block->has_length)
		buf_add_text(text, "transfer-encoding: chunked\r\n");
	buf_add_text(text, "\r\n");
}

int
header_block_end(struct header_block *block, bool ends_stream, struct request *request)
{
	int verdict;

	if (!block->fault)
		block->fault = check_pseudo(block);
	if (block->fault)
		return block->fault;
	write_head(block, ends_stream);
	verdict = request_parse(request, block->text.bytes, block->text.length);
	if (verdict == REQUEST_INCOMPLETE)
		return 400;
	if (verdict == REQUEST_COMPLETE && request->head_length != block->text.length)
		return 400;
	if (verdict == REQUEST_COMPLETE && ends_stream && request->has_body)
		return 400;
	return verdict;
}

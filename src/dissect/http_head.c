/*
 * http_head: see http_head.h.
 */
#include "dissect/http_head.h"

#include <string.h>

enum {
	VERSION_LENGTH = 8,    /* of "HTTP/1.1" */
	START_LINE_MAX = 8192, /* more is not shown */
	FIELD_MAX = 1024,      /* more is not looked at */
	KEPT_MAX = 8192,       /* of all fields of a head that is shortened */
	CHUNK_DIGITS_MAX = 15,
};

struct slice
http_head_line(struct slice bytes, struct slice *next)
{
	const char *lf = bytes.length ? memchr(bytes.at, '\n', bytes.length) : NULL;
	size_t length = lf ? (size_t)(lf - bytes.at) : bytes.length, width = 1;
	const char *cr = length ? memchr(bytes.at, '\r', length) : NULL;

	if (cr && cr + 1 == lf)
		width = 2;
	/* It is not known what follows a CR at the end. */
	if (cr && cr + 1 == bytes.at + bytes.length)
		cr = NULL;
	if (!lf && !cr)
		return (struct slice){0};
	if (cr)
		length = (size_t)(cr - bytes.at);
	*next = bytes;
	slice_drop(next, length + width);
	return (struct slice){bytes.at, length};
}

size_t
http_head_length(struct slice bytes)
{
	struct slice rest = bytes, line;

	while ((line = http_head_line(rest, &rest)).at)
		if (line.length == 0)
			return bytes.length - rest.length;
	return 0;
}

bool
http_head_may_begin(struct slice bytes)
{
	return bytes.length && bytes.at[0] >= ' ' && bytes.at[0] <= '~';
}

static bool
is_method(struct slice word)
{
	static const char *const methods[] = {"GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS",
		"PATCH", "CONNECT", "TRACE", "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE",
		"LOCK", "UNLOCK", "REPORT", "SEARCH", "SUBSCRIBE", "UNSUBSCRIBE", "NOTIFY",
		"M-SEARCH", "MERGE", "CHECKOUT", "CHECKIN", "UNCHECKOUT", "MKACTIVITY",
		"MKWORKSPACE", "UPDATE", "LABEL", "BASELINE-CONTROL", "VERSION-CONTROL",
		"ORDERPATCH", "ACL", "POLL", "BCOPY", "BDELETE", "BMOVE", "BPROPFIND", "BPROPPATCH",
		"RPC_CONNECT", "RPC_IN_DATA", "RPC_OUT_DATA", "CCM_POST", "SSTP_DUPLEX_POST"};

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (slice_is(word, methods[i]))
			return true;
	return false;
}

static bool
is_answer(struct slice line)
{
	return slice_starts(line, "HTTP/") || slice_starts(line, "ICY");
}

/* The part up to the first blank. */
static struct slice
first_word(struct slice line)
{
	struct slice word = line;

	slice_split(&line, ' ', &word);
	return word;
}

bool
http_head_is_start(struct slice line)
{
	return is_answer(line) || is_method(first_word(line));
}

bool
http_head_is_found(struct slice line)
{
	struct slice end = line;

	if (line.length <= VERSION_LENGTH)
		return false;
	slice_drop(&end, line.length - VERSION_LENGTH);
	return (slice_starts_nocase(end, "HTTP/1.") || slice_starts_nocase(line, "HTTP/1.")) &&
	       http_head_is_start(line);
}

static void
read_start_line(struct http_head *head)
{
	struct slice rest = head->start_line, word;

	slice_split(&rest, ' ', &word);
	if (!is_answer(head->start_line)) {
		head->method = word;
		if (rest.at)
			slice_split(&rest, ' ', &head->target);
		return;
	}
	for (size_t i = 0; i < 3 && i < rest.length; i++)
		if (rest.at[i] >= '0' && rest.at[i] <= '9')
			head->status = head->status * 10 + (unsigned)(rest.at[i] - '0');
	if (head->status == 0)
		head->status = 999; /* an answer all the same */
}

/* Whether a list with commas has the word. */
static bool
has_word(struct slice list, const char *word)
{
	struct slice part;

	while (slice_split(&list, ',', &part))
		if (slice_is_nocase(slice_trim(part), word))
			return true;
	return false;
}

/* The value of the parameter "boundary", without quotation marks. */
static struct slice
read_boundary(struct slice parameters)
{
	struct slice part, name;

	while (slice_split(&parameters, ';', &part)) {
		struct slice value = slice_trim(part);

		slice_split(&value, '=', &name);
		if (!value.at || !slice_is_nocase(name, "boundary"))
			continue;
		if (value.length >= 2 && value.at[0] == '"')
			return (struct slice){value.at + 1, value.length - 2};
		return value;
	}
	return (struct slice){0};
}

/* A type ends with a blank, too. */
static void
read_type(struct http_head *head, struct slice value)
{
	struct slice rest = value, part = value;

	slice_split(&rest, ';', &part);
	head->type = slice_trim(part);
	for (size_t i = 0; i < head->type.length; i++)
		if (head->type.at[i] == ' ' || head->type.at[i] == '\t')
			head->type.length = i;
	if (slice_starts_nocase(head->type, "multipart/"))
		head->boundary = read_boundary(rest);
}

/* What the reassembly of a message looks for, in all lines. A blank in front of the colon counts. */
static void
read_length(struct http_head *head, struct slice name, struct slice value)
{
	if (slice_is_nocase(name, "Content-Length")) {
		if (slice_starts(value, "+"))
			slice_drop(&value, 1);
		head->has_length = slice_number(value, &head->length);
	} else if (slice_is_nocase(name, "Transfer-Encoding")) {
		head->is_chunked = slice_starts_nocase(value, "chunked");
		head->is_coded = has_word(value, "gzip") || has_word(value, "deflate") ||
				 has_word(value, "compress");
	}
}

static void
read_field(struct http_head *head, struct slice name, struct slice value)
{
	if (slice_is_nocase(name, "Content-Type")) {
		read_type(head, value);
	} else if (slice_is_nocase(name, "Upgrade")) {
		head->is_upgrade = true;
		head->is_upgrade_to_websocket = slice_is_nocase(value, "websocket");
	}
}

void
http_head_read(struct http_head *head, struct slice bytes)
{
	struct slice line;

	*head = (struct http_head){.start_line = http_head_line(bytes, &bytes)};
	if (!head->start_line.at)
		return;
	read_start_line(head);
	while ((line = http_head_line(bytes, &bytes)).at && line.length) {
		struct slice value = line, name;

		slice_split(&value, ':', &name);
		if (value.at) {
			read_length(head, name, slice_trim(value));
			if (!head->is_broken)
				read_field(head, name, slice_trim(value));
		} else if (!http_head_is_start(line) && !head->is_broken) {
			head->is_broken = true;
			head->has_length_before_break = head->has_length;
		}
	}
}

/* Whether http_head_read looks at the line. */
static bool
is_needed(struct slice line)
{
	return slice_starts_nocase(line, "Content-") || slice_starts_nocase(line, "Transfer-") ||
	       slice_starts_nocase(line, "Upgrade") || !memchr(line.at, ':', line.length);
}

void
http_head_shorten(struct buf *head)
{
	struct slice rest = buf_slice(head), next, line;
	size_t most = START_LINE_MAX;
	struct buf kept = {0};

	while ((line = http_head_line(rest, &next)).at) {
		if (most == START_LINE_MAX ||
			(is_needed(line) && kept.length < START_LINE_MAX + KEPT_MAX)) {
			buf_add(&kept, line.at, line.length < most ? line.length : most);
			buf_add_text(&kept, "\r\n");
		}
		rest = next;
		most = FIELD_MAX;
	}
	if (rest.length <= most) {
		buf_add_slice(&kept, rest);
	} else {
		/* The last byte may be a CR, the half of a line break. */
		buf_add(&kept, rest.at, most);
		buf_add(&kept, rest.at + rest.length - 1, 1);
	}
	buf_clear(head);
	buf_add_slice(head, buf_slice(&kept));
	buf_finish(&kept);
}

int64_t
http_head_chunk_size(struct slice line)
{
	int64_t size = 0;
	unsigned digits = 0;

	line = slice_trim(line);
	while (digits < line.length && digits <= CHUNK_DIGITS_MAX) {
		int value = slice_hex_value(line.at[digits]);

		if (value < 0)
			break;
		size = size * 16 + value;
		digits++;
	}
	return digits && digits <= CHUNK_DIGITS_MAX ? size : -1;
}

/* ---- requests and their answers ---- */

static void
drop_request(struct http_requests *requests)
{
	if (requests->count) {
		requests->first = (requests->first + 1) % HTTP_REQUESTS_MAX;
		requests->count--;
	}
}

void
http_requests_add(struct http_requests *requests, const struct http_head *head, uint32_t packet)
{
	unsigned place;
	struct http_request_seen *item;
	struct slice words = head->start_line;

	if (requests->count == HTTP_REQUESTS_MAX)
		drop_request(requests);
	place = (requests->first + requests->count++) % HTTP_REQUESTS_MAX;
	item = &requests->items[place];
	item->packet = packet;
	/* Method and target stand in front of the version. */
	if (head->target.at)
		words.length = (size_t)(head->target.at + head->target.length - words.at);
	message_set_text(item->text, sizeof(item->text), words);
	requests->is_head = slice_is(head->method, "HEAD");
	requests->is_connect = slice_is(head->method, "CONNECT");
}

void
http_requests_answer(
	struct http_requests *requests, const struct http_head *head, struct message *message)
{
	const struct http_request_seen *request = &requests->items[requests->first];

	requests->status = head->status;
	if (requests->count) {
		message->answer_to = request->packet;
		message_set_text(
			message->request, sizeof(message->request), slice_of(request->text));
	}
	if (head->status >= 200 || head->status == 101)
		drop_request(requests);
}

enum http_head_body
http_head_body(const struct http_head *head, const struct http_requests *requests)
{
	bool is_answer = head->status;

	if (is_answer && (head->status < 200 || head->status == 204 || head->status == 304 ||
				 requests->is_head || (requests->is_connect && head->status < 300)))
		return HTTP_HEAD_BODY_NONE;
	if (head->is_chunked)
		return HTTP_HEAD_BODY_CHUNKED;
	if (head->has_length && head->length <= HTTP_HEAD_LENGTH_MAX)
		return HTTP_HEAD_BODY_COUNTED;
	return is_answer ? HTTP_HEAD_BODY_UNTIL_END : HTTP_HEAD_BODY_NONE;
}

struct slice
http_head_field(struct slice head, const char *name)
{
	struct slice line;

	while ((line = http_head_line(head, &head)).at) {
		struct slice value = line, field;

		slice_split(&value, ':', &field);
		if (value.at && slice_is_nocase(slice_trim(field), name))
			return slice_trim(value);
	}
	return (struct slice){0};
}

/*
 * response_head: see response_head.h. The end of the head is looked for first, then each line is
 * checked once. The version is checked before, because what does not speak HTTP may never send the
 * end of a head.
 */
#define _GNU_SOURCE
#include "framing/response_head.h"

#include <string.h>

static const char does_not_speak_http[] = "does not speak HTTP/1.1";
static const char has_wrong_field[] = "sent an answer with a malformed header";
static const char has_wrong_length[] = "sent an answer whose Content-Length is not one number";
static const char has_wrong_coding[] = "sent an answer in an unknown transfer coding";
static const char has_two_lengths[] =
	"sent an answer with both Content-Length and Transfer-Encoding";

/* RFC 9110 5.6.2 */
static bool
is_token(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("!#$%&'*+-.^_`|~", c));
}

/* RFC 9110 5.5: HT, and all that is no control character. */
static bool
is_text(struct slice text)
{
	for (size_t i = 0; i < text.length; i++) {
		unsigned char c = (unsigned char)text.at[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

/* Takes a line off the front of head, which has one, without its CRLF. A CR elsewhere stays in it. */
static struct slice
take_line(struct slice *head)
{
	const char *end = memmem(head->at, head->length, "\r\n", 2);
	struct slice line = {head->at, (size_t)(end - head->at)};

	slice_drop(head, line.length + 2);
	return line;
}

/* Whether bytes may still become "HTTP/1.". */
static bool
may_be_http(struct slice bytes)
{
	static const char start[] = "HTTP/1.";
	size_t length = bytes.length < sizeof(start) - 1 ? bytes.length : sizeof(start) - 1;

	return memcmp(bytes.at, start, length) == 0;
}

/* "HTTP/1.1 200 OK"; the reason and the space before it may be missing. */
static bool
read_status_line(struct response_head *head, struct slice line)
{
	uint64_t status;

	if (line.length < 12 || (line.at[7] != '0' && line.at[7] != '1') || line.at[8] != ' ' ||
		(line.length > 12 && line.at[12] != ' ') || !is_text(line) ||
		!slice_number((struct slice){line.at + 9, 3}, &status))
		return false;
	head->is_http10 = line.at[7] == '0';
	head->status = (int)status;
	slice_drop(&line, 9);
	head->line = line;
	return status >= 100 && status <= 599;
}

static bool
read_field(struct fields *fields, struct slice line)
{
	struct slice value = line, name;

	if (!slice_split(&value, ':', &name) || !value.at || name.length == 0 || !is_text(value))
		return false;
	for (size_t i = 0; i < name.length; i++)
		if (!is_token(name.at[i]))
			return false;
	fields_add(fields, name, slice_trim(value));
	return true;
}

/* All Content-Length values have to be the same number. Returns NULL, or the fault. */
static const char *
read_length(struct response_head *head)
{
	for (size_t i = 0; i < head->fields.count; i++) {
		struct field field = fields_at(&head->fields, i);
		struct slice item;

		if (!slice_is_nocase(field.name, "Content-Length"))
			continue;
		while (slice_split(&field.value, ',', &item)) {
			uint64_t length;

			if (!slice_number(slice_trim(item), &length) || length > INT64_MAX ||
				(head->has_length && length != head->length))
				return has_wrong_length;
			head->has_length = true;
			head->length = length;
		}
	}
	return NULL;
}

/* Sets *is_chunked. Returns NULL, or the fault. HTTP/1.0 has no codings (RFC 9112 6.1). */
static const char *
read_coding(const struct response_head *head, bool *is_chunked)
{
	for (size_t i = 0; i < head->fields.count; i++) {
		struct field field = fields_at(&head->fields, i);

		if (!slice_is_nocase(field.name, "Transfer-Encoding"))
			continue;
		if (head->is_http10 || *is_chunked || !slice_is_nocase(field.value, "chunked"))
			return has_wrong_coding;
		*is_chunked = true;
	}
	return NULL;
}

/* RFC 9112 6.3. Returns NULL, or the fault. */
static const char *
decide_framing(struct response_head *head, enum response_head_request request)
{
	bool is_chunked = false;
	const char *fault = read_length(head);

	if (!fault)
		fault = read_coding(head, &is_chunked);
	if (fault)
		return fault;
	if (head->has_length && is_chunked)
		return has_two_lengths;
	if (request == RESPONSE_HEAD_TO_HEAD || head->status < 200 || head->status == 204 ||
		head->status == 304)
		head->framing = MESSAGE_BODY_NONE;
	else if (is_chunked)
		head->framing = MESSAGE_BODY_CHUNKED;
	else
		head->framing = head->has_length ? MESSAGE_BODY_LENGTH : MESSAGE_BODY_TO_END;
	return NULL;
}

/* Whether a 101 may come, and names the protocol that was asked for (RFC 9110 15.2.2). */
static bool
is_expected(const struct response_head *head, enum response_head_request request)
{
	return head->status != 101 ||
	       (request == RESPONSE_HEAD_TO_UPGRADE &&
		       slice_is_nocase(
			       fields_get(&head->fields, SLICE_LITERAL("Upgrade")), "websocket"));
}

/* text is the head without its empty line. Returns NULL, or the fault. */
static const char *
read_head(struct response_head *head, struct slice text, enum response_head_request request)
{
	const char *fault;

	if (!read_status_line(head, take_line(&text)))
		return does_not_speak_http;
	while (text.length)
		if (head->fields.count == RESPONSE_HEAD_FIELDS_MAX)
			return "sent an answer with too many headers";
		else if (!read_field(&head->fields, take_line(&text)))
			return has_wrong_field;
	fault = decide_framing(head, request);
	if (!fault && !is_expected(head, request))
		fault = "changed to a protocol that nobody has asked for";
	return fault;
}

/* A line that ends without CR is refused at once, because the head may have no end for us. */
static bool
has_bare_lf(struct slice bytes)
{
	const char *at = bytes.at, *end = at + bytes.length;

	while (at < end && (at = memchr(at, '\n', (size_t)(end - at)))) {
		if (at == bytes.at || at[-1] != '\r')
			return true;
		at++;
	}
	return false;
}

enum response_head_verdict
response_head_parse(struct response_head *head, struct slice bytes, size_t scanned,
	enum response_head_request request, const char **fault)
{
	static const char end[] = "\r\n\r\n";
	struct slice searched = bytes;
	const char *found;

	*fault = does_not_speak_http;
	if (!may_be_http(bytes))
		return RESPONSE_HEAD_MALFORMED;
	slice_drop(&searched, scanned < 3 ? 0 : scanned - 3);
	found = searched.length ? memmem(searched.at, searched.length, end, 4) : NULL;
	if (found)
		head->size = (size_t)(found - bytes.at) + 4;
	*fault = has_wrong_field;
	if (!found && has_bare_lf(bytes))
		return RESPONSE_HEAD_MALFORMED;
	*fault = "sent an answer whose head is too long";
	if (!found && bytes.length < RESPONSE_HEAD_MAX)
		return RESPONSE_HEAD_MORE;
	if (!found || head->size > RESPONSE_HEAD_MAX)
		return RESPONSE_HEAD_MALFORMED;
	fields_clear(&head->fields);
	head->has_length = false;
	head->length = 0;
	*fault = read_head(head, (struct slice){bytes.at, head->size - 2}, request);
	return *fault ? RESPONSE_HEAD_MALFORMED : RESPONSE_HEAD_COMPLETE;
}

void
response_head_finish(struct response_head *head)
{
	fields_finish(&head->fields);
	*head = (struct response_head){0};
}

/*
 * cgi_head: see cgi_head.h. Lines may end with LF or CRLF (RFC 3875 6.1); what is in them is judged by the
 * parser of HTTP, which gets them with CRLF.
 */
#include "fastcgi/cgi_head.h"

#include "http/status.h"

void
cgi_head_finish(struct cgi_head *head)
{
	buf_finish(&head->text);
	*head = (struct cgi_head){0};
}

/* Takes a line off the front, without its end. Returns false when there is no whole one. */
static bool
take_line(struct slice *text, struct slice *line)
{
	const char *end = text->length ? memchr(text->at, '\n', text->length) : NULL;

	if (!end)
		return false;
	*line = (struct slice){text->at, (size_t)(end - text->at)};
	slice_drop(text, line->length + 1);
	if (slice_ends(*line, "\r"))
		line->length--;
	return true;
}

/* The size of the head with its empty line; 0 when it has none yet. */
static size_t
find_end(struct cgi_head *head)
{
	struct slice rest = buf_slice(&head->text), line;

	slice_drop(&rest, head->scanned);
	while (take_line(&rest, &line)) {
		head->scanned = head->text.length - rest.length;
		if (line.length == 0)
			return head->scanned;
	}
	return 0;
}

/* What the lines say, but for the fields that only pass. */
struct meaning {
	struct slice status; /* "404 Not Found"; absent when there is none */
	bool has_location, has_type;
};

/* Returns NULL, or the fault. */
static const char *
read_line(struct meaning *meaning, struct slice line)
{
	struct slice name = {0}, value = line;

	slice_split(&value, ':', &name);
	if (slice_is_nocase(name, "Transfer-Encoding") || slice_is_nocase(name, "Upgrade"))
		return "sent a header that CGI does not have";
	if (slice_is_nocase(name, "Status")) {
		if (meaning->status.at)
			return "sent an answer with two statuses";
		meaning->status = slice_trim(value);
	}
	meaning->has_location |= slice_is_nocase(name, "Location");
	meaning->has_type |= slice_is_nocase(name, "Content-Type");
	return NULL;
}

/* Adds the status line. Returns NULL, or the fault. */
static const char *
add_status(const struct meaning *meaning, struct buf *http)
{
	struct slice text = meaning->status, digits = {text.at, 3};
	uint64_t status = meaning->has_location ? 302 : 200;

	if (text.at && (text.length < 3 || !slice_number(digits, &status) || status < 200 ||
			       status > 599 || (text.length > 3 && text.at[3] != ' ')))
		return "sent an answer with a wrong status";
	if (!text.at && !meaning->has_location && !meaning->has_type)
		return "sent an answer without a CGI header";
	buf_addf(http, "HTTP/1.1 %u ", (unsigned)status);
	if (text.length > 4)
		buf_add(http, text.at + 4, text.length - 4);
	else
		buf_add_text(http, status_reason((int)status));
	buf_add_text(http, "\r\n");
	return NULL;
}

/* text is the head with its empty line. Returns NULL, or the fault. */
static const char *
convert(struct slice text, struct buf *http)
{
	struct meaning meaning = {0};
	struct slice rest = text, line, name;
	const char *fault = NULL;

	while (!fault && take_line(&rest, &line) && line.length)
		fault = read_line(&meaning, line);
	if (!fault)
		fault = add_status(&meaning, http);
	while (!fault && take_line(&text, &line) && line.length) {
		struct slice value = line;

		slice_split(&value, ':', &name);
		if (slice_is_nocase(name, "Status"))
			continue;
		buf_add_slice(http, line);
		buf_add_text(http, "\r\n");
	}
	buf_add_text(http, "\r\n");
	return fault;
}

enum cgi_head_verdict
cgi_head_read(struct cgi_head *head, struct slice bytes, bool without_body, struct buf *http,
	const char **fault)
{
	struct slice body;
	size_t size;

	buf_add_slice(&head->text, bytes);
	size = find_end(head);
	*fault = "sent an answer whose head is too long";
	if (size > CGI_HEAD_MAX || (!size && head->text.length >= CGI_HEAD_MAX))
		return CGI_HEAD_FAILED;
	if (!size)
		return CGI_HEAD_MORE;
	body = buf_slice(&head->text);
	*fault = convert((struct slice){body.at, size}, http);
	slice_drop(&body, size);
	if (!*fault && !without_body)
		buf_add_slice(http, body);
	head->is_complete = true;
	buf_finish(&head->text);
	return *fault ? CGI_HEAD_FAILED : CGI_HEAD_COMPLETE;
}

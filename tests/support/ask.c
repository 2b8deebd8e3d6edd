/*
 * ask: see ask.h.
 */
#define _GNU_SOURCE
#include "ask.h"

#include <string.h>

#include "base/mem.h"
#include "html/script_tag.h"
#include "test.h"

static void
add_line(struct buf *head, struct slice line)
{
	buf_add_slice(head, line);
	buf_add_text(head, "\r\n");
}

const struct request *
ask(const char *text)
{
	static struct buf head;
	static struct request request;
	struct slice rest = slice_of(text), line;

	buf_clear(&head);
	slice_split(&rest, '\n', &line);
	buf_add_slice(&head, line);
	buf_add_text(&head, " HTTP/1.1\r\n");
	if (!strstr(text, "\nHost:"))
		add_line(&head, SLICE_LITERAL("Host: localhost:9000"));
	while (slice_split(&rest, '\n', &line))
		if (line.length)
			add_line(&head, line);
	buf_add_text(&head, "\r\n");
	assert_int_equal(request_parse(&request, head.bytes, head.length), REQUEST_COMPLETE);
	return &request;
}

const char *
answer_value(const struct response *response, const char *name)
{
	static struct buf value;
	struct slice found = fields_get(&response->fields, slice_of(name));

	if (!found.at)
		return NULL;
	buf_clear(&value);
	buf_add_slice(&value, found);
	return value.bytes;
}

struct slice
answer_body(struct response *response)
{
	static struct buf body;
	uint64_t length = response->body.length;
	char piece[4093];
	ssize_t got;

	buf_clear(&body);
	while ((got = body_read(&response->body, piece, sizeof(piece))) > 0)
		buf_add(&body, piece, (size_t)got);
	assert_int_equal(got, 0);
	assert_int_equal(body.length, length);
	assert_int_equal(response->body.length, 0);
	return buf_slice(&body);
}

void
assert_answer_body(struct response *response, const char *expected)
{
	struct slice body = answer_body(response);

	assert_int_equal(body.length, strlen(expected));
	assert_memory_equal(body.at, expected, body.length);
}

char *
answer_with_tag(const struct journal *journal, size_t depth, const char *before, const char *after)
{
	const struct script_tag tag = {.journal = journal};
	const struct script_tag_attributes attributes = {.depth = depth};
	struct buf html = {0};

	buf_add_text(&html, before);
	script_tag_add(&tag, &attributes, &html);
	buf_add_text(&html, after);
	return html.bytes;
}

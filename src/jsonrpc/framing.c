/*
 * framing: see framing.h. It owns the bytes from the first that was not taken on. Memory grows with what has
 * come, not with what a head promises.
 */
#define _GNU_SOURCE
#include "jsonrpc/framing.h"

#include <string.h>

enum { KEPT_MAX = 1024 * 1024 }; /* bytes of memory that are kept between two messages */

void
framing_finish(struct framing *framing)
{
	buf_finish(&framing->input);
}

void
framing_feed(struct framing *framing, const void *bytes, size_t length)
{
	struct buf *input = &framing->input;

	if (framing->at)
		buf_drop(input, framing->at);
	framing->at = 0;
	if (input->length == 0 && input->capacity > KEPT_MAX)
		buf_finish(input);
	buf_add(input, bytes, length);
}

static enum framing_verdict
break_off(struct framing *framing, const char *error)
{
	framing->error = error;
	return FRAMING_BROKEN;
}

/* ---- the head ---- */

/* Whether a Content-Type names UTF-8, in one of its two spellings, or no charset. */
static bool
is_utf8(struct slice type)
{
	struct slice part;

	slice_split(&type, ';', &part);
	while (slice_split(&type, ';', &part)) {
		part = slice_trim(part);
		if (slice_starts_nocase(part, "charset=") &&
			!slice_is_nocase(part, "charset=utf-8") &&
			!slice_is_nocase(part, "charset=utf8") &&
			!slice_is_nocase(part, "charset=\"utf-8\""))
			return false;
	}
	return true;
}

/* A name of RFC 9110 5.6.2 has more characters, but none that is not printable. */
static bool
is_name(struct slice name)
{
	for (size_t i = 0; i < name.length; i++)
		if (name.at[i] <= ' ' || name.at[i] > '~')
			return false;
	return name.length > 0;
}

/* Reads a line of the head. Returns what is wrong with it, or NULL. */
static const char *
read_field(struct framing *framing, struct slice line)
{
	struct slice name;
	uint64_t length;

	slice_split(&line, ':', &name);
	if (!line.at || !is_name(name))
		return "a line of the head is not \"Name: value\"";
	line = slice_trim(line);
	if (slice_is_nocase(name, "Content-Type") && !is_utf8(line))
		return "the charset of Content-Type is not utf-8";
	if (!slice_is_nocase(name, "Content-Length"))
		return NULL;
	if (framing->has_head)
		return "there are two Content-Length";
	if (!slice_number(line, &length))
		return "Content-Length is no number";
	if (length > FRAMING_CONTENT_MAX)
		return "a message has more than 64 MiB";
	framing->content = (size_t)length;
	framing->has_head = true;
	return NULL;
}

/* Reads a head without the blank line behind it. Returns what is wrong with it, or NULL. */
static const char *
read_head(struct framing *framing, struct slice head)
{
	while (head.length) {
		const char *end = memmem(head.at, head.length, "\r\n", 2);
		size_t length = end ? (size_t)(end - head.at) : head.length;
		const char *error = read_field(framing, (struct slice){head.at, length});

		if (error)
			return error;
		slice_drop(&head, end ? length + 2 : length);
	}
	return framing->has_head ? NULL : "there is no Content-Length";
}

/* Takes the head, if it is complete. */
static enum framing_verdict
take_head(struct framing *framing)
{
	struct slice rest = buf_slice(&framing->input), head;
	const char *end, *error;

	slice_drop(&rest, framing->at);
	end = rest.length ? memmem(rest.at, rest.length, "\r\n\r\n", 4) : NULL;
	head = (struct slice){rest.at, end ? (size_t)(end - rest.at) : rest.length};
	if (head.length > FRAMING_HEAD_MAX)
		return break_off(framing, "the head of a message has more than 4096 bytes");
	if (!end && memchr(head.at, '{', head.length))
		return break_off(framing, "a message has no head; Content-Length has to stand "
					  "before it, with CR LF at the end of each line");
	if (!end)
		return FRAMING_MORE;
	error = read_head(framing, head);
	if (error)
		return break_off(framing, error);
	framing->at += head.length + 4;
	return FRAMING_MESSAGE;
}

/* ---- messages ---- */

enum framing_verdict
framing_next(struct framing *framing, char **content, size_t *length)
{
	if (framing->error)
		return FRAMING_BROKEN;
	if (!framing->has_head) {
		enum framing_verdict verdict = take_head(framing);

		if (verdict != FRAMING_MESSAGE)
			return verdict;
	}
	if (framing->input.length - framing->at < framing->content)
		return FRAMING_MORE;
	*content = framing->input.bytes + framing->at;
	*length = framing->content;
	framing->at += framing->content;
	framing->has_head = false;
	return FRAMING_MESSAGE;
}

void
framing_add(struct buf *output, struct slice content)
{
	buf_addf(output, "Content-Length: %zu\r\n\r\n", content.length);
	buf_add_slice(output, content);
}

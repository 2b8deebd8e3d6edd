/*
 * record: see record.h. The reader keeps no content: it hands out the parts of it as they arrive.
 */
#include "fastcgi/record.h"

enum {
	VERSION = 1,
	REQUEST_ID = 1,
	ROLE_RESPONDER = 1,
	END_CONTENT = 8, /* bytes of RECORD_END_REQUEST */
};

/* FastCGI 1.0 5.5: why a request was not run. */
enum { REQUEST_COMPLETE = 0, CANNOT_MULTIPLEX = 1, OVERLOADED = 2, UNKNOWN_ROLE = 3 };

/* ---- writing ---- */

static void
add_header(struct buf *to, enum record_type type, size_t length)
{
	const unsigned char header[RECORD_HEADER] = {VERSION, (unsigned char)type, 0, REQUEST_ID,
		(unsigned char)(length >> 8), (unsigned char)length, 0, 0};

	buf_add(to, header, sizeof(header));
}

void
record_add_begin(struct buf *to)
{
	const char content[8] = {0, ROLE_RESPONDER};

	add_header(to, RECORD_BEGIN_REQUEST, sizeof(content));
	buf_add(to, content, sizeof(content));
}

void
record_add(struct buf *to, enum record_type type, struct slice content)
{
	while (content.length) {
		size_t length = content.length < RECORD_CONTENT_MAX ? content.length
								    : RECORD_CONTENT_MAX;

		add_header(to, type, length);
		buf_add(to, content.at, length);
		slice_drop(&content, length);
	}
}

void
record_add_end(struct buf *to, enum record_type type)
{
	add_header(to, type, 0);
}

/* ---- reading ---- */

/* Collects bytes until there are size of them. Returns whether there are. */
static bool
collect(struct record_reader *reader, struct slice *bytes, size_t size)
{
	while (bytes->length && reader->have < size) {
		reader->header[reader->have++] = *bytes->at;
		slice_drop(bytes, 1);
	}
	return reader->have == size;
}

/* The header is complete. Returns NULL, or the fault. */
static const char *
begin(struct record_reader *reader)
{
	struct slice header = {reader->header, RECORD_HEADER};
	unsigned id = slice_get16(header, 2), type = slice_get8(header, 1);

	if (slice_get8(header, 0) != VERSION)
		return "does not speak FastCGI";
	reader->type = (enum record_type)type;
	reader->left = slice_get16(header, 4);
	reader->padding = slice_get8(header, 6);
	reader->is_ignored = id ==
			     0; /* a record about the server (4), which nobody has asked for */
	reader->is_inside = true;
	reader->have = 0;
	if (reader->is_ignored)
		return NULL;
	if (id != REQUEST_ID)
		return "sent a record of another request";
	if (type != RECORD_STDOUT && type != RECORD_STDERR && type != RECORD_END_REQUEST)
		return "sent a record that is none of an answer";
	if (type == RECORD_END_REQUEST && reader->left != END_CONTENT)
		return "sent a record of a wrong length";
	if (type == RECORD_STDOUT && reader->left && reader->has_closed)
		return "sent more of an answer behind its end";
	reader->has_closed |= type == RECORD_STDOUT && reader->left == 0;
	return NULL;
}

static enum record_verdict
end_request(const struct record_reader *reader, const char **fault)
{
	switch (slice_get8((struct slice){reader->header, END_CONTENT}, 4)) {
	case REQUEST_COMPLETE:
		return RECORD_ENDED;
	case CANNOT_MULTIPLEX:
	case OVERLOADED:
		*fault = "is overloaded";
		break;
	case UNKNOWN_ROLE:
		*fault = "does not answer requests (it is no FastCGI responder)";
		break;
	default:
		*fault = "ended the request in an unknown way";
		break;
	}
	return RECORD_FAILED;
}

/* Takes the next part of the content. */
static struct slice
take_content(struct record_reader *reader, struct slice *bytes)
{
	struct slice part = *bytes;

	if (part.length > reader->left)
		part.length = reader->left;
	slice_drop(bytes, part.length);
	reader->left -= part.length;
	return part;
}

/* Takes padding. Returns whether the record is over. */
static bool
take_padding(struct record_reader *reader, struct slice *bytes)
{
	size_t length = bytes->length < reader->padding ? bytes->length : reader->padding;

	slice_drop(bytes, length);
	reader->padding -= length;
	return reader->padding == 0;
}

enum record_verdict
record_read(
	struct record_reader *reader, struct slice *bytes, struct slice *data, const char **fault)
{
	while (bytes->length || (reader->is_inside && reader->left + reader->padding == 0)) {
		if (!reader->is_inside) {
			if (!collect(reader, bytes, RECORD_HEADER))
				return RECORD_MORE;
			*fault = begin(reader);
			if (*fault)
				return RECORD_FAILED;
		} else if (reader->type == RECORD_END_REQUEST && !reader->is_ignored) {
			if (!collect(reader, bytes, END_CONTENT))
				return RECORD_MORE;
			return end_request(reader, fault);
		} else if (reader->left) {
			*data = take_content(reader, bytes);
			if (!reader->is_ignored)
				return reader->type == RECORD_STDOUT ? RECORD_OUTPUT
								     : RECORD_ERRORS;
		} else if (take_padding(reader, bytes)) {
			reader->is_inside = false;
		}
	}
	return RECORD_MORE;
}

/*
 * chunked: see chunked.h. A state machine that looks at one byte of the framing at a time, so it does
 * not matter in which pieces the bytes arrive. Data is taken as a whole.
 */
#include "framing/chunked.h"

enum { SIZE_DIGITS_MAX = 15 };

enum state {
	SIZE, /* the state of a zeroed struct chunked */
	EXTENSION,
	SIZE_LF,
	DATA,
	DATA_CR,
	DATA_LF,
	TRAILER_START, /* at the beginning of a line */
	TRAILER_NAME,
	TRAILER_VALUE,
	TRAILER_LF,
	END_LF,
	END,
	MALFORMED,
};

/* HT, and all that is no control character (RFC 9110 5.5). */
static bool
is_text(char c)
{
	return c == '\t' || ((unsigned char)c >= ' ' && c != 0x7f);
}

static enum state
after_size(struct chunked *chunked, char c)
{
	int digit = slice_hex_value(c);

	if (digit >= 0) {
		chunked->left = chunked->left * 16 + (unsigned)digit;
		return ++chunked->count <= SIZE_DIGITS_MAX ? SIZE : MALFORMED;
	}
	if (chunked->count == 0 || (c != '\r' && c != ';'))
		return MALFORMED;
	chunked->count = 0;
	return c == '\r' ? SIZE_LF : EXTENSION;
}

static enum state
after_extension(struct chunked *chunked, char c)
{
	if (c == '\r')
		return SIZE_LF;
	return is_text(c) && ++chunked->count <= CHUNKED_EXTENSION_MAX ? EXTENSION : MALFORMED;
}

static enum state
after_size_line(struct chunked *chunked, char c)
{
	chunked->count = 0;
	if (c != '\n')
		return MALFORMED;
	return chunked->left ? DATA : TRAILER_START;
}

static enum state
after_data_line(char c)
{
	return c == '\n' ? SIZE : MALFORMED;
}

static enum state
after_trailer(struct chunked *chunked, enum state state, char c)
{
	if (++chunked->count > CHUNKED_TRAILER_MAX)
		return MALFORMED;
	if (c == '\r')
		return state == TRAILER_START   ? END_LF
		       : state == TRAILER_VALUE ? TRAILER_LF
						: MALFORMED;
	if (state == TRAILER_VALUE)
		return is_text(c) ? TRAILER_VALUE : MALFORMED;
	if (c == ':')
		return state == TRAILER_NAME ? TRAILER_VALUE : MALFORMED;
	return c > ' ' && c < 0x7f ? TRAILER_NAME : MALFORMED;
}

/* The state after c, one byte of the framing. */
static enum state
after(struct chunked *chunked, char c)
{
	enum state state = (enum state)chunked->state;

	switch (state) {
	case SIZE:
		return after_size(chunked, c);
	case EXTENSION:
		return after_extension(chunked, c);
	case SIZE_LF:
		return after_size_line(chunked, c);
	case DATA_CR:
		return c == '\r' ? DATA_LF : MALFORMED;
	case DATA_LF:
		return after_data_line(c);
	case TRAILER_START:
	case TRAILER_NAME:
	case TRAILER_VALUE:
		return after_trailer(chunked, state, c);
	case TRAILER_LF:
		return c == '\n' ? TRAILER_START : MALFORMED;
	case END_LF:
		return c == '\n' ? END : MALFORMED;
	case DATA:
	case END:
	case MALFORMED:
		break;
	}
	return state;
}

static void
take_data(struct chunked *chunked, struct slice *bytes, struct slice *data)
{
	*data = *bytes;
	if (data->length > chunked->left)
		data->length = (size_t)chunked->left;
	slice_drop(bytes, data->length);
	chunked->left -= data->length;
	if (chunked->left == 0)
		chunked->state = DATA_CR;
}

enum chunked_verdict
chunked_read(struct chunked *chunked, struct slice *bytes, struct slice *data)
{
	while (bytes->length && chunked->state != END && chunked->state != MALFORMED) {
		if (chunked->state == DATA) {
			take_data(chunked, bytes, data);
			return CHUNKED_DATA;
		}
		chunked->state = after(chunked, *bytes->at);
		slice_drop(bytes, 1);
	}
	if (chunked->state == MALFORMED)
		return CHUNKED_MALFORMED;
	return chunked->state == END ? CHUNKED_END : CHUNKED_MORE;
}

bool
chunked_is_in_data(const struct chunked *chunked)
{
	return chunked->state == DATA;
}

void
chunked_add(struct buf *text, struct slice data)
{
	buf_addf(text, "%zx\r\n", data.length);
	buf_add_slice(text, data);
	buf_add_text(text, "\r\n");
}

void
chunked_add_end(struct buf *text)
{
	buf_add_text(text, "0\r\n\r\n");
}

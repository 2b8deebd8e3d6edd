/*
 * buf: bytes that grow.
 *
 * Once anything was added, bytes[length] is '\0', so a buf of text can be read as a C string. That
 * NUL is not counted. The bytes may hold NULs of their own.
 */
#ifndef BUF_H
#define BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

/* A zeroed struct buf is an empty one. */
struct buf {
	char *bytes;
	size_t length;
	size_t capacity;
};

/* Frees the bytes; the buf is empty afterwards. */
void buf_finish(struct buf *buf);
/* Empties the buf and keeps its memory. */
void buf_clear(struct buf *buf);

/* Makes room for that many more bytes, and for the NUL after them. */
void buf_reserve(struct buf *buf, size_t more);

void buf_add(struct buf *buf, const void *bytes, size_t length);
void buf_add_slice(struct buf *buf, struct slice slice);
/* Inline: the length of a literal is then a constant. */
static inline void
buf_add_text(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
}
void buf_add_char(struct buf *buf, char byte);
/* Adds what buf_reserve() has made room for. Inline, for text of many short pieces. */
static inline void
buf_put(struct buf *buf, const void *bytes, size_t length)
{
	memcpy(buf->bytes + buf->length, bytes, length);
	buf->length += length;
	buf->bytes[buf->length] = '\0';
}
/* Adds the number in decimal digits. */
void buf_add_number(struct buf *buf, uint64_t number);
void buf_addf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Removes length bytes from the front. */
void buf_drop(struct buf *buf, size_t length);

/* The bytes, valid until the buf changes. Never absent. */
struct slice buf_slice(const struct buf *buf);
/* Gives the bytes to the caller, who frees them. The buf is empty afterwards. */
char *buf_take(struct buf *buf);

#endif

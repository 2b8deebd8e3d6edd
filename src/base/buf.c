/*
 * buf: see buf.h. The capacity doubles, so adding one byte at a time stays cheap.
 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
buf_finish(struct buf *buf)
{
	free(buf->bytes);
	*buf = (struct buf){0};
}

void
buf_clear(struct buf *buf)
{
	buf->length = 0;
	if (buf->bytes)
		buf->bytes[0] = '\0';
}

void
buf_reserve(struct buf *buf, size_t more)
{
	size_t needed = buf->length + more + 1;
	size_t capacity = buf->capacity ? buf->capacity : 64;

	if (needed <= buf->capacity)
		return;
	while (capacity < needed)
		capacity *= 2;
	buf->bytes = mem_resize(buf->bytes, capacity);
	buf->capacity = capacity;
}

void
buf_add(struct buf *buf, const void *bytes, size_t length)
{
	if (buf->capacity - buf->length <= length)
		buf_reserve(buf, length);
	if (length)
		memcpy(buf->bytes + buf->length, bytes, length);
	buf->length += length;
	buf->bytes[buf->length] = '\0';
}

void
buf_add_slice(struct buf *buf, struct slice slice)
{
	buf_add(buf, slice.at, slice.length);
}

void
buf_add_char(struct buf *buf, char byte)
{
	buf_add(buf, &byte, 1);
}

void
buf_add_number(struct buf *buf, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	buf_add(buf, digits + at, sizeof(digits) - at);
}

void
buf_addf(struct buf *buf, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0)
		return;
	buf_reserve(buf, (size_t)length);
	va_start(arguments, format);
	vsnprintf(buf->bytes + buf->length, (size_t)length + 1, format, arguments);
	va_end(arguments);
	buf->length += (size_t)length;
}

void
buf_drop(struct buf *buf, size_t length)
{
	buf->length -= length;
	memmove(buf->bytes, buf->bytes + length, buf->length);
	buf->bytes[buf->length] = '\0';
}

struct slice
buf_slice(const struct buf *buf)
{
	return (struct slice){buf->bytes ? buf->bytes : "", buf->length};
}

char *
buf_take(struct buf *buf)
{
	char *bytes = buf->bytes ? buf->bytes : mem_text("");

	*buf = (struct buf){0};
	return bytes;
}

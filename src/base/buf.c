/*
 * buf: see buf.h. Capacity doubles, so adding one byte at a time stays cheap.
 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

struct slice
slice_of(const char *text)
{
	return (struct slice){text, strlen(text)};
}

/* An absent slice has no address to compare from. */
static bool
has_bytes(const char *at, const char *bytes, size_t length)
{
	return length == 0 || memcmp(at, bytes, length) == 0;
}

bool
slice_is(struct slice slice, const char *text)
{
	return slice.length == strlen(text) && has_bytes(slice.at, text, slice.length);
}

bool
slice_is_nocase(struct slice slice, const char *text)
{
	return slice_equal_nocase(slice, slice_of(text));
}

bool
slice_equal_nocase(struct slice a, struct slice b)
{
	return a.length == b.length && (a.length == 0 || strncasecmp(a.at, b.at, a.length) == 0);
}

bool
slice_starts(struct slice slice, const char *prefix)
{
	size_t length = strlen(prefix);

	return slice.length >= length && has_bytes(slice.at, prefix, length);
}

bool
slice_ends(struct slice slice, const char *suffix)
{
	size_t length = strlen(suffix);

	return slice.length >= length &&
	       has_bytes(slice.at + slice.length - length, suffix, length);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct slice
slice_trim(struct slice slice)
{
	while (slice.length && is_blank(slice.at[0])) {
		slice.at++;
		slice.length--;
	}
	while (slice.length && is_blank(slice.at[slice.length - 1]))
		slice.length--;
	return slice;
}

bool
slice_split(struct slice *rest, char separator, struct slice *part)
{
	const char *found;

	if (!rest->at)
		return false;
	found = memchr(rest->at, separator, rest->length);
	if (!found) {
		*part = *rest;
		*rest = (struct slice){NULL, 0};
		return true;
	}
	part->at = rest->at;
	part->length = (size_t)(found - rest->at);
	rest->at = found + 1;
	rest->length -= part->length + 1;
	return true;
}

bool
slice_number(struct slice slice, uint64_t *number)
{
	uint64_t value = 0;

	if (slice.length < 1 || slice.length > 19)
		return false;
	for (size_t i = 0; i < slice.length; i++) {
		if (slice.at[i] < '0' || slice.at[i] > '9')
			return false;
		value = value * 10 + (uint64_t)(slice.at[i] - '0');
	}
	*number = value;
	return true;
}

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
	buf_reserve(buf, length);
	if (length)
		memcpy(buf->bytes + buf->length, bytes, length);
	buf->length += length;
	buf->bytes[buf->length] = '\0';
}

void
buf_add_text(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
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

/*
 * slice: see slice.h.
 */
#include "base/slice.h"

#include <string.h>
#include <strings.h>

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
slice_starts_nocase(struct slice slice, const char *prefix)
{
	size_t length = strlen(prefix);

	return slice.length >= length && slice_is_nocase((struct slice){slice.at, length}, prefix);
}

bool
slice_ends_nocase(struct slice slice, const char *suffix)
{
	size_t length = strlen(suffix);

	return slice.length >= length &&
	       slice_is_nocase((struct slice){slice.at + slice.length - length, length}, suffix);
}

void
slice_drop(struct slice *slice, size_t length)
{
	slice->at += length;
	slice->length -= length;
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
slice_is_one_of_nocase(struct slice slice, const char *const *texts)
{
	for (; *texts; texts++)
		if (slice_is_nocase(slice, *texts))
			return true;
	return false;
}

bool
slice_take(struct slice *rest, char byte)
{
	if (rest->length == 0 || *rest->at != byte)
		return false;
	slice_drop(rest, 1);
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

int
slice_hex_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return -1;
}

/*
 * base64: see base64.h.
 */
#include "sources/base64.h"

#include <string.h>

enum {
	VLQ_BITS = 5,       /* of the number in each digit */
	VLQ_MORE = 1 << 5,  /* another digit follows */
	VLQ_SHIFT_MAX = 30, /* of the last digit of 32 bits and a sign */
	VLQ_MASK = VLQ_MORE - 1,
};

static int
value_of(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	static signed char values[256];

	if (!values['/']) {
		memset(values, -1, sizeof(values));
		for (int i = 0; digits[i]; i++)
			values[(unsigned char)digits[i]] = (signed char)i;
	}
	return values[(unsigned char)c];
}

bool
base64_decode(struct slice text, struct buf *bytes)
{
	uint32_t bits = 0;
	int count = 0;

	for (int i = 0; i < 2 && slice_ends(text, "="); i++)
		text.length--;
	for (size_t i = 0; i < text.length; i++) {
		int value = value_of(text.at[i]);

		if (value < 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
		count += 6;
		if (count >= 8) {
			count -= 8;
			buf_add_char(bytes, (char)(bits >> count & 0xff));
		}
	}
	return count < 6;
}

/* The lowest bit of the whole is the sign. */
bool
base64_take_number(struct slice *text, int64_t *number)
{
	uint64_t bits = 0;

	for (int shift = 0; shift <= VLQ_SHIFT_MAX && text->length; shift += VLQ_BITS) {
		int value = value_of(*text->at);

		if (value < 0)
			return false;
		slice_drop(text, 1);
		bits |= (uint64_t)(value & VLQ_MASK) << shift;
		if (value & VLQ_MORE)
			continue;
		*number = bits & 1 ? -(int64_t)(bits >> 1) : (int64_t)(bits >> 1);
		return true;
	}
	return false;
}

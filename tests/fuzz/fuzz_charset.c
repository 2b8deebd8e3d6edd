/*
 * What a text says about its encoding: always a label that can go into a field, and UTF-8 as one
 * who decodes it letter by letter sees it. The first byte says which kind of text it is.
 */
#include <string.h>

#include "html/charset.h"
#include "fuzz.h"

/* Decodes the letter at the front; its length, 0 when it is none, or too long to be here. */
static size_t
letter_length(const uint8_t *at, size_t left)
{
	size_t length = at[0] < 0x80 ? 1 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	uint32_t letter = length == 1 ? at[0] : at[0] & (0x7fU >> length);

	if ((at[0] >= 0x80 && at[0] < 0xc0) || at[0] >= 0xf8 || length > left)
		return 0;
	for (size_t i = 1; i < length; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		letter = letter << 6 | (at[i] & 0x3f);
	}
	if (letter < smallest[length] || letter > 0x10ffff ||
		(letter >= 0xd800 && letter <= 0xdfff))
		return 0;
	return length;
}

static bool
is_utf8(const uint8_t *at, size_t left)
{
	while (left) {
		size_t length = letter_length(at, left);

		if (length == 0)
			return false;
		at += length;
		left -= length;
	}
	return true;
}

static void
check_utf8(const uint8_t *bytes, size_t length)
{
	bool whole = charset_is_utf8((const char *)bytes, length, true);

	CHECK(whole == is_utf8(bytes, length));
	/* What is UTF-8 as a whole is so at every cut. */
	if (whole)
		for (size_t cut = 0; cut <= length; cut += length / 8 + 1)
			CHECK(charset_is_utf8((const char *)bytes, cut, false));
	else if (charset_is_utf8((const char *)bytes, length, false))
		CHECK(length > 0 &&
			is_utf8(bytes, length - 1 -
					       (length > 1 && bytes[length - 1] >= 0x80 &&
						       bytes[length - 1] < 0xc0) -
					       (length > 2 && bytes[length - 2] >= 0x80 &&
						       bytes[length - 2] < 0xc0 &&
						       bytes[length - 1] >= 0x80 &&
						       bytes[length - 1] < 0xc0)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char name[CHARSET_NAME_SIZE];

	if (size == 0)
		return 0;
	charset_name(name, (enum charset_syntax)(data[0] % 4), (const char *)data + 1, size - 1,
		data[0] & 4);
	CHECK(memchr(name, '\0', sizeof(name)));
	CHECK(strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:+") ==
		strlen(name));
	check_utf8(data + 1, size - 1);
	return 0;
}

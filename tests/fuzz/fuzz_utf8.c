/*
 * UTF-8, compared with a simple decoder that decodes one character after the other.
 */
#include "fuzz.h"
#include "base/utf8.h"

/* The length of the character at the front; 0 when it is malformed, overlong or incomplete. */
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
	struct slice text = {(const char *)bytes, length};
	bool whole = utf8_is_valid(text, true);

	CHECK(whole == is_utf8(bytes, length));
	CHECK(utf8_sequence(text) == (length ? letter_length(bytes, length) : 0));
	/* Every prefix of valid UTF-8 is valid so far. */
	if (whole)
		for (size_t cut = 0; cut <= length; cut += length / 8 + 1)
			CHECK(utf8_is_valid((struct slice){text.at, cut}, false));
	else if (utf8_is_valid(text, false))
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
	check_utf8(data, size);
	return 0;
}

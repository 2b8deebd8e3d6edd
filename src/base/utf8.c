/*
 * utf8: see utf8.h. Most text is ASCII, so whole texts are checked eight bytes at a time.
 */
#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

/* The length of a sequence and the range of its second byte, by its first byte (RFC 3629 4). */
struct sequence {
	unsigned char first_min, first_max;
	unsigned char length;
	unsigned char second_min, second_max;
};

static const struct sequence sequences[] = {
	{0x00, 0x7f, 1, 0, 0},
	{0xc2, 0xdf, 2, 0x80, 0xbf},
	{0xe0, 0xe0, 3, 0xa0, 0xbf},
	{0xe1, 0xec, 3, 0x80, 0xbf},
	{0xed, 0xed, 3, 0x80, 0x9f},
	{0xee, 0xef, 3, 0x80, 0xbf},
	{0xf0, 0xf0, 4, 0x90, 0xbf},
	{0xf1, 0xf3, 4, 0x80, 0xbf},
	{0xf4, 0xf4, 4, 0x80, 0x8f},
};

static const struct sequence *
sequence_of(unsigned char first)
{
	for (size_t i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++)
		if (first >= sequences[i].first_min && first <= sequences[i].first_max)
			return &sequences[i];
	return NULL;
}

/*
 * The length of the sequence at the front, 0 when there is none. If it is more than left, the
 * sequence is incomplete, and the bytes so far are valid.
 */
static size_t
length_at(const unsigned char *at, size_t left)
{
	const struct sequence *sequence = sequence_of(at[0]);

	if (!sequence)
		return 0;
	for (size_t i = 1; i < sequence->length && i < left; i++) {
		unsigned char min = i == 1 ? sequence->second_min : 0x80;
		unsigned char max = i == 1 ? sequence->second_max : 0xbf;

		if (at[i] < min || at[i] > max)
			return 0;
	}
	return sequence->length;
}

/* Whether eight bytes are all below 0x80: most text is. */
static bool
is_ascii(const unsigned char *eight)
{
	uint64_t bytes;

	memcpy(&bytes, eight, sizeof(bytes));
	return (bytes & (UINT64_MAX / 255 * 0x80)) == 0;
}

size_t
utf8_sequence(struct slice text)
{
	size_t length = text.length ? length_at((const unsigned char *)text.at, text.length) : 0;

	return length <= text.length ? length : 0;
}

bool
utf8_is_control(const char *sequence, size_t length)
{
	const unsigned char *bytes = (const unsigned char *)sequence;

	if (length == 1)
		return bytes[0] < 0x20 || bytes[0] == 0x7f;
	return length == 2 && bytes[0] == 0xc2 && bytes[1] < 0xa0;
}

bool
utf8_is_valid(struct slice text, bool is_whole)
{
	const unsigned char *at = (const unsigned char *)text.at;
	size_t left = text.length;

	while (left) {
		size_t step = left >= 8 && is_ascii(at) ? 8 : length_at(at, left);

		if (step == 0 || (step > left && is_whole))
			return false;
		if (step > left)
			return true;
		at += step;
		left -= step;
	}
	return true;
}

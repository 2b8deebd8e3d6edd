/*
 * utf8: see utf8.h. Most text is ASCII, so whole texts are checked eight bytes at a time.
 */
#include "base/utf8.h"

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

uint32_t
utf8_character(const char *sequence, size_t length)
{
	static const unsigned char first_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	const unsigned char *bytes = (const unsigned char *)sequence;
	uint32_t character = bytes[0] & first_bits[length];

	for (size_t i = 1; i < length; i++)
		character = character << 6 | (bytes[i] & 0x3f);
	return character;
}

/* ---- what is seen of a character ---- */

struct range {
	uint32_t first, last;
};

/*
 * Of Unicode 15: Cf, Zl, Zp, and Default_Ignorable_Code_Point without U+FE00 to U+FE0F and the
 * variation selectors of Mongolian. In order.
 */
static const struct range invisible[] = {
	{0xad, 0xad},       /* soft hyphen */
	{0x34f, 0x34f},     /* combining grapheme joiner */
	{0x600, 0x605},     /* Arabic signs */
	{0x61c, 0x61c},     /* Arabic letter mark */
	{0x6dd, 0x6dd},     /* Arabic sign */
	{0x70f, 0x70f},     /* Syriac abbreviation mark */
	{0x890, 0x891},     /* Arabic signs */
	{0x8e2, 0x8e2},     /* Arabic sign */
	{0x115f, 0x1160},   /* fillers of Hangul */
	{0x17b4, 0x17b5},   /* vowels of Khmer that are not shown */
	{0x180e, 0x180e},   /* Mongolian vowel separator */
	{0x200b, 0x200f},   /* zero width; left-to-right and right-to-left mark */
	{0x2028, 0x202e},   /* line, paragraph; bidirectional embeddings and overrides */
	{0x2060, 0x206f},   /* word joiner, invisible operators; bidirectional isolates */
	{0x3164, 0x3164},   /* filler of Hangul */
	{0xfeff, 0xfeff},   /* zero width no-break space, the byte order mark */
	{0xffa0, 0xffa0},   /* filler of Hangul, half width */
	{0xfff0, 0xfffb},   /* interlinear annotation */
	{0xfffe, 0xffff},   /* no characters; XML may not hold them */
	{0x110bd, 0x110bd}, /* Kaithi sign */
	{0x110cd, 0x110cd}, /* Kaithi sign */
	{0x13430, 0x1343f}, /* layout of Egyptian hieroglyphs */
	{0x1bca0, 0x1bca3}, /* shorthand */
	{0x1d173, 0x1d17a}, /* musical notation */
	{0xe0000, 0xe0fff}, /* tags, and variation selectors that carry hidden text */
};

static const struct range pictographs[] = {
	{0x2190, 0x21ff},
	{0x2300, 0x23ff},
	{0x2600, 0x27bf},
	{0x2b00, 0x2bff},
	{0x1f000, 0x1faff},
};

static bool
is_in(uint32_t character, const struct range *ranges, size_t count)
{
	for (size_t i = 0; i < count && ranges[i].first <= character; i++)
		if (character <= ranges[i].last)
			return true;
	return false;
}

bool
utf8_is_invisible(uint32_t character)
{
	return is_in(character, invisible, sizeof(invisible) / sizeof(invisible[0]));
}

bool
utf8_is_pictograph(uint32_t character)
{
	return is_in(character, pictographs, sizeof(pictographs) / sizeof(pictographs[0]));
}

/* ---- whole texts ---- */

size_t
utf8_cut(struct slice text, size_t most)
{
	size_t length = text.length < most ? text.length : most;

	while (length && length < text.length && ((unsigned char)text.at[length] & 0xc0) == 0x80)
		length--;
	return length;
}

/* A byte that goes on a character is no unit, and one that begins a character of four bytes is two. */
size_t
utf8_utf16_units(struct slice text)
{
	size_t units = 0;

	for (size_t i = 0; i < text.length; i++) {
		unsigned char byte = (unsigned char)text.at[i];

		units += (byte & 0xc0) != 0x80;
		units += byte >= 0xf0;
	}
	return units;
}

size_t
utf8_ascii_length(struct slice text)
{
	const unsigned char *bytes = (const unsigned char *)text.at;
	size_t length = 0;

	while (length + 8 <= text.length && is_ascii(bytes + length))
		length += 8;
	while (length < text.length && bytes[length] < 0x80)
		length++;
	return length;
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

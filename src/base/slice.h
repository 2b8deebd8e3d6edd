/*
 * slice: a view of bytes that something else owns: a pointer and a length.
 *
 * A slice is passed by value. It is valid as long as the bytes that it points to.
 */
#ifndef SLICE_H
#define SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A slice is absent when at is NULL, and empty when length is 0. */
struct slice {
	const char *at;
	size_t length;
};

#define SLICE_LITERAL(text) ((struct slice){text, sizeof(text) - 1})

/* The text without its NUL. Inline, like slice_is: the length of a literal is then a constant. */
static inline struct slice
slice_of(const char *text)
{
	return (struct slice){text, strlen(text)};
}

/* Whether the bytes are those of text. */
static inline bool
slice_is(struct slice slice, const char *text)
{
	size_t length = strlen(text);

	/* An absent slice has no address, and memcmp() must not get NULL. */
	return slice.length == length && (length == 0 || memcmp(slice.at, text, length) == 0);
}
/* Whether both have the same bytes. */
static inline bool
slice_equal(struct slice a, struct slice b)
{
	return a.length == b.length && (a.length == 0 || memcmp(a.at, b.at, a.length) == 0);
}
/* The same for ASCII letters of either case. */
bool slice_is_nocase(struct slice slice, const char *text);
bool slice_equal_nocase(struct slice a, struct slice b);
/* Whether it is one of texts, the last of which is NULL; case does not count. */
bool slice_is_one_of_nocase(struct slice slice, const char *const *texts);

static inline bool
slice_starts(struct slice slice, const char *prefix)
{
	size_t length = strlen(prefix);

	return slice.length >= length && (length == 0 || memcmp(slice.at, prefix, length) == 0);
}
static inline bool
slice_ends(struct slice slice, const char *suffix)
{
	size_t length = strlen(suffix);

	return slice.length >= length &&
	       (length == 0 || memcmp(slice.at + slice.length - length, suffix, length) == 0);
}
/* The same for ASCII letters of either case. */
bool slice_starts_nocase(struct slice slice, const char *prefix);
bool slice_ends_nocase(struct slice slice, const char *suffix);

/* Removes length bytes from the front; there must be as many. */
void slice_drop(struct slice *slice, size_t length);

/* Takes byte off the front of rest. Returns false when something else is there. */
bool slice_take(struct slice *rest, char byte);

/* The slice without spaces and tabs at either end. */
struct slice slice_trim(struct slice slice);

/*
 * Takes the part before separator off the front of rest. Without a separator the part is all of
 * rest, and rest is absent afterwards. Returns false when rest was absent.
 */
bool slice_split(struct slice *rest, char separator, struct slice *part);

/* Reads 1 to 19 decimal digits and nothing else. Returns false for any other text. */
bool slice_number(struct slice slice, uint64_t *number);

/* Each reads a number of 1, 2 or 4 bytes in network byte order at an offset; so many bytes must be there. */
static inline unsigned
slice_get8(struct slice bytes, size_t offset)
{
	return (uint8_t)bytes.at[offset];
}
static inline unsigned
slice_get16(struct slice bytes, size_t offset)
{
	return slice_get8(bytes, offset) << 8 | slice_get8(bytes, offset + 1);
}
static inline uint32_t
slice_get32(struct slice bytes, size_t offset)
{
	return (uint32_t)slice_get16(bytes, offset) << 16 | slice_get16(bytes, offset + 2);
}

/* Whether c is ASCII whitespace (Infra Standard 4.6): a space, tab, LF, FF or CR. */
static inline bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

/* The value of a hexadecimal digit in either case, 0 to 15; -1 for any other character. */
int slice_hex_value(char digit);

#endif

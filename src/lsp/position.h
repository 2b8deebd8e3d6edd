/*
 * position: places in a text, as an editor names them (LSP 3.17, Position): a line and a character in it, both
 * from 0, in place of a number of bytes.
 *
 * A line ends with LF, CR LF or CR. What a character counts was agreed with the editor. Texts are valid UTF-8.
 */
#ifndef POSITION_H
#define POSITION_H

#include <stdint.h>

#include "base/slice.h"

/* What the characters of a line are counted in. */
enum position_encoding {
	POSITION_UTF16, /* code units of UTF-16; what counts when nothing was agreed */
	POSITION_UTF8,  /* bytes */
	POSITION_UTF32, /* code points */
};

struct position {
	uint64_t line, character;
};

/* Its name in the protocol: "utf-16". */
const char *position_encoding_name(enum position_encoding encoding);

/*
 * The number of bytes in front of a position. A character behind the end of its line is the end of the line, a
 * line behind the last is the end of the text, and a place inside of a character is its beginning.
 */
size_t position_to_offset(
	struct slice text, enum position_encoding encoding, struct position position);

/* The position of an offset, which is at most the length of text; inside of a character it is that of its beginning. */
struct position position_of_offset(
	struct slice text, enum position_encoding encoding, size_t offset);

/* The line without its end; empty behind the last. */
struct slice position_line(struct slice text, uint64_t line);

/* How many characters the text, a part of a line, has. */
uint64_t position_count(struct slice text, enum position_encoding encoding);

/* The length in bytes of the first characters of a line, or of all of it when it has fewer. */
size_t position_cut(struct slice line, enum position_encoding encoding, uint64_t characters);

#endif

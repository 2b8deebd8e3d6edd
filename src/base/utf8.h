/*
 * utf8: sequences of UTF-8 (RFC 3629).
 */
#ifndef UTF8_H
#define UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

/* The length of the sequence at the front of text, 1 to 4. 0 when there is no complete one. */
size_t utf8_sequence(struct slice text);

/* Whether a sequence of that length is a control character: C0, DEL or C1. */
bool utf8_is_control(const char *sequence, size_t length);

/* The character that a complete sequence of that length stands for. */
uint32_t utf8_character(const char *sequence, size_t length);

/*
 * Whether a reader does not see the character, but may be deceived by it: format characters (Unicode
 * category Cf: bidirectional controls, zero-width characters, tags and the like), separators of lines
 * and paragraphs (Zl, Zp), letters that have no shape (fillers, U+034F), and U+FFFE and U+FFFF, which are no
 * characters. Not so the controls of utf8_is_control, spaces, and the variation selectors U+FE00 to U+FE0F.
 */
bool utf8_is_invisible(uint32_t character);

/* Whether the character may be a part of an emoji that U+200D joins to another one. */
bool utf8_is_pictograph(uint32_t character);

/* The length of the longest front of text that has at most most bytes and ends behind a character. */
size_t utf8_cut(struct slice text, size_t most);

/* How many code units the text has in UTF-16, as browsers and editors count columns. text is valid UTF-8. */
size_t utf8_utf16_units(struct slice text);

/* The length of the longest front of text that is ASCII. */
size_t utf8_ascii_length(struct slice text);

/*
 * Whether text is valid UTF-8. If is_whole is false, more text may follow, so the last sequence may
 * be incomplete.
 */
bool utf8_is_valid(struct slice text, bool is_whole);

#endif

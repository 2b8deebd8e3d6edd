/*
 * jsonc: JSON with comments and trailing commas, as people write it into settings files, made into
 * plain JSON of the same length.
 *
 * Room: rules. Whatever is no JSON becomes spaces, so every byte that is left stands where it
 * stood: a place in the one text is the same place in the other.
 */
#ifndef JSONC_H
#define JSONC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * Blanks a byte order mark, comments of both kinds and the comma behind the last element of an
 * object or an array; line ends stay, in comments too, and strings are not touched. Returns NULL,
 * or what is wrong, to be put behind a place: a comment or a string that does not end, or a NUL; at
 * is then where that begins. All else that may be wrong is left to the parser.
 */
const char *jsonc_clean(char *text, size_t length, size_t *at);

/* The line of a place, counted from 1; CR LF is one line end, and so is a CR alone. */
unsigned jsonc_line(struct slice text, size_t at);

/*
 * In plain JSON that is right: where the index-th key of the object, or value of the array, begins
 * that begins at. It has that many.
 */
size_t jsonc_child(struct slice text, size_t at, size_t index);

/* The first place from at on that is no space, or the end of text. */
size_t jsonc_skip_spaces(struct slice text, size_t at);

/* Where the value of the key that begins at begins. */
size_t jsonc_value(struct slice text, size_t key);

#endif

/*
 * jsonc: JSON with comments and trailing commas, as people write it into settings files, turned into
 * plain JSON of the same length.
 *
 * Whatever is not JSON becomes spaces. So every byte that is left stays at its place, and a place in
 * one text is the same place in the other.
 */
#ifndef JSONC_H
#define JSONC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * Turns into spaces: a byte order mark, comments of both kinds, and the comma behind the last element
 * of an object or an array. Line ends stay, in comments too; strings are not touched. Returns NULL.
 * Or it returns what is wrong, a text for a message: a comment or a string that does not end, or a
 * NUL; then *at is where that begins. Everything else that may be wrong is left to the parser.
 */
const char *jsonc_clean(char *text, size_t length, size_t *at);

/* The number of the line that a place is in, from 1. CR LF is one line end, and so is a CR alone. */
unsigned jsonc_line(struct slice text, size_t at);

/*
 * Where the index-th key of an object, or the index-th value of an array, begins; at is where the
 * object or array begins. text is valid plain JSON, and there are that many.
 */
size_t jsonc_child(struct slice text, size_t at, size_t index);

/* The first place from at on that is not a space of JSON, or the end of text. */
size_t jsonc_skip_spaces(struct slice text, size_t at);

/* Where the value of a key begins; key is where the key begins. text is valid plain JSON. */
size_t jsonc_value(struct slice text, size_t key);

#endif

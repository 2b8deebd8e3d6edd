/*
 * jsonc: turns JSON with comments and trailing commas, as people write it into settings files, into
 * plain JSON of the same length.
 *
 * What is not JSON becomes spaces. So every other byte keeps its offset, and an offset in one text
 * is valid in the other, too.
 */
#ifndef JSONC_H
#define JSONC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

/*
 * Turns into spaces: a byte order mark, comments of both kinds, and the comma behind the last
 * element of an object or an array. Line ends stay, in comments too; strings are not changed.
 * Returns NULL on success. Otherwise returns an error, a text for a message, and *at is its offset:
 * a comment or a string that does not end, or a NUL. All other errors are left to the JSON parser.
 */
const char *jsonc_clean(char *text, size_t length, size_t *at);

/* The line that an offset is in, from 1. CR LF is one line end, and so is a CR alone. */
unsigned jsonc_line(struct slice text, size_t at);

/*
 * The offset of the key at index in an object, or of the value at index in an array; at is the
 * offset of the object or array. text is valid plain JSON, and index is below the number of
 * children.
 */
size_t jsonc_child(struct slice text, size_t at, size_t index);

/*
 * The same for the child behind the one at this offset, which is not the last. So all children of an
 * object are found in one pass.
 */
size_t jsonc_next(struct slice text, size_t child);

/* The first offset from at on that is not white space of JSON, or the length of text. */
size_t jsonc_skip_spaces(struct slice text, size_t at);

/* The offset of the value of a key; key is the offset of the key. text is valid plain JSON. */
size_t jsonc_value(struct slice text, size_t key);

enum { JSONC_DEPTH_MAX = 200 };

/*
 * Whether plain text is JSON to the letter (RFC 8259), for files that are changed. cJSON takes more:
 * broken escapes, bytes that are not UTF-8, control characters. Returns NULL when text is one JSON
 * value with nothing but white space around it. Else returns why not, in a few words. Also not
 * accepted: more than JSONC_DEPTH_MAX objects and arrays in each other, and \u0000, which would end a
 * text in C.
 */
const char *jsonc_check(struct slice text);

#endif

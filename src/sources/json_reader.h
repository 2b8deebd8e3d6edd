/*
 * json_reader: walks through JSON without a copy of it, for large files of which only a little is needed.
 *
 * A value is a slice of the text. What is not JSON is no error: then there is no such value. Every
 * function takes time in proportion to the text, and no memory.
 */
#ifndef JSON_READER_H
#define JSON_READER_H

#include <stdbool.h>

#include "base/buf.h"

/* The value of the first member of object that has this name (without escapes); else an absent slice. */
struct slice json_reader_member(struct slice object, const char *name);

/* The element of array at index; an absent slice when there is none. */
struct slice json_reader_element(struct slice array, size_t index);

/*
 * All elements of array, for json_reader_next(), which takes the first one off the front of rest and
 * returns it; an absent slice after the last.
 */
struct slice json_reader_elements(struct slice array);
struct slice json_reader_next(struct slice *rest);

/* Adds the text of a string, in UTF-8. Returns false when value is none, or has a wrong escape. */
bool json_reader_text(struct slice value, struct buf *text);

#endif

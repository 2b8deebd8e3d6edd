/*
 * line_input: takes the lines out of bytes that come in pieces.
 */
#ifndef LINE_INPUT_H
#define LINE_INPUT_H

#include <stdbool.h>

#include "base/buf.h"

/* Zeroed is empty. */
struct line_input {
	struct buf bytes;
	size_t taken;    /* bytes of lines that were taken */
	size_t searched; /* bytes that have no other end of a line */
};

void line_input_finish(struct line_input *input);

/* Adds bytes that were received. */
void line_input_add(struct line_input *input, struct slice bytes);

/*
 * Takes the next whole line, without its end; it is valid until the next call. Returns false when there is none, or when
 * the next line, with its end, has more than max bytes: then line_input_is_over() is true.
 */
bool line_input_next(struct line_input *input, size_t max, struct slice *line);

/* Whether the line that is not whole yet, or the next one, has more than max bytes. */
bool line_input_is_over(const struct line_input *input, size_t max);

#endif

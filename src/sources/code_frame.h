/*
 * code_frame: a line of a text with the lines before and after it, to show where an error is.
 */
#ifndef CODE_FRAME_H
#define CODE_FRAME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

enum {
	CODE_FRAME_LINES = 3,
	CODE_FRAME_LETTERS = 100, /* of a line that are kept; the rest is an ellipsis */
};

/* Zeroed at first, and when there is none. */
struct code_frame {
	size_t count; /* of lines */
	size_t first; /* the number of the first one, from 1 */
	size_t at;    /* which of them has the error */
	/* Without their ends, with spaces in place of tabs. UTF-8, but else as the text has them. */
	char *lines[CODE_FRAME_LINES];
	bool has_column;
	size_t column; /* of the error in lines[at], from 0, as a terminal counts them */
};

/*
 * Sets *frame to those around a line, from 1. column: in units of UTF-16, from 1; 0: unknown. Returns
 * false, and there is no frame, when text has no such line, or the lines are not UTF-8 or have a NUL.
 * The caller finishes it.
 */
bool code_frame_cut(struct code_frame *frame, struct slice text, size_t line, size_t column);

void code_frame_finish(struct code_frame *frame);

/*
 * The offset of a line (from 1) in text, which ends its lines with LF, CR, or both. SIZE_MAX when it has
 * no such line. What follows the last line end is a line only if it is not empty.
 */
size_t code_frame_line(struct slice text, size_t line);

#endif

/*
 * frame_text: writes the code around an error, for the terminal and for programs.
 */
#ifndef FRAME_TEXT_H
#define FRAME_TEXT_H

#include <stdbool.h>

#include "base/buf.h"
#include "sources/code_frame.h"

/*
 * Adds the lines of frame, each with its number in front and ">" before that of the error, and a line
 * with "^" below its column. Nothing, when frame has no lines. The text cannot control a terminal.
 */
void frame_text_write(struct buf *text, const struct code_frame *frame, bool has_colour);

/* Adds the member "code" to an object: [{"line":11,"text":"..."}, ...]; nothing without lines. */
void frame_text_add_member(struct buf *json, const struct code_frame *frame);

#endif

/*
 * qr_code: draws a text as a QR code, with the half blocks of Unicode.
 *
 * It is the only module that includes <qrencode.h>.
 */
#ifndef QR_CODE_H
#define QR_CODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * Adds the lines of a QR code of text, with the margin of 4 modules that readers need. A character
 * is one module wide and two high. With colours the code is black on white, whatever the colours of
 * the terminal are; without, it is right on a dark terminal. Returns false and adds nothing when it
 * would be wider than columns, or text is too long.
 */
bool qr_code_draw(struct buf *drawing, const char *text, size_t columns, bool has_colour);

#endif

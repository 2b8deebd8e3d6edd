/*
 * qr_code: a text as a QR code, drawn with half blocks.
 *
 * Room: rules. The only module that includes <qrencode.h>.
 */
#ifndef QR_CODE_CODE_H
#define QR_CODE_CODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * Adds the lines of a QR code of text, two squares high and one wide for each letter, with the
 * margin of 4 squares that readers need. With colours it is black on white whatever the terminal's
 * colours are; without, it is right on a dark terminal. Returns false, adding nothing, when it
 * would be wider than columns.
 */
bool qr_code_draw(struct buf *drawing, const char *text, size_t columns, bool has_colour);

#endif

/*
 * qr_code: draws the matrix that libqrencode computes.
 *
 * Its one idea: a character shows two modules, one above the other, as a half block.
 */
#include "ui/qr_code.h"

#include <qrencode.h>

enum { MARGIN = 4 };

static bool
is_dark(const QRcode *code, int row, int column)
{
	row -= MARGIN;
	column -= MARGIN;
	return row >= 0 && column >= 0 && row < code->width && column < code->width &&
	       (code->data[row * code->width + column] & 1);
}

/*
 * Adds two rows of modules as one line. With colours the blocks are the dark modules; without, they
 * are the light ones, because a terminal draws light on dark.
 */
static void
add_line(struct buf *drawing, const QRcode *code, int row, bool has_colour)
{
	static const char *const blocks[] = {" ", "\u2580", "\u2584", "\u2588"};
	int side = code->width + 2 * MARGIN;

	if (has_colour)
		buf_add_text(drawing, "\033[38;5;16;48;5;231m");
	for (int column = 0; column < side; column++) {
		bool upper = is_dark(code, row, column) == has_colour;
		bool lower = is_dark(code, row + 1, column) == has_colour;

		buf_add_text(drawing, blocks[upper + 2 * lower]);
	}
	buf_add_text(drawing, has_colour ? "\033[0m\n" : "\n");
}

bool
qr_code_draw(struct buf *drawing, const char *text, size_t columns, bool has_colour)
{
	QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
	bool fits = code && (size_t)code->width + 2 * MARGIN <= columns;

	for (int row = 0; fits && row < code->width + 2 * MARGIN; row += 2)
		add_line(drawing, code, row, has_colour);
	QRcode_free(code);
	return fits;
}

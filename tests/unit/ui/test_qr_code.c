/*
 * The drawing, read back module by module.
 */
#include "support/test.h"

#include <string.h>

#include <qrencode.h>

#include "ui/qr_code.h"

enum { MARGIN = 4 };

static const char url[] = "http://192.168.100.200:65535/";

/* Whether the module is drawn; a character shows two, one above the other. */
static bool
is_drawn(const char *drawing, size_t row, size_t column)
{
	static const char *const blocks[] = {" ", "\u2580", "\u2584", "\u2588"};

	for (size_t line = 0; line < row / 2; line++)
		drawing = strchr(drawing, '\n') + 1;
	if (*drawing == '\033')
		drawing = strchr(drawing, 'm') + 1;
	for (;; column--)
		for (unsigned i = 0; i < ROWS(blocks); i++)
			if (strncmp(drawing, blocks[i], strlen(blocks[i])) == 0) {
				if (column == 0)
					return i >> (row % 2) & 1;
				drawing += strlen(blocks[i]);
				break;
			}
}

static void
modules(void **state)
{
	QRcode *code = QRcode_encodeString(url, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
	size_t width = (size_t)code->width, side = width + 2 * MARGIN;

	(void)state;
	for (int has_colour = 0; has_colour < 2; has_colour++) {
		struct buf drawing = {0};

		assert_true(qr_code_draw(&drawing, url, side, has_colour));
		for (size_t row = 0; row < side; row++)
			for (size_t column = 0; column < side; column++) {
				bool is_inside = row >= MARGIN && column >= MARGIN &&
						 row < width + MARGIN && column < width + MARGIN;
				bool is_dark =
					is_inside &&
					(code->data[(row - MARGIN) * width + column - MARGIN] & 1);

				assert_int_equal(is_drawn(drawing.bytes, row, column),
					is_dark == has_colour);
			}
		assert_int_equal(strstr(drawing.bytes, "\033[") != NULL, has_colour);
		buf_finish(&drawing);
	}
	QRcode_free(code);
}

static void
too_wide(void **state)
{
	struct buf drawing = {0};
	QRcode *code = QRcode_encodeString(url, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
	size_t side = (size_t)code->width + 2 * MARGIN;

	(void)state;
	assert_false(qr_code_draw(&drawing, url, side - 1, true));
	assert_false(qr_code_draw(&drawing, url, 0, true));
	assert_int_equal(drawing.length, 0);
	buf_finish(&drawing);
	QRcode_free(code);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(modules),
		cmocka_unit_test(too_wide),
	};

	return cmocka_run_group_tests_name("qr_code", tests, NULL, NULL);
}

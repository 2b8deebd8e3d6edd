/*
 * The code around an error, on a terminal and as JSON.
 */
#include "support/test.h"

#include "ui/frame_text.h"

static char *const three[] = {"one", "", "\x1b[2J"};

static struct code_frame
frame_of(size_t first, size_t at)
{
	struct code_frame frame = {.count = 3, .first = first, .at = at};

	for (size_t i = 0; i < 3; i++)
		frame.lines[i] = three[i];
	return frame;
}

static void
terminal(void **state)
{
	struct code_frame frame = frame_of(9, 0);
	struct buf text = {0};

	(void)state;
	frame_text_write(&text, &frame, false);
	assert_string_equal(text.bytes, "          >  9 | one\n"
					"            10 |\n"
					"            11 | \\x1b[2J\n");
	buf_clear(&text);
	frame.has_column = true;
	frame.column = 2;
	frame_text_write(&text, &frame, false);
	assert_string_equal(text.bytes, "          >  9 | one\n"
					"               |   ^\n"
					"            10 |\n"
					"            11 | \\x1b[2J\n");
	buf_clear(&text);
	frame_text_write(&text, &(struct code_frame){0}, true);
	assert_int_equal(text.length, 0);
	buf_finish(&text);
}

static void
colours(void **state)
{
	struct code_frame frame = frame_of(1, 0);
	struct buf text = {0};

	(void)state;
	frame.count = 1;
	frame.has_column = true;
	frame_text_write(&text, &frame, true);
	assert_string_equal(text.bytes, "          \033[31m> \033[2m1 |\033[0m one\n"
					"          \033[2m    | \033[31m^\033[0m\n");
	buf_finish(&text);
}

static void
json(void **state)
{
	struct code_frame frame = frame_of(9, 1);
	struct buf text = {0};

	(void)state;
	buf_add_char(&text, '{');
	frame_text_add_member(&text, &frame);
	assert_string_equal(text.bytes,
		"{\"code\":[{\"line\":9,\"text\":\"one\"},{\"line\":10,\"text\":\"\"},"
		"{\"line\":11,\"text\":\"\\u001b[2J\"}]");
	buf_clear(&text);
	frame_text_add_member(&text, &(struct code_frame){0});
	assert_int_equal(text.length, 0);
	buf_finish(&text);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(terminal),
		cmocka_unit_test(colours),
		cmocka_unit_test(json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

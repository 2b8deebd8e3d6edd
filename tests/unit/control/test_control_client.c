/*
 * How an answer is printed. What the commands ask and say is tested with the program (tests/e2e/why.test.js and its like).
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "control/control_client.h"

static void
printed_lines(void **state)
{
	const struct {
		const char *label;
		struct slice lines;
		const char *printed;
	} rows[] = {
		{"none", {0}, ""},
		{"one", SLICE_LITERAL("a\n"), "a\n"},
		{"an empty one", SLICE_LITERAL("\n"), "\n"},
		{"the last has no end", SLICE_LITERAL("a\n\nb"), "a\n\nb\n"},
		{"a command for a terminal", SLICE_LITERAL("a\x1b[2J\n\rb\n"),
			"a\\x1b[2J\n\\x0db\n"},
		{"a NUL", SLICE_LITERAL("a\0b\n"), "a\\x00b\n"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *text = NULL;
		size_t length;
		FILE *stream = open_memstream(&text, &length);

		print_message("%s\n", rows[i].label);
		control_client_print(rows[i].lines, stream);
		fclose(stream);
		assert_string_equal(text, rows[i].printed);
		assert_int_equal(length, strlen(rows[i].printed));
		free(text);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(printed_lines),
	};

	return cmocka_run_group_tests_name("control_client", tests, NULL, NULL);
}

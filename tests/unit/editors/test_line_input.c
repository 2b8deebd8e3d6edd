/*
 * Lines out of pieces.
 */
#include "support/test.h"

#include <string.h>

#include "editors/line_input.h"

enum { MAX = 8 };

static struct line_input input;

static void
add(const char *text)
{
	line_input_add(&input, slice_of(text));
}

static void
assert_next(const char *expected)
{
	struct slice line = {0};

	assert_int_equal(line_input_next(&input, MAX, &line), expected != NULL);
	if (expected)
		assert_true(slice_is(line, expected));
}

static void
pieces(void **state)
{
	(void)state;
	assert_next(NULL);
	add("on");
	assert_next(NULL);
	add("e\n\ntwo\nth");
	assert_next("one");
	assert_next("");
	assert_next("two");
	assert_next(NULL);
	assert_int_equal(input.bytes.length, 2);
	add("ree\n");
	assert_next("three");
	assert_next(NULL);
	assert_null(input.bytes.bytes);
	assert_false(line_input_is_over(&input, MAX));
}

static void
long_lines(void **state)
{
	(void)state;
	add("1234567\n");
	assert_next("1234567");
	assert_next(NULL);
	add("12345678");
	assert_next(NULL);
	assert_false(line_input_is_over(&input, MAX));
	add("\n");
	assert_next(NULL);
	assert_true(line_input_is_over(&input, MAX));
	line_input_finish(&input);
	add("123456789");
	assert_next(NULL);
	assert_true(line_input_is_over(&input, MAX));
	line_input_finish(&input);
	line_input_finish(&input);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces),
		cmocka_unit_test(long_lines),
	};

	return cmocka_run_group_tests_name("line_input", tests, NULL, NULL);
}

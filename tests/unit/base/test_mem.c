#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void
grow(void **state)
{
	size_t *numbers = NULL, count = 0, capacity = 0, moves = 0;

	(void)state;
	while (count < 1000) {
		size_t before = capacity;

		numbers = mem_grow(numbers, count, &capacity, sizeof(*numbers));
		assert_true(capacity > count);
		moves += capacity != before;
		numbers[count] = count;
		count++;
	}
	for (size_t i = 0; i < count; i++)
		assert_int_equal(numbers[i], i);
	assert_in_range(moves, 1, 10);
	free(numbers);
}

static void
copies(void **state)
{
	char *text = mem_text("abc"), *copy = mem_copy("a\0b", 3), *none = mem_copy(NULL, 0);
	char *formatted = mem_format("%s %d", text, 7);

	(void)state;
	assert_string_equal(text, "abc");
	assert_memory_equal(copy, "a\0b", 4);
	assert_string_equal(none, "");
	assert_string_equal(formatted, "abc 7");
	free(text);
	free(copy);
	free(none);
	free(formatted);
}

static void
zeroes(void **state)
{
	static const char none[40];
	char *memory = mem_array(10, 4);

	(void)state;
	assert_memory_equal(memory, none, sizeof(none));
	free(memory);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(grow),
		cmocka_unit_test(copies),
		cmocka_unit_test(zeroes),
	};

	return cmocka_run_group_tests_name("mem", tests, NULL, NULL);
}

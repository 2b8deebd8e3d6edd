#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

static void
test_buf_adds(void **state)
{
	struct buf buf = {0};

	(void)state;
	assert_int_equal(buf_slice(&buf).length, 0);
	assert_non_null(buf_slice(&buf).at);
	buf_add_text(&buf, "");
	assert_string_equal(buf.bytes, "");
	buf_add_text(&buf, "a");
	buf_add_char(&buf, 'b');
	buf_add_slice(&buf, (struct slice){"cde", 2});
	buf_add_number(&buf, 0);
	buf_add_number(&buf, UINT64_MAX);
	buf_addf(&buf, "%s%d", "x", -7);
	buf_add(&buf, NULL, 0);
	assert_string_equal(buf.bytes, "abcd018446744073709551615x-7");
	assert_int_equal(buf.length, strlen(buf.bytes));
	buf_add(&buf, "\0z", 2);
	assert_memory_equal(buf.bytes + buf.length - 2, "\0z", 3);
	buf_finish(&buf);
	assert_null(buf.bytes);
	assert_int_equal(buf.capacity, 0);
}

static void
test_buf_grows(void **state)
{
	struct buf buf = {0};

	(void)state;
	for (int i = 0; i < 10000; i++)
		buf_addf(&buf, "%c", 'a' + i % 26);
	assert_int_equal(buf.length, 10000);
	for (size_t i = 0; i < buf.length; i++)
		assert_int_equal(buf.bytes[i], 'a' + (int)(i % 26));
	assert_int_equal(buf.bytes[buf.length], '\0');
	buf_finish(&buf);
}

static void
test_buf_drop_clear_take(void **state)
{
	struct buf buf = {0};
	char *taken;

	(void)state;
	buf_add_text(&buf, "abcdef");
	buf_drop(&buf, 2);
	assert_string_equal(buf.bytes, "cdef");
	buf_drop(&buf, 4);
	assert_string_equal(buf.bytes, "");
	buf_clear(&buf);
	buf_add_text(&buf, "x");
	assert_string_equal(buf.bytes, "x");
	taken = buf_take(&buf);
	assert_string_equal(taken, "x");
	assert_null(buf.bytes);
	assert_int_equal(buf.length, 0);
	free(taken);
	taken = buf_take(&buf);
	assert_string_equal(taken, "");
	free(taken);
	buf_clear(&buf);
	buf_finish(&buf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buf_adds),
		cmocka_unit_test(test_buf_grows),
		cmocka_unit_test(test_buf_drop_clear_take),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

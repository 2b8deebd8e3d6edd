/*
 * Base64, and numbers in its digits.
 */
#include "support/test.h"

#include "sources/base64.h"

static void
texts(void **state)
{
	static const struct {
		const char *text, *bytes;
	} rows[] = {
		{"", ""},
		{"Zg==", "f"},
		{"Zg", "f"},
		{"Zm8=", "fo"},
		{"Zm9v", "foo"},
		{"Zm9vYmFy", "foobar"},
		{"/+8=", "\xff\xef"},
		{"Z", NULL},
		{"Zm9vY", NULL},
		{"Zm9v-_", NULL},
		{"Zm 9v", NULL},
		{"Zg===", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf bytes = {0};

		assert_int_equal(
			base64_decode(slice_of(rows[i].text), &bytes), rows[i].bytes != NULL);
		if (rows[i].bytes)
			assert_true(slice_is(buf_slice(&bytes), rows[i].bytes));
		buf_finish(&bytes);
	}
}

static void
numbers(void **state)
{
	static const struct {
		const char *text;
		int64_t number;
		const char *rest; /* NULL: there is no number */
	} rows[] = {
		{"A", 0, ""},
		{"C", 1, ""},
		{"D", -1, ""},
		{"e", 15, ""},
		{"f", -15, ""},
		{"gB", 16, ""},
		{"2HwcqxB", 123, "wcqxB"},
		{"+/////D", 2147483647, ""},
		{"//////D", -2147483647, ""},
		{"CA", 1, "A"},
		{"C;", 1, ";"},
		{"", 0, NULL},
		{"g", 0, NULL},
		{"g,", 0, NULL},
		{",", 0, NULL},
		{"ggggggggA", 0, NULL},
		{"\xff", 0, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct slice text = slice_of(rows[i].text);
		int64_t number = 0;

		assert_int_equal(base64_take_number(&text, &number), rows[i].rest != NULL);
		if (!rows[i].rest)
			continue;
		assert_int_equal(number, rows[i].number);
		assert_true(slice_is(text, rows[i].rest));
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

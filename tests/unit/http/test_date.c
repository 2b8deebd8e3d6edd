#include "support/test.h"

#include <string.h>

#include "http/date.h"

static void
test_date_write(void **state)
{
	static const struct {
		const char *label;
		int64_t when;
		const char *text;
	} rows[] = {
		{"the RFC's example", 784111777, "Sun, 06 Nov 1994 08:49:37 GMT"},
		{"the epoch", 0, "Thu, 01 Jan 1970 00:00:00 GMT"},
		{"before the epoch", -1, "Wed, 31 Dec 1969 23:59:59 GMT"},
		{"a leap day", 951782400, "Tue, 29 Feb 2000 00:00:00 GMT"},
		{"after 2038", 4102444800, "Fri, 01 Jan 2100 00:00:00 GMT"},
		{"the last second of four digits", 253402300799, "Fri, 31 Dec 9999 23:59:59 GMT"},
		{"five digits", 253402300800, ""},
		{"the first second of year 0", -62167219200, "Sat, 01 Jan 0000 00:00:00 GMT"},
		{"before year 0", -62167219201, ""},
		{"no year at all", INT64_MAX, ""},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char text[DATE_SIZE];

		print_message("  %s\n", rows[i].label);
		assert_int_equal(date_write(text, (time_t)rows[i].when), rows[i].text[0] != '\0');
		assert_string_equal(text, rows[i].text);
	}
}

static void
test_date_read(void **state)
{
	static const struct {
		const char *label, *text;
		int64_t when;
	} rows[] = {
		{"fixdate", "Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
		{"RFC 850", "Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
		{"asctime", "Sun Nov  6 08:49:37 1994", 784111777},
		{"asctime, two digits", "Thu Nov 10 00:00:00 1994", 784425600},
		{"a leap day", "Tue, 29 Feb 2000 00:00:00 GMT", 951782400},
		{"a leap second", "Sat, 31 Dec 2016 23:59:60 GMT", 1483228800},
		{"RFC 850, this century", "Tuesday, 29-Feb-00 00:00:00 GMT", 951782400},
		{"RFC 850, the last year", "Tuesday, 31-Dec-69 23:59:59 GMT", 3155759999},
		{"RFC 850, the first year", "Thursday, 01-Jan-70 00:00:00 GMT", 0},
		{"before the epoch", "Wed, 31 Dec 1969 23:59:59 GMT", -1},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		time_t when = 0;

		print_message("  %s\n", rows[i].label);
		assert_true(date_read(slice_of(rows[i].text), &when));
		assert_true(when == (time_t)rows[i].when);
	}
}

static void
test_no_date(void **state)
{
	static const char *const rows[] = {
		"",
		"yesterday",
		"784111777",
		"Sun, 06 Nov 1994 08:49:37",
		"Sun, 06 Nov 1994 08:49:37 UTC",
		"Sun, 06 Nov 1994 08:49:37 GMT ",
		" Sun, 06 Nov 1994 08:49:37 GMT",
		"sun, 06 nov 1994 08:49:37 GMT",
		"Sun, 6 Nov 1994 08:49:37 GMT",
		"Sun, 06 Nov 94 08:49:37 GMT",
		"Sun, 06 Nov 19940 08:49:37 GMT",
		"Sun, 06 Nov -994 08:49:37 GMT",
		"Sun, +6 Nov 1994 08:49:37 GMT",
		"Sun 06 Nov 1994 08:49:37 GMT",
		"Sun, 06 Nov 1994 24:00:00 GMT",
		"Sun, 06 Nov 1994 08:60:37 GMT",
		"Sun, 06 Nov 1994 08:49:61 GMT",
		"Sun, 06 Nov 1994 8:49:37 GMT",
		"Sun, 00 Nov 1994 08:49:37 GMT",
		"Sun, 31 Nov 1994 08:49:37 GMT",
		"Tue, 29 Feb 1900 00:00:00 GMT",
		"Wed, 29 Feb 2023 00:00:00 GMT",
		"Sun, 06-Nov-94 08:49:37 GMT",
		"Sunday, 06-Nov-1994 08:49:37 GMT",
		"Sunday, 06 Nov 94 08:49:37 GMT",
		"Sun Nov 6 08:49:37 1994",
		"Sun Nov  6 08:49:37 1994 GMT",
		"Sun Nov  6 08:49:37 94",
		"Xun, 06 Nov 1994 08:49:37 GMT",
		"Sun, 06 Xov 1994 08:49:37 GMT",
		"Sun, 06 Nov 1994 08:49:37 GM",
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		time_t when;

		print_message("  \"%s\"\n", rows[i]);
		assert_false(date_read(slice_of(rows[i]), &when));
	}
}

static void
test_dates_come_back(void **state)
{
	(void)state;
	for (int64_t when = -62167219200; when < 253402300800; when += 40000003) {
		char text[DATE_SIZE];
		time_t back;

		assert_true(date_write(text, (time_t)when));
		assert_true(date_read(slice_of(text), &back));
		assert_true(back == (time_t)when);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_date_write),
		cmocka_unit_test(test_date_read),
		cmocka_unit_test(test_no_date),
		cmocka_unit_test(test_dates_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

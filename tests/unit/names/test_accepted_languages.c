/*
 * How much a client likes a language.
 */
#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include "names/accepted_languages.h"

static void
fields(void **state)
{
	static const struct {
		const char *fields, *tag;
		unsigned quality;
	} rows[] = {
		{"", "de", 10000},
		{"Accept-Language:\r\n", "de", 0},
		{"Accept-Language: de\r\n", "de", 10000},
		{"Accept-Language: DE\r\n", "de", 10000},
		{"Accept-Language: de\r\n", "de-AT", 10000},
		{"Accept-Language: de\r\n", "den", 0},
		{"Accept-Language: d\r\n", "de", 0},
		{"Accept-Language: de-AT\r\n", "de", 10},
		{"Accept-Language: de-AT\r\n", "de-CH", 10},
		{"Accept-Language: de-AT\r\n", "en", 0},
		{"Accept-Language: de-AT;q=0\r\n", "de-at", 0},
		{"Accept-Language: de-AT, de;q=0.5\r\n", "de-CH", 5000},
		{"Accept-Language: de-CH;q=0.1, de;q=0.9\r\n", "de-CH", 1000},
		{"Accept-Language: de;q=0.9, de-CH;q=0.1\r\n", "de-CH-1996", 1000},
		{"Accept-Language: *\r\n", "de", 10000},
		{"Accept-Language: de;q=0, *\r\n", "de", 0},
		{"Accept-Language: *;q=0.3, en\r\n", "de", 3000},
		{"Accept-Language: de-AT, *;q=0.3\r\n", "de", 3000},
		{"Accept-Language: en , de ; q=0.123\r\n", "de", 1230},
		{"Accept-Language: de;q=x\r\n", "de", 0},
		{"Accept-Language: en;q=0.1,,de;q=0.2,\r\n", "de", 2000},
		{"Accept-Language: en\r\nAccept-Language: de;q=0.4\r\n", "de", 4000},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct request request;
		char head[256];

		snprintf(head, sizeof(head), "GET / HTTP/1.1\r\nHost: h\r\n%s\r\n", rows[i].fields);
		assert_int_equal(request_parse(&request, head, strlen(head)), REQUEST_COMPLETE);
		print_message("%s%s\n", rows[i].fields, rows[i].tag);
		assert_int_equal(accepted_languages_quality(&request, slice_of(rows[i].tag)),
			rows[i].quality);
	}
}

static void
ranges_and_tags(void **state)
{
	static const struct {
		const char *range, *tag;
		bool is_match;
	} rows[] = {
		{"en", "en", true},
		{"en", "EN-gb", true},
		{"en-GB", "en-gb-oxendict", true},
		{"en", "eng", false},
		{"en-G", "en-GB", false},
		{"en-GB", "en", false},
		{"en-", "en-GB", false},
		{"*", "en", false},
		{"", "en", false},
		{"", "-en", false},
		{"", "", false},
		{"en", "", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		print_message("%s %s\n", rows[i].range, rows[i].tag);
		assert_int_equal(
			accepted_languages_match(slice_of(rows[i].range), slice_of(rows[i].tag)),
			rows[i].is_match);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields),
		cmocka_unit_test(ranges_and_tags),
	};

	return cmocka_run_group_tests_name("accepted_languages", tests, NULL, NULL);
}

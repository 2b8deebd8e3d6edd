#include "support/test.h"

#include <stdio.h>

#include "http/range.h"
#include "support/validators.h"

struct range_row {
	const char *label, *range;
	uint64_t size;
	const char *response; /* "whole", "none" or the ranges */
};

static const struct range_row range_rows[] = {
	{"the first bytes", "bytes=0-4", 10, "0-4"},
	{"one byte", "bytes=9-9", 10, "9-9"},
	{"to the end", "bytes=3-", 10, "3-9"},
	{"the last bytes", "bytes=-3", 10, "7-9"},
	{"more last bytes than there are", "bytes=-30", 10, "0-9"},
	{"a last byte behind the end", "bytes=5-99", 10, "5-9"},
	{"all of it", "bytes=0-", 10, "0-9"},
	{"the unit in capitals", "BYTES=0-1", 10, "0-1"},
	{"the largest numbers", "bytes=0-9999999999999999999", 10, "0-9"},
	{"a large file", "bytes=5000000000-5000000001", 6000000000, "5000000000-5000000001"},
	{"two ranges", "bytes=0-1,4-5", 10, "0-1 4-5"},
	{"blanks and empty elements", "bytes= 0-1 ,, \t4-5,", 10, "0-1 4-5"},
	{"two ranges going back", "bytes=5-6,0-1", 10, "5-6 0-1"},
	{"the index of a video", "bytes=-2,0-1", 10, "8-9 0-1"},
	{"three ranges", "bytes=0-0,2-3,-1", 10, "0-0 2-3 9-9"},
	{"neighbours", "bytes=0-1,2-3", 10, "0-1 2-3"},
	{"one outside is left out", "bytes=0-1,20-30", 10, "0-1"},
	{"sixteen",
		"bytes=0-0,1-1,2-2,3-3,4-4,5-5,6-6,7-7,8-8,9-9,10-10,11-11,12-12,13-13,14-14,15-15",
		99, "0-0 1-1 2-2 3-3 4-4 5-5 6-6 7-7 8-8 9-9 10-10 11-11 12-12 13-13 14-14 15-15"},

	{"behind the end", "bytes=10-", 10, "none"},
	{"all behind the end", "bytes=10-11,20-30", 10, "none"},
	{"no last bytes", "bytes=-0", 10, "none"},
	{"of nothing", "bytes=0-", 0, "none"},
	{"the last bytes of nothing", "bytes=-5", 0, "none"},

	{"another unit", "lines=0-1", 10, "whole"},
	{"no unit", "0-1", 10, "whole"},
	{"empty", "", 10, "whole"},
	{"no range", "bytes=", 10, "whole"},
	{"only commas", "bytes=, ,", 10, "whole"},
	{"a dash", "bytes=-", 10, "whole"},
	{"two dashes", "bytes=--1", 10, "whole"},
	{"a number", "bytes=5", 10, "whole"},
	{"going back", "bytes=5-4", 10, "whole"},
	{"three numbers", "bytes=1-2-3", 10, "whole"},
	{"a space inside", "bytes=1 - 2", 10, "whole"},
	{"no digits", "bytes=a-b", 10, "whole"},
	{"a sign", "bytes=+1-2", 10, "whole"},
	{"a malformed one behind a good one", "bytes=0-1,x", 10, "whole"},
	{"a malformed one behind one outside", "bytes=50-51,5-1", 10, "whole"},
	{"twenty digits", "bytes=0-10000000000000000000", 10, "whole"},
	{"overlapping", "bytes=0-5,5-6", 10, "whole"},
	{"overlapping, going back", "bytes=4-6,0-4", 10, "whole"},
	{"the same twice", "bytes=0-1,0-1", 10, "whole"},
	{"overlapping at the end", "bytes=5-,-1", 10, "whole"},
	{"three, going back", "bytes=0-1,8-9,4-5", 10, "whole"},
	{"seventeen",
		"bytes=0-0,1-1,2-2,3-3,4-4,5-5,6-6,7-7,8-8,9-9,10-10,11-11,12-12,13-13,14-14,15-15,"
		"16-16",
		99, "whole"},
};

static void
describe(struct buf *text, enum range_verdict verdict, const struct range *ranges, size_t count)
{
	buf_clear(text);
	if (verdict != RANGE_PARTIAL)
		buf_add_text(text, verdict == RANGE_WHOLE ? "whole" : "none");
	for (size_t i = 0; verdict == RANGE_PARTIAL && i < count; i++)
		buf_addf(text, "%s%ju-%ju", i ? " " : "", (uintmax_t)ranges[i].first,
			(uintmax_t)ranges[i].last);
}

static void
test_ranges(void **state)
{
	struct buf head = {0}, fields = {0}, text = {0};

	(void)state;
	for (size_t i = 0; i < ROWS(range_rows); i++) {
		const struct range_row *row = &range_rows[i];
		struct range ranges[RANGE_COUNT_MAX];
		enum range_verdict verdict;
		struct request request;
		size_t count;

		print_message("  %s\n", row->label);
		buf_clear(&fields);
		buf_addf(&fields, "Range: %s\r\n", row->range);
		request = request_with(&head, "GET", fields.bytes);
		verdict = range_read(&request, &strong, row->size, ranges, &count);
		describe(&text, verdict, ranges, count);
		assert_string_equal(text.bytes, row->response);
	}
	buf_finish(&head);
	buf_finish(&fields);
	buf_finish(&text);
}

static void
test_if_range(void **state)
{
	static const struct {
		const char *label, *method, *fields;
		const struct conditional_validators *validators;
		enum range_verdict verdict;
	} rows[] = {
		{"no Range", "GET", "", &strong, RANGE_WHOLE},
		{"HEAD", "HEAD", "Range: bytes=0-1\r\n", &strong, RANGE_WHOLE},
		{"another method", "PUT", "Range: bytes=0-1\r\n", &strong, RANGE_WHOLE},
		{"no validators", "GET", "Range: bytes=0-1\r\n", &bare, RANGE_PARTIAL},
		{"the same tag", "GET", "Range: bytes=0-1\r\nIf-Range: \"a\"\r\n", &strong,
			RANGE_PARTIAL},
		{"another tag", "GET", "Range: bytes=0-1\r\nIf-Range: \"b\"\r\n", &strong,
			RANGE_WHOLE},
		{"another tag, range outside", "GET", "Range: bytes=99-\r\nIf-Range: \"b\"\r\n",
			&strong, RANGE_WHOLE},
		{"the same tag, range outside", "GET", "Range: bytes=99-\r\nIf-Range: \"a\"\r\n",
			&strong, RANGE_UNSATISFIABLE},
		{"a weak tag had", "GET", "Range: bytes=0-1\r\nIf-Range: \"a\"\r\n", &weak,
			RANGE_WHOLE},
		{"a weak tag sent", "GET", "Range: bytes=0-1\r\nIf-Range: W/\"a\"\r\n", &weak,
			RANGE_WHOLE},
		{"no tag had", "GET", "Range: bytes=0-1\r\nIf-Range: \"a\"\r\n", &dated,
			RANGE_WHOLE},
		{"two tags", "GET", "Range: bytes=0-1\r\nIf-Range: \"a\", \"b\"\r\n", &strong,
			RANGE_WHOLE},
		{"any tag is no tag", "GET", "Range: bytes=0-1\r\nIf-Range: *\r\n", &strong,
			RANGE_WHOLE},
		{"the same date", "GET", "Range: bytes=0-1\r\nIf-Range: " SAME "\r\n", &strong,
			RANGE_PARTIAL},
		{"a later date", "GET", "Range: bytes=0-1\r\nIf-Range: " AFTER "\r\n", &strong,
			RANGE_WHOLE},
		{"an earlier date", "GET", "Range: bytes=0-1\r\nIf-Range: " BEFORE "\r\n", &strong,
			RANGE_WHOLE},
		{"no date had", "GET", "Range: bytes=0-1\r\nIf-Range: " SAME "\r\n", &tagged,
			RANGE_WHOLE},
		{"no tag and no date", "GET", "Range: bytes=0-1\r\nIf-Range: a\r\n", &strong,
			RANGE_WHOLE},
		{"empty", "GET", "Range: bytes=0-1\r\nIf-Range:\r\n", &strong, RANGE_WHOLE},
	};
	struct buf head = {0};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct request request = request_with(&head, rows[i].method, rows[i].fields);
		struct range ranges[RANGE_COUNT_MAX];
		size_t count;

		print_message("  %s\n", rows[i].label);
		assert_int_equal(range_read(&request, rows[i].validators, 10, ranges, &count),
			rows[i].verdict);
	}
	buf_finish(&head);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_if_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

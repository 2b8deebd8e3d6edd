#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include "http/conditional.h"

/* A request with these fields, whose bytes live in head. */
static struct request
request_with(struct buf *head, const char *method, const char *fields)
{
	struct request request;

	buf_clear(head);
	buf_addf(head, "%s / HTTP/1.1\r\nHost: h\r\n%s\r\n", method, fields);
	assert_int_equal(request_parse(&request, head->bytes, head->length), REQUEST_COMPLETE);
	return request;
}

static void
test_reasons(void **state)
{
	(void)state;
	assert_string_equal(http_reason(200), "OK");
	assert_string_equal(http_reason(416), "Range Not Satisfiable");
	assert_string_equal(http_reason(505), "HTTP Version Not Supported");
	assert_string_equal(http_reason(299), "Unknown");
	assert_string_equal(http_reason(0), "Unknown");
	assert_string_equal(http_reason(-1), "Unknown");
	assert_string_equal(http_reason(506), "Unknown");
	assert_string_equal(http_reason(100000), "Unknown");
}

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
		char text[HTTP_DATE_SIZE];

		print_message("  %s\n", rows[i].label);
		assert_int_equal(
			http_date_write(text, (time_t)rows[i].when), rows[i].text[0] != '\0');
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
		assert_true(http_date_read(slice_of(rows[i].text), &when));
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
		assert_false(http_date_read(slice_of(rows[i]), &when));
	}
}

static void
test_dates_come_back(void **state)
{
	(void)state;
	for (int64_t when = -62167219200; when < 253402300800; when += 40000003) {
		char text[HTTP_DATE_SIZE];
		time_t back;

		assert_true(http_date_write(text, (time_t)when));
		assert_true(http_date_read(slice_of(text), &back));
		assert_true(back == (time_t)when);
	}
}

#define BEFORE "Sun, 06 Nov 1994 08:49:36 GMT"
#define SAME "Sun, 06 Nov 1994 08:49:37 GMT"
#define AFTER "Sun, 06 Nov 1994 08:49:38 GMT"

static const struct http_validators strong = {"\"a\"", 784111777, true};
static const struct http_validators weak = {"W/\"a\"", 784111777, true};
static const struct http_validators dated = {"", 784111777, true};
static const struct http_validators tagged = {"\"a\"", 0, false};
static const struct http_validators bare = {"", 0, false};

struct precondition_row {
	const char *label, *fields;
	const struct http_validators *validators;
	enum http_verdict verdict;
};

static const struct precondition_row precondition_rows[] = {
	{"none", "", &strong, HTTP_PROCEED},

	{"If-Match, same", "If-Match: \"a\"\r\n", &strong, HTTP_PROCEED},
	{"If-Match, other", "If-Match: \"b\"\r\n", &strong, HTTP_PRECONDITION_FAILED},
	{"If-Match, in a list", "If-Match: \"b\", \"a\"\r\n", &strong, HTTP_PROCEED},
	{"If-Match, on a second line", "If-Match: \"b\"\r\nIf-Match: \"a\"\r\n", &strong,
		HTTP_PROCEED},
	{"If-Match, any", "If-Match: *\r\n", &strong, HTTP_PROCEED},
	{"If-Match, any of no tag", "If-Match: *\r\n", &bare, HTTP_PROCEED},
	{"If-Match, a weak one asked", "If-Match: W/\"a\"\r\n", &strong, HTTP_PRECONDITION_FAILED},
	{"If-Match, a weak one had", "If-Match: \"a\"\r\n", &weak, HTTP_PRECONDITION_FAILED},
	{"If-Match, both weak", "If-Match: W/\"a\"\r\n", &weak, HTTP_PRECONDITION_FAILED},
	{"If-Match, no tag had", "If-Match: \"a\"\r\n", &dated, HTTP_PRECONDITION_FAILED},
	{"If-Match, malformed", "If-Match: \"a\", b\r\n", &strong, HTTP_PRECONDITION_FAILED},
	{"If-Match, empty", "If-Match:\r\n", &strong, HTTP_PRECONDITION_FAILED},

	{"If-None-Match, same", "If-None-Match: \"a\"\r\n", &strong, HTTP_NOT_MODIFIED},
	{"If-None-Match, other", "If-None-Match: \"b\"\r\n", &strong, HTTP_PROCEED},
	{"If-None-Match, weak asked", "If-None-Match: W/\"a\"\r\n", &strong, HTTP_NOT_MODIFIED},
	{"If-None-Match, weak had", "If-None-Match: \"a\"\r\n", &weak, HTTP_NOT_MODIFIED},
	{"If-None-Match, any", "If-None-Match: *\r\n", &strong, HTTP_NOT_MODIFIED},
	{"If-None-Match, any of no tag", "If-None-Match: *\r\n", &bare, HTTP_NOT_MODIFIED},
	{"If-None-Match, no tag had", "If-None-Match: \"a\", \"\"\r\n", &bare, HTTP_PROCEED},
	{"If-None-Match, a list", "If-None-Match: \"x\",,\t\"y\" ,W/\"a\",\r\n", &strong,
		HTTP_NOT_MODIFIED},
	{"If-None-Match, a comma in a tag", "If-None-Match: \"x,\"a\"\r\n", &strong, HTTP_PROCEED},
	{"If-None-Match, a tag with commas", "If-None-Match: \"x,y\", \"a\"\r\n", &strong,
		HTTP_NOT_MODIFIED},
	{"If-None-Match, a second line", "If-None-Match: \"x\"\r\nIf-None-Match: \"a\"\r\n",
		&strong, HTTP_NOT_MODIFIED},
	{"If-None-Match, a malformed line", "If-None-Match: \"a\"\r\nIf-None-Match: x\r\n", &strong,
		HTTP_PROCEED},
	{"If-None-Match, any and more", "If-None-Match: *, \"a\"\r\n", &strong, HTTP_PROCEED},
	{"If-None-Match, any and a line", "If-None-Match: *\r\nIf-None-Match: \"b\"\r\n", &strong,
		HTTP_PROCEED},
	{"If-None-Match, without quotes", "If-None-Match: a\r\n", &strong, HTTP_PROCEED},
	{"If-None-Match, one quote", "If-None-Match: \"a\r\n", &strong, HTTP_PROCEED},
	{"If-None-Match, a quote alone", "If-None-Match: \"\r\n", &strong, HTTP_PROCEED},
	{"If-None-Match, no comma between", "If-None-Match: \"a\" \"b\"\r\n", &strong,
		HTTP_PROCEED},
	{"If-None-Match, a small w", "If-None-Match: w/\"a\"\r\n", &strong, HTTP_PROCEED},
	{"If-None-Match, a space in a tag", "If-None-Match: \"a\", \"b c\"\r\n", &strong,
		HTTP_PROCEED},

	{"If-Modified-Since, same", "If-Modified-Since: " SAME "\r\n", &strong, HTTP_NOT_MODIFIED},
	{"If-Modified-Since, later", "If-Modified-Since: " AFTER "\r\n", &dated, HTTP_NOT_MODIFIED},
	{"If-Modified-Since, earlier", "If-Modified-Since: " BEFORE "\r\n", &dated, HTTP_PROCEED},
	{"If-Modified-Since, no date had", "If-Modified-Since: " SAME "\r\n", &tagged,
		HTTP_PROCEED},
	{"If-Modified-Since, unreadable", "If-Modified-Since: soon\r\n", &dated, HTTP_PROCEED},
	{"If-Unmodified-Since, same", "If-Unmodified-Since: " SAME "\r\n", &dated, HTTP_PROCEED},
	{"If-Unmodified-Since, earlier", "If-Unmodified-Since: " BEFORE "\r\n", &dated,
		HTTP_PRECONDITION_FAILED},
	{"If-Unmodified-Since, no date had", "If-Unmodified-Since: " BEFORE "\r\n", &tagged,
		HTTP_PROCEED},
	{"If-Unmodified-Since, unreadable", "If-Unmodified-Since: 0\r\n", &dated, HTTP_PROCEED},

	{"the tag hides the date", "If-None-Match: \"b\"\r\nIf-Modified-Since: " SAME "\r\n",
		&strong, HTTP_PROCEED},
	{"also a malformed one", "If-None-Match: b\r\nIf-Modified-Since: " SAME "\r\n", &strong,
		HTTP_PROCEED},
	{"If-Match hides the date", "If-Match: \"a\"\r\nIf-Unmodified-Since: " BEFORE "\r\n",
		&strong, HTTP_PROCEED},
	{"412 before 304", "If-Match: \"b\"\r\nIf-None-Match: \"a\"\r\n", &strong,
		HTTP_PRECONDITION_FAILED},
	{"304 after a match", "If-Match: \"a\"\r\nIf-None-Match: \"a\"\r\n", &strong,
		HTTP_NOT_MODIFIED},
	{"a date after a date", "If-Unmodified-Since: " SAME "\r\nIf-Modified-Since: " SAME "\r\n",
		&dated, HTTP_NOT_MODIFIED},
};

static void
test_preconditions(void **state)
{
	static const char *const methods[] = {"GET", "HEAD", "OPTIONS", "PUT"};
	struct buf head = {0};

	(void)state;
	for (size_t i = 0; i < ROWS(precondition_rows) * ROWS(methods); i++) {
		const struct precondition_row *row = &precondition_rows[i / ROWS(methods)];
		size_t method = i % ROWS(methods);
		struct request request = request_with(&head, methods[method], row->fields);

		print_message("  %s %s\n", methods[method], row->label);
		assert_int_equal(http_preconditions(&request, row->validators),
			method < 2 ? row->verdict : HTTP_PROCEED);
	}
	buf_finish(&head);
}

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
describe(struct buf *text, enum http_range_verdict verdict, const struct http_range *ranges,
	size_t count)
{
	buf_clear(text);
	if (verdict != HTTP_RANGE_PARTIAL)
		buf_add_text(text, verdict == HTTP_RANGE_WHOLE ? "whole" : "none");
	for (size_t i = 0; verdict == HTTP_RANGE_PARTIAL && i < count; i++)
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
		struct http_range ranges[HTTP_RANGES_MAX];
		enum http_range_verdict verdict;
		struct request request;
		size_t count;

		print_message("  %s\n", row->label);
		buf_clear(&fields);
		buf_addf(&fields, "Range: %s\r\n", row->range);
		request = request_with(&head, "GET", fields.bytes);
		verdict = http_ranges(&request, &strong, row->size, ranges, &count);
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
		const struct http_validators *validators;
		enum http_range_verdict verdict;
	} rows[] = {
		{"no Range", "GET", "", &strong, HTTP_RANGE_WHOLE},
		{"HEAD", "HEAD", "Range: bytes=0-1\r\n", &strong, HTTP_RANGE_WHOLE},
		{"another method", "PUT", "Range: bytes=0-1\r\n", &strong, HTTP_RANGE_WHOLE},
		{"no validators", "GET", "Range: bytes=0-1\r\n", &bare, HTTP_RANGE_PARTIAL},
		{"the same tag", "GET", "Range: bytes=0-1\r\nIf-Range: \"a\"\r\n", &strong,
			HTTP_RANGE_PARTIAL},
		{"another tag", "GET", "Range: bytes=0-1\r\nIf-Range: \"b\"\r\n", &strong,
			HTTP_RANGE_WHOLE},
		{"another tag, range outside", "GET", "Range: bytes=99-\r\nIf-Range: \"b\"\r\n",
			&strong, HTTP_RANGE_WHOLE},
		{"the same tag, range outside", "GET", "Range: bytes=99-\r\nIf-Range: \"a\"\r\n",
			&strong, HTTP_RANGE_UNSATISFIABLE},
		{"a weak tag had", "GET", "Range: bytes=0-1\r\nIf-Range: \"a\"\r\n", &weak,
			HTTP_RANGE_WHOLE},
		{"a weak tag sent", "GET", "Range: bytes=0-1\r\nIf-Range: W/\"a\"\r\n", &weak,
			HTTP_RANGE_WHOLE},
		{"no tag had", "GET", "Range: bytes=0-1\r\nIf-Range: \"a\"\r\n", &dated,
			HTTP_RANGE_WHOLE},
		{"two tags", "GET", "Range: bytes=0-1\r\nIf-Range: \"a\", \"b\"\r\n", &strong,
			HTTP_RANGE_WHOLE},
		{"any tag is no tag", "GET", "Range: bytes=0-1\r\nIf-Range: *\r\n", &strong,
			HTTP_RANGE_WHOLE},
		{"the same date", "GET", "Range: bytes=0-1\r\nIf-Range: " SAME "\r\n", &strong,
			HTTP_RANGE_PARTIAL},
		{"a later date", "GET", "Range: bytes=0-1\r\nIf-Range: " AFTER "\r\n", &strong,
			HTTP_RANGE_WHOLE},
		{"an earlier date", "GET", "Range: bytes=0-1\r\nIf-Range: " BEFORE "\r\n", &strong,
			HTTP_RANGE_WHOLE},
		{"no date had", "GET", "Range: bytes=0-1\r\nIf-Range: " SAME "\r\n", &tagged,
			HTTP_RANGE_WHOLE},
		{"no tag and no date", "GET", "Range: bytes=0-1\r\nIf-Range: a\r\n", &strong,
			HTTP_RANGE_WHOLE},
		{"empty", "GET", "Range: bytes=0-1\r\nIf-Range:\r\n", &strong, HTTP_RANGE_WHOLE},
	};
	struct buf head = {0};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct request request = request_with(&head, rows[i].method, rows[i].fields);
		struct http_range ranges[HTTP_RANGES_MAX];
		size_t count;

		print_message("  %s\n", rows[i].label);
		assert_int_equal(http_ranges(&request, rows[i].validators, 10, ranges, &count),
			rows[i].verdict);
	}
	buf_finish(&head);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_date_write),
		cmocka_unit_test(test_date_read),
		cmocka_unit_test(test_no_date),
		cmocka_unit_test(test_dates_come_back),
		cmocka_unit_test(test_preconditions),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_if_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * conditional: see conditional.h. Every grammar here is read by taking pieces off the front of a slice; what does
 * not fit makes the whole field count as not sent, never as something near it.
 */
#define _GNU_SOURCE
#include "http/conditional.h"

#include <string.h>

const char *
http_reason(int status)
{
	static const char *const reasons[] = {
		[100] = "Continue",
		[101] = "Switching Protocols",
		[200] = "OK",
		[201] = "Created",
		[204] = "No Content",
		[206] = "Partial Content",
		[301] = "Moved Permanently",
		[302] = "Found",
		[303] = "See Other",
		[304] = "Not Modified",
		[307] = "Temporary Redirect",
		[308] = "Permanent Redirect",
		[400] = "Bad Request",
		[401] = "Unauthorized",
		[403] = "Forbidden",
		[404] = "Not Found",
		[405] = "Method Not Allowed",
		[406] = "Not Acceptable",
		[408] = "Request Timeout",
		[409] = "Conflict",
		[410] = "Gone",
		[411] = "Length Required",
		[412] = "Precondition Failed",
		[413] = "Content Too Large",
		[414] = "URI Too Long",
		[415] = "Unsupported Media Type",
		[416] = "Range Not Satisfiable",
		[417] = "Expectation Failed",
		[421] = "Misdirected Request",
		[426] = "Upgrade Required",
		[429] = "Too Many Requests",
		[431] = "Request Header Fields Too Large",
		[500] = "Internal Server Error",
		[501] = "Not Implemented",
		[502] = "Bad Gateway",
		[503] = "Service Unavailable",
		[504] = "Gateway Timeout",
		[505] = "HTTP Version Not Supported",
	};
	size_t index = (size_t)status;

	if (status < 0 || index >= sizeof(reasons) / sizeof(reasons[0]) || !reasons[index])
		return "Unknown";
	return reasons[index];
}

static const char months[12][4] = {
	"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char days[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
static const char *const long_days[7] = {
	"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

static char *
put_text(char *to, const char *text)
{
	size_t length = strlen(text);

	/* The NUL goes behind the last text. NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
	memcpy(to, text, length);
	return to + length;
}

static char *
put_two_digits(char *to, int number)
{
	to[0] = (char)('0' + number / 10);
	to[1] = (char)('0' + number % 10);
	return to + 2;
}

/* snprintf would be shorter; this is written with every answer. */
bool
http_date_write(char text[HTTP_DATE_SIZE], time_t when)
{
	struct tm tm;
	char *to = text;

	*text = '\0';
	if (!gmtime_r(&when, &tm) || tm.tm_year < -1900 || tm.tm_year > 9999 - 1900)
		return false;
	to = put_text(to, days[tm.tm_wday]);
	to = put_text(to, ", ");
	to = put_two_digits(to, tm.tm_mday);
	*to++ = ' ';
	to = put_text(to, months[tm.tm_mon]);
	*to++ = ' ';
	to = put_two_digits(to, (tm.tm_year + 1900) / 100);
	to = put_two_digits(to, (tm.tm_year + 1900) % 100);
	*to++ = ' ';
	to = put_two_digits(to, tm.tm_hour);
	*to++ = ':';
	to = put_two_digits(to, tm.tm_min);
	*to++ = ':';
	to = put_two_digits(to, tm.tm_sec);
	put_text(to, " GMT")[0] = '\0';
	return true;
}

static void
drop(struct slice *rest, size_t length)
{
	rest->at += length;
	rest->length -= length;
}

static bool
take_text(struct slice *rest, const char *text)
{
	if (!slice_starts(*rest, text))
		return false;
	drop(rest, strlen(text));
	return true;
}

static bool
take_digits(struct slice *rest, size_t count, int *number)
{
	uint64_t value;

	if (rest->length < count || !slice_number((struct slice){rest->at, count}, &value))
		return false;
	*number = (int)value;
	drop(rest, count);
	return true;
}

static bool
take_month(struct slice *rest, int *month)
{
	for (*month = 0; *month < 12; ++*month)
		if (take_text(rest, months[*month]))
			return true;
	return false;
}

static bool
take_day(struct slice *rest)
{
	for (size_t i = 0; i < 7; i++)
		if (take_text(rest, days[i]))
			return true;
	return false;
}

static bool
take_long_day(struct slice *rest)
{
	for (size_t i = 0; i < 7; i++)
		if (take_text(rest, long_days[i]))
			return true;
	return false;
}

/* "08:49:37"; a leap second is a second. */
static bool
take_clock(struct slice *rest, struct tm *tm)
{
	return take_digits(rest, 2, &tm->tm_hour) && take_text(rest, ":") &&
	       take_digits(rest, 2, &tm->tm_min) && take_text(rest, ":") &&
	       take_digits(rest, 2, &tm->tm_sec) && tm->tm_hour < 24 && tm->tm_min < 60 &&
	       tm->tm_sec <= 60;
}

/* "Sun, 06 Nov 1994 08:49:37 GMT" */
static bool
read_imf_fixdate(struct slice text, struct tm *tm, int *year)
{
	return take_day(&text) && take_text(&text, ", ") && take_digits(&text, 2, &tm->tm_mday) &&
	       take_text(&text, " ") && take_month(&text, &tm->tm_mon) && take_text(&text, " ") &&
	       take_digits(&text, 4, year) && take_text(&text, " ") && take_clock(&text, tm) &&
	       slice_is(text, " GMT");
}

/*
 * "Sunday, 06-Nov-94 08:49:37 GMT". RFC 9110 wants the century by today's date; there is no clock
 * in this room, and a file older than 1970 is as rare as one from after 2069.
 */
static bool
read_rfc850_date(struct slice text, struct tm *tm, int *year)
{
	bool fits = take_long_day(&text) && take_text(&text, ", ") &&
		    take_digits(&text, 2, &tm->tm_mday) && take_text(&text, "-") &&
		    take_month(&text, &tm->tm_mon) && take_text(&text, "-") &&
		    take_digits(&text, 2, year) && take_text(&text, " ") && take_clock(&text, tm) &&
		    slice_is(text, " GMT");

	if (fits)
		*year += *year < 70 ? 2000 : 1900;
	return fits;
}

/* "Sun Nov  6 08:49:37 1994" */
static bool
read_asctime_date(struct slice text, struct tm *tm, int *year)
{
	return take_day(&text) && take_text(&text, " ") && take_month(&text, &tm->tm_mon) &&
	       take_text(&text, " ") &&
	       take_digits(&text, take_text(&text, " ") ? 1 : 2, &tm->tm_mday) &&
	       take_text(&text, " ") && take_clock(&text, tm) && take_text(&text, " ") &&
	       take_digits(&text, 4, year) && text.length == 0;
}

static bool
is_real_day(int year, int month, int day)
{
	static const int lengths[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return day >= 1 && day <= lengths[month] + (month == 1 && is_leap);
}

bool
http_date_read(struct slice text, time_t *when)
{
	struct tm tm = {0};
	int year;

	if (!read_imf_fixdate(text, &tm, &year) && !read_rfc850_date(text, &tm, &year) &&
		!read_asctime_date(text, &tm, &year))
		return false;
	if (!is_real_day(year, tm.tm_mon, tm.tm_mday))
		return false;
	tm.tm_year = year - 1900;
	*when = timegm(&tm);
	return true;
}

/* RFC 9110 8.8.3; opaque has its quotes. */
struct entity_tag {
	struct slice opaque;
	bool is_weak;
};

static bool
take_entity_tag(struct slice *rest, struct entity_tag *tag)
{
	size_t length = 1;

	tag->is_weak = take_text(rest, "W/");
	if (rest->length < 2 || rest->at[0] != '"')
		return false;
	while (length < rest->length && rest->at[length] != '"') {
		unsigned char c = (unsigned char)rest->at[length++];

		if (c <= ' ' || c == 0x7f)
			return false;
	}
	if (length == rest->length)
		return false;
	tag->opaque = (struct slice){rest->at, length + 1};
	drop(rest, length + 1);
	return true;
}

/* RFC 9110 8.8.3.2 */
static bool
is_same_tag(const struct entity_tag *tag, const char *etag, bool strongly)
{
	struct slice rest = slice_of(etag);
	struct entity_tag own;

	if (!take_entity_tag(&rest, &own))
		return false;
	if (strongly && (tag->is_weak || own.is_weak))
		return false;
	return tag->opaque.length == own.opaque.length &&
	       memcmp(tag->opaque.at, own.opaque.at, own.opaque.length) == 0;
}

static void
skip_separators(struct slice *rest)
{
	while (rest->length && strchr(", \t", rest->at[0]))
		drop(rest, 1);
}

/* Reads a line of entity tags; false when it is malformed. Sets found when etag is one of them. */
static bool
read_tags(struct slice line, const char *etag, bool strongly, bool *found)
{
	struct entity_tag tag;

	skip_separators(&line);
	while (line.length) {
		if (!take_entity_tag(&line, &tag))
			return false;
		*found |= is_same_tag(&tag, etag, strongly);
		line = slice_trim(line);
		if (line.length && line.at[0] != ',')
			return false;
		skip_separators(&line);
	}
	return true;
}

/* Whether "*" or a tag in any line of field stands for etag. */
static bool
matches(const struct request *request, enum request_field field, const char *etag, bool strongly)
{
	struct slice first = request_get(request, field);
	bool found = false;
	bool is_single = true;
	bool is_valid = read_tags(first, etag, strongly, &found);

	for (size_t i = 0; i < request->more_count; i++) {
		if (request->more[i].field != field)
			continue;
		is_single = false;
		is_valid &= read_tags(request->more[i].value, etag, strongly, &found);
	}
	return (is_single && slice_is(first, "*")) || (is_valid && found);
}

/* Whether a date field was sent that can be read and compared. */
static bool
has_date(const struct request *request, enum request_field field,
	const struct http_validators *validators, time_t *date)
{
	struct slice value = request_get(request, field);

	return validators->has_modified && value.at && http_date_read(value, date);
}

enum http_verdict
http_preconditions(const struct request *request, const struct http_validators *validators)
{
	time_t date;

	if (request->method != REQUEST_GET && request->method != REQUEST_HEAD)
		return HTTP_PROCEED;
	if (request_get(request, REQUEST_IF_MATCH).at) {
		if (!matches(request, REQUEST_IF_MATCH, validators->etag, true))
			return HTTP_PRECONDITION_FAILED;
	} else if (has_date(request, REQUEST_IF_UNMODIFIED_SINCE, validators, &date)) {
		if (validators->modified > date)
			return HTTP_PRECONDITION_FAILED;
	}
	if (request_get(request, REQUEST_IF_NONE_MATCH).at) {
		if (matches(request, REQUEST_IF_NONE_MATCH, validators->etag, false))
			return HTTP_NOT_MODIFIED;
	} else if (has_date(request, REQUEST_IF_MODIFIED_SINCE, validators, &date)) {
		if (validators->modified <= date)
			return HTTP_NOT_MODIFIED;
	}
	return HTTP_PROCEED;
}

/* RFC 9110 13.1.5 */
static bool
is_still_same(const struct request *request, const struct http_validators *validators)
{
	struct slice value = request_get(request, REQUEST_IF_RANGE);
	struct entity_tag tag;
	time_t date;

	if (!value.at)
		return true;
	if (take_entity_tag(&value, &tag))
		return value.length == 0 && is_same_tag(&tag, validators->etag, true);
	return has_date(request, REQUEST_IF_RANGE, validators, &date) &&
	       date == validators->modified;
}

enum spec {
	SPEC_MALFORMED,
	SPEC_OUTSIDE,
	SPEC_INSIDE,
};

/* "5-9", "5-" or "-5" */
static enum spec
read_spec(struct slice text, uint64_t size, struct http_range *range)
{
	uint64_t last = UINT64_MAX;
	struct slice first_text;

	if (!slice_split(&text, '-', &first_text) || !text.at)
		return SPEC_MALFORMED;
	if (first_text.length && !slice_number(first_text, &range->first))
		return SPEC_MALFORMED;
	if ((text.length || !first_text.length) && !slice_number(text, &last))
		return SPEC_MALFORMED;
	if (!first_text.length) {
		range->first = last < size ? size - last : 0;
		range->last = size - 1;
		return last && size ? SPEC_INSIDE : SPEC_OUTSIDE;
	}
	if (range->first > last)
		return SPEC_MALFORMED;
	if (range->first >= size)
		return SPEC_OUTSIDE;
	range->last = last < size ? last : size - 1;
	return SPEC_INSIDE;
}

/* Whether the ranges neither overlap nor, being more than two, go back. */
static bool
are_in_order(const struct http_range *ranges, size_t count)
{
	if (count == 2 && ranges[1].last < ranges[0].first)
		return true;
	for (size_t i = 1; i < count; i++)
		if (ranges[i].first <= ranges[i - 1].last)
			return false;
	return true;
}

/* The number of specs in set, 0 when it is malformed or has too many; those inside go to ranges. */
static size_t
read_set(struct slice set, uint64_t size, struct http_range *ranges, size_t *count)
{
	size_t specs = 0;
	struct slice text;

	while (slice_split(&set, ',', &text)) {
		enum spec spec;

		text = slice_trim(text);
		if (text.length == 0)
			continue; /* RFC 9110 5.6.1.2: empty elements do not count */
		if (specs++ == HTTP_RANGES_MAX)
			return 0;
		spec = read_spec(text, size, &ranges[*count]);
		if (spec == SPEC_MALFORMED)
			return 0;
		*count += spec == SPEC_INSIDE;
	}
	return specs;
}

enum http_range_verdict
http_ranges(const struct request *request, const struct http_validators *validators, uint64_t size,
	struct http_range ranges[HTTP_RANGES_MAX], size_t *count)
{
	struct slice set = request_get(request, REQUEST_RANGE);
	struct slice unit;

	*count = 0;
	if (request->method != REQUEST_GET || !slice_split(&set, '=', &unit))
		return HTTP_RANGE_WHOLE;
	if (!slice_is_nocase(unit, "bytes") || !is_still_same(request, validators))
		return HTTP_RANGE_WHOLE;
	if (!read_set(set, size, ranges, count) || !are_in_order(ranges, *count))
		return HTTP_RANGE_WHOLE;
	return *count ? HTTP_RANGE_PARTIAL : HTTP_RANGE_UNSATISFIABLE;
}

/*
 * date: see date.h. Each form is parsed from the front of a slice, and a text with any error is no
 * date.
 */
#define _GNU_SOURCE
#include "http/date.h"

#include <stdint.h>
#include <string.h>

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

/* snprintf would be shorter, but this runs for every file that is sent. */
bool
date_write(char text[DATE_SIZE], time_t when)
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

static bool
take_text(struct slice *rest, const char *text)
{
	if (!slice_starts(*rest, text))
		return false;
	slice_drop(rest, strlen(text));
	return true;
}

static bool
take_digits(struct slice *rest, size_t count, int *number)
{
	uint64_t value;

	if (rest->length < count || !slice_number((struct slice){rest->at, count}, &value))
		return false;
	*number = (int)value;
	slice_drop(rest, count);
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

/* "08:49:37"; 60 seconds are allowed for a leap second. */
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
 * "Sunday, 06-Nov-94 08:49:37 GMT". RFC 9110 derives the century from the current date. This
 * function has no clock: files from before 1970 and after 2069 are rare enough.
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
date_read(struct slice text, time_t *when)
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

const char *
date_clock_now(struct date_clock *clock)
{
	time_t now = time(NULL);

	if (now != clock->second) {
		clock->second = now;
		date_write(clock->text, now);
	}
	return clock->text;
}

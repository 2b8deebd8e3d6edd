/*
 * date: writes and parses the dates of HTTP (RFC 9110 5.6.7).
 */
#ifndef DATE_H
#define DATE_H

#include <stdbool.h>
#include <time.h>

#include "base/slice.h"

enum { DATE_SIZE = 30 }; /* "Sun, 06 Nov 1994 08:49:37 GMT" and its NUL */

/*
 * Writes when as an IMF-fixdate. Returns false, and writes an empty text, when the year does not
 * have four digits: such a date cannot be sent.
 */
bool date_write(char text[DATE_SIZE], time_t when);

/*
 * Parses the three forms of RFC 9110 5.6.7. Returns false for other forms and for a date that does
 * not exist. The day of the week is not checked against the date. In the RFC 850 form, years of two
 * digits are 1970 to 2069.
 */
bool date_read(struct slice text, time_t *when);

/* Caches the text of the current second. Zeroed is ready for use. */
struct date_clock {
	time_t second;
	char text[DATE_SIZE];
};

/* The current date, formatted at most once per second. Valid until the next call. */
const char *date_clock_now(struct date_clock *clock);

#endif

/*
 * date: dates as HTTP writes them (RFC 9110 5.6.7).
 */
#ifndef DATE_H
#define DATE_H

#include <stdbool.h>
#include <time.h>

#include "base/buf.h"

enum { DATE_SIZE = 30 }; /* "Sun, 06 Nov 1994 08:49:37 GMT" and its NUL */

/*
 * Writes when as an IMF-fixdate. Returns false, and an empty text, when the year does not have four
 * digits: then no date is sent.
 */
bool date_write(char text[DATE_SIZE], time_t when);

/*
 * Reads the three forms of RFC 9110 5.6.7; false when it is none of them or no real date. The
 * weekday's name is not compared with the date; the two digits of a year in the RFC 850 form mean
 * 1970 to 2069.
 */
bool date_read(struct slice text, time_t *when);

/* The text of the current second. Zeroed is ready for use. */
struct date_clock {
	time_t second;
	char text[DATE_SIZE];
};

/* The current date. It is written anew once a second at most. Valid until the next call. */
const char *date_clock_now(struct date_clock *clock);

#endif

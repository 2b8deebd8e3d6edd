/*
 * conditional: what the fields of RFC 9110 mean: status lines, dates, entity tags, preconditions, ranges.
 *
 * Room: rules. Text and numbers in, verdict out.
 */
#ifndef CONDITIONAL_H
#define CONDITIONAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/buf.h"
#include "http/request.h"

/* The reason phrase of a status code ("Not Found"); "Unknown" for one we never send. */
const char *http_reason(int status);

enum { HTTP_DATE_SIZE = 30 }; /* "Sun, 06 Nov 1994 08:49:37 GMT" and its NUL */

/*
 * Writes when as an IMF-fixdate (RFC 9110 5.6.7). Returns false, and an empty text, when the year
 * does not have four digits: then no date is sent.
 */
bool http_date_write(char text[HTTP_DATE_SIZE], time_t when);

/*
 * Reads the three forms of RFC 9110 5.6.7; false when it is none of them or no real date. The
 * weekday's name is not compared with the date; the two digits of a year in the RFC 850 form mean
 * 1970 to 2069.
 */
bool http_date_read(struct slice text, time_t *when);

/* What a representation is compared by. etag has its quotes; "" when there is none. */
struct http_validators {
	const char *etag;
	time_t modified;
	bool has_modified;
};

enum http_verdict {
	HTTP_PROCEED,
	HTTP_NOT_MODIFIED,        /* 304 */
	HTTP_PRECONDITION_FAILED, /* 412 */
};

/*
 * Evaluates If-Match, If-Unmodified-Since, If-None-Match, If-Modified-Since in the order of RFC
 * 9110 13.2.2, for GET and HEAD of something that exists. Lists, "*" and several lines count;
 * If-Match compares strongly, If-None-Match weakly (8.8.3.2); a date that cannot be read is
 * ignored. A field that holds no valid entity-tag list matches nothing.
 */
enum http_verdict http_preconditions(
	const struct request *request, const struct http_validators *validators);

/* first to last inclusive (RFC 9110 14.1.2), always within the representation. */
struct http_range {
	uint64_t first;
	uint64_t last;
};

enum { HTTP_RANGES_MAX = 16 };

enum http_range_verdict {
	HTTP_RANGE_WHOLE,         /* no usable Range: answer 200 with everything */
	HTTP_RANGE_PARTIAL,       /* 206 with ranges[0 .. count) */
	HTTP_RANGE_UNSATISFIABLE, /* 416 with Content-Range: bytes * / size */
};

/*
 * Reads Range with If-Range against a representation of size bytes (RFC 9110 14.2, 13.1.5). Only
 * GET has ranges. A malformed Range, another unit, more than HTTP_RANGES_MAX ranges and ranges that
 * overlap or that are not ascending when there are more than two are ignored (14.2: a server may),
 * so nobody can ask for more bytes than the file has. Ranges outside are left out; none left is
 * UNSATISFIABLE. If-Range: an entity tag compares strongly; a date must equal modified exactly.
 */
enum http_range_verdict http_ranges(const struct request *request,
	const struct http_validators *validators, uint64_t size,
	struct http_range ranges[HTTP_RANGES_MAX], size_t *count);

#endif

/*
 * pattern: regular expressions, as Apache httpd reads them (PCRE2).
 *
 * Whoever wrote a pattern must not be able to hold the server up with it: a comparison ends after a bounded number of
 * steps, and a pattern has a bounded size.
 */
#ifndef PATTERN_H
#define PATTERN_H

#include <stdbool.h>

#include "base/slice.h"

enum {
	PATTERN_GROUPS = 10,       /* the whole match, and the first nine groups */
	PATTERN_LENGTH_MAX = 2000, /* bytes */
	PATTERN_WHY_SIZE = 128,
};

struct pattern;

/* What the groups have matched; absent when they have not. They point into the subject. */
struct pattern_groups {
	struct slice items[PATTERN_GROUPS];
};

enum pattern_verdict {
	PATTERN_NO,
	PATTERN_YES,
	PATTERN_TOO_COSTLY, /* it is not known, because it would take too many steps */
};

/* Compiles text. Returns NULL, and writes why, when it is no pattern. */
struct pattern *pattern_create(struct slice text, bool ignores_case, char why[PATTERN_WHY_SIZE]);

/* A pattern for names in which '*' stands for any bytes and '?' for one. The same otherwise. */
struct pattern *pattern_create_wildcards(struct slice text, char why[PATTERN_WHY_SIZE]);

void pattern_destroy(struct pattern *pattern); /* NULL is fine */

/* Whether the pattern is found anywhere in subject. Sets groups, which may be NULL, with PATTERN_YES. */
enum pattern_verdict pattern_find(
	const struct pattern *pattern, struct slice subject, struct pattern_groups *groups);

#endif

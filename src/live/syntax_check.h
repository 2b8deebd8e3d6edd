/*
 * syntax_check: finds syntax errors in CSS and JSON. It reports only what every parser rejects.
 */
#ifndef SYNTAX_CHECK_H
#define SYNTAX_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

enum syntax_kind {
	SYNTAX_NOTHING,
	SYNTAX_CSS,
	SYNTAX_JSON,
};

/*
 * How the file at path is checked, by its name. JSON files that usually have comments are not
 * checked: tsconfig.json, jsconfig.json, files whose name begins with '.', and files in a folder
 * whose name begins with '.'.
 */
enum syntax_kind syntax_kind_of(struct slice path);

struct syntax_problem {
	size_t line;      /* from 1 on */
	size_t column;    /* from 1 on, in units of UTF-16; a byte order mark is none */
	const char *what; /* "a { is never closed"; a static string */
};

/*
 * Returns whether text has a problem, and sets *problem to the first one.
 *
 * CSS (CSS Syntax 3, sections 4 and 5): a bracket without its counterpart; a string, a comment or a
 * url( that does not end. JSON (RFC 8259, as cJSON parses it): any error. A text that turns out to
 * have comments has no problem, because some programs allow them. A text that is not UTF-8 is not
 * checked.
 */
bool syntax_check(enum syntax_kind kind, struct slice text, struct syntax_problem *problem);

#endif

/*
 * syntax_check: finds CSS and JSON that no parser accepts. What is merely unusual is no problem.
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
 * How the file at path is to be checked, by its name. JSON files that customarily have comments are
 * not: tsconfig.json, jsconfig.json, and files that have a name, or are in a folder, that begins
 * with '.'.
 */
enum syntax_kind syntax_kind_of(struct slice path);

struct syntax_problem {
	size_t line;      /* from 1 on */
	const char *what; /* "a { is never closed"; a static string */
};

/*
 * Returns whether text has a problem, and sets *problem to the first one.
 *
 * CSS (CSS Syntax 3, sections 4 and 5): a bracket without its partner; a string, a comment or a
 * url( that does not end. JSON (RFC 8259, as cJSON reads it): any error, except in a text with
 * comments, which is meant to have them. A text that is not UTF-8 is not checked.
 */
bool syntax_check(enum syntax_kind kind, struct slice text, struct syntax_problem *problem);

#endif

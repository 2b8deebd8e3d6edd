/*
 * syntax_check: whether a text that was saved can be read at all: CSS and JSON.
 *
 * Room: rules. Only what no reader takes is a problem; what is merely unusual is not.
 */
#ifndef SYNTAX_CHECK_H
#define SYNTAX_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum syntax_kind {
	SYNTAX_NOTHING,
	SYNTAX_CSS,
	SYNTAX_JSON,
};

/*
 * How the file at path is checked, by its name. Not those .json files that have comments by custom:
 * tsconfig.json, jsconfig.json, and what has a name, or lies in a folder, that begins with '.'.
 */
enum syntax_kind syntax_kind_of(struct slice path);

struct syntax_problem {
	size_t line;      /* from 1 on */
	const char *what; /* "a { is never closed"; a text that lasts */
};

/*
 * Whether text has a problem, the first of which is told.
 *
 * CSS (CSS Syntax 3, sections 4 and 5): brackets without a partner, a string, a comment or a url(
 * without its end. JSON (RFC 8259, as cJSON reads it): anything, but text with comments passes, for
 * it is meant to have them. Nothing is said of text that is not UTF-8.
 */
bool syntax_check(enum syntax_kind kind, struct slice text, struct syntax_problem *problem);

#endif

/*
 * command_line: reads the command line, and prints what can stand on it.
 */
#ifndef COMMAND_LINE_H
#define COMMAND_LINE_H

#include <stdbool.h>

#include "settings/option.h"

struct command_line {
	struct option_values *values; /* where the options go; the caller's */
	const char *root;             /* the one argument that is not an option, or NULL */
	/* The first OPTION_ACTION or OPTION_REPORT on the line, or NULL. */
	const struct option_spec *action;
	const char *action_text; /* its value; "" when none was given */
};

/*
 * Reads the command line by a table of options. --no-NAME turns a switch off. Nothing after an
 * OPTION_ACTION is read. Values are not checked. Returns false after one log line that says what is
 * wrong.
 */
bool command_line_read(
	struct command_line *read, const struct option_spec *table, int count, char **arguments);

/*
 * Prints help on standard output, in lines of at most 79 columns: for "" the rows of table that have a
 * brief text, and two examples; for "all" all commands and options; for the name of an option its row.
 * Returns false after an error if there is no such option.
 */
bool command_line_print_help(const struct option_spec *table, const char *what);

#endif

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
};

/*
 * Reads the command line by a table of options. --no-NAME turns a switch off. Nothing after an
 * OPTION_ACTION is read. Values are not checked. Returns false after one log line that says what is
 * wrong.
 */
bool command_line_read(
	struct command_line *read, const struct option_spec *table, int count, char **arguments);

/* Prints the table on standard output, for --help. */
void command_line_print(const struct option_spec *table);

#endif

/*
 * command_line: reads the command line, and tells what can stand on it.
 *
 * Room: top.
 */
#ifndef COMMAND_LINE_H
#define COMMAND_LINE_H

#include <stdbool.h>

#include "settings/option.h"

struct command_line {
	struct option_values *values; /* where the options go */
	const char *root;             /* what is no option; NULL when there is none */
	const struct option_spec
		*action; /* the first that was asked for, or NULL; then no more is read */
};

/*
 * Reads the command line by a table of settings; --no-NAME turns a switch off. Behind an action
 * nothing is read. Returns false after one sentence on what is wrong. Values are not looked at.
 */
bool command_line_read(
	struct command_line *read, const struct option_spec *table, int count, char **arguments);

/* Prints the table, for --help. */
void command_line_print(const struct option_spec *table);

#endif

/*
 * show_config: every setting, what it is, and who said so.
 *
 * Room: top.
 */
#ifndef SHOW_CONFIG_H
#define SHOW_CONFIG_H

#include "settings/option.h"

/* Prints a table of three columns on standard output. choices are from the weakest on. */
void show_config_print(const struct option_spec *table, const struct option_values *values);

/* The choices at the program's start, those that counted until now, and those that count now. */
struct show_config_change {
	const struct option_values *start, *before, *after;
};

/*
 * "settings changed: wait 50; restart to use port 8080": what a change comes to. NULL when it comes
 * to nothing. The caller frees.
 */
char *show_config_changes(const struct option_spec *table, const struct show_config_change *change);

#endif

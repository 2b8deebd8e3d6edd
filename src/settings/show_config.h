/*
 * show_config: every option, its value, and where that comes from.
 */
#ifndef SHOW_CONFIG_H
#define SHOW_CONFIG_H

#include "settings/option.h"

/*
 * Prints a table of three columns on standard output. values begin with the weakest. Values that are
 * held back (reach.h) follow those that count, and are marked. With only_set, options that no place
 * sets are left out.
 */
void show_config_print(
	const struct option_spec *table, const struct option_values *values, bool only_set);

/* The values at the start of the program, those that counted until now, and those that do now. */
struct show_config_change {
	const struct option_values *start, *before, *after;
};

/*
 * What a change of the settings files has changed, as one sentence: "settings changed: wait 50;
 * restart to use port 8080". NULL when no value is different. The caller frees.
 */
char *show_config_changes(const struct option_spec *table, const struct show_config_change *change);

#endif

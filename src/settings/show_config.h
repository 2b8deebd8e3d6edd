/*
 * show_config: every setting, what it is, and who said so.
 *
 * Room: top.
 */
#ifndef SHOW_CONFIG_H
#define SHOW_CONFIG_H

#include "settings/option.h"

/* Prints a table of three columns on standard output. choices are from the weakest on. */
void report_print(const struct setting *table, const struct choices *choices);

/* The choices at the program's start, those that counted until now, and those that count now. */
struct report_change {
	const struct choices *start, *before, *after;
};

/*
 * "settings changed: wait 50; restart to use port 8080": what a change comes to. NULL when it comes
 * to nothing. The caller frees.
 */
char *report_changes(const struct setting *table, const struct report_change *change);

#endif

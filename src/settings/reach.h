/*
 * reach: which values of a folder's settings files count at once, and which only if the user has
 * allowed them.
 *
 * The files of a folder may have been written by a stranger: a repository that was cloned, an
 * archive that was unpacked. So what such a file says counts only if it can do no harm, or if the
 * user has allowed this file (liveserve allow, --allow-settings). What the user says counts always:
 * the command line, the environment, the files at home. option.h says what each option can do.
 */
#ifndef REACH_H
#define REACH_H

#include <stdbool.h>

#include "settings/option.h"

/*
 * Decides about one value. If it does not count, sets value->held_back to words that fit behind the
 * name of the option ("starts a program"). If it is a path, and does not come from the user, sets
 * value->bounds. folder is the one that the user has named, absolute and without links;
 * NULL: there is none, so no path lies inside of it.
 */
void reach_judge(struct option_value *value, const char *folder);

/* For the rows of the table. */
option_is_harmless_fn reach_is_on, reach_is_off, reach_is_bare, reach_is_loopback, reach_is_page,
	reach_is_browser, reach_is_empty, reach_is_header, reach_is_shown_file;

#endif

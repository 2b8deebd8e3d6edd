/*
 * man_page: the parts of the manual pages liveserve(1) and liveserve.json(5) that list the options,
 * in the language of mdoc(7). The rest of the pages is in doc/liveserve.1.in and the like.
 *
 * Only the build uses this module, not the program.
 */
#ifndef MAN_PAGE_H
#define MAN_PAGE_H

#include "settings/option.h"

/* Prints all options of the command line on standard output, by the headings of the table. */
void man_page_print_options(const struct option_spec *table);

/* Prints all keys of a settings file on standard output. */
void man_page_print_keys(const struct option_spec *table);

#endif

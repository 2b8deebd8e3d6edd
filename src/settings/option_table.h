/*
 * option_table: the one table of options. Most of the other modules here are given it as an
 * argument, and know nothing of its rows.
 */
#ifndef OPTION_TABLE_H
#define OPTION_TABLE_H

#include "settings/option.h"

/* In the order of --help; a row of zeroes follows the last. */
extern const struct option_spec option_table[];

#endif

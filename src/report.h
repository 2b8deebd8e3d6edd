/*
 * report: every setting, what it is, and who said so.
 *
 * Room: top.
 */
#ifndef REPORT_H
#define REPORT_H

#include "setting.h"

/* Prints a table of three columns on standard output. choices are from the weakest on. */
void report_print(const struct setting *table, const struct choices *choices);

#endif

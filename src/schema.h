/*
 * schema: the table of settings as a JSON Schema, for editors.
 *
 * Room: top.
 */
#ifndef SCHEMA_H
#define SCHEMA_H

#include "setting.h"

/* Prints what .liveserve.json may hold, on standard output. */
void schema_print(const struct setting *table);

#endif

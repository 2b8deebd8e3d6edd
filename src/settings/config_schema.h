/*
 * config_schema: the table of settings as a JSON Schema, for editors.
 *
 * Room: top.
 */
#ifndef CONFIG_SCHEMA_H
#define CONFIG_SCHEMA_H

#include "settings/option.h"

/* Prints what .liveserve.json may hold, on standard output. */
void schema_print(const struct setting *table);

#endif

/*
 * config_schema: the table of settings as a JSON Schema, for editors.
 *
 * Room: top.
 */
#ifndef CONFIG_SCHEMA_H
#define CONFIG_SCHEMA_H

#include "settings/option.h"

/* Prints what .liveserve.json may hold, on standard output. */
void config_schema_print(const struct option_spec *table);

#endif

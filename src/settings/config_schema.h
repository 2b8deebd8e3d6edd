/*
 * config_schema: the table of options as a JSON Schema, for editors.
 */
#ifndef CONFIG_SCHEMA_H
#define CONFIG_SCHEMA_H

#include "settings/option.h"

/* Prints, on standard output, the schema of .liveserve.json. */
void config_schema_print(const struct option_spec *table);

#endif

/*
 * schema: see schema.h. Draft 7, which VS Code completes and checks by.
 */
#include "schema.h"

#include <stdio.h>
#include <stdlib.h>

#include <cjson/cJSON.h>

static cJSON *
of_type(const char *type)
{
	cJSON *schema = cJSON_CreateObject();

	cJSON_AddStringToObject(schema, "type", type);
	return schema;
}

static cJSON *
any_of(cJSON *a, cJSON *b)
{
	cJSON *schema = cJSON_CreateObject(), *list = cJSON_AddArrayToObject(schema, "anyOf");

	cJSON_AddItemToArray(list, a);
	cJSON_AddItemToArray(list, b);
	return schema;
}

static cJSON *
number(const struct setting *setting)
{
	cJSON *schema = of_type("integer");

	cJSON_AddNumberToObject(schema, "minimum", setting->least);
	cJSON_AddNumberToObject(schema, "maximum", setting->most);
	return schema;
}

static cJSON *
text(const struct setting *setting)
{
	cJSON *schema = of_type("string"), *words;

	if (!setting->words)
		return schema;
	words = cJSON_AddArrayToObject(schema, "enum");
	for (const char *const *word = setting->words; *word; word++)
		cJSON_AddItemToArray(words, cJSON_CreateString(*word));
	return schema;
}

static cJSON *
list(const struct setting *setting)
{
	cJSON *schema = of_type("array");

	cJSON_AddItemToObject(schema, "items", text(setting));
	return any_of(schema, text(setting));
}

static cJSON *
pairs(const struct setting *setting)
{
	cJSON *schema = of_type("object");

	cJSON_AddItemToObject(schema, "additionalProperties", text(setting));
	return any_of(schema, list(setting));
}

/* NULL for what no file can hold. */
static cJSON *
value(const struct setting *setting)
{
	switch (setting->kind) {
	case SETTING_SWITCH:
	case SETTING_ALIAS:
		return of_type("boolean");
	case SETTING_NUMBER:
		return number(setting);
	case SETTING_TEXT:
		return text(setting);
	case SETTING_LIST:
		return list(setting);
	case SETTING_PAIRS:
		return pairs(setting);
	default:
		return NULL;
	}
}

static void
add_property(cJSON *properties, const struct setting *setting)
{
	cJSON *schema = setting->is_for_line ? NULL : value(setting);

	if (!schema)
		return;
	if (setting->may_be_bare)
		schema = any_of(schema, of_type("boolean"));
	cJSON_AddStringToObject(schema, "description", setting->help);
	cJSON_AddItemToObject(properties, setting->name, schema);
}

void
schema_print(const struct setting *table)
{
	cJSON *schema = of_type("object"), *properties;
	char *printed;

	cJSON_AddStringToObject(schema, "$schema", "http://json-schema.org/draft-07/schema#");
	cJSON_AddStringToObject(schema, "title", "Settings of liveserve");
	cJSON_AddBoolToObject(schema, "allowTrailingCommas", true);
	cJSON_AddBoolToObject(schema, "additionalProperties", false);
	properties = cJSON_AddObjectToObject(schema, "properties");
	cJSON_AddItemToObject(properties, "$schema", of_type("string"));
	for (; table->help; table++)
		add_property(properties, table);
	printed = cJSON_Print(schema);
	puts(printed);
	cJSON_free(printed);
	cJSON_Delete(schema);
}

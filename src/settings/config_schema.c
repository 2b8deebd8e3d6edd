/*
 * config_schema: see config_schema.h. Draft 7, which VS Code completes and checks by.
 */
#include "settings/config_schema.h"

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
	return schema;
}

static cJSON *
pairs(const struct setting *setting)
{
	cJSON *schema = of_type("object");

	cJSON_AddItemToObject(schema, "additionalProperties", text(setting));
	return schema;
}

/* Every form that the value may have; none for what no file can hold. */
static cJSON *
forms(const struct setting *setting)
{
	cJSON *all = cJSON_CreateArray();

	switch (setting->kind) {
	case SETTING_SWITCH:
		cJSON_AddItemToArray(all, of_type("boolean"));
		break;
	case SETTING_ALIAS:
		cJSON_AddItemToArray(all, of_type(setting->value ? "string" : "boolean"));
		break;
	case SETTING_NUMBER:
		cJSON_AddItemToArray(all, number(setting));
		break;
	case SETTING_PAIRS:
		cJSON_AddItemToArray(all, pairs(setting));
		/* fallthrough */
	case SETTING_LIST:
		cJSON_AddItemToArray(all, list(setting));
		/* fallthrough */
	case SETTING_TEXT:
		cJSON_AddItemToArray(all, text(setting));
		break;
	default:
		return all;
	}
	if (setting->may_be_bare)
		cJSON_AddItemToArray(all, of_type("boolean"));
	return all;
}

static void
add_property(cJSON *properties, const struct setting *setting)
{
	cJSON *all = forms(setting), *property;
	int count = setting->is_for_line ? 0 : cJSON_GetArraySize(all);

	if (count == 0) {
		cJSON_Delete(all);
		return;
	}
	if (count == 1) {
		property = cJSON_DetachItemFromArray(all, 0);
		cJSON_Delete(all);
	} else {
		property = cJSON_CreateObject();
		cJSON_AddItemToObject(property, "anyOf", all);
	}
	cJSON_AddStringToObject(property, "description", setting->help);
	cJSON_AddItemToObject(properties, setting->name, property);
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

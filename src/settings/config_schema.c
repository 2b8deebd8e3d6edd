/*
 * config_schema: see config_schema.h. It is a schema of draft 7, which VS Code understands.
 */
#include "settings/config_schema.h"

#include <stdio.h>

#include <cjson/cJSON.h>

static cJSON *
of_type(const char *type)
{
	cJSON *schema = cJSON_CreateObject();

	cJSON_AddStringToObject(schema, "type", type);
	return schema;
}

static cJSON *
number(const struct option_spec *option)
{
	cJSON *schema = of_type("integer");

	cJSON_AddNumberToObject(schema, "minimum", option->min);
	cJSON_AddNumberToObject(schema, "maximum", option->max);
	return schema;
}

static cJSON *
text(const struct option_spec *option)
{
	cJSON *schema = of_type("string"), *words;

	if (!option->allowed)
		return schema;
	words = cJSON_AddArrayToObject(schema, "enum");
	for (const char *const *word = option->allowed; *word; word++)
		cJSON_AddItemToArray(words, cJSON_CreateString(*word));
	return schema;
}

static cJSON *
list(const struct option_spec *option)
{
	cJSON *schema = of_type("array");

	cJSON_AddItemToObject(schema, "items", text(option));
	return schema;
}

static cJSON *
pairs(const struct option_spec *option)
{
	cJSON *schema = of_type("object");

	cJSON_AddItemToObject(schema, "additionalProperties", text(option));
	return schema;
}

/* Every form that the value may have; an empty array for an option that no file can set. */
static cJSON *
forms(const struct option_spec *option)
{
	cJSON *all = cJSON_CreateArray();

	switch (option->kind) {
	case OPTION_SWITCH:
		cJSON_AddItemToArray(all, of_type("boolean"));
		break;
	case OPTION_ALIAS:
		cJSON_AddItemToArray(all, of_type(option->value ? "string" : "boolean"));
		break;
	case OPTION_NUMBER:
		cJSON_AddItemToArray(all, number(option));
		break;
	case OPTION_PAIRS:
		cJSON_AddItemToArray(all, pairs(option));
		/* fallthrough */
	case OPTION_LIST:
		cJSON_AddItemToArray(all, list(option));
		/* fallthrough */
	case OPTION_TEXT:
		cJSON_AddItemToArray(all, text(option));
		break;
	default:
		return all;
	}
	if (option->value_optional)
		cJSON_AddItemToArray(all, of_type("boolean"));
	return all;
}

static void
add_property(cJSON *properties, const struct option_spec *option)
{
	cJSON *all = forms(option), *property;
	int count = option->command_line_only ? 0 : cJSON_GetArraySize(all);

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
	cJSON_AddStringToObject(property, "description", option->help);
	cJSON_AddItemToObject(properties, option->name, property);
}

void
config_schema_print(const struct option_spec *table)
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

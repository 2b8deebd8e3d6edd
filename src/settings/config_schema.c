/*
 * config_schema: see config_schema.h. It is a schema of draft 7, which VS Code understands. Each
 * option is one line.
 */
#include "settings/config_schema.h"

#include <stdio.h>

#include "base/json_writer.h"

/* The forms that a value may have, with commas between them. */
struct forms {
	struct buf json;
	unsigned count;
};

static void
add_bare(struct buf *json, const char *type)
{
	buf_addf(json, "{\"type\":\"%s\"}", type);
}

static void
add_number(struct buf *json, const struct option_spec *option)
{
	buf_addf(json, "{\"type\":\"integer\",\"minimum\":%u,\"maximum\":%u}", option->min,
		option->max);
}

static void
add_text(struct buf *json, const struct option_spec *option)
{
	if (!option->allowed) {
		add_bare(json, "string");
		return;
	}
	buf_add_text(json, "{\"type\":\"string\",\"enum\":[");
	for (const char *const *word = option->allowed; *word; word++) {
		if (word != option->allowed)
			buf_add_char(json, ',');
		json_add_text(json, slice_of(*word));
	}
	buf_add_text(json, "]}");
}

/* An array or object whose values, named by member, are texts. */
static void
add_texts(struct buf *json, const char *type, const char *member, const struct option_spec *option)
{
	buf_addf(json, "{\"type\":\"%s\",\"%s\":", type, member);
	add_text(json, option);
	buf_add_char(json, '}');
}

static struct buf *
next_form(struct forms *forms)
{
	if (forms->count++)
		buf_add_char(&forms->json, ',');
	return &forms->json;
}

/* None for an option that no file can set. */
static void
add_forms(struct forms *forms, const struct option_spec *option)
{
	switch (option->kind) {
	case OPTION_SWITCH:
		add_bare(next_form(forms), "boolean");
		break;
	case OPTION_ALIAS:
		add_bare(next_form(forms), option->value ? "string" : "boolean");
		break;
	case OPTION_NUMBER:
		add_number(next_form(forms), option);
		break;
	case OPTION_PAIRS:
		add_texts(next_form(forms), "object", "additionalProperties", option);
		/* fallthrough */
	case OPTION_LIST:
		add_texts(next_form(forms), "array", "items", option);
		/* fallthrough */
	case OPTION_TEXT:
		add_text(next_form(forms), option);
		break;
	default:
		return;
	}
	if (option->value_optional)
		add_bare(next_form(forms), "boolean");
}

/* An object that is not closed yet: the only form, or one that names all of them. */
static void
add_object_begin(struct buf *json, const struct forms *forms)
{
	if (forms->count == 1)
		buf_add(json, forms->json.bytes, forms->json.length - 1);
	else
		buf_addf(json, "{\"anyOf\":[%s]", forms->json.bytes);
}

static void
print_property(const struct option_spec *option)
{
	struct forms forms = {0};
	struct buf line = {0};

	if (!option->command_line_only)
		add_forms(&forms, option);
	if (forms.count > 0) {
		buf_add_text(&line, ",\n\t\t");
		json_add_text(&line, slice_of(option->name));
		buf_add_char(&line, ':');
		add_object_begin(&line, &forms);
		json_add_text_member(&line, "description", option->help);
		buf_add_char(&line, '}');
		fputs(line.bytes, stdout);
	}
	buf_finish(&forms.json);
	buf_finish(&line);
}

void
config_schema_print(const struct option_spec *table)
{
	fputs("{\n"
	      "\t\"$schema\":\"http://json-schema.org/draft-07/schema#\",\n"
	      "\t\"title\":\"Settings of liveserve\",\n"
	      "\t\"type\":\"object\",\n"
	      "\t\"allowTrailingCommas\":true,\n"
	      "\t\"additionalProperties\":false,\n"
	      "\t\"properties\":{\n"
	      "\t\t\"$schema\":{\"type\":\"string\"}",
		stdout);
	for (; table->help; table++)
		print_property(table);
	puts("\n\t}\n}");
}

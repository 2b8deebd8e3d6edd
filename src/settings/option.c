/*
 * option: see option.h.
 */
#include "settings/option.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

const struct option_spec *
option_find(const struct option_spec *table, const char *name)
{
	for (; table->help; table++)
		if (table->name && strcmp(table->name, name) == 0)
			return table;
	return NULL;
}

void
option_values_add(struct option_values *values, const struct option_spec *table,
	const struct option_spec *option, const char *value, const struct option_value *place)
{
	bool is_alias = option->kind == OPTION_ALIAS;

	if (is_alias && !value)
		return; /* "quiet": false says nothing */
	if (is_alias && !option->value)
		value = option->as;
	if (is_alias)
		option = option_find(table, option->means);
	values->items = mem_resize(values->items, (values->count + 1) * sizeof(*values->items));
	values->items[values->count++] = (struct option_value){
		.option = option,
		.value = value ? mem_text(value) : NULL,
		.layer = place->layer,
		.file = place->file ? mem_text(place->file) : NULL,
		.line = place->line,
	};
}

void
option_values_move(struct option_values *values, struct option_values *others)
{
	values->items = mem_resize(
		values->items, (values->count + others->count + 1) * sizeof(*values->items));
	for (size_t i = 0; i < others->count; i++)
		values->items[values->count++] = others->items[i];
	free(others->items);
	*others = (struct option_values){0};
}

void
option_values_finish(struct option_values *values)
{
	for (size_t i = 0; i < values->count; i++) {
		free(values->items[i].value);
		free(values->items[i].file);
	}
	free(values->items);
	*values = (struct option_values){0};
}

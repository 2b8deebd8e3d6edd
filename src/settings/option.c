/*
 * option: see option.h.
 */
#include "settings/option.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

const struct setting *
setting_find(const struct setting *table, const char *name)
{
	for (; table->help; table++)
		if (table->name && strcmp(table->name, name) == 0)
			return table;
	return NULL;
}

void
choices_add(struct choices *choices, const struct setting *table, const struct setting *setting,
	const char *value, const struct choice *place)
{
	bool is_alias = setting->kind == SETTING_ALIAS;

	if (is_alias && !value)
		return; /* "quiet": false says nothing */
	if (is_alias && !setting->value)
		value = setting->as;
	if (is_alias)
		setting = setting_find(table, setting->means);
	choices->items = mem_resize(choices->items, (choices->count + 1) * sizeof(*choices->items));
	choices->items[choices->count++] = (struct choice){
		.setting = setting,
		.value = value ? mem_text(value) : NULL,
		.layer = place->layer,
		.file = place->file ? mem_text(place->file) : NULL,
		.line = place->line,
	};
}

void
choices_move(struct choices *choices, struct choices *others)
{
	choices->items = mem_resize(
		choices->items, (choices->count + others->count + 1) * sizeof(*choices->items));
	for (size_t i = 0; i < others->count; i++)
		choices->items[choices->count++] = others->items[i];
	free(others->items);
	*others = (struct choices){0};
}

void
choices_finish(struct choices *choices)
{
	for (size_t i = 0; i < choices->count; i++) {
		free(choices->items[i].value);
		free(choices->items[i].file);
	}
	free(choices->items);
	*choices = (struct choices){0};
}

/*
 * show_config: see show_config.h.
 */
#include "settings/show_config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"

enum { VALUE_MAX = 40 }; /* columns for values; longer ones are shown whole */

static bool
has_value(const struct option_spec *option)
{
	return option->name && option->kind <= OPTION_PAIRS;
}

static bool
is_many(const struct option_spec *option)
{
	return option->kind == OPTION_LIST || option->kind == OPTION_PAIRS;
}

static const char *
value_of(const struct option_value *choice)
{
	if (!choice->value)
		return "off";
	return *choice->value ? choice->value : "on";
}

static const char *
standard_of(const struct option_spec *option)
{
	if (option->standard)
		return option->standard;
	return option->kind == OPTION_SWITCH || option->value_optional ? "off" : "none";
}

/* Returns the next choice that counts for setting, or NULL: of a list all, else the last. */
static const struct option_value *
next(const struct option_values *values, const struct option_spec *option, size_t *at)
{
	const struct option_value *found = NULL;

	for (; *at < values->count; (*at)++) {
		const struct option_value *choice = &values->items[*at];

		if (choice->option != option || !choice->is_right)
			continue;
		found = choice;
		if (is_many(option)) {
			(*at)++;
			break;
		}
	}
	return found;
}

static void
print_place(const struct option_value *choice)
{
	struct buf place = {0};

	if (!choice) {
		puts("default");
		return;
	}
	log_add_printable(&place, slice_of(choice->file ? choice->file : "command line"));
	if (choice->line)
		buf_addf(&place, ":%u", choice->line);
	else if (choice->file)
		buf_add_text(&place, " of the environment");
	puts(place.bytes);
	buf_finish(&place);
}

static void
print_line(int width, const char *name, const struct option_spec *option,
	const struct option_value *choice)
{
	struct buf value = {0};

	log_add_printable(&value, slice_of(choice ? value_of(choice) : standard_of(option)));
	printf("%-*s  %-*s  ", width, name, VALUE_MAX, value.bytes);
	print_place(choice);
	buf_finish(&value);
}

void
show_config_print(const struct option_spec *table, const struct option_values *values)
{
	int width = 0;

	for (const struct option_spec *row = table; row->help; row++)
		if (has_value(row) && (int)strlen(row->name) > width)
			width = (int)strlen(row->name);
	for (; table->help; table++) {
		size_t at = 0;
		const struct option_value *choice;

		if (!has_value(table))
			continue;
		choice = next(values, table, &at);
		print_line(width, table->name, table, choice);
		while (choice && (choice = next(values, table, &at)))
			print_line(width, "", table, choice);
	}
}

/* All that counts for setting, parted by commas. The caller frees. */
static char *
all_of(const struct option_values *values, const struct option_spec *option)
{
	struct buf text = {0};
	size_t at = 0;
	const struct option_value *choice;

	while ((choice = next(values, option, &at)))
		buf_addf(&text, "%s%s", text.length ? ", " : "", value_of(choice));
	if (text.length == 0)
		buf_add_text(&text, standard_of(option));
	return buf_take(&text);
}

static void
add_news(struct buf *text, const char *first, const struct option_spec *option, const char *value)
{
	buf_addf(text, "%s%s %s", text->length ? ", " : first, option->name, value);
}

/* Takes both. */
static char *
news(struct buf *now, struct buf *later)
{
	char *news = NULL;

	if (now->length || later->length)
		news = mem_format("settings changed:%s%s%s", now->length ? now->bytes : "",
			now->length && later->length ? ";" : "", later->length ? later->bytes : "");
	buf_finish(now);
	buf_finish(later);
	return news;
}

char *
show_config_changes(const struct option_spec *table, const struct show_config_change *change)
{
	struct buf now = {0}, later = {0};

	for (; table->help; table++) {
		char *start, *before, *after;

		if (!has_value(table))
			continue;
		start = all_of(change->start, table);
		before = all_of(change->before, table);
		after = all_of(change->after, table);
		if (strcmp(before, after) != 0 && table->is_live)
			add_news(&now, " ", table, after);
		else if (strcmp(before, after) != 0 && strcmp(start, after) != 0)
			add_news(&later, " restart to use ", table, after);
		free(start);
		free(before);
		free(after);
	}
	return news(&now, &later);
}

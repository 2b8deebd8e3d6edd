/*
 * report: see report.h.
 */
#include "report.h"

#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "log.h"

enum { VALUE_MAX = 40 }; /* columns for values; longer ones are shown whole */

static bool
has_value(const struct setting *setting)
{
	return setting->name && setting->kind <= SETTING_PAIRS;
}

static bool
is_many(const struct setting *setting)
{
	return setting->kind == SETTING_LIST || setting->kind == SETTING_PAIRS;
}

static const char *
value_of(const struct choice *choice)
{
	if (!choice->value)
		return "off";
	return *choice->value ? choice->value : "on";
}

static const char *
standard_of(const struct setting *setting)
{
	if (setting->standard)
		return setting->standard;
	return setting->kind == SETTING_SWITCH || setting->may_be_bare ? "off" : "none";
}

/* Returns the next choice that counts for setting, or NULL: of a list all, else the last. */
static const struct choice *
next(const struct choices *choices, const struct setting *setting, size_t *at)
{
	const struct choice *found = NULL;

	for (; *at < choices->count; (*at)++) {
		const struct choice *choice = &choices->items[*at];

		if (choice->setting != setting || !choice->is_right)
			continue;
		found = choice;
		if (is_many(setting)) {
			(*at)++;
			break;
		}
	}
	return found;
}

static void
print_place(const struct choice *choice)
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
print_line(int width, const char *name, const struct setting *setting, const struct choice *choice)
{
	struct buf value = {0};

	log_add_printable(&value, slice_of(choice ? value_of(choice) : standard_of(setting)));
	printf("%-*s  %-*s  ", width, name, VALUE_MAX, value.bytes);
	print_place(choice);
	buf_finish(&value);
}

void
report_print(const struct setting *table, const struct choices *choices)
{
	int width = 0;

	for (const struct setting *row = table; row->help; row++)
		if (has_value(row) && (int)strlen(row->name) > width)
			width = (int)strlen(row->name);
	for (; table->help; table++) {
		size_t at = 0;
		const struct choice *choice;

		if (!has_value(table))
			continue;
		choice = next(choices, table, &at);
		print_line(width, table->name, table, choice);
		while (choice && (choice = next(choices, table, &at)))
			print_line(width, "", table, choice);
	}
}

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

enum { VALUE_MAX = 40 }; /* columns for values; longer values are still shown whole */

static bool
has_value(const struct option_spec *option)
{
	return option->name && option->kind <= OPTION_PAIRS;
}

/* The caller frees. */
static char *
text_of(const struct option_value *value)
{
	if (!value->text)
		return mem_text("off");
	return mem_text(*value->text ? value->text : "on");
}

/* The same as it may be printed. */
static char *
shown_text_of(const struct option_value *value)
{
	if (!value->text || !*value->text)
		return text_of(value);
	return option_shown_text(value->option, value->text);
}

static const char *
default_of(const struct option_spec *option)
{
	if (option->default_text)
		return option->default_text;
	return option->kind == OPTION_SWITCH || option->value_optional ? "off" : "none";
}

/*
 * Returns the next value that counts for the option, or NULL. Of a list every value counts, of other
 * options only the last one. *at is where to search; it begins at 0 and is moved forward.
 */
static const struct option_value *
next(const struct option_values *values, const struct option_spec *option, size_t *at)
{
	const struct option_value *found = NULL;

	for (; *at < values->count; (*at)++) {
		const struct option_value *value = &values->items[*at];

		if (value->option != option || !value->is_accepted)
			continue;
		found = value;
		if (option_is_repeatable(option)) {
			(*at)++;
			break;
		}
	}
	return found;
}

static void
print_place(const struct option_value *value)
{
	struct buf place = {0};

	if (!value) {
		puts("default");
		return;
	}
	log_add_printable(&place, slice_of(value->file ? value->file : "command line"));
	if (value->line)
		buf_addf(&place, ":%u", value->line);
	else if (value->file)
		buf_add_text(&place, " of the environment");
	if (value->held_back)
		buf_add_text(&place, ", held back");
	puts(place.bytes);
	buf_finish(&place);
}

static void
print_line(int width, const char *name, const struct option_spec *option,
	const struct option_value *value)
{
	char *shown = value ? shown_text_of(value) : mem_text(default_of(option));
	struct buf text = {0};

	log_add_printable(&text, slice_of(shown));
	free(shown);
	printf("%-*s  %-*s  ", width, name, VALUE_MAX, text.bytes);
	print_place(value);
	buf_finish(&text);
}

static bool
has_held_back(const struct option_values *values, const struct option_spec *option)
{
	for (size_t i = 0; i < values->count; i++)
		if (values->items[i].option == option && values->items[i].held_back)
			return true;
	return false;
}

void
show_config_print(
	const struct option_spec *table, const struct option_values *values, bool only_set)
{
	int width = 0;

	for (const struct option_spec *row = table; row->help; row++)
		if (has_value(row) && (int)strlen(row->name) > width)
			width = (int)strlen(row->name);
	for (; table->help; table++) {
		size_t at = 0;
		const struct option_value *value;

		if (!has_value(table))
			continue;
		value = next(values, table, &at);
		if (value || !only_set || has_held_back(values, table))
			print_line(width, table->name, table, value);
		while (value && (value = next(values, table, &at)))
			print_line(width, "", table, value);
		for (size_t i = 0; i < values->count; i++)
			if (values->items[i].option == table && values->items[i].held_back)
				print_line(width, "", table, &values->items[i]);
	}
}

/* A value as a text, to be compared (text_of) or to be printed (shown_text_of). */
typedef char *text_fn(const struct option_value *value);

/* All values that count for the option, with commas between them. The caller frees. */
static char *
all_of(const struct option_values *values, const struct option_spec *option, text_fn *fn)
{
	struct buf text = {0};
	size_t at = 0;
	const struct option_value *value;

	while ((value = next(values, option, &at))) {
		char *one = fn(value);

		buf_addf(&text, "%s%s", text.length ? ", " : "", one);
		free(one);
	}
	if (text.length == 0)
		buf_add_text(&text, default_of(option));
	return buf_take(&text);
}

static void
add_change(struct buf *text, const char *first, const struct option_spec *option, const char *value)
{
	buf_addf(text, "%s%s %s", text->length ? ", " : first, option->name, value);
}

/* One sentence from two lists; NULL when both are empty. Takes both lists; the caller frees. */
static char *
join(struct buf *now, struct buf *later)
{
	char *sentence = NULL;

	if (now->length || later->length)
		sentence = mem_format("settings changed:%s%s%s", now->length ? now->bytes : "",
			now->length && later->length ? ";" : "", later->length ? later->bytes : "");
	buf_finish(now);
	buf_finish(later);
	return sentence;
}

char *
show_config_changes(const struct option_spec *table, const struct show_config_change *change)
{
	struct buf now = {0}, later = {0};

	for (; table->help; table++) {
		char *start, *before, *after, *shown;

		if (!has_value(table))
			continue;
		start = all_of(change->start, table, text_of);
		before = all_of(change->before, table, text_of);
		after = all_of(change->after, table, text_of);
		shown = all_of(change->after, table, shown_text_of);
		if (strcmp(before, after) != 0 && table->is_live)
			add_change(&now, " ", table, shown);
		else if (strcmp(before, after) != 0 && strcmp(start, after) != 0)
			add_change(&later, " restart to use ", table, shown);
		free(shown);
		free(start);
		free(before);
		free(after);
	}
	return join(&now, &later);
}

/*
 * option: see option.h.
 */
#define _GNU_SOURCE
#include "settings/option.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"

const struct option_spec *
option_find(const struct option_spec *table, const char *name)
{
	for (; table->help; table++)
		if (table->name && strcmp(table->name, name) == 0)
			return table;
	return NULL;
}

/* Whether name is "no-" and option. */
static bool
is_negation(const char *name, const char *option)
{
	return name[0] == 'n' && name[1] == 'o' && name[2] == '-' && strcmp(name + 3, option) == 0;
}

/* Asked of each option at each start, so the names are compared where they are. */
bool
option_has_negation(const struct option_spec *table, const struct option_spec *option)
{
	bool is_alias = option->kind == OPTION_ALIAS && option->alias_value;
	bool can_be_off = option->kind == OPTION_SWITCH ||
			  (option->kind <= OPTION_PAIRS && option->value_optional) || is_alias;

	if (!can_be_off || slice_starts(slice_of(option->name), "no-"))
		return false;
	for (; table->help; table++)
		if (table->name && is_negation(table->name, option->name))
			return false;
	return true;
}

bool
option_is_repeatable(const struct option_spec *option)
{
	return option->kind == OPTION_LIST || option->kind == OPTION_PAIRS;
}

unsigned
option_number(const char *text)
{
	return (unsigned)strtoul(text, NULL, 10);
}

enum { SENTENCE_MAX = 1023 };

/* ---- one value ---- */

#define HIDDEN "***"

/* Where the name of a header ends, or the first part of a pair; also when they are malformed. */
static size_t
name_length(const char *text)
{
	size_t length = strcspn(text, "=:");

	return text[length] ? length : strcspn(text, " \t");
}

/* Whether the name of a header says that its value is a secret. */
static bool
is_secret_header(const char *text)
{
	static const char *const words[] = {"auth", "cookie", "token", "secret", "passw", "passp",
		"key", "jwt", "session", "credential"};
	char *name = mem_copy(text, name_length(text));
	bool is_secret = false;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		is_secret = is_secret || strcasestr(name, words[i]);
	free(name);
	return is_secret;
}

char *
option_shown_text(const struct option_spec *option, const char *text)
{
	const char *end = strrchr(text, '@'), *url = strstr(text, "://");
	size_t name = name_length(text);

	if (option->is_secret)
		return mem_text(HIDDEN);
	if (strcmp(option->name, "header") == 0 && text[name] && is_secret_header(text))
		return mem_format("%.*s" HIDDEN, (int)name + 1, text);
	if (end && url && url + 3 <= end)
		return mem_format("%.*s" HIDDEN "%s", (int)(url + 3 - text), text, end);
	if (end && strcmp(option->name, "proxy") == 0)
		return mem_format("%.*s" HIDDEN "%s",
			name < (size_t)(end - text) ? (int)name + 1 : 0, text, end);
	return mem_text(text);
}

char *
option_shown_argument(const struct option_spec *option, const char *argument)
{
	size_t length = strcspn(argument, "=");
	const char *name = argument + strspn(argument, "-");

	if (argument[length] && ((option && option->is_secret) || strncmp(name, "pass", 4) == 0))
		return mem_format("%.*s=***", (int)length, argument);
	return mem_text(argument);
}

/* Takes the sentence, and returns it with the text of the value as it may be shown. */
static char *
hide_secrets(const struct option_value *value, char *sentence)
{
	const char *text = value->text ? value->text : "", *rest = sentence, *found;
	char *shown = option_shown_text(value->option, text);
	struct buf hidden = {0};

	buf_add_text(&hidden, "");
	while (*text && strcmp(shown, text) != 0 && (found = strstr(rest, text))) {
		buf_add(&hidden, rest, (size_t)(found - rest));
		buf_add_text(&hidden, shown);
		rest = found + strlen(text);
	}
	buf_add_text(&hidden, rest);
	free(shown);
	free(sentence);
	return buf_take(&hidden);
}

bool
option_value_complain(const struct option_value *value, const char *format, ...)
{
	va_list arguments;
	char *sentence;
	int length;

	if (value->is_muted)
		return false;
	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	sentence = mem_array((size_t)length + 1, 1);
	va_start(arguments, format);
	vsnprintf(sentence, (size_t)length + 1, format, arguments);
	va_end(arguments);
	sentence = hide_secrets(value, sentence);
	if (value->file && value->line)
		log_error("%s:%u: %.*s", value->file, value->line, SENTENCE_MAX, sentence);
	else if (value->file)
		log_error("%s of the environment: %.*s", value->file, SENTENCE_MAX, sentence);
	else
		log_error("%.*s", SENTENCE_MAX, sentence);
	free(sentence);
	return false;
}

static bool
check_number(const struct option_value *value)
{
	const struct option_spec *option = value->option;
	uint64_t number;

	if (slice_number(slice_of(value->text), &number) && number >= option->min &&
		number <= option->max)
		return true;
	return option_value_complain(value, "%s \"%s\": give a number from %u to %u", option->name,
		value->text, option->min, option->max);
}

static bool
check_allowed(const struct option_value *value)
{
	const struct option_spec *option = value->option;
	struct buf all = {0};

	for (const char *const *word = option->allowed; *word; word++) {
		if (strcmp(*word, value->text) == 0) {
			buf_finish(&all);
			return true;
		}
		buf_addf(&all, "%s%s", all.length == 0 ? "" : word[1] ? ", " : " or ", *word);
	}
	option_value_complain(value, "%s \"%s\": give %s", option->name, value->text, all.bytes);
	buf_finish(&all);
	return false;
}

bool
option_value_check(const struct option_value *value)
{
	const struct option_spec *option = value->option;

	if (option->value_optional && (!value->text || !*value->text))
		return true;
	if (option->kind == OPTION_NUMBER && !check_number(value))
		return false;
	return !option->allowed || check_allowed(value);
}

/* ---- all values ---- */

void
option_values_add(struct option_values *values, const struct option_spec *table,
	const struct option_spec *option, const char *text, const struct option_value *place)
{
	bool is_alias = option->kind == OPTION_ALIAS;

	if (is_alias && !text)
		return; /* "quiet": false sets nothing */
	if (is_alias && !option->value)
		text = option->alias_value;
	if (is_alias)
		option = option_find(table, option->alias_of);
	values->items = mem_resize(values->items, (values->count + 1) * sizeof(*values->items));
	values->items[values->count++] = (struct option_value){
		.option = option,
		.text = text ? mem_text(text) : NULL,
		.layer = place->layer,
		.file = place->file ? mem_text(place->file) : NULL,
		.line = place->line,
		.trust = place->trust,
		.allowed_paths = place->allowed_paths,
	};
}

void
option_values_negate(struct option_values *values, const struct option_spec *table,
	const struct option_spec *option, const struct option_value *place)
{
	const char *text = NULL;

	if (option->kind == OPTION_ALIAS) {
		text = option->alias_off;
		option = option_find(table, option->alias_of);
	}
	option_values_add(values, table, option, text, place);
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

static void
finish_value(struct option_value *value)
{
	free(value->text);
	free(value->file);
	free(value->bounds);
}

void
option_values_log_unused(const struct option_values *values)
{
	for (size_t i = 0; i < values->count; i++) {
		const struct option_value *value = &values->items[i];

		if (value->is_accepted && value->option->is_for_process &&
			(value->layer == OPTION_PROJECT || value->layer == OPTION_VSCODE))
			option_value_complain(value,
				"%s is for the whole server, so it does not count for a site of "
				"--vhost; give it on the command line",
				value->option->name);
	}
}

static bool
is_named(const struct option_value *value, const char *const *names)
{
	while (*names && strcmp(value->option->name, *names) != 0)
		names++;
	return *names;
}

void
option_values_drop(struct option_values *values, const char *const *names)
{
	size_t kept = 0;

	for (size_t i = 0; i < values->count; i++)
		if (is_named(&values->items[i], names))
			finish_value(&values->items[i]);
		else
			values->items[kept++] = values->items[i];
	values->count = kept;
}

void
option_values_finish(struct option_values *values)
{
	for (size_t i = 0; i < values->count; i++)
		finish_value(&values->items[i]);
	free(values->items);
	*values = (struct option_values){0};
}

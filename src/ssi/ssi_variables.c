/*
 * ssi_variables: see ssi_variables.h. Owns a list of all names and values: a page has few, and prints
 * them in the order in which they were set.
 */
#include "ssi/ssi_variables.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ssi/ssi_format.h"

/* ---- the list ---- */

static struct ssi_variable *
find(const struct ssi_variables *variables, struct slice name)
{
	for (size_t i = 0; i < variables->count; i++)
		if (slice_is_nocase(name, variables->items[i].name))
			return &variables->items[i];
	return NULL;
}

static struct ssi_variable *
add(struct ssi_variables *variables, struct slice name, enum ssi_variable_kind kind)
{
	struct ssi_variable *variable;

	variables->items = mem_grow(variables->items, variables->count, &variables->capacity,
		sizeof(*variables->items));
	variable = &variables->items[variables->count++];
	*variable = (struct ssi_variable){.name = mem_copy(name.at, name.length), .kind = kind};
	variables->size += name.length;
	return variable;
}

void
ssi_variables_init(struct ssi_variables *variables, time_t now, time_t modified)
{
	*variables = (struct ssi_variables){.now = now, .modified = modified};
	add(variables, SLICE_LITERAL("DATE_LOCAL"), SSI_VARIABLE_NOW);
	add(variables, SLICE_LITERAL("DATE_GMT"), SSI_VARIABLE_NOW_GMT);
	add(variables, SLICE_LITERAL("LAST_MODIFIED"), SSI_VARIABLE_MODIFIED);
}

static void
forget_captures(struct ssi_variables *variables)
{
	for (size_t i = 0; i < SSI_VARIABLES_CAPTURES; i++) {
		free(variables->captures[i]);
		variables->captures[i] = NULL;
	}
}

void
ssi_variables_finish(struct ssi_variables *variables)
{
	for (size_t i = 0; i < variables->count; i++) {
		free(variables->items[i].name);
		free(variables->items[i].value);
	}
	free(variables->items);
	forget_captures(variables);
	*variables = (struct ssi_variables){0};
}

static size_t
value_length(const struct ssi_variable *variable)
{
	return variable && variable->value ? strlen(variable->value) : 0;
}

bool
ssi_variables_set(struct ssi_variables *variables, struct slice name, struct slice value,
	enum ssi_variable_kind kind)
{
	struct ssi_variable *variable = find(variables, name);
	size_t size = variables->size - value_length(variable) + value.length +
		      (variable ? 0 : name.length);

	if (value.length > SSI_VARIABLES_VALUE_MAX || size > SSI_VARIABLES_BYTES_MAX ||
		(!variable && variables->count == SSI_VARIABLES_MAX))
		return false;
	if (!variable)
		variable = add(variables, name, kind);
	free(variable->value);
	variable->value = mem_copy(value.at, value.length);
	variable->kind = kind;
	variables->size = size;
	return true;
}

void
ssi_variables_set_captures(struct ssi_variables *variables, char *captures[SSI_VARIABLES_CAPTURES])
{
	forget_captures(variables);
	for (size_t i = 0; i < SSI_VARIABLES_CAPTURES; i++) {
		variables->captures[i] = captures[i];
		captures[i] = NULL;
	}
}

/* ---- values ---- */

bool
ssi_variables_get(struct ssi_variables *variables, struct slice name, const char *time_format,
	struct buf *value)
{
	const struct ssi_variable *variable = find(variables, name);
	size_t start = value->length;

	if (variables->work > SSI_VARIABLES_WORK_MAX)
		return false;
	if (!variable)
		/* Another request may have a field of this name. */
		variables->reads_request |= slice_starts_nocase(name, "HTTP");
	else if (variable->kind == SSI_VARIABLE_MODIFIED)
		ssi_format_time(variables->modified, time_format, false, value);
	else if (variable->kind == SSI_VARIABLE_NOW || variable->kind == SSI_VARIABLE_NOW_GMT)
		ssi_format_time(
			variables->now, time_format, variable->kind == SSI_VARIABLE_NOW_GMT, value);
	else
		buf_add_text(value, variable->value);
	/* A value that the page has made of another one was read when it was made. */
	if (variable && variable->kind != SSI_VARIABLE_SITE)
		variables->reads_request |= variable->kind != SSI_VARIABLE_MODIFIED;
	variables->work += value->length - start;
	return variable;
}

bool
ssi_variables_is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

size_t
ssi_variables_name_length(struct slice text)
{
	size_t length = 0;

	while (length < text.length && ssi_variables_is_name_char(text.at[length]))
		length++;
	return length;
}

static void
add_value(struct ssi_variables *variables, struct slice name, const char *time_format,
	struct buf *expanded)
{
	if (name.length == 1 && *name.at >= '0' && *name.at <= '9') {
		const char *capture = variables->captures[*name.at - '0'];

		buf_add_text(expanded, capture ? capture : "");
		return;
	}
	ssi_variables_get(variables, name, time_format, expanded);
}

/*
 * Expands what begins with the dollar sign at the front of rest, and takes it. Returns false when a
 * "}" is missing.
 */
static bool
expand_one(struct ssi_variables *variables, struct slice *rest, const char *time_format,
	struct buf *expanded)
{
	bool has_braces = rest->length > 1 && rest->at[1] == '{';
	struct slice name = *rest;

	slice_drop(&name, has_braces ? 2 : 1);
	if (has_braces) {
		const char *end = name.length ? memchr(name.at, '}', name.length) : NULL;

		if (!end)
			return false;
		name.length = (size_t)(end - name.at);
	} else {
		name.length = ssi_variables_name_length(name);
	}
	if (!name.length) {
		buf_add_char(expanded, '$');
		slice_drop(rest, 1);
		return true;
	}
	add_value(variables, name, time_format, expanded);
	slice_drop(rest, name.length + (has_braces ? 3 : 1));
	return true;
}

bool
ssi_variables_expand(struct ssi_variables *variables, struct slice text, const char *time_format,
	struct buf *expanded)
{
	size_t start = expanded->length;
	bool is_whole = true;

	while (is_whole && text.length && expanded->length - start <= SSI_VARIABLES_VALUE_MAX) {
		if (slice_starts(text, "\\$"))
			slice_drop(&text, 1);
		else if (*text.at == '$') {
			is_whole = expand_one(variables, &text, time_format, expanded);
			continue;
		}
		buf_add_char(expanded, *text.at);
		slice_drop(&text, 1);
	}
	if (expanded->length - start > SSI_VARIABLES_VALUE_MAX) {
		expanded->length = start + SSI_VARIABLES_VALUE_MAX;
		expanded->bytes[expanded->length] = '\0';
	}
	return is_whole;
}

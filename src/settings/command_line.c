/*
 * command_line: see command_line.h. getopt_long(3) returns a code for each option: FIRST plus the
 * number of its row for --NAME, NEGATED plus the number of its row for --no-NAME, and the letter
 * itself for -L.
 */
#define _GNU_SOURCE
#include "settings/command_line.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/edit_distance.h"
#include "base/log.h"
#include "base/mem.h"

enum {
	FIRST = 0x1000,
	NEGATED = 0x2000,
};

static const struct option_value place = {.layer = OPTION_COMMAND_LINE, .trust = OPTION_OF_USER};

/* ---- reading ---- */

/* Whether the option takes a value, in the terms of getopt_long(3). */
static int
argument_of(const struct option_spec *option)
{
	if (option->value_optional || option->kind == OPTION_REFUSED)
		return optional_argument;
	return option->value ? required_argument : no_argument;
}

/* What getopt_long needs to know. The caller frees it with free_description(). */
static struct option *
describe(const struct option_spec *table, struct buf *letters)
{
	struct option *options = NULL;
	size_t count = 0;

	buf_add_char(letters, ':');
	for (int i = 0; table[i].help; i++) {
		const struct option_spec *row = &table[i];

		options = mem_resize(options, (count + 3) * sizeof(*options));
		if (row->name)
			options[count++] = (struct option){
				row->name, argument_of(row), NULL, FIRST + i};
		if (row->kind == OPTION_SWITCH)
			options[count++] = (struct option){
				mem_format("no-%s", row->name), no_argument, NULL, NEGATED + i};
		options[count] = (struct option){0};
		if (!row->letter)
			continue;
		buf_add_char(letters, row->letter);
		for (int colon = 0; colon < argument_of(row); colon++)
			buf_add_char(letters, ':');
	}
	return options;
}

static void
free_description(struct option *options)
{
	for (struct option *option = options; option->name; option++)
		if (option->val >= NEGATED)
			free((char *)option->name);
	free(options);
}

static const struct option_spec *
row_of(const struct option_spec *table, int code)
{
	if (code >= FIRST)
		return &table[code & (FIRST - 1)];
	while (table->help && table->letter != code)
		table++;
	return table;
}

/* The option as the user typed it, for a message. */
static const char *
typed(char **arguments, char letter[3])
{
	if (optopt > 0 && optopt < FIRST) {
		letter[0] = '-';
		letter[1] = (char)optopt;
		letter[2] = '\0';
		return letter;
	}
	return arguments[optind - 1];
}

/* "port" for "--prot=1"; NULL when no option is like it. */
static const char *
find_near(const struct option_spec *table, const char *option)
{
	struct nearest_word near = {{option + 2, strcspn(option, "=") - 2}, NULL, 0};

	if (option[1] != '-')
		return NULL;
	for (; table->help; table++)
		if (table->kind != OPTION_REFUSED)
			nearest_word_consider(&near, table->name);
	return near.word;
}

static const char *
value_message(const struct option_spec *table, int code)
{
	const char *message = row_of(table, code)->no_value;

	return message && code < NEGATED ? message
					 : "this option takes no value; see liveserve --help";
}

/* The option with its value, unless the value may be a secret. The caller frees. */
static char *
hide_secret(const struct option_spec *table, const char *option, const char *near)
{
	const struct option_spec *row = near ? option_find(table, near) : NULL;
	size_t length = strcspn(option, "=");

	if (option[length] && ((row && row->is_secret) || strncmp(option, "--pass", 6) == 0))
		return mem_format("%.*s=***", (int)length, option);
	return mem_text(option);
}

static bool
refuse(const struct option_spec *table, int code, char **arguments)
{
	char letter[3];
	const char *given = typed(arguments, letter), *near = find_near(table, given);
	char *option = hide_secret(table, given, near);

	if (code == ':')
		log_error("%s needs a value; see liveserve --help", option);
	else if (optopt >= FIRST)
		log_error("%s: %s", option, value_message(table, optopt));
	else if (near)
		log_error("there is no option %s; did you mean --%s?", option, near);
	else
		log_error("there is no option %s; see liveserve --help", option);
	free(option);
	return false;
}

/* Where the first part ends: at a comma outside of braces and not behind a backslash. */
static size_t
end_of_part(const char *value)
{
	size_t depth = 0, i;

	for (i = 0; value[i] && (depth || value[i] != ','); i++) {
		if (value[i] == '\\' && value[i + 1])
			i++;
		else if (value[i] == '{')
			depth++;
		else if (value[i] == '}' && depth)
			depth--;
	}
	return i;
}

static void
take_parts(struct command_line *read, const struct option_spec *table,
	const struct option_spec *option, const char *value)
{
	for (;; value++) {
		size_t end = end_of_part(value);
		char *part = mem_copy(value, end);

		option_values_add(read->values, table, option, part, &place);
		free(part);
		value += end;
		if (!*value)
			return;
	}
}

static bool
take(struct command_line *read, const struct option_spec *table, int code)
{
	const struct option_spec *option = row_of(table, code);

	if (option->kind == OPTION_REFUSED) {
		log_error("--%s: %s", option->name, option->help);
		return false;
	}
	if (option->kind == OPTION_ACTION || option->kind == OPTION_REPORT)
		read->action = option;
	else if (code >= NEGATED)
		option_values_add(read->values, table, option, NULL, &place);
	else if (option->has_commas && optarg)
		take_parts(read, table, option, optarg);
	else
		option_values_add(read->values, table, option, optarg ? optarg : "", &place);
	return true;
}

/* After --help, --version and the like, the rest of the line is not read. */
static bool
reads_on(const struct command_line *read)
{
	return !read->action || read->action->kind != OPTION_ACTION;
}

static bool
take_root(struct command_line *read, int count, char **arguments)
{
	if (count - optind > 1) {
		log_error("one folder is enough: \"%s\" is one too many", arguments[optind + 1]);
		return false;
	}
	if (count - optind == 1)
		read->root = arguments[optind];
	return true;
}

bool
command_line_read(
	struct command_line *read, const struct option_spec *table, int count, char **arguments)
{
	struct buf letters = {0};
	struct option *options = describe(table, &letters);
	bool is_right = true;
	int code;

	opterr = 0;
	optind = 0; /* glibc: begin again, so that tests can read several lines */
	while (is_right && reads_on(read) &&
		(code = getopt_long(count, arguments, letters.bytes, options, NULL)) != -1) {
		if (code == ':' || code == '?')
			is_right = refuse(table, code, arguments);
		else
			is_right = take(read, table, code);
	}
	buf_finish(&letters);
	free_description(options);
	return is_right && (!reads_on(read) || take_root(read, count, arguments));
}

/* ---- printing ---- */

void
command_line_print(const struct option_spec *table)
{
	for (; table->help; table++) {
		char left[48];
		const char *separator = table->value_optional ? "[=" : table->value ? "=" : "";

		if (table->kind == OPTION_REFUSED)
			continue;
		if (table->kind == OPTION_HEADING) {
			printf("\n%s\n", table->help);
			continue;
		}
		snprintf(left, sizeof(left), "%c%c%s --%s%s%s%s", table->letter ? '-' : ' ',
			table->letter ? table->letter : ' ', table->letter ? "," : " ", table->name,
			separator, table->value ? table->value : "",
			table->value_optional ? "]" : "");
		printf("  %-25s %s%s", left, table->help,
			option_is_repeatable(table) ? " (repeatable)" : "");
		if (table->default_text)
			printf(" (default: %s)", table->default_text);
		putchar('\n');
	}
}

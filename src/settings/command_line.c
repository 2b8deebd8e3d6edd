/*
 * command_line: see command_line.h. What getopt_long(3) calls an option has the code FIRST plus its row,
 * or NEGATED plus its row for --no-NAME; letters are their own codes.
 */
#define _GNU_SOURCE
#include "settings/command_line.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/edit_distance.h"

enum {
	FIRST = 0x1000,
	NEGATED = 0x2000,
};

static const struct choice here = {.layer = SETTING_COMMAND_LINE};

/* ---- reading ---- */

static int
takes(const struct setting *setting)
{
	if (setting->may_be_bare || setting->kind == SETTING_REFUSED)
		return optional_argument;
	return setting->value ? required_argument : no_argument;
}

/* Fills what getopt_long wants to know. The caller frees; a negation's name is ours, too. */
static struct option *
describe(const struct setting *table, struct buf *letters)
{
	struct option *options = NULL;
	size_t count = 0;

	buf_add_char(letters, ':');
	for (int i = 0; table[i].help; i++) {
		const struct setting *row = &table[i];

		options = mem_resize(options, (count + 3) * sizeof(*options));
		if (row->name)
			options[count++] = (struct option){row->name, takes(row), NULL, FIRST + i};
		if (row->kind == SETTING_SWITCH)
			options[count++] = (struct option){
				mem_format("no-%s", row->name), no_argument, NULL, NEGATED + i};
		options[count] = (struct option){0};
		if (!row->letter)
			continue;
		buf_add_char(letters, row->letter);
		for (int colon = 0; colon < takes(row); colon++)
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

static const struct setting *
row_of(const struct setting *table, int code)
{
	if (code >= FIRST)
		return &table[code & (FIRST - 1)];
	while (table->help && table->letter != code)
		table++;
	return table;
}

/* The option as the person typed it, for a message. */
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

/* "--prot=1" as "port"; NULL when it is like none. */
static const char *
find_near(const struct setting *table, const char *option)
{
	struct near near = {{option + 2, strcspn(option, "=") - 2}, NULL, 0};

	if (option[1] != '-')
		return NULL;
	for (; table->help; table++)
		if (table->kind != SETTING_REFUSED)
			near_consider(&near, table->name);
	return near.word;
}

static const char *
said_to_value(const struct setting *table, int code)
{
	const char *said = row_of(table, code)->no_value;

	return said && code < NEGATED ? said : "this option takes no value; see liveserve --help";
}

static bool
refuse(const struct setting *table, int code, char **arguments)
{
	char letter[3];
	const char *option = typed(arguments, letter), *near = find_near(table, option);

	if (code == ':')
		log_error("%s needs a value; see liveserve --help", option);
	else if (optopt >= FIRST)
		log_error("%s: %s", option, said_to_value(table, optopt));
	else if (near)
		log_error("there is no option %s; did you mean --%s?", option, near);
	else
		log_error("there is no option %s; see liveserve --help", option);
	return false;
}

/* Where value ends: at a comma that stands in no braces and behind no backslash. */
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
take_parts(struct arguments *read, const struct setting *table, const struct setting *setting,
	const char *value)
{
	for (;; value++) {
		size_t end = end_of_part(value);
		char *part = mem_copy(value, end);

		choices_add(read->choices, table, setting, part, &here);
		free(part);
		value += end;
		if (!*value)
			return;
	}
}

static bool
take(struct arguments *read, const struct setting *table, int code)
{
	const struct setting *setting = row_of(table, code);

	if (setting->kind == SETTING_REFUSED) {
		log_error("--%s: %s", setting->name, setting->help);
		return false;
	}
	if (setting->kind == SETTING_ACTION || setting->kind == SETTING_REPORT)
		read->action = setting;
	else if (code >= NEGATED)
		choices_add(read->choices, table, setting, NULL, &here);
	else if (setting->has_commas && optarg)
		take_parts(read, table, setting, optarg);
	else
		choices_add(read->choices, table, setting, optarg ? optarg : "", &here);
	return true;
}

/* Only help and the version need no right rest. */
static bool
reads_on(const struct arguments *read)
{
	return !read->action || read->action->kind != SETTING_ACTION;
}

static bool
take_root(struct arguments *read, int count, char **arguments)
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
arguments_read(struct arguments *read, const struct setting *table, int count, char **arguments)
{
	struct buf letters = {0};
	struct option *options = describe(table, &letters);
	bool is_right = true;
	int code;

	opterr = 0;
	optind = 0; /* glibc: start anew, so that tests can read several lines */
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

/* ---- telling ---- */

void
arguments_print(const struct setting *table)
{
	for (; table->help; table++) {
		char left[48];
		const char *joint = table->may_be_bare ? "[=" : table->value ? "=" : "";

		if (table->kind == SETTING_REFUSED)
			continue;
		if (table->kind == SETTING_HEADING) {
			printf("\n%s\n", table->help);
			continue;
		}
		snprintf(left, sizeof(left), "%c%c%s --%s%s%s%s", table->letter ? '-' : ' ',
			table->letter ? table->letter : ' ', table->letter ? "," : " ", table->name,
			joint, table->value ? table->value : "", table->may_be_bare ? "]" : "");
		printf("  %-24s %s\n", left, table->help);
	}
}

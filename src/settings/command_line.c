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

#define NEGATION "no-"

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
		if (option_has_negation(table, row))
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

/* The row whose name is near to name, such as that of "port" for "prot"; NULL when there is none. */
static const struct option_spec *
find_near(const struct option_spec *table, struct slice name, bool is_negated)
{
	struct nearest_word near = {name, NULL, 0};

	for (const struct option_spec *row = table; row->help; row++)
		if (is_negated ? option_has_negation(table, row) : row->kind != OPTION_REFUSED)
			nearest_word_consider(&near, row->name);
	return near.word ? option_find(table, near.word) : NULL;
}

static const char *
value_message(const struct option_spec *table, int code)
{
	const char *message = row_of(table, code)->no_value;

	return message && code < NEGATED ? message
					 : "this option takes no value; see liveserve --help=all";
}

/* Says that there is no such option, which begins with two dashes, or with one. */
static void
refuse_unknown(const struct option_spec *table, const char *given)
{
	const char *name = given + strspn(given, "-");
	struct slice whole = {name, strcspn(name, "=")};
	const struct option_spec *row = find_near(table, whole, false);
	bool is_negated = !row && slice_starts(whole, NEGATION);
	char *option;

	if (is_negated) {
		slice_drop(&whole, strlen(NEGATION));
		row = find_near(table, whole, true);
	}
	option = option_shown_argument(row, given);
	if (row)
		log_error("there is no option %s; did you mean --%s%s?", option,
			is_negated ? NEGATION : "", row->name);
	else
		log_error("there is no option %s; see liveserve --help=all", option);
	free(option);
}

static bool
refuse(const struct option_spec *table, int code, char **arguments)
{
	char letter[3], *option;
	const char *given = typed(arguments, letter);

	if (code == '?' && optopt < FIRST) {
		refuse_unknown(table, given);
		return false;
	}
	option = option_shown_argument(NULL, given);
	if (code == ':')
		log_error("%s needs a value; see liveserve --help=all", option);
	else
		log_error("%s: %s", option, value_message(table, optopt));
	free(option);
	return false;
}

/* ---- one dash in place of two ---- */

/* The row of "port", and that of "lan" for "no-lan"; NULL when there is none. */
static const struct option_spec *
find_long(const struct option_spec *table, struct slice name)
{
	for (const struct option_spec *row = table; row->help; row++) {
		struct slice rest = name;

		if (row->name && slice_is(name, row->name))
			return row;
		if (!slice_starts(name, NEGATION) || !option_has_negation(table, row))
			continue;
		slice_drop(&rest, strlen(NEGATION));
		if (slice_is(rest, row->name))
			return row;
	}
	return NULL;
}

/*
 * The argument in which getopt_long has just read the letter, if it is the first of more than one
 * character behind a single dash, such as "-port=80" or "-p80"; else NULL.
 */
static const char *
find_cluster(int count, char **arguments, int letter)
{
	for (int i = optind > 1 ? optind - 1 : 1; i <= optind && i < count; i++) {
		const char *argument = arguments[i];

		if (argument != optarg && argument[0] == '-' && argument[1] == (char)letter &&
			argument[1] != '-' && argument[2])
			return argument;
	}
	return NULL;
}

/* Returns false after an error about "-quite", where getopt_long has read -q and then complains of -u. */
static bool
check_cluster(const struct option_spec *table, int letter, int count, char **arguments)
{
	for (int i = optind > 1 ? optind - 1 : 1; i <= optind && i < count; i++) {
		const char *argument = arguments[i];
		struct slice name = {argument + 1, strcspn(argument + 1, "=")};

		if (argument[0] != '-' || argument[1] == '-' || name.length < 3 ||
			!strchr(argument + 2, letter) || !find_near(table, name, false))
			continue;
		refuse_unknown(table, argument);
		return false;
	}
	return true;
}

/* Whether the word behind the dash is a long option but for one letter, such as "-opne". */
static bool
is_misspelt(const struct option_spec *table, const char *given)
{
	struct slice word = {given + 1, strcspn(given + 1, "=")};
	const struct option_spec *row = word.length < 4 ? NULL : find_near(table, word, false);

	return row && strlen(row->name) == word.length && row->name[0] == word.at[0] &&
	       edit_distance(word, slice_of(row->name)) == 1;
}

/*
 * getopt_long reads "-open" as "-o pen". Returns false after an error about an argument like that.
 * "-help" and "-version" do what they should.
 */
static bool
check_dashes(const struct option_spec *table, int code, int count, char **arguments)
{
	bool is_unknown = code == '?';
	int letter = code == '?' || code == ':' ? optopt : code;
	const char *given = letter < FIRST ? find_cluster(count, arguments, letter) : NULL;
	const struct option_spec *row, *of_letter;
	char *option;

	if (!given)
		return !is_unknown || check_cluster(table, letter, count, arguments);
	row = find_long(table, (struct slice){given + 1, strcspn(given + 1, "=")});
	of_letter = is_unknown ? NULL : row_of(table, letter);
	if (row && row == of_letter && row->kind == OPTION_ACTION) {
		optarg = strchr(given, '=') ? strchr(given, '=') + 1 : NULL;
		return true;
	}
	option = option_shown_argument(row, given);
	if (row)
		log_error("%s: a long option has two dashes; write -%s", option, option);
	else if (of_letter ? of_letter->value && is_misspelt(table, given) : given[2] != '=')
		refuse_unknown(table, given);
	else if (given[2] == '=' && of_letter && of_letter->value)
		log_error("%s: a short option has no \"=\"; write -%c%s or --%s%s", option, letter,
			option + 3, of_letter->name, option + 2);
	else
		given = NULL;
	free(option);
	return !given;
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

/* Returns false after an error about the value. */
static bool
take_action(struct command_line *read, const struct option_spec *option)
{
	const struct option_value value = {.option = option, .text = optarg ? optarg : (char *)""};

	read->action = option;
	read->action_text = value.text;
	return option_value_check(&value);
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
		return take_action(read, option);
	if (code >= NEGATED)
		option_values_negate(read->values, table, option, &place);
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
		if (!check_dashes(table, code, count, arguments))
			is_right = false;
		else if (code == ':' || code == '?')
			is_right = refuse(table, code, arguments);
		else
			is_right = take(read, table, code);
	}
	buf_finish(&letters);
	free_description(options);
	return is_right && (!reads_on(read) || take_root(read, count, arguments));
}

/* ---- printing ---- */

enum {
	HELP_COLUMN = 28, /* where the words about an option begin */
	HELP_WIDTH = 79,
};

/* Prints words from HELP_COLUMN on, in as many lines as are needed. */
static void
print_words(const char *words, size_t column)
{
	struct slice rest = slice_of(words), word;

	while (slice_split(&rest, ' ', &word)) {
		bool fits = column >= HELP_COLUMN && column + 1 + word.length <= HELP_WIDTH;

		if (column > HELP_COLUMN && fits) {
			putchar(' ');
			column++;
		} else if (column != HELP_COLUMN) {
			printf("%s%*s", column < HELP_COLUMN ? "" : "\n",
				HELP_COLUMN - (column < HELP_COLUMN ? (int)column : 0), "");
			column = HELP_COLUMN;
		}
		printf("%.*s", (int)word.length, word.at);
		column += word.length;
	}
	putchar('\n');
}

/* Prints a row with its long text, or with the brief one. */
static void
print_row(const struct option_spec *row, bool is_brief)
{
	const char *separator = row->value_optional ? "[=" : row->value ? "=" : "";
	struct buf left = {0}, words = {0};

	buf_addf(&left, "  %c%c%c --%s%s%s%s", row->letter ? '-' : ' ',
		row->letter ? row->letter : ' ', row->letter ? ',' : ' ', row->name, separator,
		row->value ? row->value : "", row->value_optional ? "]" : "");
	buf_add_text(&words, is_brief ? row->brief : row->help);
	if (option_is_repeatable(row) && !is_brief)
		buf_add_text(&words, " (repeatable)");
	if (row->default_text && !is_brief)
		buf_addf(&words, " (default: %s)", row->default_text);
	fputs(left.bytes, stdout);
	print_words(words.bytes, left.length);
	buf_finish(&left);
	buf_finish(&words);
}

static void
print_all(const struct option_spec *table)
{
	for (; table->help; table++) {
		if (table->kind == OPTION_HEADING)
			printf("\n%s\n", table->help);
		else if (table->kind != OPTION_REFUSED)
			print_row(table, false);
	}
}

/* For an option as "port", "--port" or "p". Returns false if there is none. */
static bool
print_one(const struct option_spec *table, const char *name)
{
	struct slice whole = slice_of(name + strspn(name, "-"));
	const struct option_spec *row = find_long(table, whole);

	for (const struct option_spec *other = table; other->help; other++)
		if (whole.length == 1 && other->letter == *whole.at)
			row = other;
	if (row && row->kind == OPTION_REFUSED)
		printf("  --%s: %s\n", row->name, row->help);
	else if (row && row->help)
		print_row(row, false);
	return row;
}

static const char usage[] =
	"Usage: liveserve [OPTIONS] [ROOT]\n"
	"       liveserve [OPTIONS] PAGE.html\n"
	"\n"
	"Serves the folder ROOT, or the current one, at http://localhost:9000/ and\n"
	"updates open pages when a file changes.\n";

static const char commands[] =
	"\n"
	"Commands:\n"
	"  list                      the running servers\n"
	"  stop [FOLDER]             stop the server of FOLDER\n"
	"  status [FOLDER]           what it serves, and how many pages are open\n"
	"  reload [PATH]             reload every page, or those that use a file\n"
	"  why PATH                  why a file is watched, or not\n"
	"  wire FILE.pcapng          print the packets of a capture, as tshark does\n"
	"  init [FOLDER]             set up VS Code; with --page: write a first page\n"
	"  allow [FOLDER]            trust its settings files; deny takes that back\n"
	"  trust [--undo]            have browsers trust the certificates of --https\n";

static void
print_common(const struct option_spec *table)
{
	fputs(usage, stdout);
	putchar('\n');
	for (const struct option_spec *row = table; row->help; row++)
		if (row->brief)
			print_row(row, true);
	puts("\nCommands: list, stop, status, reload, why, wire, init, allow, deny, trust\n"
	     "\n"
	     "  liveserve --open site       serve the folder site, and open the browser\n"
	     "  liveserve --lan -p 8080     serve this folder, to phones too, on port 8080\n"
	     "\n"
	     "All options and commands: liveserve --help=all");
}

bool
command_line_print_help(const struct option_spec *table, const char *what)
{
	if (!*what) {
		print_common(table);
	} else if (strcmp(what, "all") == 0) {
		fputs(usage, stdout);
		fputs(commands, stdout);
		print_all(table);
		puts("\n--no-NAME turns off a switch such as --NAME, also one of a settings file.");
	} else if (!print_one(table, what)) {
		refuse_unknown(table, what);
		return false;
	}
	return true;
}

/*
 * man_page: see man_page.h. Every line of text is at most LINE_MAX_BYTES long, as mdoc(7) recommends.
 */
#include "settings/man_page.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

enum { LINE_MAX_BYTES = 78 };

/* ---- text ---- */

/* Adds text so that mdoc prints just that: no escape, no request, and "--" as it is typed. */
static void
add_escaped(struct buf *page, const char *text)
{
	for (const char *c = text; *c; c++) {
		bool is_dash = *c == '-' &&
			       (c == text || c[1] == '-' || !isalnum((unsigned char)c[-1]));

		if (*c == '\\')
			buf_add_text(page, "\\e");
		else if (is_dash)
			buf_add_text(page, "\\-");
		else
			buf_add_char(page, *c);
	}
}

/* Prints one word on the line that has *used bytes, or on a new one. */
static void
print_word(struct slice word, size_t *used)
{
	bool fits = *used + 1 + word.length <= LINE_MAX_BYTES;
	bool is_request = word.at[0] == '.' || word.at[0] == '\'';

	if (*used)
		putchar(fits ? ' ' : '\n');
	if (!fits)
		*used = 0;
	if (*used == 0 && is_request)
		fputs("\\&", stdout);
	fwrite(word.at, 1, word.length, stdout);
	*used += word.length + 1;
}

/* Prints text as a sentence, with a capital letter and a full stop, in lines that fit. */
static void
print_sentence(const char *text)
{
	char *sentence = mem_format("%s.", text);
	struct buf escaped = {0};
	struct slice rest, word;
	size_t used = 0;

	sentence[0] = (char)toupper((unsigned char)sentence[0]);
	add_escaped(&escaped, sentence);
	rest = buf_slice(&escaped);
	while (slice_split(&rest, ' ', &word))
		print_word(word, &used);
	putchar('\n');
	buf_finish(&escaped);
	free(sentence);
}

/* The heading of a table, "The browser:", as that of a subsection. */
static void
print_heading(const char *text)
{
	printf(".Ss %.*s\n", (int)strcspn(text, ":"), text);
}

static void
print_default(const struct option_spec *option)
{
	char sentence[128];

	if (!option->default_text)
		return;
	snprintf(sentence, sizeof(sentence), "the default is %s", option->default_text);
	print_sentence(sentence);
}

/* Calls print for each row that belongs to the page, in one list under each heading. */
static void
print_lists(const struct option_spec *table, bool (*belongs)(const struct option_spec *option),
	void (*print)(const struct option_spec *option, const struct option_spec *table))
{
	const struct option_spec *heading = NULL;
	bool is_open = false;

	for (const struct option_spec *row = table; row->help; row++) {
		if (row->kind == OPTION_HEADING)
			heading = row;
		if (row->kind == OPTION_HEADING || !belongs(row))
			continue;
		if (heading) {
			if (is_open)
				puts(".El");
			print_heading(heading->help);
			puts(".Bl -tag -width Ds");
			is_open = true;
			heading = NULL;
		}
		print(row, table);
	}
	if (is_open)
		puts(".El");
}

/* ---- liveserve(1) ---- */

static bool
is_of_command_line(const struct option_spec *option)
{
	return option->kind != OPTION_REFUSED;
}

static void
print_option(const struct option_spec *option, const struct option_spec *table)
{
	fputs(".It", stdout);
	if (option->letter)
		printf(" Fl %c ,", option->letter);
	printf(" Fl -%s", option->name);
	if (option->value_optional)
		printf(" Ns Op = Ns Ar %s", option->value);
	else if (option->value)
		printf(" Ns = Ns Ar %s", option->value);
	if (option_has_negation(table, option))
		printf(" , Fl -no-%s", option->name);
	putchar('\n');
	print_sentence(option->help);
	print_default(option);
	if (option_is_repeatable(option))
		print_sentence("repeatable");
}

void
man_page_print_options(const struct option_spec *table)
{
	print_lists(table, is_of_command_line, print_option);
}

/* ---- liveserve.json(5) ---- */

static bool
is_key(const struct option_spec *option)
{
	return option->name && option->kind <= OPTION_ALIAS && !option->command_line_only;
}

/* Adds what the value looks like in JSON. */
static void
add_form(struct buf *form, const struct option_spec *option)
{
	switch (option->kind) {
	case OPTION_NUMBER:
		buf_addf(form, "number from %u to %u", option->min, option->max);
		break;
	case OPTION_LIST:
		buf_add_text(form, "array of strings");
		break;
	case OPTION_PAIRS:
		buf_add_text(form, "object of strings");
		break;
	case OPTION_TEXT:
		buf_add_text(form, "string");
		break;
	case OPTION_ALIAS:
		buf_add_text(form, option->value ? "string" : "boolean");
		break;
	default:
		buf_add_text(form, "boolean");
		break;
	}
	if (option->value_optional)
		buf_add_text(form, " or boolean");
}

static void
print_allowed(const struct option_spec *option)
{
	struct buf sentence = {0};

	if (!option->allowed)
		return;
	buf_add_text(&sentence, "the value is ");
	for (const char *const *word = option->allowed; *word; word++)
		buf_addf(&sentence, "%s\"%s\"",
			word == option->allowed ? ""
			: word[1]               ? ", "
						: " or ",
			*word);
	print_sentence(sentence.bytes);
	buf_finish(&sentence);
}

static void
print_other_names(const struct option_spec *option)
{
	if (option->vscode)
		printf("For Live Server:\n.Ql liveServer.settings.%s .\n", option->vscode);
	if (option->live_server)
		printf("For live-server:\n.Ql %s .\n", option->live_server);
}

static void
print_key(const struct option_spec *option, const struct option_spec *table)
{
	struct buf form = {0};

	(void)table;
	add_form(&form, option);
	printf(".It Cm %s : No %s%s\n", option->name, form.bytes, option->is_live ? ", live" : "");
	print_sentence(option->help);
	print_allowed(option);
	print_default(option);
	print_other_names(option);
	buf_finish(&form);
}

void
man_page_print_keys(const struct option_spec *table)
{
	print_lists(table, is_key, print_key);
}

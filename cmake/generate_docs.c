/*
 * generate_docs: prints what is made from the table of options: manual pages, completions, and the
 * JSON Schema of settings files. The build runs it; it is not installed.
 *
 *   generate_docs man TEMPLATE DATE DATADIR    a manual page
 *   generate_docs bash | zsh | fish            a completion
 *   generate_docs schema
 */
#include <stdio.h>
#include <string.h>

#include "settings/completion.h"
#include "settings/config_schema.h"
#include "settings/man_page.h"
#include "settings/option_table.h"

enum { LINE_SIZE = 512 };

/* Prints a line of a template, with "@NAME@" replaced by value wherever it stands. */
static void
print_line(const char *line, const char *const *names, const char *const *values, size_t count)
{
	while (*line) {
		size_t i = 0;

		while (i < count && strncmp(line, names[i], strlen(names[i])) != 0)
			i++;
		if (i < count) {
			fputs(values[i], stdout);
			line += strlen(names[i]);
		} else {
			putchar(*line++);
		}
	}
}

static int
print_man_page(const char *template, const char *date, const char *data_folder)
{
	const char *const names[] = {"@DATE@", "@DATADIR@"}, *const values[] = {date, data_folder};
	char line[LINE_SIZE];
	FILE *file = fopen(template, "r");

	if (!file) {
		perror(template);
		return 1;
	}
	while (fgets(line, sizeof(line), file)) {
		if (strcmp(line, "@OPTIONS@\n") == 0)
			man_page_print_options(option_table);
		else if (strcmp(line, "@KEYS@\n") == 0)
			man_page_print_keys(option_table);
		else if (strncmp(line, ".\\\" The build", 13) != 0)
			print_line(line, names, values, 2);
	}
	fclose(file);
	return 0;
}

int
main(int count, char **arguments)
{
	const char *what = count > 1 ? arguments[1] : "";

	if (count == 5 && strcmp(what, "man") == 0)
		return print_man_page(arguments[2], arguments[3], arguments[4]);
	if (count == 2 && strcmp(what, "schema") == 0) {
		config_schema_print(option_table);
		return 0;
	}
	if (count == 2 && completion_print(option_table, what))
		return 0;
	fputs("usage: generate_docs man TEMPLATE DATE DATADIR | bash | zsh | fish | schema\n",
		stderr);
	return 2;
}

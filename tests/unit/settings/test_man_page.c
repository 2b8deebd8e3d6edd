/*
 * Rows of a table of options, and what they are in a manual page.
 */
#include "support/test.h"

#include <string.h>

#include "settings/man_page.h"
#include "support/capture.h"

static const char *const words[] = {"one", "two", NULL};

static const struct option_spec table[] = {
	{.kind = OPTION_HEADING, .help = "A heading:"},
	{
		.name = "number",
		.letter = 'n',
		.kind = OPTION_NUMBER,
		.value = "N",
		.help = "a number",
		.max = 9,
		.default_text = "5",
		.vscode = "someNumber",
	},
	{.name = "switch", .kind = OPTION_SWITCH, .help = "a switch of --number"},
	{.kind = OPTION_HEADING, .help = "Another:"},
	{
		.name = "word",
		.kind = OPTION_TEXT,
		.value_optional = true,
		.value = "WORD",
		.help = ".ends with \\, one or two",
		.allowed = words,
		.is_live = true,
	},
	{
		.name = "list",
		.kind = OPTION_LIST,
		.value = "ITEM",
		.help = "a list with a help of so many words that it must be broken into two "
			"lines of text",
		.live_server = "items",
	},
	{.kind = OPTION_HEADING, .help = "Not for files:"},
	{.name = "help", .letter = 'h', .kind = OPTION_ACTION, .help = "print this"},
	{.name = "refused", .kind = OPTION_REFUSED, .help = "there is none"},
	{0},
};

static void
options(void **state)
{
	(void)state;
	capture_begin(1);
	man_page_print_options(table);
	assert_string_equal(capture_end(),
		".Ss A heading\n"
		".Bl -tag -width Ds\n"
		".It Fl n , Fl -number Ns = Ns Ar N\n"
		"A number.\n"
		"The default is 5.\n"
		".It Fl -switch , Fl -no-switch\n"
		"A switch of \\-\\-number.\n"
		".El\n"
		".Ss Another\n"
		".Bl -tag -width Ds\n"
		".It Fl -word Ns Op = Ns Ar WORD , Fl -no-word\n"
		"\\&.ends with \\e, one or two.\n"
		".It Fl -list Ns = Ns Ar ITEM\n"
		"A list with a help of so many words that it must be broken into two lines of\n"
		"text.\n"
		"Repeatable.\n"
		".El\n"
		".Ss Not for files\n"
		".Bl -tag -width Ds\n"
		".It Fl h , Fl -help\n"
		"Print this.\n"
		".El\n");
}

static void
keys(void **state)
{
	(void)state;
	capture_begin(1);
	man_page_print_keys(table);
	assert_string_equal(capture_end(),
		".Ss A heading\n"
		".Bl -tag -width Ds\n"
		".It Cm number : No number from 0 to 9\n"
		"A number.\n"
		"The default is 5.\n"
		"For Live Server:\n"
		".Ql liveServer.settings.someNumber .\n"
		".It Cm switch : No boolean\n"
		"A switch of \\-\\-number.\n"
		".El\n"
		".Ss Another\n"
		".Bl -tag -width Ds\n"
		".It Cm word : No string or boolean, live\n"
		"\\&.ends with \\e, one or two.\n"
		"The value is \"one\" or \"two\".\n"
		".It Cm list : No array of strings\n"
		"A list with a help of so many words that it must be broken into two lines of\n"
		"text.\n"
		"For live-server:\n"
		".Ql items .\n"
		".El\n");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(options),
		cmocka_unit_test(keys),
	};

	return cmocka_run_group_tests_name("man_page", tests, NULL, NULL);
}

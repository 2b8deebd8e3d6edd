/*
 * Rows of a table of options, and what they are in a completion. tests/doc runs the shells.
 */
#include "support/test.h"

#include <string.h>

#include "settings/completion.h"
#include "support/capture.h"

static const char *const words[] = {"one", "two", NULL};

static const struct option_spec table[] = {
	{.kind = OPTION_HEADING, .help = "A heading:"},
	{
		.name = "folder",
		.letter = 'f',
		.kind = OPTION_TEXT,
		.path = OPTION_PATH,
		.value = "FOLDER",
		.help = "it's a [folder]",
	},
	{.name = "switch", .kind = OPTION_SWITCH, .help = "a switch"},
	{.name = "no-switch", .kind = OPTION_ALIAS, .help = "no switch", .alias_of = "switch"},
	{.name = "other", .kind = OPTION_SWITCH, .help = "another"},
	{
		.name = "word",
		.kind = OPTION_TEXT,
		.value = "WORD",
		.help = "a word",
		.allowed = words,
	},
	{
		.name = "maybe",
		.kind = OPTION_NUMBER,
		.value_optional = true,
		.value = "N",
		.help = "a number",
	},
	{
		.name = "pair",
		.letter = 'p',
		.kind = OPTION_PAIRS,
		.separator = '=',
		.path = OPTION_PATH_AFTER_SEPARATOR,
		.value = "A=B",
		.help = "a pair",
	},
	{.name = "refused", .kind = OPTION_REFUSED, .help = "there is none"},
	{0},
};

/* Asserts that the script for a shell has each of the lines, and no word of what is refused. */
static void
check(const char *shell, const char *const *lines, size_t count)
{
	const char *script;

	capture_begin(1);
	assert_true(completion_print(table, shell));
	script = capture_end();
	for (size_t i = 0; i < count; i++)
		if (!strstr(script, lines[i]))
			fail_msg("%s: no %s in %s", shell, lines[i], script);
	assert_null(strstr(script, "refused"));
	assert_null(strstr(script, "heading"));
}

static void
bash(void **state)
{
	static const char *const lines[] = {
		"\t--folder= | --folder | -f)\n\t\t_liveserve_paths -d \"$word\"\n",
		"\t--word= | --word)\n\t\tmapfile -t COMPREPLY < <(compgen -W 'one two' -- ",
		"\t--maybe=)\n\t\treturn\n",
		"\t--pair==)\n\t\t_liveserve_paths -f \"$word\"\n",
		"\t--pair= | --pair | -p)\n\t\treturn\n",
		("\n\t\t\t--folder=\n\t\t\t--switch\n\t\t\t--no-switch\n\t\t\t--other\n"
		 "\t\t\t--no-other\n\t\t\t--word=\n\t\t\t--maybe\n\t\t\t--no-maybe\n\t\t\t--pair="
		 "\n"),
	};

	(void)state;
	check("bash", lines, ROWS(lines));
}

static void
zsh(void **state)
{
	static const char *const lines[] = {
		"\t'(-f --folder)'{-f+,--folder=}'[it'\\''s a \\[folder\\]]:FOLDER:_files -/' \\\n",
		"\t--switch'[a switch]' \\\n\t--no-switch'[no switch]' \\\n",
		"\t--other'[another]' \\\n\t'--no-other[turn off --other]' \\\n",
		"\t--word='[a word]:WORD:(one two)' \\\n",
		"\t--maybe=-'[a number]::N:' \\\n",
		"\t'*'{-p+,--pair=}'[a pair]:A=B:{ compset -P \"*[=\\:]\" && _files }' \\\n",
	};

	(void)state;
	check("zsh", lines, ROWS(lines));
}

static void
fish(void **state)
{
	static const char *const lines[] = {
		"-l folder -s f -x -a '(__fish_complete_directories)' -d 'it\\'s a [folder]'\n",
		"-l switch -d 'a switch'\n",
		"-l no-switch -d 'no switch'\n",
		"-l no-other -d 'turn off --other'\n",
		"-l word -x -a 'one two' -d 'a word'\n",
		"-l maybe -d 'a number'\n",
		"-l pair -s p -r -F -d 'a pair'\n",
	};

	(void)state;
	check("fish", lines, ROWS(lines));
}

static void
another_shell(void **state)
{
	(void)state;
	assert_false(completion_print(table, "csh"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(bash),
		cmocka_unit_test(zsh),
		cmocka_unit_test(fish),
		cmocka_unit_test(another_shell),
	};

	return cmocka_run_group_tests_name("completion", tests, NULL, NULL);
}

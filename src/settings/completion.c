/*
 * completion: see completion.h. The parts that are the same for every table stand here as text.
 */
#include "settings/completion.h"

#include <stdio.h>
#include <string.h>

/* ---- what can be completed ---- */

/* What a value is. */
enum values {
	VALUES_UNKNOWN, /* a value that cannot be completed, such as a port */
	VALUES_WORDS,   /* one of option->allowed */
	VALUES_FOLDERS,
	VALUES_FILES,
	VALUES_FILES_AFTER_SEPARATOR,
};

static enum values
values_of(const struct option_spec *option)
{
	if (option->allowed)
		return VALUES_WORDS;
	if (option->value && option->path == OPTION_PATH)
		return strcmp(option->value, "FOLDER") == 0 ? VALUES_FOLDERS : VALUES_FILES;
	return option->path == OPTION_PATH_AFTER_SEPARATOR ? VALUES_FILES_AFTER_SEPARATOR
							   : VALUES_UNKNOWN;
}

static const struct command {
	const char *name, *help;
} commands[] = {
	{"allow", "let the settings files of a folder do all that they say"},
	{"deny", "take that back"},
	{"init", "set up VS Code for a folder, or write a first page"},
	{"why", "say how a file is watched, and what its last change did"},
	{"wire", "print the packets of a capture"},
	{"reload", "reload pages"},
	{"wait", "wait until every open page shows the newest files"},
	{"status", "say what the running server does"},
	{"list", "name the running servers"},
	{"lsp", "serve an editor, which starts it"},
	{"stop", "stop the server of a folder"},
	{"trust", "have browsers trust the certificates of --https"},
	{"help", "explain a command or an option"},
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static bool
is_option(const struct option_spec *row)
{
	return row->kind != OPTION_HEADING && row->kind != OPTION_REFUSED;
}

/* Prints text with a backslash before each character of special. */
static void
print_escaped(const char *text, const char *special)
{
	for (; *text; text++) {
		if (strchr(special, *text))
			putchar('\\');
		putchar(*text);
	}
}

/* Prints text inside of single quotes for a POSIX shell. */
static void
print_quoted(const char *text)
{
	for (; *text; text++)
		if (*text == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*text);
}

static void
print_allowed(const struct option_spec *option)
{
	for (const char *const *word = option->allowed; *word; word++)
		printf("%s%s", word == option->allowed ? "" : " ", *word);
}

/* ---- bash ---- */

static const char bash_begin[] =
	"# bash completion for liveserve. Made from its table of options.\n"
	"\n"
	"# _liveserve_paths -d|-f WORD: folders, or folders and files, that begin with WORD.\n"
	"_liveserve_paths()\n"
	"{\n"
	"\tcompopt -o filenames 2>/dev/null\n"
	"\tmapfile -t COMPREPLY < <(compgen \"$1\" -- \"$2\")\n"
	"}\n"
	"\n"
	"_liveserve()\n"
	"{\n"
	"\tlocal word=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} sign=0\n"
	"\tCOMPREPLY=()\n"
	"\n"
	"\t# bash makes three words of --name=value; sign is the place of the last \"=\".\n"
	"\tif [[ $option == = ]]; then\n"
	"\t\tsign=$((COMP_CWORD - 1))\n"
	"\telif [[ $word == = ]]; then\n"
	"\t\tsign=$COMP_CWORD word=\n"
	"\tfi\n"
	"\tif ((sign > 3)) && [[ ${COMP_WORDS[sign - 2]} == = ]]; then\n"
	"\t\toption=${COMP_WORDS[sign - 3]}==\n"
	"\telif ((sign > 1)); then\n"
	"\t\toption=${COMP_WORDS[sign - 1]}=\n"
	"\tfi\n"
	"\n"
	"\tif ((COMP_CWORD > 1)); then\n"
	"\t\tcase ${COMP_WORDS[1]} in\n"
	"\t\twhy | reload | wire)\n"
	"\t\t\t_liveserve_paths -f \"$word\"\n"
	"\t\t\treturn\n"
	"\t\t\t;;\n"
	"\t\tallow | deny | init | status | stop)\n"
	"\t\t\t_liveserve_paths -d \"$word\"\n"
	"\t\t\t[[ ${COMP_WORDS[1]} != status || $word != -* ]] || COMPREPLY=(--json)\n"
	"\t\t\t[[ ${COMP_WORDS[1]} != init || $word != -* ]] ||\n"
	"\t\t\t\tmapfile -t COMPREPLY < <(compgen -W '--firefox --page' -- \"$word\")\n"
	"\t\t\treturn\n"
	"\t\t\t;;\n"
	"\t\twait)\n"
	"\t\t\t_liveserve_paths -d \"$word\"\n"
	"\t\t\t[[ $word != -* ]] ||\n"
	"\t\t\t\tmapfile -t COMPREPLY < <(compgen -W '--since= --timeout= --json' -- \"$word\")\n"
	"\t\t\treturn\n"
	"\t\t\t;;\n"
	"\t\tlist)\n"
	"\t\t\tCOMPREPLY=(--json)\n"
	"\t\t\treturn\n"
	"\t\t\t;;\n"
	"\t\ttrust)\n"
	"\t\t\tmapfile -t COMPREPLY < <(compgen -W '--undo --no-system' -- \"$word\")\n"
	"\t\t\treturn\n"
	"\t\t\t;;\n"
	"\t\thelp)\n"
	"\t\t\tmapfile -t COMPREPLY < <(compgen -W 'all allow init why wire reload wait status "
	"list lsp stop trust' -- \"$word\")\n"
	"\t\t\treturn\n"
	"\t\t\t;;\n"
	"\t\tesac\n"
	"\tfi\n"
	"\n"
	"\tcase $option in\n";

static const char bash_middle[] = "\tesac\n"
				  "\n"
				  "\tif [[ $word == -* ]]; then\n"
				  "\t\tmapfile -t COMPREPLY < <(compgen -W '\n";

static const char bash_end[] = "\t\t' -- \"$word\")\n"
			       "\t\tif [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]]; then\n"
			       "\t\t\tcompopt -o nospace 2>/dev/null\n"
			       "\t\tfi\n"
			       "\t\treturn\n"
			       "\tfi\n"
			       "\t_liveserve_paths -f \"$word\"\n"
			       "\tif ((COMP_CWORD == 1)); then\n"
			       "\t\tmapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -W '";

static void
print_bash_action(const struct option_spec *option)
{
	switch (values_of(option)) {
	case VALUES_WORDS:
		fputs("\t\tmapfile -t COMPREPLY < <(compgen -W '", stdout);
		print_allowed(option);
		puts("' -- \"$word\")");
		break;
	case VALUES_FOLDERS:
		puts("\t\t_liveserve_paths -d \"$word\"");
		break;
	case VALUES_FILES:
	case VALUES_FILES_AFTER_SEPARATOR:
		puts("\t\t_liveserve_paths -f \"$word\"");
		break;
	case VALUES_UNKNOWN:
		break;
	}
}

/* One case for the value of an option, which is a word of its own or follows "=". */
static void
print_bash_case(const struct option_spec *option)
{
	bool is_pair = values_of(option) == VALUES_FILES_AFTER_SEPARATOR;

	if (!option->value)
		return;
	if (is_pair) {
		printf("\t--%s==)\n", option->name);
		print_bash_action(option);
		puts("\t\treturn\n\t\t;;");
	}
	printf("\t--%s=", option->name);
	if (!option->value_optional)
		printf(" | --%s", option->name);
	if (!option->value_optional && option->letter)
		printf(" | -%c", option->letter);
	puts(")");
	if (!is_pair)
		print_bash_action(option);
	puts("\t\treturn\n\t\t;;");
}

static void
print_bash(const struct option_spec *table)
{
	fputs(bash_begin, stdout);
	for (const struct option_spec *row = table; row->help; row++)
		if (is_option(row))
			print_bash_case(row);
	fputs(bash_middle, stdout);
	for (const struct option_spec *row = table; row->help; row++) {
		if (!is_option(row))
			continue;
		printf("\t\t\t--%s%s\n", row->name, row->value && !row->value_optional ? "=" : "");
		if (option_has_negation(table, row))
			printf("\t\t\t--no-%s\n", row->name);
	}
	fputs(bash_end, stdout);
	for (size_t i = 0; i < COMMANDS; i++)
		printf("%s%s", i ? " " : "", commands[i].name);
	puts("' -- \"$word\")\n\tfi\n}\n\ncomplete -F _liveserve liveserve");
}

/* ---- zsh ---- */

static const char zsh_begin[] = "#compdef liveserve\n"
				"# zsh completion for liveserve. Made from its table of options.\n"
				"\n"
				"local curcontext=$curcontext state line\n"
				"local -a commands\n"
				"typeset -A opt_args\n"
				"\n"
				"commands=(\n";

static const char zsh_middle[] =
	")\n"
	"\n"
	"# Behind a command there are only its own options.\n"
	"if ((CURRENT > 2)); then\n"
	"\tcase $words[2] in\n"
	"\twhy | reload | wire) _files; return ;;\n"
	"\tallow | deny | stop) _files -/; return ;;\n"
	"\tinit) _alternative 'options:option:(--firefox --page)' 'files:folder:_files -/'; return "
	";;\n"
	"\tlist) _values option --json; return ;;\n"
	"\ttrust) _values option --undo --no-system; return ;;\n"
	"\thelp) _values topic all allow init why wire reload wait status list stop trust; return "
	";;\n"
	"\tstatus) _alternative 'options:option:(--json)' 'files:folder:_files -/'; return ;;\n"
	"\twait)\n"
	"\t\t_alternative 'options:option:(--since= --timeout= --json)' 'files:folder:_files -/'\n"
	"\t\treturn\n"
	"\t\t;;\n"
	"\tesac\n"
	"fi\n"
	"\n"
	"_arguments -s -S -C \\\n";

static const char zsh_end[] = "\t'1: :->first' && return 0\n"
			      "\n"
			      "if [[ $state == first ]]; then\n"
			      "\t_alternative \\\n"
			      "\t\t'commands:command:{ _describe command commands }' \\\n"
			      "\t\t'files:folder or page:_files -g \"*.(htm|html)(-.)\"'\n"
			      "fi\n";

/* "[help]:VALUE:action", and the end of the quotes before it. */
static void
print_zsh_value(const struct option_spec *option)
{
	fputs("'[", stdout);
	for (const char *c = option->help; *c; c++) {
		char one[2] = {*c, '\0'};

		if (strchr("[]\\", *c))
			putchar('\\');
		print_quoted(one);
	}
	putchar(']');
	if (option->value) {
		fputs(option->value_optional ? "::" : ":", stdout);
		print_escaped(option->value, ":\\");
		putchar(':');
	}
	switch (values_of(option)) {
	case VALUES_WORDS:
		putchar('(');
		print_allowed(option);
		putchar(')');
		break;
	case VALUES_FOLDERS:
		fputs("_files -/", stdout);
		break;
	case VALUES_FILES:
		fputs("_files", stdout);
		break;
	case VALUES_FILES_AFTER_SEPARATOR:
		fputs("{ compset -P \"*[=\\:]\" && _files }", stdout);
		break;
	case VALUES_UNKNOWN:
		break;
	}
	puts("' \\");
}

static void
print_zsh_option(const struct option_spec *table, const struct option_spec *option)
{
	bool is_list = option_is_repeatable(option);
	const char *sign = !option->value ? "" : option->value_optional ? "=-" : "=";

	putchar('\t');
	if (is_list)
		fputs("'*'", stdout);
	if (option->letter && !is_list)
		printf("'(-%c --%s)'", option->letter, option->name);
	if (option->letter)
		printf("{-%c%s,--%s%s}", option->letter,
			!option->value           ? ""
			: option->value_optional ? "-"
						 : "+",
			option->name, sign);
	else
		printf("--%s%s", option->name, sign);
	print_zsh_value(option);
	if (option_has_negation(table, option))
		printf("\t'--no-%s[turn off --%s]' \\\n", option->name, option->name);
}

static void
print_zsh(const struct option_spec *table)
{
	fputs(zsh_begin, stdout);
	for (size_t i = 0; i < COMMANDS; i++)
		printf("\t'%s:%s'\n", commands[i].name, commands[i].help);
	fputs(zsh_middle, stdout);
	for (const struct option_spec *row = table; row->help; row++)
		if (is_option(row))
			print_zsh_option(table, row);
	fputs(zsh_end, stdout);
}

/* ---- fish ---- */

static const char fish_begin[] =
	"# fish completion for liveserve. Made from its table of options.\n\n";

static const char fish_end[] =
	"complete -c liveserve -n '__fish_seen_subcommand_from allow deny init status stop wait' "
	"-x -a "
	"'(__fish_complete_directories)'\n"
	"complete -c liveserve -n '__fish_seen_subcommand_from status list wait' -l json "
	"-d 'print one JSON object'\n"
	"complete -c liveserve -n '__fish_seen_subcommand_from init' -l page "
	"-d 'write a first page'\n"
	"complete -c liveserve -n '__fish_seen_subcommand_from init' -l firefox "
	"-d 'debug in Firefox, too'\n"
	"complete -c liveserve -n '__fish_seen_subcommand_from trust' -l undo -d 'take it back'\n"
	"complete -c liveserve -n '__fish_seen_subcommand_from trust' -l no-system "
	"-d 'leave the store of the system alone'\n";

static void
print_fish_option(const struct option_spec *option)
{
	printf("complete -c liveserve -l %s", option->name);
	if (option->letter)
		printf(" -s %c", option->letter);
	if (option->value && !option->value_optional) {
		switch (values_of(option)) {
		case VALUES_WORDS:
			fputs(" -x -a '", stdout);
			print_allowed(option);
			putchar('\'');
			break;
		case VALUES_FOLDERS:
			fputs(" -x -a '(__fish_complete_directories)'", stdout);
			break;
		case VALUES_FILES:
		case VALUES_FILES_AFTER_SEPARATOR:
			fputs(" -r -F", stdout);
			break;
		case VALUES_UNKNOWN:
			fputs(" -x", stdout);
			break;
		}
	}
	fputs(" -d '", stdout);
	print_escaped(option->help, "'\\");
	puts("'");
}

static void
print_fish(const struct option_spec *table)
{
	fputs(fish_begin, stdout);
	for (const struct option_spec *row = table; row->help; row++) {
		if (!is_option(row))
			continue;
		print_fish_option(row);
		if (option_has_negation(table, row))
			printf("complete -c liveserve -l no-%s -d 'turn off --%s'\n", row->name,
				row->name);
	}
	for (size_t i = 0; i < COMMANDS; i++)
		printf("complete -c liveserve -n __fish_use_subcommand -a %s -d '%s'\n",
			commands[i].name, commands[i].help);
	fputs(fish_end, stdout);
}

/* ---- all shells ---- */

bool
completion_print(const struct option_spec *table, const char *shell)
{
	static const struct {
		const char *shell;
		void (*print)(const struct option_spec *table);
	} shells[] = {
		{"bash", print_bash},
		{"zsh", print_zsh},
		{"fish", print_fish},
	};

	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
		if (strcmp(shell, shells[i].shell) == 0) {
			shells[i].print(table);
			return true;
		}
	return false;
}

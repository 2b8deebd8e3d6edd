/*
 * words: see words.h. It owns the lines that it makes, until the program ends.
 */
#define _GNU_SOURCE
#include "commands/words.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/edit_distance.h"
#include "base/log.h"
#include "commands/allow.h"
#include "commands/init_vscode.h"
#include "commands/lsp.h"
#include "commands/servers.h"
#include "commands/trust.h"
#include "commands/wait.h"
#include "commands/wire.h"
#include "control/control_client.h"

enum { LINE_MAX = 3 };

/* Programs that improve typography make one of these of "--". In UTF-8. */
#define EN_DASH "\xe2\x80\x93"
#define EM_DASH "\xe2\x80\x94"

static const struct command {
	const char *name;
	words_command_fn *run; /* NULL: the word stands for an option */
} commands[] = {
	{"allow", allow_run},
	{"deny", allow_deny},
	{"init", init_vscode_run},
	{"list", servers_list},
	{"lsp", lsp_run},
	{"reload", control_client_reload},
	{"status", control_client_status},
	{"stop", servers_stop},
	{"trust", trust_run},
	{"wait", wait_run},
	{"why", control_client_why},
	{"wire", wire_run},
	{"help", NULL},
	{"version", NULL},
	{"serve", NULL},
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static const struct command *
find_command(const char *word)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(word, commands[i].name) == 0)
			return &commands[i];
	return NULL;
}

/* The command that was probably meant: behind an option, or with a typing error; or NULL. */
static const char *
find_meant(const char *word)
{
	struct nearest_word near = {.wanted = slice_of(word)};

	for (size_t i = 0; i < COMMANDS; i++)
		nearest_word_consider(&near, commands[i].name);
	return near.word;
}

/* A words_command_fn for "help TOPIC", where the topic is nearly a command. */
static int
refuse_topic(int count, char **arguments)
{
	(void)count;
	log_error("there is no command \"%s\"; did you mean: liveserve help %s?", arguments[2],
		find_meant(arguments[2]));
	return 2;
}

words_command_fn *
words_find_command(int count, char **arguments)
{
	const struct command *command = count > 1 ? find_command(arguments[1]) : NULL;

	/* Of the lines that begin with "help", words_read() leaves only this one. */
	if (command && strcmp(command->name, "help") == 0)
		return refuse_topic;
	return command ? command->run : NULL;
}

/* A word with something behind it is meant as a command. */
static void
note_folder(int count, const char *word)
{
	struct stat state;

	if (count == 2 && find_command(word) && stat(word, &state) == 0 && S_ISDIR(state.st_mode))
		log_notice("\"%s\" is a command; to serve the folder of that name: liveserve ./%s",
			word, word);
}

/* Makes the line "liveserve FIRST [SECOND]". */
static char **
make_line(int *count, char **arguments, char *first, char *second)
{
	static char *line[LINE_MAX + 1];

	line[0] = arguments[0];
	line[1] = first;
	line[2] = second;
	*count = second ? 3 : 2;
	return line;
}

static char **
read_help(int *count, char **arguments)
{
	static char help[] = "--help", about[256];
	char *topic = *count > 2 ? arguments[2] : NULL;
	const struct command *command = topic ? find_command(topic) : NULL;

	if (!topic)
		return make_line(count, arguments, help, NULL);
	/* A command has a --help of its own. */
	if (command && command->run)
		return make_line(count, arguments, topic, help);
	if (!command && topic[0] != '-' && find_meant(topic))
		return arguments; /* refuse_topic() says which */
	if (command)
		topic = arguments[1] + strlen(arguments[1]); /* "" */
	snprintf(about, sizeof(about), "--help=%s", topic);
	return make_line(count, arguments, about, NULL);
}

char **
words_read(int *count, char **arguments)
{
	static char version[] = "--version";
	const char *word = *count > 1 ? arguments[1] : "";

	note_folder(*count, word);
	if (strcmp(word, "help") == 0)
		return read_help(count, arguments);
	if (strcmp(word, "version") == 0)
		return make_line(count, arguments, version, NULL);
	if (strcmp(word, "serve") != 0)
		return arguments;
	arguments[1] = arguments[0]; /* the name of the program */
	(*count)--;
	return arguments + 1;
}

void
words_log_no_folder(const char *path)
{
	const char *command = errno == ENOENT ? find_meant(path) : NULL;
	bool has_long_dash = strncmp(path, EN_DASH, 3) == 0 || strncmp(path, EM_DASH, 3) == 0;

	if (has_long_dash)
		log_error(
			"\"%s\" begins with a typographic dash, so it is no option; type it anew, "
			"with two minus signs",
			path);
	else if (command)
		log_error("there is no folder \"%s\"; did you mean: liveserve %s?%s", path, command,
			strcmp(path, command) == 0 ? " A command stands before all options" : "");
	else if (errno == ENOENT)
		log_error("there is no folder \"%s\"; give the folder that holds the pages, or "
			  "none for the current folder",
			path);
	else if (errno == ENOTDIR)
		log_error("\"%s\" is a file; give the folder that holds it", path);
	else
		log_error("cannot open the folder \"%s\": %s%s", path, strerror(errno),
			errno == EACCES ? "; give yourself the right with chmod u+rx, or start "
					  "liveserve as its owner"
					: "");
}

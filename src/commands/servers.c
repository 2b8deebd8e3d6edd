/*
 * servers: see servers.h. A server is looked for by its folder, as the commands of
 * control/control_client do it: the first folder that has one counts, from the given one upwards.
 */
#define _GNU_SOURCE
#include "commands/servers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/json_writer.h"
#include "base/log.h"
#include "base/mem.h"
#include "control/control_socket.h"
#include "control/running.h"
#include "control/wrong_option.h"
#include "fs/path.h"

/* ---- list ---- */

static void
print_json(const struct running_server *server)
{
	struct buf json = {0};

	buf_add_char(&json, '{');
	json_add_number_member(&json, "pid", (uint64_t)server->pid);
	json_add_number_member(&json, "port", server->port);
	json_add_bool_member(&json, "suspended", server->is_suspended);
	if (server->root)
		json_add_text_member(&json, "root", server->root);
	if (server->url) {
		json_add_text_member(&json, "url", server->url);
		json_add_number_member(&json, "pages", server->pages);
	}
	buf_add_char(&json, '}');
	puts(json.bytes);
	buf_finish(&json);
}

/* "port 9000: suspended, process 123, serves /home/ada/site". */
static void
add_silent(struct buf *line, const struct running_server *server)
{
	buf_addf(line, "port %u: %s, process %d", server->port,
		server->is_suspended ? "suspended" : "does not answer", (int)server->pid);
	if (server->root) {
		buf_add_text(line, ", serves ");
		log_add_printable(line, slice_of(server->root));
	}
	if (server->is_suspended)
		buf_add_text(line, "; fg in its terminal continues it");
}

/* "http://localhost:9000/  /home/ada/site  2 pages open", the URL padded to width. */
static void
print_text(const struct running_server *server, int width)
{
	struct buf line = {0};

	if (server->url && server->root) {
		log_add_printable(&line, slice_of(server->url));
		buf_addf(&line, "%*s", width + 2 - (int)line.length, "");
		log_add_printable(&line, slice_of(server->root));
		buf_addf(&line, "  %zu page%s open", server->pages, server->pages == 1 ? "" : "s");
	} else {
		add_silent(&line, server);
	}
	puts(line.bytes);
	buf_finish(&line);
}

static int
list(const char *folder, bool as_json)
{
	struct running running;
	int width = 0;

	(void)folder;
	running_find(&running);
	for (size_t i = 0; i < running.count; i++) {
		const char *url = running.items[i].url;

		if (url && (int)strlen(url) > width)
			width = (int)strlen(url);
	}
	for (size_t i = 0; i < running.count; i++)
		if (as_json)
			print_json(&running.items[i]);
		else
			print_text(&running.items[i], width);
	if (running.count == 0 && !as_json)
		puts("no liveserve of yours is running; start one with: liveserve FOLDER");
	running_finish(&running);
	return 0;
}

/* ---- stop ---- */

/*
 * The absolute path of folder without links, if it exists, so that a server is found by its hash. Of
 * a folder that was deleted, the path as it is written. The caller frees.
 */
static char *
find_path(const char *folder)
{
	char *path = *folder ? realpath(folder, NULL) : NULL, *here;

	if (path || *folder == '/')
		return path ? path : mem_text(folder);
	here = getcwd(NULL, 0);
	path = here ? path_join(here, folder) : mem_text(folder);
	free(here);
	return path;
}

/* Stops the server. Returns false after an error. */
static bool
stop_one(const struct running_server *server, const char *root)
{
	struct buf name = {0};
	enum running_verdict verdict = running_stop(server);

	log_add_printable(&name, slice_of(server->root ? server->root : root));
	if (verdict == RUNNING_SILENT)
		log_error("the liveserve for %s does not answer; end it with: kill -KILL %d",
			name.bytes, (int)server->pid);
	else if (server->url)
		printf("stopped %s, which served %s\n", server->url, name.bytes);
	else
		printf("stopped the liveserve for %s\n", name.bytes);
	buf_finish(&name);
	return verdict != RUNNING_SILENT;
}

/* Stops all servers of the folder. Returns the number of those found; *all_ended is set. */
static size_t
stop_all_of(const struct running *running, const char *root, bool *all_ended)
{
	size_t found = 0;

	for (size_t i = 0; i < running->count; i++) {
		const struct running_server *server = &running->items[i];

		if (!control_socket_is_of(server->hash, root))
			continue;
		found++;
		*all_ended = stop_one(server, root) && *all_ended;
	}
	return found;
}

static int
stop(const char *folder, bool as_json)
{
	char *path = find_path(folder ? folder : ".");
	struct slice rest = slice_of(path);
	struct running running;
	size_t found = 0;
	bool all_ended = true;

	(void)as_json;
	running_find(&running);
	while (found == 0) {
		char *root = rest.length ? mem_copy(rest.at, rest.length) : mem_text("/");

		found = stop_all_of(&running, root, &all_ended);
		free(root);
		if (rest.length == 0)
			break;
		rest = path_parent(rest);
	}
	if (found == 0)
		log_error("no liveserve of yours serves a folder that contains \"%s\"; %s",
			folder ? folder : ".",
			running.count ? "see those that run with: liveserve list"
				      : "none is running");
	running_finish(&running);
	free(path);
	return found && all_ended ? 0 : 1;
}

/* ---- the command line ---- */

struct command {
	const char *name;
	bool takes_folder, has_json;
	int (*run)(const char *folder, bool as_json);
	const char *usage;
};

/* Reads what follows the command, and runs it. */
static int
run(const struct command *command, int count, char **arguments)
{
	static const char *const with_json[] = {"--json", NULL};
	const char *folder = NULL;
	bool is_option = true, as_json = false;

	for (int i = 2; i < count; i++) {
		const char *argument = arguments[i];

		if (is_option && (strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0)) {
			puts(command->usage);
			return 0;
		}
		if (is_option && strcmp(argument, "--") == 0) {
			is_option = false;
		} else if (is_option && command->has_json && strcmp(argument, "--json") == 0) {
			as_json = true;
		} else if (is_option && argument[0] == '-' && argument[1]) {
			wrong_option_log(command->name, argument,
				command->has_json ? with_json : with_json + 1);
			return 2;
		} else if (folder || !command->takes_folder) {
			log_error("%s: \"%s\" is one too many; see liveserve %s --help",
				command->name, argument, command->name);
			return 2;
		} else {
			folder = argument;
		}
	}
	return command->run(folder, as_json);
}

int
servers_list(int count, char **arguments)
{
	static const struct command command = {"list", false, true, list,
		"Usage: liveserve list [--json]\n\n"
		"Prints the URL of each liveserve that you have started and that still runs, the\n"
		"folder that it serves, and how many pages are open. With --json: one object on\n"
		"each line, for programs.\n"
		"To serve a folder of that name: liveserve ./list"};

	return run(&command, count, arguments);
}

int
servers_stop(int count, char **arguments)
{
	static const struct command command = {"stop", true, false, stop,
		"Usage: liveserve stop [FOLDER]\n\n"
		"Stops the liveserve that serves FOLDER, or a folder above it, and waits until it\n"
		"has ended. Without FOLDER: the current folder. Only a liveserve of yours is\n"
		"stopped.\n"
		"To serve a folder of that name: liveserve ./stop"};

	return run(&command, count, arguments);
}

/*
 * lsp: see lsp.h.
 */
#include "commands/lsp.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/loop.h"
#include "control/signals.h"
#include "lsp/language_server.h"
#include "settings/config.h"

static const char usage[] =
	"Usage: liveserve lsp\n\n"
	"A language server, which an editor starts and talks with over standard input and\n"
	"output (Language Server Protocol 3.17). What you type is shown by the open pages of\n"
	"the liveserve that serves the file, before it is saved. It has no completion and no\n"
	"hover, so that it stands beside the servers for HTML and CSS. The manual has the\n"
	"lines for each editor.\n\n"
	"  --stdio                 changes nothing; editors add it\n"
	"  --clientProcessId=N     the same\n\n"
	"To serve a folder of that name: liveserve ./lsp";

/* Editors of the family of VS Code add these by themselves. */
static bool
is_known(const char *argument)
{
	return strcmp(argument, "--stdio") == 0 ||
	       strncmp(argument, "--clientProcessId=", strlen("--clientProcessId=")) == 0;
}

static void
signal_received(void *context, enum signal_kind kind)
{
	if (kind == SIGNAL_STOP || kind == SIGNAL_RELOAD)
		loop_stop(context);
	if (kind == SIGNAL_SUSPEND)
		signals_suspend();
}

static int
serve(struct loop *loop)
{
	const struct language_server_options options = {
		.input = STDIN_FILENO, .output = STDOUT_FILENO, .version = config_version};
	struct signals *signals = signals_create(loop, signal_received, loop);
	struct language_server *server = signals ? language_server_create(loop, &options) : NULL;
	int code = 1;

	if (!signals)
		log_error("cannot receive signals: %s; close other programs", strerror(errno));
	if (server) {
		loop_run(loop);
		code = language_server_exit_code(server);
	}
	language_server_destroy(server);
	signals_destroy(signals);
	return code;
}

int
lsp_run(int count, char **arguments)
{
	struct loop *loop;
	int code;

	for (int i = 2; i < count; i++) {
		if (strcmp(arguments[i], "--help") == 0 || strcmp(arguments[i], "-h") == 0) {
			puts(usage);
			return 0;
		}
		if (!is_known(arguments[i])) {
			log_error(
				"lsp has no argument \"%s\"; see liveserve lsp --help, or to serve "
				"the folder: liveserve ./lsp",
				arguments[i]);
			return 2;
		}
	}
	if (isatty(STDIN_FILENO)) {
		log_error("liveserve lsp is started by an editor, not in a terminal; see "
			  "liveserve lsp --help");
		return 2;
	}
	loop = loop_create();
	if (!loop) {
		log_error("cannot wait for events: %s; close other programs", strerror(errno));
		return 1;
	}
	code = serve(loop);
	loop_destroy(loop);
	return code;
}

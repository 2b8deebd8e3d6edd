/*
 * main: chooses what to run by the first argument. commands/words.c has the table of commands.
 *
 *   liveserve [FOLDER] [OPTIONS]      serve a folder          serve.c
 *   liveserve allow|deny [FOLDER]     trust its files         commands/allow.c
 *   liveserve init [FOLDER]           set up VS Code for it   commands/init_vscode.c
 *   liveserve list | stop [FOLDER]    running servers         commands/servers.c
 *   liveserve lsp                     serve an editor         commands/lsp.c
 *   liveserve trust [--undo]          browsers and --https    commands/trust.c
 *   liveserve wait [FOLDER]           until pages are new     commands/wait.c
 *   liveserve why|reload|status ...   ask a running server    control/control_client.c
 *   liveserve wire FILE               print a capture         commands/wire.c
 *   liveserve help|version|serve ...  options, as words       commands/words.c
 */
#include "commands/words.h"
#include "serve.h"

int
main(int count, char **arguments)
{
	words_command_fn *run;

	arguments = words_read(&count, arguments);
	run = words_find_command(count, arguments);
	return run ? run(count, arguments) : serve_run(count, arguments);
}

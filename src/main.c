/*
 * main: chooses what to run by the first argument.
 *
 *   liveserve [FOLDER] [OPTIONS]      serve a folder          serve.c
 *   liveserve allow|deny [FOLDER]     trust its files         commands/allow.c
 *   liveserve init [FOLDER]           set up VS Code for it   commands/init_vscode.c
 *   liveserve list | stop [FOLDER]    running servers         commands/servers.c
 *   liveserve why|reload|status ...   ask a running server    control/control_client.c
 *   liveserve help|version|serve ...  options, as words       commands/words.c
 */
#include "commands/allow.h"
#include "commands/init_vscode.h"
#include "commands/servers.h"
#include "commands/words.h"
#include "control/control_client.h"
#include "serve.h"

int
main(int count, char **arguments)
{
	arguments = words_read(&count, arguments);
	if (init_vscode_is_given(count, arguments))
		return init_vscode_run(count, arguments);
	if (allow_is_given(count, arguments))
		return allow_run(count, arguments);
	if (servers_is_given(count, arguments))
		return servers_run(count, arguments);
	if (control_client_is_given(count, arguments))
		return control_client_run(count, arguments);
	return serve_run(count, arguments);
}

/*
 * control_client: "liveserve why PATH", "reload [PATH]", "status [FOLDER]": asks the server that runs for
 * a folder, and prints what it says.
 *
 * Room: top.
 */
#ifndef CONTROL_CLIENT_H
#define CONTROL_CLIENT_H

#include <stdbool.h>

/* Whether the command line is a command, and not one that serves. */
bool control_client_is_given(int count, char **arguments);

/*
 * Runs it. Returns the exit code: 0 when there was an answer, 1 when no server runs, 2 when the
 * command line is wrong; one sentence says so.
 */
int control_client_run(int count, char **arguments);

#endif

/*
 * control_client: the commands "liveserve why PATH", "reload [PATH]" and "status [FOLDER]". Each
 * sends a request to the server that runs for a folder, and prints the response.
 */
#ifndef CONTROL_CLIENT_H
#define CONTROL_CLIENT_H

#include <stdbool.h>

/* Whether the command line (count arguments) has one of these commands. */
bool control_client_is_given(int count, char **arguments);

/*
 * Runs the command. Returns the exit code: 0 when the server did it, 1 when no server runs or it
 * could not, 2 when the command line is wrong. Prints the reason if it is not 0.
 */
int control_client_run(int count, char **arguments);

#endif

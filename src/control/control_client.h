/*
 * control_client: the commands "liveserve why PATH", "reload [PATH]" and "status [FOLDER]". Each
 * sends a request to the server that runs for a folder, and prints the response.
 */
#ifndef CONTROL_CLIENT_H
#define CONTROL_CLIENT_H

#include <stdio.h>

#include "base/buf.h"

/*
 * Each runs its command, which is arguments[1]. Returns the exit code: 0 when the server did it, 1 when
 * no server runs or it could not, 2 when the command line is wrong. Prints the reason if it is not 0.
 */
int control_client_why(int count, char **arguments);
int control_client_reload(int count, char **arguments);
int control_client_status(int count, char **arguments);

enum { CONTROL_CLIENT_NO_ANSWER = 0, CONTROL_CLIENT_NO_SERVER = -1, CONTROL_CLIENT_SUSPENDED = -2 };

/*
 * Asks the server of the folder at path, or above it, by GET, and waits wait_s seconds at most. Adds the
 * body of the answer to body. Returns the status, or CONTROL_CLIENT_...: no whole answer has come; no
 * server of this user runs there; the server is suspended, after an error line.
 */
int control_client_get(const char *path, const char *target, unsigned wait_s, struct buf *body);

/*
 * Prints lines of an answer on stream, each with its end, and without what could control a terminal: the server
 * escapes what it names, but who answers as the server is not known.
 */
void control_client_print(struct slice lines, FILE *stream);

#endif

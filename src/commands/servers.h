/*
 * servers: the commands "liveserve list" and "liveserve stop [FOLDER]", for the servers that this user
 * has started.
 */
#ifndef SERVERS_H
#define SERVERS_H

#include <stdbool.h>

/* Whether the command line is one of these commands. */
bool servers_is_given(int count, char **arguments);

/*
 * Runs the command. Returns the exit code: 0 when that is done, also if list finds no server; 1 when
 * no server was there to be stopped, or it has not ended; 2 when the command line is wrong. 1 and 2
 * come after one log line.
 */
int servers_run(int count, char **arguments);

#endif

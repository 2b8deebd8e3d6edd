/*
 * servers: the commands "liveserve list" and "liveserve stop [FOLDER]", for the servers that this user
 * has started.
 */
#ifndef SERVERS_H
#define SERVERS_H

/*
 * Each runs its command, which is arguments[1]. Returns the exit code: 0 when that is done, also if
 * list finds no server; 1 when no server was there to be stopped, or it has not ended; 2 when the
 * command line is wrong. 1 and 2 come after one log line.
 */
int servers_list(int count, char **arguments);
int servers_stop(int count, char **arguments);

#endif

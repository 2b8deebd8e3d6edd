/*
 * serve: the server, from its options to its end.
 */
#ifndef SERVE_H
#define SERVE_H

/*
 * Reads the command line and the settings files, serves until a signal or a key stops it, and frees
 * everything. Returns the exit code: 0 when it was stopped or only had to print something (--help);
 * 1 when it could not serve; 2 when an option or a folder is wrong. 1 and 2 come after one log line.
 */
int serve_run(int count, char **arguments);

#endif

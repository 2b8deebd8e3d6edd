/*
 * control_client: the commands "liveserve why PATH", "reload [PATH]" and "status [FOLDER]". Each
 * sends a request to the server that runs for a folder, and prints the response.
 */
#ifndef CONTROL_CLIENT_H
#define CONTROL_CLIENT_H

/*
 * Each runs its command, which is arguments[1]. Returns the exit code: 0 when the server did it, 1 when
 * no server runs or it could not, 2 when the command line is wrong. Prints the reason if it is not 0.
 */
int control_client_why(int count, char **arguments);
int control_client_reload(int count, char **arguments);
int control_client_status(int count, char **arguments);

#endif

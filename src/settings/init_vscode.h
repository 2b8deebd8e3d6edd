/*
 * init_vscode: the command "liveserve init [FOLDER]". It writes what VS Code needs to start liveserve
 * from a task, and to debug the page, into FOLDER/.vscode.
 */
#ifndef INIT_VSCODE_H
#define INIT_VSCODE_H

#include <stdbool.h>

/* Whether the command line is that command. */
bool init_vscode_is_given(int count, char **arguments);

/*
 * Writes tasks.json and launch.json, or adds to those that are there. Returns the exit code: 0 when
 * both have all they need; 1 when something could not be written or added, after it has printed
 * what to add by hand, and left the file as it was; 2 when the command line is wrong.
 */
int init_vscode_run(int count, char **arguments);

#endif

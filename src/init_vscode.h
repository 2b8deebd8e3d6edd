/*
 * init_vscode: "liveserve init [FOLDER]": what VS Code needs to start liveserve from a task and a debugger
 * on the page, in FOLDER/.vscode.
 *
 * Room: top.
 */
#ifndef INIT_VSCODE_VSCODE_H
#define INIT_VSCODE_VSCODE_H

#include <stdbool.h>

bool init_vscode_is_given(int count, char **arguments);

/*
 * Writes tasks.json and launch.json, or adds to those that are there. Returns the exit code: 0 when
 * both are as they should be, 1 when something could not be written or added (then the lines to be
 * added are printed, and the file is as it was), 2 when the command line is wrong.
 */
int init_vscode_run(int count, char **arguments);

#endif

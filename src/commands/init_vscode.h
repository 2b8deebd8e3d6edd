/*
 * init_vscode: the command "liveserve init [FOLDER]". It writes what VS Code needs to start liveserve
 * from a task, and to debug the page, into FOLDER/.vscode. With --page it writes a page (init_page.h).
 */
#ifndef INIT_VSCODE_H
#define INIT_VSCODE_H

/*
 * Writes tasks.json and launch.json, or adds to those that exist. If nothing can be added to a file,
 * it stays as it was, and what to add by hand is printed. Returns the exit code: 0 when both files
 * have all that is needed; 1 when something could not be written or added; 2 when the command line
 * is wrong.
 */
int init_vscode_run(int count, char **arguments);

#endif

/*
 * vscode_entries: the texts that "liveserve init" adds to tasks.json and launch.json of VS Code. Each
 * is a JSON object, as a person would write it.
 */
#ifndef VSCODE_ENTRIES_H
#define VSCODE_ENTRIES_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The task that serves the folder that is open in VS Code. served is the path of the folder with the
 * pages, as "${workspaceFolder}/public". The caller frees.
 */
char *vscode_entries_task(unsigned port, const char *served);

/* What differs between the debuggers. */
struct vscode_debugger {
	const char *name, *type;
	bool needs_paths;      /* it has to be told which file has which URL */
	bool is_on_request;    /* it needs an extension, so it is only added when it is asked for */
	bool is_for_open_file; /* it opens the page of the file in the editor, not the first page */
};

enum { VSCODE_DEBUGGERS = 4 };

/* In the order in which they stand in the file. F5 uses the first one. */
extern const struct vscode_debugger vscode_debuggers[VSCODE_DEBUGGERS];

/* An entry of launch.json. url ends with a slash; served is as above. The caller frees. */
char *vscode_entries_debugger(
	const struct vscode_debugger *debugger, const char *url, const char *served);

/* The port in an entry of either file, in JSON without spaces; 0 when it names none. */
unsigned vscode_entries_port(const char *entry);

#endif

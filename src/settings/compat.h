/*
 * compat: reads the settings of VS Code Live Server and of live-server.
 *
 * Keys whose values have the form of an option of ours are named in the table of options (vscode,
 * live_server). This module knows the others.
 */
#ifndef COMPAT_H
#define COMPAT_H

#include "settings/config_reader.h"

#define COMPAT_VSCODE "liveServer."

/* Reads a member of VS Code's settings whose key begins with COMPAT_VSCODE. */
config_reader_member_fn compat_read_vscode;

/* Reads a member of .live-server.json. */
config_reader_member_fn compat_read_live_server;

/*
 * The folder that Live Server would serve, by the settings of VS Code in an open file: a path
 * relative to the folder that the settings are for, "" for that folder itself. The settings are the
 * outermost object of the file, or its member of this name (object not NULL). NULL when they name
 * no folder, or a bad one. The caller frees.
 */
char *compat_root(const struct config_reader *reader, const char *object);

/*
 * The folder of an open .code-workspace that Live Server would serve: the one that
 * multiRootWorkspaceName names, else the first. NULL when the workspace has no folder. The caller
 * frees.
 */
char *compat_workspace_folder(const struct config_reader *reader);

enum { COMPAT_VSCODE_FOLDERS_MAX = 12 };

/*
 * The folders in which VS Code, and the editors that are made of it, have the settings.json of a user for
 * all folders. Sets folders to absolute paths, the weakest first: VS Code itself is the last one. Returns
 * how many there are; the caller frees each.
 */
size_t compat_vscode_folders(char *folders[COMPAT_VSCODE_FOLDERS_MAX]);

#endif

/*
 * compat: what Live Server and live-server call the settings, where it is not a row's name with a
 * value of the row's form.
 *
 * Room: top.
 */
#ifndef COMPAT_H
#define COMPAT_H

#include "settings/config_reader.h"

#define COMPAT_VSCODE "liveServer."

/* A key of VS Code's settings that begins with COMPAT_VSCODE. */
config_reader_member_fn foreign_take_vscode;

/* A key of .live-server.json. */
config_reader_member_fn foreign_take_live_server;

/*
 * What VS Code's settings in an open source (in its member object, or NULL) say is served, seen
 * from the folder they are for; NULL when they say nothing right. The caller frees.
 */
char *compat_root(const struct config_reader *reader, const char *object);

/*
 * The folder of an open .code-workspace that Live Server would serve: the one that
 * multiRootWorkspaceName means, else the first. NULL when it has none. The caller frees.
 */
char *compat_workspace_folder(const struct config_reader *reader);

#endif

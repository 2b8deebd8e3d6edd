/*
 * compat: what Live Server and live-server call the settings, where it is not a row's name with a
 * value of the row's form.
 *
 * Room: top.
 */
#ifndef COMPAT_H
#define COMPAT_H

#include "settings/config_reader.h"

#define FOREIGN_VSCODE "liveServer."

/* A key of VS Code's settings that begins with FOREIGN_VSCODE. */
source_member_fn foreign_take_vscode;

/* A key of .live-server.json. */
source_member_fn foreign_take_live_server;

/*
 * What VS Code's settings in an open source (in its member object, or NULL) say is served, seen
 * from the folder they are for; NULL when they say nothing right. The caller frees.
 */
char *foreign_root(const struct source *source, const char *object);

/*
 * The folder of an open .code-workspace that Live Server would serve: the one that
 * multiRootWorkspaceName means, else the first. NULL when it has none. The caller frees.
 */
char *foreign_workspace_folder(const struct source *source);

#endif

/*
 * vscode_user: where VS Code, and the editors that are made of it, keep the settings of a user for all
 * folders.
 */
#ifndef VSCODE_USER_H
#define VSCODE_USER_H

#include <stddef.h>

enum { VSCODE_USER_FOLDERS_MAX = 12 };

/*
 * Sets folders to the absolute paths of folders in which settings.json may be, the weakest first: VS
 * Code itself is the last one. Returns how many there are; the caller frees each.
 */
size_t vscode_user_folders(char *folders[VSCODE_USER_FOLDERS_MAX]);

#endif

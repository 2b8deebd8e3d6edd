/*
 * user_data: the folders in which liveserve keeps what the user has decided or what is the user's alone:
 * $XDG_DATA_HOME/liveserve/NAME (~/.local/share/liveserve/NAME). Nothing here is logged.
 */
#ifndef USER_DATA_H
#define USER_DATA_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/slice.h"

/* The folder called name. It need not exist. NULL without a home folder. The caller frees. */
char *user_data_folder(const char *name);

/* Makes the folder, and those that it lies in, for this user alone. Returns false with errno. */
bool user_data_make(const char *folder);

/* Whether this is the user's, and nobody else may write to it. */
bool user_data_is_own(const struct stat *state);

/* The same for the folder and the one that it lies in. False for a link. */
bool user_data_folders_are_own(const char *folder);

/*
 * Writes a new file, for this user alone, which then gets its name: a reader sees all of it or nothing.
 * user_data_replace() puts it in the place of an older one; user_data_create() fails with EEXIST if there is one.
 * Both return false with errno.
 */
bool user_data_replace(const char *path, struct slice text);
bool user_data_create(const char *path, struct slice text);

#endif

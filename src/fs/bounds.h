/*
 * bounds: whether an open folder lies where a path of somebody else's settings file may lead.
 *
 * The kernel is asked about the open descriptor, not about its path. So nobody can exchange the
 * folder between this check and its use.
 */
#ifndef BOUNDS_H
#define BOUNDS_H

#include <stdbool.h>

/*
 * The absolute path of an open file or folder, without links. NULL when it has none (it was
 * deleted) or /proc cannot be read. The caller frees.
 */
char *bounds_path(int fd);

/*
 * Whether path (absolute, without links) is the folder bounds or lies in it, and not behind a name
 * that is hidden (hidden_names.h).
 */
bool bounds_hold_path(const char *bounds, const char *path);

/* The same for an open folder. False when its path is not known. */
bool bounds_hold(const char *bounds, int folder);

#endif

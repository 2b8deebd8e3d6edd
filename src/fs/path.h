/*
 * path: names of files and folders, taken apart and put together.
 *
 * Only text: no file is looked at. Names are bytes.
 */
#ifndef PATH_H
#define PATH_H

#include <stdbool.h>

#include "base/slice.h"

/*
 * Puts folder in front of name. The result is name itself when name begins with '/', or when folder
 * is the current one ("" or "."). The caller frees.
 */
char *path_join(const char *folder, const char *name);

/*
 * The name of path seen from folder: "" when they are the same, NULL when path does not lie below
 * folder. Both are absolute and without links. The result points into path.
 */
const char *path_below(const char *path, const char *folder);

/*
 * Whether path is folder or lies below it. Both are relative to the same root, which is "":
 * everything lies below that.
 */
bool path_is_below(struct slice path, struct slice folder);

/* The part after the last '/' (all of it when there is none). */
struct slice path_base(struct slice name);

/* The part before the last '/'; empty when there is none. */
struct slice path_parent(struct slice name);

/* The part of the base after its last '.', without the dot; empty for "a", ".profile" and "a.". */
struct slice path_extension(struct slice name);

/*
 * The path as one word of a shell, in single quotes, whatever a stranger has put into it. The caller
 * frees.
 */
char *path_quote(const char *path);

#endif

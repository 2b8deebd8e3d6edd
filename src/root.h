/*
 * root: the served folder, and the one way to a file in it.
 *
 * Room: things. Owns a descriptor of the folder. Every name is opened by openat2(2) with
 * RESOLVE_BENEATH: the kernel itself refuses whatever would leave the folder, by "..", by a link or
 * in a race. On a kernel without openat2 names are walked segment by segment and no link is followed.
 */
#ifndef ROOT_H
#define ROOT_H

#include <stdbool.h>
#include <sys/stat.h>

struct root;

/* Opens the folder at path. Returns NULL with errno (ENOENT, ENOTDIR, EACCES...). */
struct root *root_create(const char *path);
void root_destroy(struct root *root);

/* The folder's absolute path without links, as it was when it was opened. Lives as long as root. */
const char *root_path(const struct root *root);

/*
 * Opens name (relative, "" is the folder itself, a trailing slash is allowed) for reading, without
 * ever waiting for a FIFO. Returns a descriptor the caller closes, or -1 with errno; EXDEV when the name would
 * leave the folder.
 */
int root_open(const struct root *root, const char *name);

/* The same, but only to name the file or folder (O_PATH): works without permission to read. */
int root_open_path(const struct root *root, const char *name);

/* The state of what name leads to. Returns false with errno as root_open. */
bool root_stat(const struct root *root, const char *name, struct stat *state);

#endif

/*
 * root: the served folder, and the only way to a file in it.
 *
 * It owns a descriptor of the folder. Every name is opened with openat2(2) and RESOLVE_BENEATH: the
 * kernel itself refuses whatever would leave the folder, by "..", by a link or in a race. An absolute
 * link that leads back into the folder is opened, in the same way, by the name that it leads to. On a
 * kernel without openat2, names are opened segment by segment, and all links by the name that they
 * lead to.
 */
#ifndef ROOT_H
#define ROOT_H

#include <dirent.h>
#include <stdbool.h>
#include <sys/stat.h>

struct root;

/* Opens the folder at path. Returns NULL with errno (ENOENT, ENOTDIR, EACCES...). */
struct root *root_create(const char *path);
/*
 * The same, but path may be that of a file, too: then the folder that it is in is opened. *file is its
 * name in there, which the caller frees, or NULL.
 */
struct root *root_create_at(const char *path, char **file);
void root_destroy(struct root *root);

/* The folder's absolute path without links, as it was when it was opened. Valid as long as root. */
const char *root_path(const struct root *root);

/* The descriptor of the folder, which belongs to root. */
int root_fd(const struct root *root);

/* From now on links may lead out of the folder. */
void root_follow_links(struct root *root);

/*
 * Opens name for reading. It is relative; "" is the folder itself, and a slash at the end is allowed.
 * Returns a descriptor that the caller closes, or -1 with errno: EXDEV when the name would leave the
 * folder, ENOENT also for what is neither file nor folder. That is not opened, because opening a
 * device or a FIFO already does something to it. A file that becomes one at this very moment is
 * opened, without waiting, so the caller must ask the descriptor what it is.
 */
int root_open(const struct root *root, const char *name);

/* The same, but only to refer to the file or folder (O_PATH). Needs no permission to read it. */
int root_open_path(const struct root *root, const char *name);

/* Opens the folder name, which the caller closes. Returns NULL with errno, ENOTDIR for a file. */
DIR *root_open_folder(const struct root *root, const char *name);

/*
 * If the path given to root_create() leads to another folder now, opens that: the old one was deleted
 * and made again, or a link in the path leads elsewhere. Returns whether it has; otherwise nothing
 * changes, also when there is no folder now.
 */
bool root_reopen(struct root *root);

/*
 * For a process in a sandbox that may not open what root_reopen() finds: from then on fn opens the
 * folder and the files in it, in the name of this root. It asks a process outside of the sandbox,
 * which calls root_open_outside() with the same name and hands the result over. fn returns a
 * descriptor that the caller closes, or -1 with errno. Keeps a pointer to context; NULL takes fn away.
 */
typedef int root_open_fn(void *context, const char *name);
void root_set_opener(struct root *root, root_open_fn *fn, void *context);

/* Opens name in the process outside of the sandbox. Returns a descriptor, or -1 with errno. */
int root_open_outside(struct root *root, const char *name);

/* Whether the open folder is still the one that the path leads to. */
bool root_is_current(const struct root *root);

/* Opens (O_PATH) the folder that the last name of the given path is in. -1 with errno. */
int root_open_holder(const struct root *root);
/* That last name. */
const char *root_name(const struct root *root);

/*
 * The name of an open file without links, relative to the root. NULL when the file lies outside of the
 * root or has no name. The caller frees.
 */
char *root_real_name(const struct root *root, int fd);

/*
 * Whether the kernel tells of changes in an open folder. It does not on file systems that others write
 * to from outside (9p and drvfs, NFS, SMB, FUSE, VirtualBox).
 */
bool root_gives_events(int folder);

/* The state of what name leads to. Returns false with errno as root_open() sets it. */
bool root_stat(const struct root *root, const char *name, struct stat *state);

#endif

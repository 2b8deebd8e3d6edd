/*
 * root: the served folder, and the one way to a file in it.
 *
 * Room: things. Owns a descriptor of the folder. Every name is opened by openat2(2) with
 * RESOLVE_BENEATH: the kernel itself refuses whatever would leave the folder, by "..", by a link or
 * in a race. A link that only takes a way around (an absolute one) is opened by the name to which
 * it leads, in the same way. On a kernel without openat2 names are walked segment by segment, and
 * all links are opened so.
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
 * The same, but path may be that of a file, too: then the folder that it stands in is opened. *file
 * is its name in there, for the caller to free, or else NULL.
 */
struct root *root_create_at(const char *path, char **file);
void root_destroy(struct root *root);

/* The folder's absolute path without links, as it was when it was opened. Lives as long as root. */
const char *root_path(const struct root *root);

/* The descriptor of the folder; root's own. */
int root_fd(const struct root *root);

/* From now on links may lead out of the folder. */
void root_follow_links(struct root *root);

/*
 * Opens name (relative, "" is the folder itself, a trailing slash is allowed) for reading. Returns
 * a descriptor the caller closes, or -1 with errno: EXDEV when the name would leave the folder,
 * ENOENT also for what is neither file nor folder: it is not opened, for that alone does something
 * to a device or a FIFO. If it becomes one at this very moment, it is opened, without waiting: so
 * ask the descriptor what it is.
 */
int root_open(const struct root *root, const char *name);

/* The same, but only to name the file or folder (O_PATH): works without permission to read. */
int root_open_path(const struct root *root, const char *name);

/* The folder name, to be read and closed by the caller; NULL with errno, ENOTDIR for a file. */
DIR *root_open_folder(const struct root *root, const char *name);

/*
 * Opens the folder that the path given to root_create leads to now, if that is another one: it was
 * deleted and made again, or a link in its path leads elsewhere. Returns whether it is another;
 * nothing changes when there is none.
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

/* Opens (O_PATH) the folder in which the last name of the given path stands; -1 with errno. */
int root_open_holder(const struct root *root);
/* That last name. */
const char *root_name(const struct root *root);

/*
 * The name by which an open file of the root is really known: without links, relative to the root.
 * NULL when it lies elsewhere or has none; otherwise the caller frees.
 */
char *root_real_name(const struct root *root, int fd);

/*
 * Whether the kernel tells of changes in an open folder: not on file systems that others write to
 * from outside (9p and drvfs, NFS, SMB, FUSE, VirtualBox).
 */
bool root_gives_events(int folder);

/* The state of what name leads to. Returns false with errno as root_open. */
bool root_stat(const struct root *root, const char *name, struct stat *state);

#endif

/*
 * root: the served folder, and the only way to a file in it.
 *
 * It owns a descriptor of the folder. Every name is opened with openat2(2) and RESOLVE_BENEATH, so
 * the kernel refuses each name that would leave the folder by "..", by a link or in a race. If an
 * absolute link leads back into the folder, its target is opened in the same way. On a kernel
 * without openat2, names are opened segment by segment, and every link is opened by its target.
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
 * The same as root_create, but path may also be a file: then the folder that contains the file is
 * opened, and *file is the file's name in it, which the caller frees. For a folder *file is NULL.
 */
struct root *root_create_at(const char *path, char **file);
void root_destroy(struct root *root);

/*
 * A second root for the folder that is open now, for use in another thread. It has no opener
 * (root_set_opener). If the system gives no descriptor, no name can be opened by it. The caller
 * destroys it.
 */
struct root *root_copy(const struct root *root);

/* The folder's absolute path without links at the time it was opened. Valid until root_reopen(). */
const char *root_path(const struct root *root);

/* The descriptor of the folder, which belongs to root. */
int root_fd(const struct root *root);

/*
 * From now on the folder has to lie in the folder bounds (an absolute path without links) or be it,
 * and not behind a hidden name: root_reopen() opens no other. NULL removes the limit. Returns false
 * with errno EXDEV when the open folder lies elsewhere already; then root must not be used.
 */
bool root_set_bounds(struct root *root, const char *bounds);

/* From now on links may lead out of the folder. */
void root_follow_links(struct root *root);

/*
 * Opens name for reading. It is relative; "" is the folder itself, and a slash at the end is
 * allowed. Returns a descriptor that the caller closes, or -1 with errno: EXDEV when the name would
 * leave the folder, ENOENT also for anything that is neither a file nor a folder. A device or a
 * FIFO is not opened, because opening it can have an effect. If a file is replaced by one at this
 * very moment, it is opened without blocking, so the caller must check the descriptor with
 * fstat(2).
 */
int root_open(const struct root *root, const char *name);

/*
 * The same. *is_linked is false when no segment of name is a link; otherwise the file may have another
 * name (root_real_name).
 */
int root_open_linked(const struct root *root, const char *name, bool *is_linked);

/* The same with O_PATH: refers to the file or folder, and needs no permission to read it. */
int root_open_path(const struct root *root, const char *name);

/* Opens a folder, which the caller closes. Returns NULL with errno, ENOTDIR for a file. */
DIR *root_open_folder(const struct root *root, const char *name);

/*
 * If the path given to root_create() now leads to another folder, opens that folder and returns
 * true. That is so after the old folder was deleted and made again, or after a link in the path was
 * changed. Otherwise, also when there is no folder now, nothing changes and false is returned.
 */
bool root_reopen(struct root *root);

/*
 * For a process in a sandbox, which may not open the folder that root_reopen() finds. If opening it
 * fails with EACCES, fn opens that folder, and later the files in it. fn sends name to a process
 * outside of the sandbox, which calls root_open_outside() and sends the descriptor back. fn returns
 * a descriptor that the caller closes, or -1 with errno. Keeps a pointer to context. NULL removes
 * fn.
 */
typedef int root_open_fn(void *context, const char *name);
void root_set_opener(struct root *root, root_open_fn *fn, void *context);

/*
 * In the process outside of the sandbox: opens name as fn of root_set_opener() got it. Returns a
 * descriptor that the caller closes, or -1 with errno.
 */
int root_open_outside(struct root *root, const char *name);

/* Whether the open folder is still the one that the path leads to. */
bool root_is_current(const struct root *root);

/*
 * Opens (O_PATH) the folder that contains the last name of the given path. Returns a descriptor
 * that the caller closes, or -1 with errno.
 */
int root_open_holder(const struct root *root);
/* The last name of the given path. Valid as long as root. */
const char *root_name(const struct root *root);

/*
 * The name of an open file without links, relative to the root. NULL when the file lies outside of
 * the root or has no name. The caller frees.
 */
char *root_real_name(const struct root *root, int fd);

/*
 * Gets the state of the file or folder that name leads to. Returns false with errno as root_open()
 * sets it.
 */
bool root_stat(const struct root *root, const char *name, struct stat *state);

#endif

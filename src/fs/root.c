/*
 * root: see root.h. Owns the descriptor of the folder. Its one idea: the kernel
 * decides whether a name stays in the folder. Without openat2(2), a walk that follows no link does.
 */
#define _GNU_SOURCE
#include "fs/root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "fs/bounds.h"
#include "fs/path.h"

enum { TRIES_MAX = 100 };

struct root {
	int folder;
	char *given;  /* as it was given, but absolute; its links are not resolved */
	char *path;   /* without links */
	char *bounds; /* the folder that it has to stay in; NULL: it may be anywhere */
	bool has_openat2;
	bool follows_links;
	root_open_fn *opener; /* NULL when this process may open everything by itself */
	void *opener_context;
	bool is_barred; /* only opener may open the files in the folder */
};

/* ---- names ---- */

/* The name of an open file, seen from the root ("" is the root); NULL when it is not in it. */
static char *
real_name(const struct root *root, int fd)
{
	char *path = bounds_path(fd);
	const char *below = path ? path_below(path, root->path) : NULL;
	char *name = below ? mem_text(below) : NULL;

	free(path);
	return name;
}

static bool
is_link(int fd)
{
	struct stat state;

	return fstat(fd, &state) == 0 && S_ISLNK(state.st_mode);
}

/* Opens one segment. Returns -1 with errno, also for a link. */
static int
enter(int folder, const char *segment, int flags)
{
	int next = openat(folder, segment, O_NOFOLLOW | O_CLOEXEC | flags);

	if (next < 0 || !(flags & O_PATH) || !is_link(next))
		return next;
	close(next);
	errno = ELOOP;
	return -1;
}

/* For kernels without openat2: one segment at a time. Refuses "..", a '/' in front, and links. */
static int
walk(const struct root *root, const char *name, int flags)
{
	int folder = dup(root->folder);

	while (folder >= 0 && *name) {
		size_t length = strcspn(name, "/");
		const char *rest = name + length + strspn(name + length, "/");
		char segment[NAME_MAX + 1];
		int next = -1;

		if (length >= sizeof(segment)) {
			errno = ENAMETOOLONG;
		} else {
			memcpy(segment, name, length);
			segment[length] = '\0';
			if (length == 0 || strcmp(segment, "..") == 0)
				errno = EXDEV;
			else
				next = enter(folder, segment,
					(*rest ? O_PATH | O_DIRECTORY : flags) |
						(name[length] ? O_DIRECTORY : 0));
		}
		close(folder);
		folder = next;
		name = rest;
	}
	return folder;
}

static int
open_by(const struct root *root, const char *name, int flags, uint64_t resolve)
{
	struct open_how how = {
		.flags = (unsigned)(flags | O_CLOEXEC),
		.resolve = resolve | RESOLVE_NO_MAGICLINKS,
	};
	int tries = TRIES_MAX;
	long fd;

	/*
	 * EAGAIN: a rename happened while ".." was being resolved, so the call is repeated. A file
	 * with a lease (fcntl(2)) causes it, too, so the number of tries is limited.
	 */
	do {
		fd = syscall(SYS_openat2, root->folder, name, &how, sizeof(how));
	} while (fd < 0 && errno == EAGAIN && --tries);
	return (int)fd;
}

static int
open_beneath(const struct root *root, const char *name, int flags)
{
	if (root->has_openat2)
		return open_by(root, name, flags, RESOLVE_BENEATH);
	return walk(root, name, flags);
}

/* Whether name, if none of its segments is a link, stays below the folder. */
static bool
goes_down(const char *name)
{
	if (*name == '/')
		return false;
	for (; *name; name += strcspn(name, "/"), name += strspn(name, "/"))
		if (strncmp(name, "..", 2) == 0 && (name[2] == '/' || name[2] == '\0'))
			return false;
	return true;
}

static int
open_anywhere(const struct root *root, const char *name, int flags)
{
	if (root->has_openat2)
		return open_by(root, name, flags, 0);
	return openat(root->folder, name, flags | O_CLOEXEC);
}

/*
 * Opens the target of the links in name. If the target has become a link itself in the meantime,
 * open_beneath() refuses it.
 */
static int
open_target(const struct root *root, const char *name, int flags)
{
	int error = errno;
	int place = openat(root->folder, name, O_PATH | O_CLOEXEC);
	char *real;
	int fd = -1;

	if (place < 0) {
		errno = error;
		return -1;
	}
	real = real_name(root, place);
	close(place);
	if (real)
		fd = open_beneath(root, *real ? real : ".", flags);
	else
		errno = EXDEV;
	free(real);
	return fd;
}

/* Sets *is_linked when a link may be in name. */
static int
open_name(const struct root *root, const char *name, int flags, bool *is_linked)
{
	int fd;

	if (!*name)
		name = ".";
	*is_linked = false;
	fd = root->has_openat2 ? open_by(root, name, flags, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS)
			       : -1;
	if (fd >= 0 || (root->has_openat2 && errno != ELOOP))
		return fd;
	*is_linked = true;
	if (root->follows_links && goes_down(name))
		return open_anywhere(root, name, flags);
	fd = open_beneath(root, name, flags);
	if (fd >= 0 || !goes_down(name))
		return fd;
	/* openat2 fails with EXDEV for a link that leaves the folder; walk() for every link. */
	if (errno == EXDEV || (!root->has_openat2 && (errno == ELOOP || errno == ENOTDIR)))
		return open_target(root, name, flags);
	return -1;
}

/* Whether name is neither file nor folder. False also when its state cannot be read. */
static bool
is_special(const struct root *root, const char *name)
{
	struct stat state;

	return fstatat(root->folder, name, &state, AT_NO_AUTOMOUNT) == 0 &&
	       !S_ISREG(state.st_mode) && !S_ISDIR(state.st_mode);
}

int
root_open_linked(const struct root *root, const char *name, bool *is_linked)
{
	*is_linked = true;
	if (is_special(root, name)) {
		errno = ENOENT;
		return -1;
	}
	if (root->is_barred && !root->opener) {
		errno = EACCES;
		return -1;
	}
	if (root->is_barred)
		return root->opener(root->opener_context, *name ? name : ".");
	return open_name(root, name, O_RDONLY | O_NONBLOCK | O_NOCTTY, is_linked);
}

int
root_open(const struct root *root, const char *name)
{
	bool is_linked;

	return root_open_linked(root, name, &is_linked);
}

int
root_open_path(const struct root *root, const char *name)
{
	bool is_linked;

	return open_name(root, name, O_PATH, &is_linked);
}

DIR *
root_open_folder(const struct root *root, const char *name)
{
	int fd = root_open(root, name);
	DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
	int error = errno;

	if (fd >= 0 && !folder)
		close(fd);
	errno = error;
	return folder;
}

bool
root_stat(const struct root *root, const char *name, struct stat *state)
{
	int fd = root_open_path(root, name);
	bool found;

	if (fd < 0)
		return false;
	found = fstat(fd, state) == 0;
	close(fd);
	return found;
}

/* ---- the folder ---- */

/*
 * path as it was given, but absolute. If it ends in "." or "..", its last part is no name, so the
 * result is real, the path without links.
 */
static char *
absolute(const char *path, const char *real)
{
	size_t length = strlen(path);
	char *current, *joined;

	while (length > 1 && path[length - 1] == '/')
		length--;
	if (length == 0 || path[length - 1] == '.' || (length == 1 && *path == '/'))
		return mem_text(real);
	current = *path == '/' ? NULL : getcwd(NULL, 0);
	if (*path != '/' && !current)
		return mem_text(real);
	joined = mem_format(
		"%s%s%.*s", current ? current : "", current ? "/" : "", (int)length, path);
	free(current);
	return joined;
}

struct root *
root_create(const char *path)
{
	struct root *root = mem_zero(sizeof(*root));
	int probe;

	root->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root->folder < 0)
		goto fail;
	root->path = realpath(path, NULL);
	if (!root->path)
		goto fail;
	root->given = absolute(path, root->path);
	root->has_openat2 = true;
	probe = root_open_path(root, "");
	if (probe >= 0)
		close(probe);
	else if (errno == ENOSYS || errno == EPERM) /* an old kernel, or a container's seccomp */
		root->has_openat2 = false;
	return root;

fail:
	root_destroy(root);
	return NULL;
}

struct root *
root_copy(const struct root *root)
{
	struct root *copy = mem_zero(sizeof(*copy));

	copy->folder = fcntl(root->folder, F_DUPFD_CLOEXEC, 0);
	copy->given = mem_text(root->given);
	copy->path = mem_text(root->path);
	copy->has_openat2 = root->has_openat2;
	copy->follows_links = root->follows_links;
	return copy;
}

struct root *
root_create_at(const char *path, char **file)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	struct root *root = root_create(path);
	char *folder;

	*file = NULL;
	if (root || errno != ENOTDIR || !*base)
		return root;
	folder = slash ? mem_copy(path, (size_t)(base - path)) : mem_text(".");
	root = root_create(folder);
	if (root)
		*file = mem_text(base);
	free(folder);
	return root;
}

void
root_destroy(struct root *root)
{
	int error = errno;

	if (!root)
		return;
	if (root->folder >= 0)
		close(root->folder);
	free(root->given);
	free(root->path);
	free(root->bounds);
	free(root);
	errno = error;
}

const char *
root_path(const struct root *root)
{
	return root->path;
}

int
root_fd(const struct root *root)
{
	return root->folder;
}

bool
root_set_bounds(struct root *root, const char *bounds)
{
	free(root->bounds);
	root->bounds = bounds ? mem_text(bounds) : NULL;
	if (!bounds || bounds_hold(bounds, root->folder))
		return true;
	errno = EXDEV;
	return false;
}

void
root_follow_links(struct root *root)
{
	root->follows_links = true;
}

static bool
is_same_folder(int a, int b)
{
	struct stat one, other;

	return fstat(a, &one) == 0 && fstat(b, &other) == 0 && one.st_dev == other.st_dev &&
	       one.st_ino == other.st_ino;
}

bool
root_is_current(const struct root *root)
{
	int folder = open(root->given, O_PATH | O_DIRECTORY | O_CLOEXEC);
	bool is_same = folder >= 0 && is_same_folder(folder, root->folder);

	if (folder >= 0)
		close(folder);
	return is_same;
}

/* The name that the opener gets when the folder itself is to be opened again. */
#define FOLDER_ITSELF ""

/* The folder to which the given path leads now. */
static int
open_given(const struct root *root, bool *is_barred)
{
	int folder = open(root->given, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	*is_barred = false;
	if (folder >= 0 || errno != EACCES || !root->opener)
		return folder;
	*is_barred = true;
	return root->opener(root->opener_context, FOLDER_ITSELF);
}

bool
root_reopen(struct root *root)
{
	bool is_barred;
	int folder = open_given(root, &is_barred);
	char *path;

	if (folder < 0)
		return false;
	path = realpath(root->given, NULL);
	if (!path || is_same_folder(folder, root->folder) ||
		(root->bounds && !bounds_hold(root->bounds, folder))) {
		free(path);
		close(folder);
		return false;
	}
	close(root->folder);
	free(root->path);
	root->folder = folder;
	root->path = path;
	root->is_barred = is_barred;
	return true;
}

void
root_set_opener(struct root *root, root_open_fn *fn, void *context)
{
	root->opener = fn;
	root->opener_context = context;
}

int
root_open_outside(struct root *root, const char *name)
{
	if (strcmp(name, FOLDER_ITSELF) != 0)
		return root_open(root, name);
	root_reopen(root);
	return fcntl(root->folder, F_DUPFD_CLOEXEC, 0);
}

int
root_open_holder(const struct root *root)
{
	const char *slash = strrchr(root->given, '/');
	char *holder = slash == root->given ? mem_text("/")
					    : mem_copy(root->given, (size_t)(slash - root->given));
	int folder = open(holder, O_PATH | O_DIRECTORY | O_CLOEXEC);

	free(holder);
	return folder;
}

const char *
root_name(const struct root *root)
{
	return strrchr(root->given, '/') + 1;
}

char *
root_real_name(const struct root *root, int fd)
{
	char *real = real_name(root, fd);

	if (real && *real)
		return real;
	free(real);
	return NULL;
}

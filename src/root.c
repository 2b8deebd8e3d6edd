/*
 * root: see root.h.
 */
#define _GNU_SOURCE
#include "root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "mem.h"

struct root {
	int folder;
	char *path;
	bool has_openat2;
};

/* For kernels without openat2: one segment at a time, "..", and links refused. */
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
			if (strcmp(segment, "..") == 0)
				errno = EXDEV;
			else
				next = openat(folder, segment,
					O_NOFOLLOW | O_CLOEXEC |
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
open_beneath(const struct root *root, const char *name, int flags)
{
	struct open_how how = {
		.flags = (unsigned)(flags | O_CLOEXEC),
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	long fd;

	if (!*name)
		name = ".";
	if (!root->has_openat2)
		return walk(root, name, flags);
	/* EAGAIN: a rename happened while ".." was being resolved; the kernel asks to try again. */
	do {
		fd = syscall(SYS_openat2, root->folder, name, &how, sizeof(how));
	} while (fd < 0 && errno == EAGAIN);
	return (int)fd;
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

void
root_destroy(struct root *root)
{
	int error = errno;

	if (!root)
		return;
	if (root->folder >= 0)
		close(root->folder);
	free(root->path);
	free(root);
	errno = error;
}

const char *
root_path(const struct root *root)
{
	return root->path;
}

int
root_open(const struct root *root, const char *name)
{
	return open_beneath(root, name, O_RDONLY | O_NONBLOCK | O_NOCTTY);
}

int
root_open_path(const struct root *root, const char *name)
{
	return open_beneath(root, name, O_PATH);
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

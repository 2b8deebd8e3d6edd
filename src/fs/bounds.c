/*
 * bounds: see bounds.h.
 */
#define _GNU_SOURCE
#include "fs/bounds.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "fs/hidden_names.h"
#include "fs/path.h"

char *
bounds_path(int fd)
{
	char link[32], path[PATH_MAX];
	ssize_t got;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	got = readlink(link, path, sizeof(path) - 1);
	return got > 0 && path[0] == '/' ? mem_copy(path, (size_t)got) : NULL;
}

bool
bounds_hold_path(const char *bounds, const char *path)
{
	const char *below = path_below(path, bounds);

	return below && !hidden_path(slice_of(below));
}

bool
bounds_hold(const char *bounds, int folder)
{
	char *path = bounds_path(folder);
	bool holds = path && bounds_hold_path(bounds, path);

	free(path);
	return holds;
}

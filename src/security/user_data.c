/*
 * user_data: see user_data.h. It has no state.
 */
#define _GNU_SOURCE
#include "security/user_data.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

char *
user_data_folder(const char *name)
{
	const char *home = getenv("HOME"), *data = getenv("XDG_DATA_HOME");

	if (data && *data == '/')
		return mem_format("%s/liveserve/%s", data, name);
	return home && *home == '/' ? mem_format("%s/.local/share/liveserve/%s", home, name) : NULL;
}

bool
user_data_make(const char *folder)
{
	char *path = mem_text(folder);
	bool is_made = true;

	for (char *slash = strchr(path + 1, '/'); slash && is_made;
		slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		is_made = mkdir(path, 0700) == 0 || errno == EEXIST;
		*slash = '/';
	}
	is_made = is_made && (mkdir(path, 0700) == 0 || errno == EEXIST);
	free(path);
	return is_made;
}

bool
user_data_is_own(const struct stat *state)
{
	return state->st_uid == geteuid() && !(state->st_mode & (S_IWGRP | S_IWOTH));
}

bool
user_data_folders_are_own(const char *folder)
{
	char *path = mem_text(folder);
	bool are_own = true;

	for (int i = 0; i < 2 && are_own; i++) {
		struct stat state;

		are_own = lstat(path, &state) == 0 && S_ISDIR(state.st_mode) &&
			  user_data_is_own(&state);
		*strrchr(path, '/') = '\0';
	}
	free(path);
	return are_own;
}

/* Makes a complete file beside path, and sets *beside to its name. Returns false with errno. */
static bool
write_beside(const char *path, struct slice text, char **beside)
{
	int file, error;
	bool is_written;

	*beside = mem_format("%s.XXXXXX", path);
	file = mkostemp(*beside, O_CLOEXEC);
	if (file < 0)
		return false;
	is_written = file_write(file, text) && fsync(file) == 0;
	error = errno;
	if (close(file) < 0 && is_written) {
		is_written = false;
		error = errno;
	}
	if (!is_written)
		unlink(*beside);
	errno = error;
	return is_written;
}

bool
user_data_replace(const char *path, struct slice text)
{
	char *beside;
	bool is_done = write_beside(path, text, &beside);
	int error;

	if (is_done && rename(beside, path) < 0) {
		is_done = false;
		error = errno;
		unlink(beside);
		errno = error;
	}
	error = errno;
	free(beside);
	errno = error;
	return is_done;
}

bool
user_data_create(const char *path, struct slice text)
{
	char *beside;
	bool is_done = write_beside(path, text, &beside);
	int error;

	if (is_done) {
		is_done = link(beside, path) == 0; /* unlike rename(2), it replaces nothing */
		error = errno;
		unlink(beside);
		errno = error;
	}
	error = errno;
	free(beside);
	errno = error;
	return is_done;
}

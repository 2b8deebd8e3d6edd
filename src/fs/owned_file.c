/*
 * owned_file: see owned_file.h. Its one idea: names are only used together with the descriptor of the
 * folder, so nobody can lead a write elsewhere by exchanging a folder or a file for a link.
 */
#define _GNU_SOURCE
#include "fs/owned_file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "fs/file_state.h"

enum { FILE_MAX = 1024 * 1024, TRIES_MAX = 10 };

/* ---- the folder ---- */

/* Takes fd, a place that may be a link. Returns a descriptor of the folder, or -1 after a log line. */
static int
require_folder(int fd, const char *path)
{
	struct stat state;

	if (fd < 0 || fstat(fd, &state) < 0)
		log_error("cannot open %s: %s", path, strerror(errno));
	else if (S_ISLNK(state.st_mode))
		log_error("%s is a link, and nothing is written through a link; make it a folder",
			path);
	else if (!S_ISDIR(state.st_mode))
		log_error("%s is not a folder; rename it", path);
	else
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

int
owned_file_open_folder(const char *parent, const char *name)
{
	char *path = mem_format("%s/%s", parent, name);
	int outer = open(parent, O_PATH | O_DIRECTORY | O_CLOEXEC), inner = -1;

	if (outer < 0 || (mkdirat(outer, name, 0777) < 0 && errno != EEXIST))
		log_error("cannot make the folder %s: %s", path, strerror(errno));
	else
		inner = require_folder(openat(outer, name, O_PATH | O_NOFOLLOW | O_CLOEXEC), path);
	if (outer >= 0)
		close(outer);
	free(path);
	return inner;
}

/* ---- reading ---- */

/* Why the file must not be touched; NULL when it may be. */
static const char *
reason_against(const struct stat *state)
{
	if (S_ISLNK(state->st_mode))
		return "it is a link, and nothing is written through a link; put a file in its "
		       "place";
	if (S_ISDIR(state->st_mode))
		return strerror(EISDIR);
	if (!S_ISREG(state->st_mode))
		return "it is not a plain file; put one in its place";
	return state->st_uid == geteuid() ? NULL : "it belongs to another user; make it yours";
}

/* Returns -1 after a log line. */
static int
open_plain(const struct owned_file *file, int flags)
{
	int fd = openat(file->folder, file->name, O_NOFOLLOW | O_CLOEXEC | flags);
	struct stat state;
	const char *why = fd < 0 || fstat(fd, &state) < 0 ? strerror(errno)
							  : reason_against(&state);

	if (!why)
		return fd;
	log_error("cannot read %s: %s", file->path, why);
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool
read_open(struct owned_file *file, int fd, struct buf *text)
{
	bool is_read = fstat(fd, &file->state) == 0 && file_read(fd, FILE_MAX, text);

	if (!is_read)
		log_error("cannot read %s: %s", file->path, file_error_text(errno));
	return is_read;
}

bool
owned_file_read(struct owned_file *file, struct buf *text)
{
	struct stat state;
	int place, fd;
	bool is_read;

	buf_add_text(text, "");
	file->state = (struct stat){0};
	if (fstatat(file->folder, file->name, &state, AT_SYMLINK_NOFOLLOW) < 0 && errno == ENOENT)
		return true;
	place = open_plain(file, O_PATH);
	if (place < 0)
		return false;
	close(place);
	fd = open_plain(file, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return false;
	is_read = read_open(file, fd, text);
	close(fd);
	return is_read;
}

/* ---- writing ---- */

/* Makes a new file in the folder. Sets *name, which the caller frees. Returns -1 with errno. */
static int
make_beside(const struct owned_file *file, char **name)
{
	int fd = -1;

	*name = NULL;
	for (int i = 0; fd < 0 && i < TRIES_MAX; i++) {
		unsigned number;

		if (getrandom(&number, sizeof(number), 0) < 0)
			return -1;
		free(*name);
		*name = mem_format("%s.%08x", file->name, number);
		fd = openat(file->folder, *name,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd < 0 && errno != EEXIST)
			return -1;
	}
	return fd;
}

/* Whether the file is still the one that was read. Returns false with errno. */
static bool
is_unchanged(const struct owned_file *file)
{
	struct stat now;

	if (fstatat(file->folder, file->name, &now, AT_SYMLINK_NOFOLLOW) < 0) {
		if (errno != ENOENT)
			return false;
		now = (struct stat){0};
	}
	errno = EBUSY;
	return file_state_is_same(&now, &file->state);
}

/* Gives the new file its name; only a file that was read before is replaced. */
static bool
rename_to(const struct owned_file *file, const char *beside)
{
	bool is_new = file->state.st_nlink == 0;

	/* Not every C library has renameat2(2). */
	if (is_new && syscall(SYS_renameat2, file->folder, beside, file->folder, file->name,
			      RENAME_NOREPLACE) == 0)
		return true;
	/* Some file systems have no such flag. */
	if (is_new && errno != EINVAL && errno != ENOSYS)
		return false;
	return renameat(file->folder, beside, file->folder, file->name) == 0;
}

bool
owned_file_replace(const struct owned_file *file, struct slice text)
{
	bool is_new = file->state.st_nlink == 0;
	mode_t mode = is_new ? 0644 : file->state.st_mode & 07777;
	char *beside;
	int fd = make_beside(file, &beside);
	bool done = fd >= 0 && fchmod(fd, mode) == 0 && file_write(fd, text) && fsync(fd) == 0 &&
		    is_unchanged(file) && rename_to(file, beside);

	if (!done)
		log_error("cannot write %s: %s", file->path,
			errno == EBUSY ? "it has changed in the meantime; try again"
				       : strerror(errno));
	if (fd >= 0)
		close(fd);
	if (fd >= 0 && !done)
		unlinkat(file->folder, beside, 0);
	free(beside);
	return done;
}

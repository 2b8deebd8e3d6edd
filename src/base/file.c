/*
 * file: see file.h.
 */
#define _GNU_SOURCE
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int
file_abandon(int fd)
{
	int error = errno;

	close(fd);
	errno = error;
	return -1;
}

/* Closes fd and returns -1 with errno when it is no plain file. */
static int
require_plain(int fd)
{
	struct stat state;

	if (fd < 0)
		return -1;
	if (fstat(fd, &state) < 0)
		return file_abandon(fd);
	if (S_ISREG(state.st_mode))
		return fd;
	errno = S_ISDIR(state.st_mode) ? EISDIR : EINVAL;
	return file_abandon(fd);
}

int
file_open(const char *path)
{
	int place = require_plain(open(path, O_PATH | O_CLOEXEC));

	if (place < 0)
		return -1;
	close(place);
	/* It may have been replaced by a FIFO in the meantime. */
	return require_plain(open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

const char *
file_error_text(int error)
{
	switch (error) {
	case EINVAL:
		return "it is not a plain file";
	case EFBIG:
		return "it is too large";
	case ENOENT:
		return "No such file; see if the path is right";
	case EACCES:
		return "you may not read it; its owner can give you the right with chmod";
	default:
		return strerror(error);
	}
}

bool
file_is_own(int fd)
{
	struct stat state;

	if (fstat(fd, &state) < 0)
		return false;
	errno = S_ISREG(state.st_mode) ? EEXIST : EINVAL;
	return S_ISREG(state.st_mode) && state.st_uid == geteuid();
}

const char *
file_write_error_text(int error)
{
	switch (error) {
	case ELOOP:
		return "it is a link, or lies behind one";
	case EISDIR:
		return "it is a folder";
	case ENOENT:
	case ENOTDIR:
		return "its folder does not exist";
	case EACCES:
	case EPERM:
		return "you may not write there";
	case EINVAL:
		return "it is no plain file";
	case EEXIST:
		return "it belongs to another user";
	default:
		return strerror(error);
	}
}

bool
file_read_path(const char *path, size_t most, struct buf *text)
{
	int fd = file_open(path);
	bool is_read;

	if (fd < 0)
		return false;
	is_read = file_read(fd, most, text);
	file_abandon(fd);
	return is_read;
}

bool
file_read(int fd, size_t most, struct buf *text)
{
	char piece[16 * 1024];
	size_t left = most;
	ssize_t got;

	buf_add_text(text, "");
	while ((got = read(fd, piece, sizeof(piece))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return false;
		if ((size_t)got > left) {
			buf_add(text, piece, left);
			errno = EFBIG;
			return false;
		}
		buf_add(text, piece, (size_t)got);
		left -= (size_t)got;
	}
	return true;
}

bool
file_write(int fd, struct slice bytes)
{
	while (bytes.length) {
		ssize_t written = write(fd, bytes.at, bytes.length);

		if (written < 0 && errno != EINTR)
			return false;
		if (written > 0)
			slice_drop(&bytes, (size_t)written);
	}
	return true;
}

void
file_close_range(unsigned first, unsigned last)
{
	long end = sysconf(_SC_OPEN_MAX);

	if (syscall(SYS_close_range, (long)first, (long)last, 0L, 0L) == 0)
		return;
	/* A kernel before 5.9. */
	for (long fd = first; fd <= (long)last && fd < end; fd++)
		close((int)fd);
}

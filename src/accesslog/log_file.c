/*
 * log_file: see log_file.h. It owns the descriptor and the lines that wait. Its one idea: a line is dropped as a
 * whole or written as a whole, also when the disk was full in the middle of it.
 */
#define _GNU_SOURCE
#include "accesslog/log_file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "fs/path.h"

struct log_file {
	char *path, *folder;
	int fd;
	dev_t device;
	ino_t inode;
	int (*open)(void *context, const char *path); /* or NULL */
	void *context;
	struct buf queue;
	uint64_t lost;     /* lines */
	uint64_t retry_us; /* when the file may be opened again; 0: the last time was no failure */
	bool has_failed;   /* nothing could be written the last time */
};

/* ---- opening ---- */

/*
 * openat2(2), because the filter of system calls leaves it to Landlock who may write. O_NONBLOCK is for a FIFO that
 * nobody reads.
 */
int
log_file_open(const struct log_file *file)
{
	struct open_how how = {
		.flags = O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
		.mode = S_IRUSR | S_IWUSR,
		.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	int fd = (int)syscall(SYS_openat2, AT_FDCWD, file->path, &how, sizeof(how));

	if (fd < 0 && errno == ENOSYS)
		fd = open(file->path, (int)how.flags | O_NOFOLLOW, how.mode);
	return fd < 0 || file_is_own(fd) ? fd : file_abandon(fd);
}

/* Takes fd. */
static void
use(struct log_file *file, int fd)
{
	struct stat state = {0};

	if (file->fd >= 0)
		close(file->fd);
	fstat(fd, &state);
	file->fd = fd;
	file->device = state.st_dev;
	file->inode = state.st_ino;
}

/* ---- where it may be ---- */

static void
log_refusal(const char *path, const char *refusal)
{
	log_error("cannot write the access log to \"%s\": %s; give --access-log another file, such "
		  "as /tmp/access.log",
		path, refusal);
}

/* Sets folder and path. Returns false after an error line. */
static bool
find_place(struct log_file *file, const char *given)
{
	struct slice parent = path_parent(slice_of(given)), name = path_base(slice_of(given));
	char *folder = *given == '/' && parent.length == 0 ? mem_text("/")
		       : parent.length                     ? mem_copy(parent.at, parent.length)
							   : mem_text(".");
	bool is_name = name.length && !slice_is(name, ".") && !slice_is(name, "..");

	file->folder = realpath(folder, NULL);
	free(folder);
	if (!file->folder || !is_name) {
		log_refusal(
			given, file->folder ? "it names no file" : file_write_error_text(errno));
		return false;
	}
	file->path = mem_format(
		"%s/%.*s", file->folder[1] ? file->folder : "", (int)name.length, name.at);
	return true;
}

/* Returns false after an error line. */
static bool
is_elsewhere(
	const struct log_file *file, const char *given, struct root *const *roots, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!path_below(file->path, root_path(roots[i])))
			continue;
		log_error(
			"cannot write the access log to \"%s\": %s is served or watched, visitors "
			"could read it, and each line would be a change; give --access-log a "
			"file elsewhere, such as /tmp/access.log",
			given, root_path(roots[i]));
		return false;
	}
	return true;
}

struct log_file *
log_file_create(const char *path, struct root *const *roots, size_t root_count)
{
	struct log_file *file = mem_zero(sizeof(*file));
	int fd;

	file->fd = -1;
	if (!find_place(file, path) || !is_elsewhere(file, path, roots, root_count))
		goto fail;
	fd = log_file_open(file);
	if (fd < 0) {
		log_refusal(path, file_write_error_text(errno));
		goto fail;
	}
	use(file, fd);
	return file;

fail:
	log_file_destroy(file);
	return NULL;
}

void
log_file_destroy(struct log_file *file)
{
	if (!file)
		return;
	log_file_flush(file);
	if (file->fd >= 0)
		close(file->fd);
	buf_finish(&file->queue);
	free(file->path);
	free(file->folder);
	free(file);
}

const char *
log_file_path(const struct log_file *file)
{
	return file->path;
}

const char *
log_file_folder(const struct log_file *file)
{
	return file->folder;
}

void
log_file_set_opener(
	struct log_file *file, int (*open)(void *context, const char *path), void *context)
{
	file->open = open;
	file->context = context;
}

/* ---- writing ---- */

static bool
has_its_name(const struct log_file *file)
{
	struct stat state;

	return lstat(file->path, &state) == 0 && state.st_dev == file->device &&
	       state.st_ino == file->inode;
}

/* Until the new file is open, lines go to the former one, which is where a program has moved it to. */
static void
follow_name(struct log_file *file)
{
	uint64_t now_us = loop_now();
	int fd;

	if (has_its_name(file) || now_us < file->retry_us)
		return;
	fd = file->open ? file->open(file->context, file->path) : log_file_open(file);
	if (fd >= 0) {
		use(file, fd);
		file->retry_us = 0;
		return;
	}
	if (!file->retry_us)
		log_error("cannot begin a new access log at %s: %s; the lines go to the file that "
			  "had that name",
			file->path, file_write_error_text(errno));
	file->retry_us = now_us + (uint64_t)LOG_FILE_RETRY_MS * 1000;
}

static void
note_failure(struct log_file *file)
{
	if (!file->has_failed)
		log_error("cannot write to the access log %s: %s; liveserve tries again with each "
			  "request",
			file->path, strerror(errno));
	file->has_failed = true;
}

static void
note_success(struct log_file *file)
{
	if (file->lost)
		log_notice("the access log %s is written again; %llu lines are lost", file->path,
			(unsigned long long)file->lost);
	file->has_failed = false;
	file->lost = 0;
}

void
log_file_flush(struct log_file *file)
{
	ssize_t written = 1;

	if (file->queue.length == 0)
		return;
	follow_name(file);
	while (file->queue.length && written > 0) {
		written = write(file->fd, file->queue.bytes, file->queue.length);
		if (written > 0)
			buf_drop(&file->queue, (size_t)written);
		else if (written < 0 && errno == EINTR)
			written = 1;
	}
	if (file->queue.length)
		note_failure(file);
	else
		note_success(file);
}

void
log_file_add(struct log_file *file, struct slice line)
{
	if (file->queue.length + line.length > LOG_FILE_QUEUE_MAX) {
		file->lost++;
		return;
	}
	buf_add_slice(&file->queue, line);
	if (file->queue.length > LOG_FILE_FLUSH && !file->has_failed)
		log_file_flush(file);
}

/*
 * wire_file: see wire_file.h. It owns the descriptor.
 */
#define _GNU_SOURCE
#include "wire/wire_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "capture/pcapng_write.h"
#include "fs/path.h"

struct wire_file {
	char *path;
	int fd;
	bool has_failed;
	bool has_section;      /* its header was written */
	struct buf early_keys; /* lines that came before it */
};

/* The folder of path, absolute and without links; NULL with errno. The caller frees. */
static char *
folder_of(const char *path)
{
	struct slice parent = path_parent(slice_of(path));
	char *folder, *real;

	if (*path == '/' && parent.length == 0)
		return mem_text("/");
	folder = parent.length ? mem_copy(parent.at, parent.length) : mem_text(".");
	real = realpath(folder, NULL);
	free(folder);
	return real;
}

/* The root that path lies in; NULL when it is in none. */
static const char *
find_root(const char *path, struct root *const *roots, size_t root_count)
{
	for (size_t i = 0; i < root_count; i++)
		if (path_below(path, root_path(roots[i])))
			return root_path(roots[i]);
	return NULL;
}

static void
log_refusal(const char *path, const char *refusal)
{
	log_error("cannot write the packets to \"%s\": %s; give --wire another file, such as "
		  "/tmp/wire.pcapng",
		path, refusal);
}

/* Makes the file that is open ours alone, and empty. Returns false with errno. */
static bool
clear(int fd)
{
	return file_is_own(fd) && fchmod(fd, S_IRUSR | S_IWUSR) == 0 && ftruncate(fd, 0) == 0;
}

/* Returns false after an error line. */
static bool
open_file(struct wire_file *file, const char *given)
{
	bool is_ours;

	/* O_NONBLOCK, for a FIFO that nobody reads. */
	file->fd = open(file->path,
		O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
		S_IRUSR | S_IWUSR);
	is_ours = file->fd >= 0 && clear(file->fd);
	if (!is_ours)
		log_refusal(given, file_write_error_text(errno));
	return is_ours;
}

struct wire_file *
wire_file_create(const char *path, struct root *const *roots, size_t root_count)
{
	struct wire_file *file = mem_zero(sizeof(*file));
	struct slice name = path_base(slice_of(path));
	char *folder = folder_of(path);
	const char *root;

	file->fd = -1;
	if (!folder || name.length == 0 || slice_is(name, "..") || slice_is(name, ".")) {
		log_refusal(path, folder ? "it names no file" : file_write_error_text(errno));
		goto fail;
	}
	file->path = path_join(folder, name.at);
	if (folder[1] == '\0') {
		free(file->path);
		file->path = mem_format("/%s", name.at);
	}
	root = find_root(file->path, roots, root_count);
	if (root) {
		log_error("cannot write the packets to \"%s\": %s is served or watched, and "
			  "visitors could read them; give --wire a file elsewhere, such as "
			  "/tmp/wire.pcapng",
			path, root);
		goto fail;
	}
	if (!open_file(file, path))
		goto fail;
	free(folder);
	return file;

fail:
	free(folder);
	wire_file_destroy(file);
	return NULL;
}

void
wire_file_destroy(struct wire_file *file)
{
	if (!file)
		return;
	if (file->fd >= 0)
		close(file->fd);
	buf_finish(&file->early_keys);
	free(file->path);
	free(file);
}

const char *
wire_file_path(const struct wire_file *file)
{
	return file->path;
}

static void
append(struct wire_file *file, struct slice blocks)
{
	if (file->has_failed || file_write(file->fd, blocks))
		return;
	file->has_failed = true;
	log_error("cannot write the packets to %s any more: %s; what is in it may end in the "
		  "middle of "
		  "a packet",
		file->path, strerror(errno));
}

static void
append_keys(struct wire_file *file, struct slice lines)
{
	struct buf block = {0};

	pcapng_write_secrets(&block, PCAPNG_SECRETS_TLS_KEYS, lines);
	append(file, buf_slice(&block));
	buf_finish(&block);
}

/* A block begins with its type and its length, in the byte order of this machine. */
static struct slice
take_block(struct slice *blocks)
{
	uint32_t length = (uint32_t)blocks->length;
	struct slice block;

	if (blocks->length >= 2 * sizeof(length))
		memcpy(&length, blocks->at + sizeof(length), sizeof(length));
	block = (struct slice){blocks->at, length < blocks->length ? length : blocks->length};
	slice_drop(blocks, block.length);
	return block;
}

void
wire_file_add(struct wire_file *file, struct slice blocks)
{
	if (blocks.length && !file->has_section) {
		file->has_section = true;
		append(file, take_block(&blocks));
		if (file->early_keys.length)
			append_keys(file, buf_slice(&file->early_keys));
	}
	append(file, blocks);
}

void
wire_file_add_keys(struct wire_file *file, struct slice lines)
{
	if (file->has_section)
		append_keys(file, lines);
	else
		buf_add_slice(&file->early_keys, lines);
}

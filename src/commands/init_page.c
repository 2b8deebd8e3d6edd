/*
 * init_page: see init_page.h. The files are in the program (starter_file.h). The page is written last, so that
 * a browser that waits for it finds what it uses.
 */
#define _GNU_SOURCE
#include "commands/init_page.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "bundled/bundled_file.h"
#include "commands/path_line.h"
#include "commands/starter_file.h"
#include "fs/owned_file.h"
#include "names/index_names.h"

/* The folder that is written to. */
struct place {
	const char *path;
	int fd;
};

/* Opens the folder, and makes it if it is missing. Returns false after a log line. */
static bool
open_place(struct place *place)
{
	bool is_new = false;

	place->fd = open(place->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (place->fd < 0 && errno == ENOENT && mkdir(place->path, 0777) == 0) {
		is_new = true;
		place->fd = open(place->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	}
	if (place->fd >= 0) {
		if (is_new)
			path_line_print("made the folder ", place->path, "");
		return true;
	}
	if (errno == ENOTDIR)
		log_error(
			"\"%s\" is no folder; give the one that the page is to be in", place->path);
	else
		log_error("cannot make the folder \"%s\": %s", place->path,
			errno == ENOENT ? "the folder above it is missing; make that first"
					: strerror(errno));
	return false;
}

/* Whether the name is taken, by whatever it is: also by a link that leads nowhere. */
static bool
is_taken(const struct place *place, const char *name)
{
	struct stat state;

	return fstatat(place->fd, name, &state, AT_SYMLINK_NOFOLLOW) == 0;
}

/* The name of the page that the folder has; NULL when it has none. */
static const char *
find_index(const struct place *place)
{
	const struct index_names usual = {0};
	const char *name;

	for (size_t i = 0; (name = index_names_get(&usual, i)); i++)
		if (is_taken(place, name))
			return name;
	return NULL;
}

/* Writes a file whose name is free. Returns false after a log line. */
static bool
write_file(const struct place *place, const struct bundled_file *starter)
{
	char *path = mem_format("%s/%s", place->path, starter->name);
	const struct owned_file file = {.folder = place->fd, .name = starter->name, .path = path};
	bool is_written = true;

	if (is_taken(place, starter->name))
		path_line_print("", path, " is there already, and stays as it is");
	else if (owned_file_replace(&file, (struct slice){starter->text, starter->length}))
		path_line_print("wrote ", path, "");
	else
		is_written = false;
	free(path);
	return is_written;
}

static bool
write_page(const struct place *place)
{
	const char *index = find_index(place);

	if (index) {
		log_error("%s/%s is there already, so nothing is written; to see it: liveserve "
			  "--open %s",
			place->path, index, place->path);
		return false;
	}
	for (const struct bundled_file *starter = starter_files; starter->name; starter++)
		if (!write_file(place, starter))
			return false;
	path_line_print("To see it: liveserve --open ", place->path, "");
	return true;
}

int
init_page_run(const char *folder)
{
	struct place place = {folder, -1};
	bool is_done;

	if (!open_place(&place))
		return 1;
	is_done = write_page(&place);
	close(place.fd);
	return is_done ? 0 : 1;
}

/*
 * folder: see folder.h.
 */
#define _GNU_SOURCE
#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "test.h"

static char *home;
static char *temp;

/*
 * In memory if possible, so that a busy disk does not slow down the tests. ./dev names a folder that it
 * removes afterwards, also when a test was killed.
 */
static char *
make_temp(void)
{
	const char *own = getenv("LIVESERVE_TEST_FOLDER");
	const char *const places[] = {own && *own ? own : "/dev/shm", "/dev/shm", "/tmp"};

	for (size_t i = 0; i < ROWS(places); i++) {
		char *path = mem_format("%s/liveserve-test-XXXXXX", places[i]);

		if (mkdtemp(path))
			return path;
		free(path);
	}
	fail_msg("no place for a temporary folder: %s", strerror(errno));
	return NULL;
}

void
folder_enter(void)
{
	home = getcwd(NULL, 0);
	assert_non_null(home);
	temp = make_temp();
	assert_return_code(chdir(temp), errno);
	assert_return_code(mkdir("root", 0755), errno);
	assert_return_code(mkdir("outside", 0755), errno);
	assert_return_code(chdir("root"), errno);
}

void
folder_leave(void)
{
	if (!temp)
		return;
	assert_return_code(chdir(home), errno);
	folder_remove(temp);
	free(home);
	free(temp);
	home = temp = NULL;
}

void
folder_make(const char *path)
{
	char *part = mem_text(path);

	for (char *slash = part; (slash = strchr(slash + 1, '/'));) {
		*slash = '\0';
		mkdir(part, 0755);
		*slash = '/';
	}
	if (mkdir(part, 0755) < 0)
		assert_int_equal(errno, EEXIST);
	free(part);
}

void
folder_write_bytes(const char *path, const void *bytes, size_t length)
{
	const char *slash = strrchr(path, '/');
	int fd;

	if (slash) {
		char *parent = mem_copy(path, (size_t)(slash - path));

		folder_make(parent);
		free(parent);
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_return_code(fd, errno);
	assert_int_equal(write(fd, bytes, length), length);
	assert_return_code(close(fd), errno);
}

void
folder_write(const char *path, const char *text)
{
	folder_write_bytes(path, text, strlen(text));
}

static int
remove_entry(const char *path, const struct stat *state, int kind, struct FTW *place)
{
	(void)state;
	(void)kind;
	(void)place;
	return remove(path);
}

void
folder_remove(const char *path)
{
	/* musl does not look into folders that are deeper than this. */
	if (nftw(path, remove_entry, 64, FTW_DEPTH | FTW_PHYS) < 0)
		assert_int_equal(errno, ENOENT);
}

size_t
folder_open_descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	size_t count = 0;

	assert_non_null(folder);
	while (readdir(folder))
		count++;
	closedir(folder);
	return count;
}

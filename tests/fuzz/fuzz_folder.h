/*
 * fuzz_folder: an empty folder for a target that reads files. It is the current folder, and is removed
 * when the program ends. So the paths that the program is given have to be absolute.
 */
#ifndef FUZZ_FOLDER_H
#define FUZZ_FOLDER_H

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"
#include "base/file.h"

static char fuzz_folder[] = "/dev/shm/liveserve-fuzz-XXXXXX";

static void
fuzz_remove_folder(void)
{
	if (chdir(fuzz_folder) == 0) {
		DIR *hidden = opendir(".vscode");
		struct dirent *entry;

		while (hidden && (entry = readdir(hidden)))
			unlinkat(dirfd(hidden), entry->d_name, 0);
		if (hidden)
			closedir(hidden);
	}
	unlink(".liveserve.json");
	unlink(".live-server.json");
	unlink("x.code-workspace");
	rmdir(".vscode");
	rmdir(fuzz_folder);
}

/* The first call makes the folder, with .vscode in it. */
static void
fuzz_enter_folder(void)
{
	static bool is_inside;

	if (is_inside)
		return;
	is_inside = true;
	CHECK(mkdtemp(fuzz_folder));
	CHECK(chdir(fuzz_folder) == 0);
	CHECK(mkdir(".vscode", 0755) == 0);
	atexit(fuzz_remove_folder);
	setenv("HOME", "/nowhere", true);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("PORT");
}

static void
fuzz_write(const char *path, const void *bytes, size_t length)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	CHECK(fd >= 0 && write(fd, bytes, length) == (ssize_t)length);
	close(fd);
}

#endif

/*
 * Open folders and their paths, inside and outside of a folder.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fs/bounds.h"
#include "support/folder.h"

static void
texts(void **state)
{
	static const struct {
		const char *bounds, *path;
		bool holds;
	} rows[] = {
		{"/a", "/a", true},
		{"/a", "/a/b", true},
		{"/a", "/a/b/c.d", true},
		{"/", "/a", true},
		{"/a/.b", "/a/.b", true},
		{"/a/.b", "/a/.b/c", true},
		{"/a", "/ab", false},
		{"/a", "/", false},
		{"/a/b", "/a", false},
		{"/a", "/a/.git", false},
		{"/a", "/a/b/.env/c", false},
		{"/a", "/a/server.key", false},
		{"/a", "/a/.well-known/x", true},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_int_equal(bounds_hold_path(rows[i].bounds, rows[i].path), rows[i].holds);
}

static int
open_folder(const char *path)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static void
open_folders(void **state)
{
	char *here, *path;
	int fd;

	(void)state;
	folder_enter();
	here = realpath(".", NULL);
	folder_make("inside");
	assert_int_equal(symlink("../outside", "link"), 0);
	fd = open_folder("inside");
	assert_true(bounds_hold(here, fd));
	path = bounds_path(fd);
	assert_memory_equal(path, here, strlen(here));
	assert_string_equal(path + strlen(here), "/inside");
	close(fd);
	fd = open_folder("link");
	assert_false(bounds_hold(here, fd));
	close(fd);
	assert_null(bounds_path(-1));
	assert_false(bounds_hold(here, -1));
	free(path);
	free(here);
	folder_leave();
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(open_folders),
	};

	return cmocka_run_group_tests_name("bounds", tests, NULL, NULL);
}

/*
 * Every row with openat2(2), and without it as on an old kernel.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/slice.h"
#include "fs/root.h"
#include "support/folder.h"
#include "support/qemu.h"
#include "support/valgrind.h"
#include "support/wrap_syscall.h"

static int openat2_error; /* 0: it works */
static unsigned openat2_calls;

static bool
answer_syscall(long number, const long values[4], long *result)
{
	(void)values;
	if (number != SYS_openat2)
		return false;
	openat2_calls++;
	if (!openat2_error)
		return false;
	errno = openat2_error;
	*result = -1;
	return true;
}

static void
link_here(const char *to, const char *name)
{
	assert_return_code(symlink(to, name), errno);
}

/* A link to path, which is beside the folders of this test. */
static void
link_in(const char *path, const char *name)
{
	char *above = realpath("..", NULL);
	char *to = mem_format("%s%s", above, path);

	link_here(to, name);
	free(to);
	free(above);
}

static int
enter(void **state)
{
	(void)state;
	folder_enter();
	folder_write("f", "f\n");
	folder_write("a/f", "a/f\n");
	folder_write("a/b/f", "a/b/f\n");
	folder_write("a b\n\xff", "odd\n");
	folder_write("../outside/secret", "secret\n");
	link_here("f", "link");
	link_here("a", "folder-link");
	link_here("../outside/secret", "out");
	link_here("/etc/passwd", "absolute");
	link_here("../outside", "folder-out");
	link_here("/proc/self/root/etc/passwd", "magic");
	link_here("loop", "loop");
	link_here("nothing", "dangling");
	link_in("/root/a/f", "absolute-in");
	link_in("/root/a", "absolute-folder");
	link_in("/root", "absolute-root");
	link_in("/root/../outside/secret", "absolute-out");
	link_in("/root/nothing", "absolute-dangling");
	link_here("../root/a/f", "around");
	link_here("..", "up");
	assert_return_code(mkfifo("pipe", 0644), errno);
	openat2_error = 0;
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	openat2_error = 0;
	folder_leave();
	return 0;
}

/* The expected text, or the expected errno; old: on a kernel without openat2. */
struct row {
	const char *name;
	const char *text;
	int error;
	int old_error;
};

static const struct row rows[] = {
	{"f", "f\n", 0, 0},
	{"a/f", "a/f\n", 0, 0},
	{"a/b/f", "a/b/f\n", 0, 0},
	{"a//b///f", "a/b/f\n", 0, 0},
	{"./a/./f", "a/f\n", 0, 0},
	{"a b\n\xff", "odd\n", 0, 0},
	{"link", "f\n", 0, 0},
	{"folder-link/f", "a/f\n", 0, 0},
	{"folder-link/", NULL, 0, 0},
	{"absolute-in", "a/f\n", 0, 0},
	{"absolute-folder", NULL, 0, 0},
	{"absolute-folder/", NULL, 0, 0},
	{"absolute-folder/b/f", "a/b/f\n", 0, 0},
	{"absolute-root", NULL, 0, 0},
	{"absolute-root/absolute-root/a/f", "a/f\n", 0, 0},
	{"around", "a/f\n", 0, 0},
	{"up/root/f", "f\n", 0, 0},
	{"", NULL, 0, 0},
	{".", NULL, 0, 0},
	{"a", NULL, 0, 0},
	{"a/", NULL, 0, 0},
	{"a/b/", NULL, 0, 0},
	{"nothing", NULL, ENOENT, ENOENT},
	{"nothing/f", NULL, ENOENT, ENOENT},
	{"f/", NULL, ENOTDIR, ENOTDIR},
	{"f/f", NULL, ENOTDIR, ENOTDIR},
	{"..", NULL, EXDEV, EXDEV},
	{"../outside/secret", NULL, EXDEV, EXDEV},
	{"a/../../outside/secret", NULL, EXDEV, EXDEV},
	{"a/b/../../../outside/secret", NULL, EXDEV, EXDEV},
	{"/etc/passwd", NULL, EXDEV, EXDEV},
	{"/", NULL, EXDEV, EXDEV},
	{"../root/f", NULL, EXDEV, EXDEV},
	{"a/../up/root/f", NULL, EXDEV, EXDEV},
	{"out", NULL, EXDEV, EXDEV},
	{"absolute", NULL, EXDEV, EXDEV},
	{"absolute-out", NULL, EXDEV, EXDEV},
	{"absolute-dangling", NULL, EXDEV, ELOOP},
	{"absolute-in/", NULL, EXDEV, ENOTDIR},
	{"folder-out/secret", NULL, EXDEV, EXDEV},
	{"folder-out/nothing", NULL, EXDEV, ENOTDIR},
	{"up", NULL, EXDEV, EXDEV},
	{"magic", NULL, EXDEV, EXDEV},
	{"loop", NULL, ELOOP, ELOOP},
	{"dangling", NULL, ENOENT, ELOOP},
};

static void
assert_text(int fd, const char *text)
{
	char bytes[16] = "";

	assert_int_equal(read(fd, bytes, sizeof(bytes) - 1), strlen(text));
	assert_string_equal(bytes, text);
}

static void
check_row(const struct root *root, const struct row *row, bool is_old)
{
	int error = is_old ? row->old_error : row->error;
	struct stat state;
	int fd;

	errno = 0;
	fd = root_open(root, row->name);
	if ((fd < 0) != (error != 0) || (fd < 0 && errno != error))
		fail_msg("\"%s\": %s", row->name, fd < 0 ? strerror(errno) : "opened");
	if (fd < 0)
		return;
	if (row->text)
		assert_text(fd, row->text);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
	assert_true(root_stat(root, row->name, &state));
	fd = root_open_path(root, row->name);
	assert_return_code(fd, errno);
	assert_true(fcntl(fd, F_GETFL) & O_PATH);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
}

static void
check_rows(int error)
{
	size_t before = folder_open_descriptors();
	struct root *root;

	openat2_error = error;
	root = root_create(".");
	assert_non_null(root);
	for (size_t i = 0; i < ROWS(rows); i++)
		check_row(root, &rows[i], error != 0);
	root_destroy(root);
	assert_int_equal(folder_open_descriptors(), before);
}

static void
names(void **state)
{
	(void)state;
	if (valgrind_runs() || qemu_lacks("openat2(2)"))
		skip();
	check_rows(0);
}

static void
names_without_openat2(void **state)
{
	(void)state;
	check_rows(ENOSYS);
	check_rows(EPERM);
}

/* No link leads out of the folder, with and without openat2. */
static void
links_never_leave_the_folder(void **state)
{
	static const char *const outside[] = {"out", "absolute", "folder-out/secret", "magic"};
	static const int errors[] = {0, ENOSYS};

	(void)state;
	for (size_t e = 0; e < ROWS(errors); e++) {
		struct root *root;

		openat2_error = errors[e];
		root = root_create(".");
		for (size_t i = 0; i < ROWS(outside); i++) {
			struct stat state_there;

			assert_int_equal(root_open(root, outside[i]), -1);
			assert_false(root_stat(root, outside[i], &state_there));
		}
		root_destroy(root);
	}
}

/* Links may leave the folder then, but ".." and absolute names may not. */
static void
links_leave_the_folder_when_followed(void **state)
{
	static const struct row followed[] = {
		{"f", "f\n", 0, 0},
		{"link", "f\n", 0, 0},
		{"absolute-in", "a/f\n", 0, 0},
		{"out", "secret\n", 0, 0},
		{"absolute-out", "secret\n", 0, 0},
		{"folder-out/secret", "secret\n", 0, 0},
		{"folder-out/nothing", NULL, ENOENT, ENOENT},
		{"up/outside/secret", "secret\n", 0, 0},
		{"dangling", NULL, ENOENT, ENOENT},
		{"loop", NULL, ELOOP, ELOOP},
		{"../outside/secret", NULL, EXDEV, EXDEV},
		{"a/../../outside/secret", NULL, EXDEV, EXDEV},
		{"folder-out/../outside/secret", NULL, EXDEV, ENOTDIR},
		{"..", NULL, EXDEV, EXDEV},
		{"/etc/passwd", NULL, EXDEV, EXDEV},
	};
	static const int errors[] = {0, ENOSYS};

	(void)state;
	if (valgrind_runs() || qemu_lacks("openat2(2)"))
		skip();
	for (size_t e = 0; e < ROWS(errors); e++) {
		struct root *root;

		openat2_error = errors[e];
		root = root_create(".");
		root_follow_links(root);
		for (size_t i = 0; i < ROWS(followed); i++)
			check_row(root, &followed[i], errors[e] != 0);
		root_destroy(root);
	}
}

/* Neither file nor folder: it can be referred to, and is never opened. */
static void
special_files(void **state)
{
	static const int errors[] = {0, ENOSYS};
	int events = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	char event[4096];

	(void)state;
	link_here("pipe", "pipe-link");
	link_here("/dev/null", "device");
	assert_return_code(inotify_add_watch(events, "pipe", IN_OPEN), errno);
	for (size_t e = 0; e < ROWS(errors); e++) {
		static const char *const names[] = {"pipe", "pipe-link", "device"};
		struct stat state_there;
		struct root *root;

		openat2_error = errors[e];
		root = root_create(".");
		for (size_t i = 0; i < ROWS(names); i++) {
			assert_int_equal(root_open(root, names[i]), -1);
			assert_int_equal(errno, ENOENT);
		}
		assert_true(root_stat(root, "pipe", &state_there));
		assert_true(S_ISFIFO(state_there.st_mode));
		root_destroy(root);
	}
	assert_int_equal(read(events, event, sizeof(event)), -1);
	close(open("pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC));
	assert_true(read(events, event, sizeof(event)) > 0);
	close(events);
}

/* The root stays the folder that was opened, also when the folder is renamed. */
static void
folder_that_moves(void **state)
{
	static const int errors[] = {0, ENOSYS};

	(void)state;
	for (size_t e = 0; e < ROWS(errors); e++) {
		struct root *root;
		int fd;

		openat2_error = errors[e];
		root = root_create("a");
		assert_return_code(rename("a", "../outside/a"), errno);
		folder_write("a/f", "another\n");
		fd = root_open(root, "f");
		assert_return_code(fd, errno);
		assert_text(fd, "a/f\n");
		close(fd);
		root_destroy(root);
		folder_remove("a");
		assert_return_code(rename("../outside/a", "a"), errno);
	}
}

static void
long_names(void **state)
{
	static const int errors[] = {0, ENOSYS};
	char name[2 * PATH_MAX];

	(void)state;
	for (size_t e = 0; e < ROWS(errors); e++) {
		struct root *root;

		openat2_error = errors[e];
		root = root_create(".");
		memset(name, 'x', sizeof(name));
		name[NAME_MAX] = '\0';
		assert_int_equal(root_open(root, name), -1);
		assert_int_equal(errno, ENOENT);
		name[NAME_MAX] = 'x';
		name[NAME_MAX + 1] = '\0';
		assert_int_equal(root_open(root, name), -1);
		assert_int_equal(errno, ENAMETOOLONG);
		name[NAME_MAX + 1] = 'x';
		name[sizeof(name) - 1] = '\0';
		assert_int_equal(root_open(root, name), -1);
		assert_int_equal(errno, ENAMETOOLONG);
		root_destroy(root);
	}
}

/* EAGAIN: the call is repeated, but not for ever, because the reason may be a lease. */
static void
tries_are_limited(void **state)
{
	struct root *root;

	(void)state;
	if (valgrind_runs() || qemu_lacks("openat2(2)"))
		skip();
	root = root_create(".");
	openat2_error = EAGAIN;
	openat2_calls = 0;
	alarm(20);
	assert_int_equal(root_open(root, "f"), -1);
	alarm(0);
	assert_int_equal(errno, EAGAIN);
	assert_in_range(openat2_calls, 2, 1000);
	root_destroy(root);
}

static void
paths(void **state)
{
	char *here = realpath(".", NULL);
	char *below = mem_format("%s/a", here);
	static const char *const given[] = {"a", "./a/", "a/b/..", "folder-link"};

	(void)state;
	for (size_t i = 0; i < ROWS(given); i++) {
		struct root *root = root_create(given[i]);

		assert_non_null(root);
		assert_string_equal(root_path(root), below);
		root_destroy(root);
	}
	free(below);
	free(here);
}

static void
folders_that_cannot_be_opened(void **state)
{
	static const struct {
		const char *path;
		int error;
	} wrong[] = {
		{"nothing", ENOENT},
		{"f", ENOTDIR},
		{"f/a", ENOTDIR},
		{"", ENOENT},
		{"loop", ELOOP},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(wrong); i++) {
		assert_null(root_create(wrong[i].path));
		assert_int_equal(errno, wrong[i].error);
	}
	root_destroy(NULL);
}

/* ---- when the path leads to another folder ---- */

static void
folder_made_again(void **state)
{
	struct root *root = root_create("a");
	char *before = mem_text(root_path(root));

	(void)state;
	assert_true(root_is_current(root));
	assert_false(root_reopen(root));
	folder_remove("a");
	assert_false(root_is_current(root));
	assert_false(root_reopen(root));
	folder_write("a/new", "new\n");
	assert_false(root_is_current(root));
	assert_int_equal(root_open(root, "new"), -1);
	assert_true(root_reopen(root));
	assert_true(root_is_current(root));
	assert_string_equal(root_path(root), before);
	check_row(root, &(struct row){.name = "new", .text = "new\n"}, false);
	root_destroy(root);
	free(before);
}

static void
link_leads_elsewhere(void **state)
{
	struct root *root = root_create("folder-link");

	(void)state;
	folder_write("other/f", "other\n");
	assert_return_code(unlink("folder-link"), errno);
	link_here("other", "folder-link");
	assert_false(root_is_current(root));
	assert_true(root_reopen(root));
	check_row(root, &(struct row){.name = "f", .text = "other\n"}, false);
	assert_true(slice_ends(slice_of(root_path(root)), "/other"));
	root_destroy(root);
}

/* Somebody else's settings name the path, and exchange the folder while the program runs. */
static void
bounds(void **state)
{
	char *here = realpath(".", NULL);
	struct root *root;

	(void)state;
	folder_make("in");
	folder_make("in2");
	folder_make(".git");
	link_here("in", "switched");
	root = root_create("switched");
	assert_true(root_set_bounds(root, here));
	assert_int_equal(unlink("switched"), 0);
	link_here("../outside", "switched");
	assert_false(root_reopen(root));
	assert_int_equal(unlink("switched"), 0);
	link_here(".git", "switched");
	assert_false(root_reopen(root));
	assert_int_equal(unlink("switched"), 0);
	link_here("in2", "switched");
	assert_true(root_reopen(root));
	assert_true(slice_ends(slice_of(root_path(root)), "/in2"));
	assert_true(root_set_bounds(root, NULL));
	assert_int_equal(unlink("switched"), 0);
	link_here("../outside", "switched");
	assert_true(root_reopen(root));
	errno = 0;
	assert_false(root_set_bounds(root, here));
	assert_int_equal(errno, EXDEV);
	root_destroy(root);
	free(here);
}

static void
given_path_is_independent_of_the_working_directory(void **state)
{
	struct root *root = root_create("a");

	(void)state;
	assert_return_code(chdir("../outside"), errno);
	assert_true(root_is_current(root));
	root_destroy(root);
}

static void
holders(void **state)
{
	static const struct {
		const char *path, *holder, *name;
	} given[] = {
		{"a", ".", "a"},
		{"a/", ".", "a"},
		{"a/b//", "a", "b"},
		{"folder-link", ".", "folder-link"},
		{"a/.", ".", "a"},
		{"a/b/..", ".", "a"},
		{"/", "/", ""},
		{"/tmp", "/", "tmp"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(given); i++) {
		struct root *root = root_create(given[i].path);
		struct stat expected, found;
		int fd = root_open_holder(root);

		assert_return_code(fd, errno);
		assert_return_code(fstat(fd, &found), errno);
		assert_return_code(stat(given[i].holder, &expected), errno);
		assert_int_equal(found.st_ino, expected.st_ino);
		assert_string_equal(root_name(root), given[i].name);
		close(fd);
		root_destroy(root);
	}
}

static void
real_names(void **state)
{
	static const struct {
		const char *name, *real;
	} opened[] = {
		{"f", "f"},
		{"link", "f"},
		{"folder-link/f", "a/f"},
		{"a//b/f", "a/b/f"},
		{"a/", "a"},
	};
	struct root *root = root_create(".");
	int fd;

	(void)state;
	for (size_t i = 0; i < ROWS(opened); i++) {
		char *real;

		fd = root_open(root, opened[i].name);
		assert_return_code(fd, errno);
		real = root_real_name(root, fd);
		assert_non_null(real);
		assert_string_equal(real, opened[i].real);
		free(real);
		close(fd);
	}
	fd = open("../outside/secret", O_RDONLY | O_CLOEXEC);
	assert_null(root_real_name(root, fd));
	close(fd);
	fd = open(".", O_RDONLY | O_CLOEXEC);
	assert_null(root_real_name(root, fd));
	close(fd);
	root_destroy(root);
}

/* A neighbour whose name has the same beginning lies outside. */
static void
real_names_of_neighbours(void **state)
{
	struct root *root = root_create("a");
	int fd;

	(void)state;
	folder_write("ab/f", "f\n");
	fd = open("ab/f", O_RDONLY | O_CLOEXEC);
	assert_null(root_real_name(root, fd));
	close(fd);
	root_destroy(root);
	root = root_create("/");
	fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	assert_int_equal(strncmp(root_path(root), "/", 2), 0);
	free(root_real_name(root, fd));
	close(fd);
	root_destroy(root);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(names),
		TEST(names_without_openat2),
		TEST(links_never_leave_the_folder),
		TEST(links_leave_the_folder_when_followed),
		TEST(special_files),
		TEST(folder_that_moves),
		TEST(long_names),
		TEST(tries_are_limited),
		TEST(paths),
		TEST(folders_that_cannot_be_opened),
		TEST(folder_made_again),
		TEST(link_leads_elsewhere),
		TEST(bounds),
		TEST(given_path_is_independent_of_the_working_directory),
		TEST(holders),
		TEST(real_names),
		TEST(real_names_of_neighbours),
	};

	return cmocka_run_group_tests_name("root", tests, NULL, NULL);
}

/*
 * The same rows with openat2(2) and, on a kernel made to look old, without.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "buf.h"
#include "mem.h"
#include "root.h"
#include "support/folder.h"

long
__real_syscall(long number, ...);
long
__wrap_syscall(long number, ...);

static int openat2_error; /* 0: it works */
static unsigned openat2_calls;

long
__wrap_syscall(long number, ...)
{
	va_list arguments;
	long values[4];

	va_start(arguments, number);
	for (size_t i = 0; i < ROWS(values); i++)
		values[i] = va_arg(arguments, long);
	va_end(arguments);
	if (number == SYS_openat2) {
		openat2_calls++;
		if (openat2_error) {
			errno = openat2_error;
			return -1;
		}
	}
	return __real_syscall(number, values[0], values[1], values[2], values[3]);
}

static void
link_here(const char *to, const char *name)
{
	assert_return_code(symlink(to, name), errno);
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

/* What is expected of a name: its text, or an errno; old: of a kernel without openat2. */
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
	{"link", "f\n", 0, ELOOP},
	{"folder-link/f", "a/f\n", 0, ENOTDIR},
	{"", NULL, 0, 0},
	{".", NULL, 0, 0},
	{"a", NULL, 0, 0},
	{"a/", NULL, 0, 0},
	{"a/b/", NULL, 0, 0},
	{"pipe", NULL, 0, 0},
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
	{"out", NULL, EXDEV, ELOOP},
	{"absolute", NULL, EXDEV, ELOOP},
	{"folder-out/secret", NULL, EXDEV, ENOTDIR},
	{"magic", NULL, EXDEV, ELOOP},
	{"loop", NULL, ELOOP, ELOOP},
	{"dangling", NULL, ENOENT, ELOOP},
};

static void
check_text(int fd, const char *text)
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
		check_text(fd, row->text);
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
	check_rows(0);
}

static void
names_without_openat2(void **state)
{
	(void)state;
	check_rows(ENOSYS);
	check_rows(EPERM);
}

/* Whatever a kernel cannot do, no link leads out of the folder. */
static void
links_lead_nowhere_outside(void **state)
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
			if (root_stat(root, outside[i], &state_there))
				assert_true(S_ISLNK(state_there.st_mode));
		}
		root_destroy(root);
	}
}

/* The folder is the one that was opened, wherever it goes. */
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
		check_text(fd, "a/f\n");
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

/* EAGAIN means: try again. It may also mean that somebody holds a lease, so not for ever. */
static void
trying_again_has_an_end(void **state)
{
	struct root *root = root_create(".");

	(void)state;
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
folders_that_cannot_be(void **state)
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

/* ---- the folder that the path leads to, which may become another ---- */

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

static void
given_path_outlives_the_current_folder(void **state)
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

/* A folder beside whose name only begins alike is elsewhere. */
static void
real_names_beside(void **state)
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
		TEST(links_lead_nowhere_outside),
		TEST(folder_that_moves),
		TEST(long_names),
		TEST(trying_again_has_an_end),
		TEST(paths),
		TEST(folders_that_cannot_be),
		TEST(folder_made_again),
		TEST(link_leads_elsewhere),
		TEST(given_path_outlives_the_current_folder),
		TEST(holders),
		TEST(real_names),
		TEST(real_names_beside),
	};

	return cmocka_run_group_tests_name("root", tests, NULL, NULL);
}

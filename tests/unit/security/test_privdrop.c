/*
 * Served folders in the sandbox, also after they were replaced. Each test is a process of its own.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "security/privdrop.h"
#include "support/capture.h"
#include "support/folder.h"
#include "support/wrap_syscall.h"

static bool has_no_landlock;

static bool
answer_syscall(long number, const long values[4], long *result)
{
	(void)values;
	if (number != SYS_landlock_create_ruleset || !has_no_landlock)
		return false;
	errno = ENOSYS;
	*result = -1;
	return true;
}

static int
enter(void **state)
{
	(void)state;
	has_no_landlock = false;
	folder_enter();
	folder_write("site/f", "old\n");
	folder_write("site/a/f", "old\n");
	folder_write("second/f", "second\n");
	folder_write("other/f", "other\n");
	folder_write("settings", "settings\n");
	folder_write("sockets/s", "s\n");
	folder_write("secret", "secret\n");
	assert_return_code(symlink("site", "link"), errno);
	assert_return_code(symlink("../secret", "other/out"), errno);
	assert_return_code(symlink("../secret", "site/out"), errno);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	folder_leave();
	return 0;
}

enum { CANNOT = 77 };

#define EXPECT(what)                                                                            \
	do {                                                                                    \
		if (!(what)) {                                                                  \
			fprintf(stderr, "line %d: %s: %s\n", __LINE__, #what, strerror(errno)); \
			_exit(1);                                                               \
		}                                                                               \
	} while (0)

static bool
holds(int fd, const char *text)
{
	char bytes[100] = "";
	bool is_same;

	if (fd < 0)
		return false;
	is_same = read(fd, bytes, sizeof(bytes) - 1) >= 0 && strcmp(bytes, text) == 0;
	close(fd);
	return is_same;
}

static struct root *roots[2];

static const char *const files[] = {"settings", "nothing", NULL};

/* Outside of the sandbox. A file that is empty is refused. */
static int
open_file(const void *context, size_t index)
{
	int fd = open(((const char *const *)context)[index], O_RDONLY | O_CLOEXEC);
	struct stat state;

	if (fd < 0 || fstat(fd, &state) < 0 || state.st_size)
		return fd;
	close(fd);
	errno = EPERM;
	return -1;
}

static struct privdrop *
privdrop(bool reads_everything)
{
	const struct privdrop_options options = {
		.roots = roots,
		.root_count = ROWS(roots),
		.files = files,
		.open_file = open_file,
		.context = files,
		.socket = "sockets/s",
		.reads_everything = reads_everything,
	};
	struct privdrop *dropped;

	roots[0] = root_create("link");
	roots[1] = root_create("second");
	if (reads_everything)
		root_follow_links(roots[0]);
	dropped = privdrop_create(&options);
	if (!dropped)
		_exit(CANNOT);
	return dropped;
}

static void
in_a_process_of_its_own(void (*try_it)(void))
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		try_it();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == CANNOT)
		skip();
	assert_int_equal(status, 0);
}

/* Pipes: the parent process, which can still write, is asked for a change and reports it done. */
static int asked[2], done[2];

static void
change_outside(char what)
{
	char reply;

	EXPECT(write(asked[1], &what, 1) == 1);
	EXPECT(read(done[0], &reply, 1) == 1);
}

static void
make_change(char what)
{
	switch (what) {
	case 'a': /* the folder is deleted and made again */
		folder_remove("site");
		folder_write("site/f", "anew\n");
		folder_write("site/a/f", "anew\n");
		assert_return_code(symlink("../secret", "site/out"), errno);
		folder_remove("settings");
		folder_write("settings", "anew\n");
		break;
	case 'l': /* the link leads to another folder */
		assert_return_code(unlink("link"), errno);
		assert_return_code(symlink("other", "link"), errno);
		break;
	case 'e': /* the file becomes one that is refused */
		folder_write("settings", "");
		break;
	case 's': /* the link leads to the second root */
		assert_return_code(unlink("link"), errno);
		assert_return_code(symlink("second", "link"), errno);
		break;
	default:
		folder_remove("site");
		break;
	}
}

static void
with_parent_outside(void (*try_it)(void))
{
	pid_t child;
	int status;
	char what;

	assert_return_code(pipe2(asked, O_CLOEXEC), errno);
	assert_return_code(pipe2(done, O_CLOEXEC), errno);
	child = fork();
	if (child == 0) {
		close(asked[0]);
		close(done[1]);
		try_it();
		_exit(0);
	}
	close(asked[1]);
	close(done[0]);
	while (read(asked[0], &what, 1) == 1) {
		make_change(what);
		assert_int_equal(write(done[1], &what, 1), 1);
	}
	close(asked[0]);
	close(done[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == CANNOT)
		skip();
	assert_int_equal(status, 0);
}

static void
try_reading(void)
{
	struct privdrop *dropped = privdrop(false);

	EXPECT(holds(root_open(roots[0], "f"), "old\n"));
	EXPECT(holds(root_open(roots[0], "a/f"), "old\n"));
	EXPECT(holds(root_open(roots[1], "f"), "second\n"));
	EXPECT(holds(privdrop_open(dropped, "settings"), "settings\n"));
	EXPECT(privdrop_open(dropped, "nothing") < 0 && errno == ENOENT);
	EXPECT(privdrop_open(dropped, "secret") < 0 && errno == ENOENT);
	EXPECT(open("settings", O_RDONLY | O_CLOEXEC) < 0 && errno == EACCES);
	EXPECT(open("secret", O_RDONLY | O_CLOEXEC) < 0 && errno == EACCES);
	EXPECT(open("other/f", O_RDONLY | O_CLOEXEC) < 0 && errno == EACCES);
	EXPECT(open("site/new", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) < 0 && errno == EACCES);
	EXPECT(unlink("sockets/s") == 0);
	privdrop_destroy(dropped);
	EXPECT(open("secret", O_RDONLY | O_CLOEXEC) < 0 && errno == EACCES);
}

static void
reads_what_is_served(void **state)
{
	(void)state;
	in_a_process_of_its_own(try_reading);
}

static void
try_links(void)
{
	privdrop(true);
	EXPECT(holds(root_open(roots[0], "out"), "secret\n"));
	EXPECT(open("site/new", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) < 0 && errno == EACCES);
}

static void
links_may_lead_anywhere(void **state)
{
	(void)state;
	in_a_process_of_its_own(try_links);
}

static size_t
count_names(DIR *folder)
{
	size_t count = 0;

	EXPECT(folder);
	while (readdir(folder))
		count++;
	closedir(folder);
	return count;
}

static void
try_replaced_folders(void)
{
	struct privdrop *dropped = privdrop(false);
	struct stat state;

	change_outside('a');
	EXPECT(holds(privdrop_open(dropped, "settings"), "anew\n"));
	change_outside('e');
	EXPECT(privdrop_open(dropped, "settings") < 0 && errno == EPERM);
	EXPECT(root_open(roots[0], "f") < 0);
	EXPECT(root_reopen(roots[0]));
	EXPECT(!root_reopen(roots[0]));
	EXPECT(root_is_current(roots[0]));
	EXPECT(holds(root_open(roots[0], "f"), "anew\n"));
	EXPECT(holds(root_open(roots[0], "a/f"), "anew\n"));
	EXPECT(count_names(root_open_folder(roots[0], "")) == 5);
	EXPECT(count_names(root_open_folder(roots[0], "a/")) == 3);
	EXPECT(root_stat(roots[0], "a/f", &state));
	EXPECT(root_open(roots[0], "nothing") < 0 && errno == ENOENT);
	EXPECT(root_open(roots[0], "out") < 0 && errno == EXDEV);
	EXPECT(root_open(roots[0], "../secret") < 0 && errno == EXDEV);
	EXPECT(holds(root_open(roots[1], "f"), "second\n"));

	change_outside('l');
	EXPECT(root_reopen(roots[0]));
	EXPECT(holds(root_open(roots[0], "f"), "other\n"));
	EXPECT(root_open(roots[0], "out") < 0 && errno == EXDEV);
	EXPECT(open("other/f", O_RDONLY | O_CLOEXEC) < 0 && errno == EACCES);

	change_outside('s');
	EXPECT(root_reopen(roots[0]));
	EXPECT(holds(root_open(roots[0], "f"), "second\n"));
	privdrop_destroy(dropped);
	EXPECT(holds(root_open(roots[0], "f"), "second\n"));
}

static void
replaced_folders(void **state)
{
	(void)state;
	with_parent_outside(try_replaced_folders);
}

/* Even if the process inside is taken over, the broker opens nothing that is not served. */
static void
try_other_names(void)
{
	static const char *const names[] = {"../secret", "../other/f", "out", "/etc/passwd",
		"a/../../secret", "/", "..", "nothing"};

	privdrop(false);
	change_outside('a');
	EXPECT(root_reopen(roots[0]));
	for (size_t i = 0; i < ROWS(names); i++)
		EXPECT(root_open(roots[0], names[i]) < 0 && errno != EACCES);
	root_set_opener(roots[0], NULL, NULL);
}

static void
broker_opens_nothing_else(void **state)
{
	(void)state;
	with_parent_outside(try_other_names);
}

static void
kernel_without_landlock(void **state)
{
	const struct privdrop_options options = {0};
	const char *logged;

	(void)state;
	has_no_landlock = true;
	capture_begin(2);
	assert_null(privdrop_create(&options));
	assert_string_equal(capture_end(), "");
	log_set_level(LOG_VERBOSE);
	capture_begin(2);
	assert_null(privdrop_create(&options));
	logged = capture_end();
	log_set_level(LOG_NORMAL);
	assert_non_null(strstr(logged, "has no Landlock"));
	privdrop_destroy(NULL);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(reads_what_is_served),
		TEST(links_may_lead_anywhere),
		TEST(replaced_folders),
		TEST(broker_opens_nothing_else),
		TEST(kernel_without_landlock),
	};

	return cmocka_run_group_tests_name("privdrop", tests, NULL, NULL);
}

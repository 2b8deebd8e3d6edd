/*
 * Served folders in the sandbox, and after they have become others. Each is a process of its own.
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

#include "security/privdrop.h"
#include "base/log.h"
#include "support/capture.h"
#include "support/folder.h"

long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);

static bool has_no_landlock;

long
__wrap_syscall(long number, ...)
{
	va_list arguments;
	long values[4];

	va_start(arguments, number);
	for (size_t i = 0; i < ROWS(values); i++)
		values[i] = va_arg(arguments, long);
	va_end(arguments);
	if (number == SYS_landlock_create_ruleset && has_no_landlock) {
		errno = ENOSYS;
		return -1;
	}
	return __real_syscall(number, values[0], values[1], values[2], values[3]);
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

static struct privdrop *
privdrop(bool reads_everything)
{
	static const char *const files[] = {"settings", "nothing", NULL};
	const struct privdrop_options options = {
		.roots = roots,
		.root_count = ROWS(roots),
		.files = files,
		.socket = "sockets/s",
		.reads_everything = reads_everything,
	};
	struct privdrop *confined;

	roots[0] = root_create("link");
	roots[1] = root_create("second");
	if (reads_everything)
		root_follow_links(roots[0]);
	confined = privdrop_create(&options);
	if (!confined)
		_exit(CANNOT);
	return confined;
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

/* Writing is left to the test's other process, so that has to be told. */
static int told[2], done[2];

static void
let_outside(char what)
{
	char response;

	EXPECT(write(told[1], &what, 1) == 1);
	EXPECT(read(done[0], &response, 1) == 1);
}

static void
do_outside(char what)
{
	switch (what) {
	case 'a': /* deleted and made again */
		folder_remove("site");
		folder_write("site/f", "anew\n");
		folder_write("site/a/f", "anew\n");
		assert_return_code(symlink("../secret", "site/out"), errno);
		folder_remove("settings");
		folder_write("settings", "anew\n");
		break;
	case 'l': /* the link leads elsewhere */
		assert_return_code(unlink("link"), errno);
		assert_return_code(symlink("other", "link"), errno);
		break;
	case 's': /* and to the second one, which is no stranger */
		assert_return_code(unlink("link"), errno);
		assert_return_code(symlink("second", "link"), errno);
		break;
	default:
		folder_remove("site");
		break;
	}
}

static void
with_one_outside(void (*try_it)(void))
{
	pid_t child;
	int status;
	char what;

	assert_return_code(pipe2(told, O_CLOEXEC), errno);
	assert_return_code(pipe2(done, O_CLOEXEC), errno);
	child = fork();
	if (child == 0) {
		close(told[0]);
		close(done[1]);
		try_it();
		_exit(0);
	}
	close(told[1]);
	close(done[0]);
	while (read(told[0], &what, 1) == 1) {
		do_outside(what);
		assert_int_equal(write(done[1], &what, 1), 1);
	}
	close(told[0]);
	close(done[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == CANNOT)
		skip();
	assert_int_equal(status, 0);
}

static void
try_reading(void)
{
	struct privdrop *confined = privdrop(false);

	EXPECT(holds(root_open(roots[0], "f"), "old\n"));
	EXPECT(holds(root_open(roots[0], "a/f"), "old\n"));
	EXPECT(holds(root_open(roots[1], "f"), "second\n"));
	EXPECT(holds(privdrop_open(confined, "settings"), "settings\n"));
	EXPECT(privdrop_open(confined, "nothing") < 0 && errno == ENOENT);
	EXPECT(privdrop_open(confined, "secret") < 0 && errno == ENOENT);
	EXPECT(open("settings", O_RDONLY | O_CLOEXEC) < 0 && errno == EACCES);
	EXPECT(open("secret", O_RDONLY | O_CLOEXEC) < 0 && errno == EACCES);
	EXPECT(open("other/f", O_RDONLY | O_CLOEXEC) < 0 && errno == EACCES);
	EXPECT(open("site/new", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) < 0 && errno == EACCES);
	EXPECT(unlink("sockets/s") == 0);
	privdrop_destroy(confined);
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
try_other_folders(void)
{
	struct privdrop *confined = privdrop(false);
	struct stat state;

	let_outside('a');
	EXPECT(holds(privdrop_open(confined, "settings"), "anew\n"));
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

	let_outside('l');
	EXPECT(root_reopen(roots[0]));
	EXPECT(holds(root_open(roots[0], "f"), "other\n"));
	EXPECT(root_open(roots[0], "out") < 0 && errno == EXDEV);
	EXPECT(open("other/f", O_RDONLY | O_CLOEXEC) < 0 && errno == EACCES);

	let_outside('s');
	EXPECT(root_reopen(roots[0]));
	EXPECT(holds(root_open(roots[0], "f"), "second\n"));
	privdrop_destroy(confined);
	EXPECT(holds(root_open(roots[0], "f"), "second\n"));
}

static void
folders_that_become_others(void **state)
{
	(void)state;
	with_one_outside(try_other_folders);
}

/* Whoever has taken the one inside over can ask the one outside for no more than is served. */
static void
try_asking_for_more(void)
{
	static const char *const names[] = {"../secret", "../other/f", "out", "/etc/passwd",
		"a/../../secret", "/", "..", "nothing"};

	privdrop(false);
	let_outside('a');
	EXPECT(root_reopen(roots[0]));
	for (size_t i = 0; i < ROWS(names); i++)
		EXPECT(root_open(roots[0], names[i]) < 0 && errno != EACCES);
	root_set_opener(roots[0], NULL, NULL);
}

static void
helper_opens_nothing_else(void **state)
{
	(void)state;
	with_one_outside(try_asking_for_more);
}

static void
kernel_without_landlock(void **state)
{
	const struct privdrop_options options = {0};
	const char *said;

	(void)state;
	has_no_landlock = true;
	capture_begin(2);
	assert_null(privdrop_create(&options));
	assert_string_equal(capture_end(), "");
	log_set_level(LOG_VERBOSE);
	capture_begin(2);
	assert_null(privdrop_create(&options));
	said = capture_end();
	log_set_level(LOG_NORMAL);
	assert_non_null(strstr(said, "has no Landlock"));
	privdrop_destroy(NULL);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(reads_what_is_served),
		TEST(links_may_lead_anywhere),
		TEST(folders_that_become_others),
		TEST(helper_opens_nothing_else),
		TEST(kernel_without_landlock),
	};

	return cmocka_run_group_tests_name("privdrop", tests, NULL, NULL);
}

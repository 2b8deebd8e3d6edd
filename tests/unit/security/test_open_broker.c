/*
 * A broker that opens things, and what happens when one of the two processes has ended.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "security/open_broker.h"
#include "support/capture.h"
#include "support/folder.h"
#include "support/valgrind.h"

static int prepared, kept;

static int
enter(void **state)
{
	(void)state;
	prepared = 0;
	folder_enter();
	folder_write("f", "f\n");
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	folder_leave();
	return 0;
}

static void
prepare(void *context)
{
	(void)context;
	prepared++;
}

static int
count_open(void)
{
	int count = 0;

	for (int fd = 0; fd < 1000; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static bool
dies_with_parent(void)
{
	int signal = 0;

	return prctl(PR_GET_PDEATHSIG, &signal) == 0 && signal == SIGKILL;
}

/* 1 opens the file name, 2 a text about the broker, 3 ends the broker; others fail. */
static int
open_one(void *context, unsigned id, const char *name)
{
	(void)context;
	if (id == 1)
		return open(name, O_RDONLY | O_CLOEXEC);
	if (id == 2) {
		int fd = memfd_create("text", MFD_CLOEXEC);

		dprintf(fd, "%s prepared %d fds %d kept %d pid %d dumpable %d ends with parent %d",
			name, prepared, count_open(), fcntl(kept, F_GETFD) >= 0, (int)getpid(),
			prctl(PR_GET_DUMPABLE), dies_with_parent());
		lseek(fd, 0, SEEK_SET);
		return fd;
	}
	if (id == 3)
		_exit(3);
	errno = EXDEV;
	return -1;
}

static struct open_broker *
start(void)
{
	const struct open_broker_options options = {.process = "test",
		.prepare = prepare,
		.open = open_one,
		.kept = &kept,
		.kept_count = 1};
	struct open_broker *broker = open_broker_create(&options);

	assert_non_null(broker);
	return broker;
}

static const char *
text_of(int fd)
{
	static char text[PATH_MAX + 100];
	ssize_t length = read(fd, text, sizeof(text) - 1);

	assert_true(length >= 0);
	text[length] = '\0';
	close(fd);
	return text;
}

static void
opens_and_refuses(void **state)
{
	size_t before = folder_open_descriptors();
	struct open_broker *broker = start();
	int fd;

	(void)state;
	for (int i = 0; i < 100; i++) {
		fd = open_broker_open(broker, 1, "f");
		assert_return_code(fd, errno);
		assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
		assert_string_equal(text_of(fd), "f\n");
	}
	assert_int_equal(open_broker_open(broker, 1, "nothing"), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(open_broker_open(broker, 1, ""), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(open_broker_open(broker, 4, "f"), -1);
	assert_int_equal(errno, EXDEV);
	open_broker_destroy(broker);
	assert_int_equal(folder_open_descriptors(), before);
}

static void
long_names(void **state)
{
	struct open_broker *broker = start();
	char name[PATH_MAX + 1], expected[PATH_MAX + 20];

	(void)state;
	memset(name, 'x', sizeof(name));
	name[PATH_MAX] = '\0';
	assert_int_equal(open_broker_open(broker, 2, name), -1);
	assert_int_equal(errno, ENAMETOOLONG);
	name[PATH_MAX - 1] = '\0';
	snprintf(expected, sizeof(expected), "%s prepared 1", name);
	assert_memory_equal(text_of(open_broker_open(broker, 2, name)), expected, strlen(expected));
	open_broker_destroy(broker);
}

/* Six descriptors: the standard streams, the socket, the kept one, and that of the text. */
static void
holds_nothing_else(void **state)
{
	int others[20];
	struct open_broker *broker;
	const char *text;

	(void)state;
	for (size_t i = 0; i < ROWS(others); i++)
		others[i] = open("f", O_RDONLY | O_CLOEXEC);
	kept = others[7];
	broker = start();
	text = text_of(open_broker_open(broker, 2, "x"));
	assert_memory_equal(text, "x prepared 1 fds 6 kept 1 ", 26);
	assert_int_not_equal(atoi(strstr(text, "pid ") + 4), getpid());
	assert_non_null(strstr(text, " dumpable 0 ends with parent 1"));
	open_broker_destroy(broker);
	for (size_t i = 0; i < ROWS(others); i++)
		close(others[i]);
}

/* Whether a process runs. A zombie does not. */
static bool
runs(int pid)
{
	char path[64], state = 'X';
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (fscanf(file, "%*d %*s %c", &state) != 1)
		state = 'X';
	fclose(file);
	return state != 'Z' && state != 'X';
}

static void
ends_with_this_process(void **state)
{
	struct open_broker *broker = start();
	int pid = atoi(strstr(text_of(open_broker_open(broker, 2, "x")), "pid ") + 4);

	(void)state;
	assert_true(runs(pid));
	open_broker_destroy(broker);
	alarm(5);
	while (runs(pid))
		usleep(1000);
	alarm(0);
	open_broker_destroy(NULL);
}

static void
broker_has_ended(void **state)
{
	struct open_broker *broker = start();
	const char *logged;

	(void)state;
	capture_begin(2);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(open_broker_open(broker, i == 0 ? 3 : 1, "f"), -1);
		assert_int_equal(errno, EACCES);
	}
	logged = capture_end();
	assert_non_null(strstr(logged, "has ended; restart liveserve\n"));
	assert_ptr_equal(strchr(logged, '\n'), logged + strlen(logged) - 1);
	open_broker_destroy(broker);
}

static void
out_of_descriptors(void **state)
{
	struct open_broker *broker;
	struct rlimit limit, few;
	int fd;

	(void)state;
	if (valgrind_runs())
		skip();
	broker = start();
	assert_return_code(getrlimit(RLIMIT_NOFILE, &limit), errno);
	few = limit;
	few.rlim_cur = 0;
	assert_return_code(setrlimit(RLIMIT_NOFILE, &few), errno);
	fd = open_broker_open(broker, 1, "f");
	assert_int_equal(errno, EMFILE);
	assert_int_equal(fd, -1);
	assert_return_code(setrlimit(RLIMIT_NOFILE, &limit), errno);
	assert_string_equal(text_of(open_broker_open(broker, 1, "f")), "f\n");
	open_broker_destroy(broker);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(opens_and_refuses),
		TEST(long_names),
		TEST(holds_nothing_else),
		TEST(ends_with_this_process),
		TEST(broker_has_ended),
		TEST(out_of_descriptors),
	};

	return cmocka_run_group_tests_name("open_broker", tests, NULL, NULL);
}

/*
 * What a restricted process can still do. Each test runs in a process of its own, because the
 * restriction cannot be undone.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "security/landlock.h"
#include "support/folder.h"
#include "support/wrap_syscall.h"

static int landlock_error;    /* of a kernel without Landlock */
static long landlock_version; /* of an older kernel; 0: the real one */
static uint64_t handled;      /* the access rights in the last ruleset */
static uint64_t handled_net, scoped;

static bool
answer_syscall(long number, const long values[4], long *result)
{
	if (number != SYS_landlock_create_ruleset)
		return false;
	if (landlock_error)
		errno = landlock_error;
	else if (values[0]) {
		/* The kernel's header may lack the later members. */
		const uint64_t *members = (const uint64_t *)values[0];

		handled = members[0];
		handled_net = members[1];
		scoped = members[2];
	}
	*result = landlock_error ? -1 : landlock_version;
	return landlock_error || (!values[0] && landlock_version);
}

static int
enter(void **state)
{
	(void)state;
	folder_enter();
	folder_write("served/f", "f\n");
	folder_write("served/a/f", "f\n");
	folder_write("file", "file\n");
	folder_write("secret", "secret\n");
	folder_write("sockets/s", "s\n");
	folder_write("../outside/f", "secret\n");
	landlock_error = 0;
	landlock_version = 0;
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	folder_leave();
	return 0;
}

/* errno of opening path; 0 when it can be opened. */
static int
try_open(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int
try_bind(const char *path)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int error;

	snprintf(name.sun_path, sizeof(name.sun_path), "%s", path);
	error = bind(fd, (struct sockaddr *)&name, sizeof(name)) < 0 ? errno : 0;
	close(fd);
	return error;
}

static int
error_of(int result)
{
	return result < 0 ? errno : 0;
}

static int
try_true(void)
{
	char *arguments[] = {(char *)"true", NULL};

	execv("/bin/true", arguments);
	return errno;
}

enum { CANNOT = 77 };

#define EXPECT(expected, call)                                               \
	do {                                                                 \
		int found = (call);                                          \
		if (found != (expected)) {                                   \
			fprintf(stderr, "%s: %s\n", #call, strerror(found)); \
			_exit(1);                                            \
		}                                                            \
	} while (0)

static _Noreturn void
try_everything(void)
{
	struct landlock *landlock = landlock_create();
	int served = open("served", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int out = open("out", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	struct stat state;

	if (!landlock)
		_exit(CANNOT);
	landlock_allow(landlock, served);
	landlock_allow_path(landlock, "file");
	landlock_allow_path(landlock, "nothing");
	landlock_allow_removal(landlock, "sockets");
	if (!landlock_enter(landlock))
		_exit(2);
	landlock_destroy(landlock);
	EXPECT(1, prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));

	EXPECT(0, try_open("served", O_RDONLY | O_DIRECTORY));
	EXPECT(0, try_open("served/f", O_RDONLY));
	EXPECT(0, try_open("served/a", O_RDONLY | O_DIRECTORY));
	EXPECT(0, try_open("file", O_RDONLY));
	EXPECT(EACCES, try_open("secret", O_RDONLY));
	EXPECT(EACCES, try_open("../outside/f", O_RDONLY));
	EXPECT(EACCES, try_open(".", O_RDONLY | O_DIRECTORY));
	EXPECT(EACCES, try_open("/etc/passwd", O_RDONLY));
	EXPECT(EACCES, try_open("sockets/s", O_RDONLY));
	EXPECT(0, try_open("secret", O_PATH));
	EXPECT(0, error_of(stat("secret", &state)));

	EXPECT(EACCES, try_open("served/f", O_WRONLY));
	EXPECT(EACCES, try_open("served/f", O_RDWR));
	EXPECT(EACCES, try_open("served/new", O_WRONLY | O_CREAT));
	EXPECT(EACCES, try_open("file", O_WRONLY));
	EXPECT(EACCES, try_open("secret", O_WRONLY));
	EXPECT(EACCES, try_open("/dev/null", O_WRONLY));
	EXPECT(EACCES, error_of(mkdir("served/new", 0700)));
	EXPECT(EACCES, error_of(symlink("f", "served/new")));
	EXPECT(EACCES, error_of(mkfifo("served/new", 0600)));
	EXPECT(EACCES, error_of(rename("served/f", "served/g")));
	EXPECT(EACCES, error_of(unlink("served/f")));
	EXPECT(EACCES, error_of(rmdir("served/a")));
	EXPECT(EACCES, try_bind("sockets/new"));
	EXPECT(EACCES, try_true());
	EXPECT(0, error_of(unlink("sockets/s")));

	/* What was open stays open. */
	EXPECT(0, error_of((int)write(out, "x", 1)));
	_exit(0);
}

/* A rule is for a folder, not for its name. */
static _Noreturn void
try_other_folders(void)
{
	struct landlock *landlock = landlock_create();

	if (!landlock)
		_exit(CANNOT);
	landlock_allow_path(landlock, "served");
	if (!landlock_enter(landlock))
		_exit(2);
	/* The parent process exchanges the folders meanwhile. */
	raise(SIGSTOP);
	EXPECT(EACCES, try_open("served/f", O_RDONLY));
	EXPECT(0, try_open("moved/f", O_RDONLY));
	EXPECT(0, try_open("moved/came/f", O_RDONLY));
	_exit(0);
}

static int
wait_for(pid_t child)
{
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == CANNOT)
		skip();
	return WEXITSTATUS(status);
}

static void
allowed_and_denied(void **state)
{
	pid_t child = fork();

	(void)state;
	if (child == 0)
		try_everything();
	assert_int_equal(wait_for(child), 0);
}

static void
folders_that_move(void **state)
{
	pid_t child = fork();
	int status;

	(void)state;
	if (child == 0)
		try_other_folders();
	assert_int_equal(waitpid(child, &status, WUNTRACED), child);
	if (!WIFSTOPPED(status))
		skip();
	assert_return_code(rename("served", "moved"), errno);
	folder_write("served/f", "another\n");
	assert_return_code(rename("../outside", "moved/came"), errno);
	assert_return_code(kill(child, SIGCONT), errno);
	assert_int_equal(wait_for(child), 0);
}

/* A ruleset has only the rights that the kernel knows. */
static void
old_kernels(void **state)
{
	static const struct {
		long version;
		uint64_t handled, net, scoped;
	} rows[] = {
		{1, 0x1fff, 0, 0},
		{2, 0x3fff, 0, 0},
		{3, 0x7fff, 0, 0},
		{4, 0x7fff, 3, 0},
		{5, 0xffff, 3, 0},
		{6, 0xffff, 3, 3},
		{9, 0xffff, 3, 3},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		landlock_version = rows[i].version;
		landlock_destroy(landlock_create());
		assert_int_equal(handled, rows[i].handled);
		assert_int_equal(handled_net, rows[i].net);
		assert_int_equal(scoped, rows[i].scoped);
		landlock_destroy(landlock_create_for_client());
		assert_int_equal(handled_net, rows[i].net & 1);
	}
}

static void
kernels_without(void **state)
{
	static const int errors[] = {ENOSYS, EOPNOTSUPP, EPERM};

	(void)state;
	for (size_t i = 0; i < ROWS(errors); i++) {
		landlock_error = errors[i];
		assert_null(landlock_create());
		assert_int_equal(errno, errors[i]);
	}
	assert_int_equal(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 0);
	landlock_destroy(NULL);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(allowed_and_denied),
		TEST(folders_that_move),
		TEST(old_kernels),
		TEST(kernels_without),
	};

	return cmocka_run_group_tests_name("landlock", tests, NULL, NULL);
}

/*
 * Served folders in the sandbox, also after they were replaced. Each test is a process of its own.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/fs.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <termios.h>
#include <unistd.h>

#include "base/log.h"
#include "security/privdrop.h"
#include "support/capture.h"
#include "support/folder.h"
#include "support/qemu.h"
#include "support/wrap_syscall.h"

static bool has_no_landlock, has_no_seccomp;
static long landlock_version; /* of an older kernel; 0: the real one */

static bool
answer_syscall(long number, const long values[4], long *result)
{
	*result = -1;
	errno = ENOSYS;
	if (number == SYS_seccomp)
		return has_no_seccomp;
	if (number != SYS_landlock_create_ruleset)
		return false;
	if (has_no_landlock)
		return true;
	*result = landlock_version;
	return !values[0] && landlock_version;
}

static int
enter(void **state)
{
	(void)state;
	has_no_landlock = false;
	has_no_seccomp = false;
	landlock_version = 0;
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

/* ---- what an attacker in the process would do ---- */

static bool skip_unlink; /* only Landlock refuses it */
#ifdef __SANITIZE_ADDRESS__
static const bool only_landlock_traces = true;
#else
static const bool only_landlock_traces = false;
#endif

static int
error_of(long result)
{
	return result < 0 ? errno : 0;
}

static bool
is_refused(int error)
{
	return error == EPERM || error == EACCES || error == ENOSYS;
}

#define REFUSED(call) EXPECT(is_refused(error_of(call)))

/* Calls on a file that would change it, or what belongs to it. */
static void
try_to_change(const char *path)
{
	static const struct timespec times[2] = {{1, 0}, {1, 0}};
	int fd = open(path, O_PATH | O_CLOEXEC);
	char magic[64];

	snprintf(magic, sizeof(magic), "/proc/self/fd/%d", fd);
	EXPECT(fd >= 0);
	REFUSED(chmod(path, 0777));
	REFUSED(chmod(magic, 0777));
	REFUSED(syscall(SYS_fchmodat, AT_FDCWD, path, 0777));
	REFUSED(syscall(452, AT_FDCWD, path, 0777, 0)); /* fchmodat2 */
	REFUSED(chown(path, getuid(), getgid()));
	REFUSED(lchown(path, getuid(), getgid()));
	REFUSED(fchownat(fd, "", getuid(), getgid(), AT_EMPTY_PATH));
	REFUSED(utimensat(AT_FDCWD, path, times, 0));
	REFUSED(setxattr(path, "user.x", "x", 1, 0));
	REFUSED(removexattr(path, "user.x"));
	REFUSED(syscall(463, AT_FDCWD, path, 0, "user.x")); /* setxattrat */
	REFUSED(syscall(469, AT_FDCWD, path, NULL, 0));     /* file_setattr */
	REFUSED(truncate(path, 0));
	REFUSED(open(path, O_RDONLY | O_TRUNC | O_CLOEXEC));
	REFUSED(open(path, O_WRONLY | O_TRUNC | O_CLOEXEC));
	REFUSED(open(path, O_RDWR | O_CLOEXEC));
	REFUSED(creat(path, 0600));
	if (!skip_unlink)
		REFUSED(unlink(path));
	REFUSED(rename(path, "other/renamed"));
	REFUSED(link(path, "other/linked"));
	close(fd);
}

/* The same for a descriptor that may be read. */
static void
try_to_change_open(int fd)
{
	static const struct timespec times[2] = {{1, 0}, {1, 0}};
	int flags = 0;

	EXPECT(fd >= 0);
	REFUSED(fchmod(fd, 0777));
	REFUSED(fchown(fd, getuid(), getgid()));
	REFUSED(futimens(fd, times));
	REFUSED(fsetxattr(fd, "user.x", "x", 1, 0));
	REFUSED(fremovexattr(fd, "user.x"));
	REFUSED(ftruncate(fd, 0));
	REFUSED(fallocate(fd, 0, 0, 1));
	REFUSED(ioctl(fd, FS_IOC_SETFLAGS, &flags));
}

/* other is another process of this user, outside of the sandbox. */
static void
try_processes(pid_t other)
{
	static char bytes[8];
	struct iovec here = {bytes, sizeof(bytes)}, there = {bytes, sizeof(bytes)};
	char *arguments[] = {(char *)"true", NULL};
	struct rlimit limit = {1, 1};

	REFUSED(execv("/bin/true", arguments));
	REFUSED(syscall(SYS_execveat, AT_FDCWD, "/bin/true", arguments, NULL, 0));
	REFUSED(kill(other, 0));
	REFUSED(kill(other, SIGTERM));
	REFUSED(kill(0, 0));
	REFUSED(syscall(SYS_tgkill, other, other, SIGTERM));
	REFUSED(syscall(SYS_pidfd_open, other, 0));
	REFUSED(prlimit(other, RLIMIT_NOFILE, &limit, NULL));
	REFUSED(process_vm_readv(other, &here, 1, &there, 1, 0));
	REFUSED(process_vm_writev(other, &here, 1, &there, 1, 0));
	/* The filter of a build for LeakSanitizer leaves ptrace(2) to Landlock. */
	if (!only_landlock_traces || !skip_unlink)
		REFUSED(ptrace(PTRACE_SEIZE, other, NULL, NULL));
	REFUSED(fcntl(STDIN_FILENO, F_SETOWN, other));
	REFUSED(unshare(CLONE_NEWUSER));
	REFUSED(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
	REFUSED(syscall(SYS_io_uring_setup, 1, bytes));
	REFUSED(syscall(SYS_bpf, 0, NULL, 0));
	REFUSED(syscall(SYS_userfaultfd, 0));
	REFUSED(syscall(SYS_keyctl, 0, -3, 0));
	REFUSED(mount(NULL, NULL, NULL, 0, NULL));
}

/* Typing a character into a terminal, as if it was the user. */
static void
try_terminal(int terminal)
{
	const long with_high_bits = (long)(UINT64_C(1) << 32 | TIOCSTI);
	struct termios mode;
	struct winsize size;

	REFUSED(ioctl(terminal, TIOCSTI, "x"));
	REFUSED(syscall(SYS_ioctl, terminal, with_high_bits, "x"));
	REFUSED(syscall(SYS_ioctl, terminal, 0x541c /* TIOCLINUX */, "\3"));
	EXPECT(tcgetattr(terminal, &mode) == 0);
	EXPECT(tcsetattr(terminal, TCSANOW, &mode) == 0);
	EXPECT(ioctl(terminal, TIOCGWINSZ, &size) == 0);
}

static void
try_sockets(void)
{
	REFUSED(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
	REFUSED(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
	REFUSED(socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
	REFUSED(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
	REFUSED(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT));
}

static struct {
	pid_t other;
	int terminal;
	int reader; /* site/f, opened before the sandbox was entered */
} attacked;

/* A process that waits, and a terminal. */
static void
prepare_attack(void)
{
	attacked.other = fork();
	if (attacked.other == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pause();
		_exit(0);
	}
	attacked.terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_return_code(attacked.terminal, errno);
	assert_return_code(grantpt(attacked.terminal), errno);
	assert_return_code(unlockpt(attacked.terminal), errno);
	attacked.reader = open("site/f", O_RDONLY | O_CLOEXEC);
}

static void
end_attack(void)
{
	int status;

	assert_return_code(kill(attacked.other, SIGKILL), errno);
	assert_int_equal(waitpid(attacked.other, &status, 0), attacked.other);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	close(attacked.terminal);
	close(attacked.reader);
}

static void
try_attacks(void)
{
	struct stat before, after;

	EXPECT(stat("secret", &before) == 0);
	privdrop(false);
	try_to_change("secret");
	try_to_change("site/f");
	try_to_change_open(attacked.reader);
	try_to_change_open(root_open(roots[0], "f"));
	try_to_change_open(root_fd(roots[0]));
	try_processes(attacked.other);
	try_terminal(attacked.terminal);
	try_sockets();
	EXPECT(stat("secret", &after) == 0);
	EXPECT(before.st_mode == after.st_mode && before.st_size == after.st_size &&
		before.st_mtime == after.st_mtime);
}
/* 0 is the version of this kernel. What the filter adds does not depend on Landlock's version. */
static void
attacks_are_refused(void **state)
{
	static const long versions[] = {0, 1, 2, 3, 4, 5};

	(void)state;
	for (size_t i = 0; i < ROWS(versions); i++) {
		landlock_version = versions[i];
		prepare_attack();
		in_a_process_of_its_own(try_attacks);
		end_attack();
	}
}

static void
try_attacks_without_landlock(void)
{
	const struct privdrop_options options = {0};

	has_no_landlock = true;
	EXPECT(!privdrop_create(&options));
	try_to_change("secret");
	try_to_change_open(attacked.reader);
	try_processes(attacked.other);
	try_terminal(attacked.terminal);
	try_sockets();
}

/* Of these, unlink(2) needs Landlock. */
static void
attacks_without_landlock(void **state)
{
	(void)state;
	if (qemu_lacks("filter of system calls"))
		skip();
	skip_unlink = true;
	prepare_attack();
	in_a_process_of_its_own(try_attacks_without_landlock);
	end_attack();
	skip_unlink = false;
}

/* ---- the file of a log ---- */

static const char *const logs[] = {"logs/log", "logs/other", "site/log", NULL};

/* As log_file_open() does it. */
static int
open_log(const void *context, size_t index)
{
	struct open_how how = {.flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, .mode = 0600};

	return (int)syscall(
		SYS_openat2, AT_FDCWD, ((const char *const *)context)[index], &how, sizeof(how));
}

/* The broker makes files in the folder of the log, and nowhere else; this process makes none. */
static void
try_log(void)
{
	const struct privdrop_options options = {
		.files = logs, .open_file = open_log, .context = logs, .log_folder = "logs"};
	struct privdrop *dropped = privdrop_create(&options);
	int fd;

	if (!dropped)
		_exit(CANNOT);
	EXPECT(open_log(logs, 0) < 0 && errno == EACCES);
	fd = privdrop_open(dropped, "logs/log");
	EXPECT(fd >= 0 && write(fd, "line\n", 5) == 5);
	EXPECT(ftruncate(fd, 0) < 0);
	EXPECT(privdrop_open(dropped, "site/log") < 0 && errno == EACCES);
	EXPECT(privdrop_open(dropped, "logs/third") < 0 && errno == ENOENT);
	EXPECT(open_log(logs, 0) < 0 && errno == EACCES);
	privdrop_destroy(dropped);
}

static void
a_log(void **state)
{
	(void)state;
	folder_make("logs");
	in_a_process_of_its_own(try_log);
	assert_int_equal(access("logs/log", F_OK), 0);
	assert_int_equal(access("logs/other", F_OK), -1);
	assert_int_equal(access("site/log", F_OK), -1);
}

/* ---- what the server does ---- */

static void *
say_hello(void *context)
{
	*(bool *)context = true;
	return NULL;
}

static void
try_threads(void)
{
	pthread_t thread;
	bool has_run = false;

	EXPECT(pthread_create(&thread, NULL, say_hello, &has_run) == 0);
	EXPECT(pthread_join(thread, NULL) == 0);
	EXPECT(has_run);
}

static void
try_files(void)
{
	int events = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	int fd = root_open(roots[0], "f"), ends[2];
	char *name = root_real_name(roots[0], fd), magic[64];

	snprintf(magic, sizeof(magic), "/proc/self/fd/%d", root_fd(roots[0]));
	EXPECT(inotify_add_watch(events, magic, IN_CLOSE_WRITE) >= 0);
	EXPECT(name && strcmp(name, "f") == 0);
	EXPECT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
	EXPECT(sendfile(ends[0], fd, NULL, 100) == 4);
	EXPECT(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0);
	EXPECT(unlink("sockets/s") == 0);
	free(name);
}

static void
try_work(void)
{
	sigset_t signals;
	struct rlimit limit;

	privdrop(false);
	try_threads();
	try_files();
	EXPECT(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC) >= 0);
	EXPECT(epoll_create1(EPOLL_CLOEXEC) >= 0);
	sigemptyset(&signals);
	sigaddset(&signals, SIGURG);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	EXPECT(signalfd(-1, &signals, SFD_CLOEXEC) >= 0);
	EXPECT(kill(getpid(), SIGURG) == 0 && raise(SIGURG) == 0);
	EXPECT(getrlimit(RLIMIT_NOFILE, &limit) == 0);
	EXPECT(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE) >= 0);
	EXPECT(prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 2);
#ifndef __SANITIZE_ADDRESS__
	EXPECT(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0);
#endif
}

static void
work_goes_on(void **state)
{
	(void)state;
	in_a_process_of_its_own(try_work);
}

/* The address of a socket of this process, which is outside of the sandbox. */
static struct sockaddr_un abstract;
static struct sockaddr_in local;
static int listeners[2];

static void
listen_outside(void)
{
	socklen_t length = sizeof(local);

	abstract = (struct sockaddr_un){.sun_family = AF_UNIX};
	snprintf(abstract.sun_path + 1, 40, "liveserve-test-%d", (int)getpid());
	local = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	listeners[0] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	listeners[1] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_return_code(
		bind(listeners[0], (struct sockaddr *)&abstract, sizeof(abstract)), errno);
	assert_return_code(bind(listeners[1], (struct sockaddr *)&local, sizeof(local)), errno);
	for (int i = 0; i < 2; i++)
		assert_return_code(listen(listeners[i], 5), errno);
	assert_return_code(getsockname(listeners[1], (struct sockaddr *)&local, &length), errno);
}

static void
try_connecting(void)
{
	static const struct sockaddr_in any = {.sin_family = AF_INET};
	const struct privdrop_options options = {.connects = true};
	long version = __real_syscall(SYS_landlock_create_ruleset, 0L, 0L, 1L);
	int tcp, bound, unix_socket;

	unix_socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (!privdrop_create(&options))
		_exit(CANNOT);
	tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bound = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	REFUSED(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
	EXPECT(connect(tcp, (struct sockaddr *)&local, sizeof(local)) == 0);
	REFUSED(listen(bound, 5));
	REFUSED(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
	if (version >= 4)
		REFUSED(bind(bound, (const struct sockaddr *)&any, sizeof(any)));
	if (version >= 6)
		REFUSED(connect(unix_socket, (struct sockaddr *)&abstract, sizeof(abstract)));
}

static void
connections_to_upstreams(void **state)
{
	(void)state;
	listen_outside();
	in_a_process_of_its_own(try_connecting);
	close(listeners[0]);
	close(listeners[1]);
}

static bool logs_details;

static void
try_without_seccomp(void)
{
	has_no_seccomp = true;
	log_set_level(LOG_VERBOSE);
	try_reading();
}

static void
kernel_without_seccomp(void **state)
{
	(void)state;
	capture_begin(2);
	in_a_process_of_its_own(try_without_seccomp);
	assert_non_null(strstr(capture_end(), "no filter of system calls"));
}

static void
try_without_landlock(void)
{
	const struct privdrop_options options = {0};

	has_no_landlock = true;
	log_set_level(logs_details ? LOG_VERBOSE : LOG_NORMAL);
	EXPECT(!privdrop_create(&options));
	EXPECT(holds(open("secret", O_RDONLY | O_CLOEXEC), "secret\n"));
}

static void
kernel_without_landlock(void **state)
{
	(void)state;
	logs_details = false;
	capture_begin(2);
	in_a_process_of_its_own(try_without_landlock);
	assert_string_equal(capture_end(), "");
	logs_details = true;
	capture_begin(2);
	in_a_process_of_its_own(try_without_landlock);
	assert_non_null(strstr(capture_end(), "has no Landlock"));
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
		TEST(attacks_are_refused),
		TEST(attacks_without_landlock),
		TEST(a_log),
		TEST(work_goes_on),
		TEST(connections_to_upstreams),
		TEST(kernel_without_landlock),
		TEST(kernel_without_seccomp),
	};

	return cmocka_run_group_tests_name("privdrop", tests, NULL, NULL);
}

/*
 * What a process can still do that only carries bytes between sockets, or only signs. What the server can still do is
 * tested with privdrop. Each test runs in a process of its own, because the filter cannot be taken off.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "security/seccomp.h"

enum { CANNOT = 77 };

#define EXPECT(what)                                                                            \
	do {                                                                                    \
		if (!(what)) {                                                                  \
			fprintf(stderr, "line %d: %s: %s\n", __LINE__, #what, strerror(errno)); \
			_exit(1);                                                               \
		}                                                                               \
	} while (0)

/* result is that of a system call. */
#define EXPECT_REFUSED(result)                          \
	do {                                            \
		errno = 0;                              \
		EXPECT((result) < 0 && errno == EPERM); \
	} while (0)

static struct sockaddr_in address; /* where somebody listens */

static void
in_a_filter(const struct seccomp_options *options, void (*try_it)(void))
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		if (!seccomp_enter(options))
			_exit(CANNOT);
		try_it();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == CANNOT)
		skip();
	assert_int_equal(status, 0);
}

static void
in_a_relay(void (*try_it)(void))
{
	const struct seccomp_options options = {.is_relay = true};

	in_a_filter(&options, try_it);
}

static void
in_a_signer(void (*try_it)(void))
{
	const struct seccomp_options options = {.is_signer = true};

	in_a_filter(&options, try_it);
}

/* ---- refused ---- */

static void
try_files(void)
{
	EXPECT_REFUSED(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
	EXPECT_REFUSED(open("/tmp/new", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	EXPECT_REFUSED(access("/", R_OK));
	EXPECT_REFUSED(mkdir("/tmp/new", 0700));
	EXPECT_REFUSED(unlink("/tmp/none"));
	EXPECT_REFUSED(chdir("/"));
	EXPECT_REFUSED(memfd_create("new", MFD_CLOEXEC));
}

static void
no_file_is_reached(void **state)
{
	(void)state;
	in_a_relay(try_files);
	in_a_signer(try_files);
}

static void
try_processes(void)
{
	char *const arguments[] = {(char *)"true", NULL};

	EXPECT_REFUSED(execve("/bin/true", arguments, NULL));
	EXPECT_REFUSED(fork());
	EXPECT_REFUSED(kill(getppid(), 0));
	EXPECT_REFUSED(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL));
	EXPECT_REFUSED(setpriority(PRIO_PROCESS, 0, 0));
	EXPECT(kill(getpid(), 0) == 0);
}

static void
no_process_is_started_or_reached(void **state)
{
	(void)state;
	in_a_relay(try_processes);
	in_a_signer(try_processes);
}

static void
try_kernel(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	EXPECT_REFUSED(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
	EXPECT_REFUSED(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
	EXPECT_REFUSED(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
	EXPECT_REFUSED(listen(fd, 1));
	EXPECT_REFUSED(unshare(CLONE_NEWUSER));
	EXPECT_REFUSED(syscall(SYS_bpf, 0, NULL, 0));
	EXPECT_REFUSED(syscall(SYS_io_uring_setup, 1, NULL));
	EXPECT_REFUSED(mprotect(NULL, 0, PROT_READ | PROT_EXEC));
}

static void
no_other_part_of_the_kernel_is_reached(void **state)
{
	(void)state;
	in_a_relay(try_kernel);
}

/* ---- allowed ---- */

static void
try_carrying(void)
{
	const struct sockaddr_in from = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const struct itimerspec soon = {.it_value.tv_nsec = 1};
	struct epoll_event event = {.events = EPOLLIN};
	int loop = epoll_create1(EPOLL_CLOEXEC);
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	uint64_t times;

	EXPECT(bind(fd, (const struct sockaddr *)&from, sizeof(from)) == 0);
	EXPECT(connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0);
	EXPECT(send(fd, "x", 1, MSG_NOSIGNAL) == 1);
	EXPECT(shutdown(fd, SHUT_WR) == 0);
	EXPECT(timerfd_settime(timer, 0, &soon, NULL) == 0);
	EXPECT(epoll_ctl(loop, EPOLL_CTL_ADD, timer, &event) == 0);
	EXPECT(epoll_wait(loop, &event, 1, -1) == 1);
	EXPECT(read(timer, &times, sizeof(times)) == sizeof(times));
	EXPECT(close(fd) == 0);
}

static void
bytes_are_carried(void **state)
{
	socklen_t length = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)state;
	address = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	assert_return_code(bind(listener, (struct sockaddr *)&address, length), errno);
	assert_return_code(listen(listener, 1), errno);
	assert_return_code(getsockname(listener, (struct sockaddr *)&address, &length), errno);
	in_a_relay(try_carrying);
	close(listener);
}

/* ---- a signer ---- */

static int pair[2]; /* what it was given */

static void
try_signing(void)
{
	struct ifaddrs *all = NULL;
	char byte;

	EXPECT(recv(pair[1], &byte, 1, 0) == 1 && byte == 'q');
	EXPECT(getifaddrs(&all) == 0 && all);
	freeifaddrs(all);
	EXPECT(send(pair[1], "a", 1, MSG_NOSIGNAL) == 1);
	EXPECT_REFUSED(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
	EXPECT_REFUSED(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
	EXPECT_REFUSED(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
	EXPECT_REFUSED(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT));
	EXPECT_REFUSED(connect(pair[1], (const struct sockaddr *)&address, sizeof(address)));
	EXPECT_REFUSED(sendmsg(pair[1], &(struct msghdr){0}, 0)); /* it passes no descriptor */
	EXPECT_REFUSED(read(pair[1], &byte, 1));
	EXPECT_REFUSED(write(pair[1], "a", 1));
}

static void
answers_are_sent_and_nothing_else(void **state)
{
	char byte;

	(void)state;
	assert_return_code(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), errno);
	assert_int_equal(send(pair[0], "q", 1, MSG_NOSIGNAL), 1);
	in_a_signer(try_signing);
	assert_int_equal(recv(pair[0], &byte, 1, MSG_DONTWAIT), 1);
	assert_int_equal(byte, 'a');
	close(pair[0]);
	close(pair[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_file_is_reached),
		cmocka_unit_test(no_process_is_started_or_reached),
		cmocka_unit_test(no_other_part_of_the_kernel_is_reached),
		cmocka_unit_test(bytes_are_carried),
		cmocka_unit_test(answers_are_sent_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

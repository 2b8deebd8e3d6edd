/*
 * The program liveserve-capture: what it lets out and what it does not, its rights, and its end. Each test
 * runs as root, and as another user with the capability on a copy of the program; that one is skipped
 * where this is not possible.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "capture/capture_run.h"
#include "capture/pcapng.h"
#include "support/clock.h"
#include "support/folder.h"

enum {
	NOBODY = 65534,
	FIRST = 3, /* the first of the descriptors that the program inherits */
	PATIENCE_MS = 20000,
	PIECES = 400,
};

static struct {
	uid_t user;
	char program[PATH_MAX];
	const char *obstacle; /* why these tests cannot be run; or NULL */
	int listener;         /* on 127.0.0.1 */
	uint16_t port;
	pid_t child;
	int output, errors;
	struct buf file; /* what has come so far */
} here;

/* ---- the program ---- */

/* Starts the program with the sockets. Its streams are here.output and here.errors. */
static void
start_with(const int *fds, int count)
{
	int output[2], errors[2];
	char number[8];

	if (here.obstacle) {
		print_message("skipped: %s\n", here.obstacle);
		skip();
	}
	assert_return_code(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, output), errno);
	assert_return_code(pipe2(errors, O_CLOEXEC), errno);
	snprintf(number, sizeof(number), "%d", count);
	here.child = fork();
	if (here.child == 0) {
		int kept[4];

		for (int i = 0; i < count; i++)
			kept[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, 100);
		for (int i = 0; i < count; i++)
			dup2(kept[i], FIRST + i);
		dup2(output[1], STDOUT_FILENO);
		dup2(errors[1], STDERR_FILENO);
		if (setresuid(here.user, here.user, here.user) == 0)
			execl(here.program, "liveserve-capture", number, (char *)NULL);
		_exit(9);
	}
	close(output[1]);
	close(errors[1]);
	here.output = output[0];
	here.errors = errors[0];
}

/* Reads what comes within the time. Returns false at the end. */
static bool
read_some(int wait_ms)
{
	struct pollfd fd = {.fd = here.output, .events = POLLIN};
	char bytes[65536];
	ssize_t got;

	if (poll(&fd, 1, wait_ms) == 0)
		return true;
	got = recv(here.output, bytes, sizeof(bytes), 0);
	if (got > 0)
		buf_add(&here.file, bytes, (size_t)got);
	return got > 0;
}

static uint64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Reads until has() or the end, for some seconds. Returns false at the end. */
static bool
read_until(bool (*has)(void))
{
	uint64_t start = now_ms();

	while (!has || !has()) {
		assert_true(now_ms() - start < PATIENCE_MS * (uint64_t)clock_slowness());
		if (!read_some(10))
			return false;
	}
	return true;
}

static bool
has_any(void)
{
	return here.file.length > 0;
}

static bool
contains(const char *text)
{
	return memmem(here.file.bytes, here.file.length, text, strlen(text));
}

/* The program has to have ended well. */
static void
assert_ends(void)
{
	int status = 0;

	while (waitpid(here.child, &status, WNOHANG) == 0)
		usleep(1000); /* the test's own time limit ends it */
	here.child = 0;
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* Asks for the rest, and reads it to its end. */
static void
finish(void)
{
	shutdown(here.output, SHUT_WR);
	assert_false(read_until(NULL));
	assert_ends();
}

/* Starts the program with the usual socket; it captures when this returns. */
static void
start(void)
{
	start_with(&here.listener, 1);
	if (!read_until(has_any)) {
		char reason[300] = "";

		if (read(here.errors, reason, sizeof(reason) - 1) >= 0)
			print_message("%s", reason);
		if (here.user != getuid() && strstr(reason, "not permitted"))
			skip(); /* such as: mounted with nosuid */
		fail();
	}
}

/* ---- traffic ---- */

static struct sockaddr_in
address(uint32_t host, uint16_t port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(host), .sin_port = htons(port)};
}

static int
listen_on(uint32_t host, uint16_t port)
{
	struct sockaddr_in name = address(host, port);
	const int on = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	assert_return_code(bind(fd, (struct sockaddr *)&name, sizeof(name)), errno);
	assert_return_code(listen(fd, 16), errno);
	return fd;
}

/* The kernel keeps who has made a socket, by accept(2), too: here it is whoever has made here.listener. */
static int
accept_as_user(void)
{
	int served;

	assert_return_code(seteuid(here.user), errno);
	served = accept(here.listener, NULL, NULL);
	assert_return_code(seteuid(getuid()), errno);
	return served;
}

/* A connection to a listening socket, over which the text goes once. */
static void
visit(int listener, const char *text)
{
	struct sockaddr_storage name;
	socklen_t length = sizeof(name);
	char bytes[64];
	int client, served;

	assert_return_code(getsockname(listener, (struct sockaddr *)&name, &length), errno);
	client = socket(name.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_return_code(connect(client, (struct sockaddr *)&name, length), errno);
	served = listener == here.listener ? accept_as_user() : accept(listener, NULL, NULL);
	assert_int_equal(send(client, text, strlen(text), 0), strlen(text));
	assert_true(recv(served, bytes, sizeof(bytes), 0) > 0);
	close(served);
	close(client);
}

/*
 * Visits here.listener until the text is captured. On a busy machine once may not be enough: the program leaves out
 * what came longer than CAPTURE_TRUST_MS before it got to run.
 */
static void
visit_until_captured(const char *text)
{
	uint64_t begun = now_ms(), visited = 0;

	while (!contains(text)) {
		assert_true(now_ms() - begun < PATIENCE_MS * (uint64_t)clock_slowness());
		if (now_ms() - visited > CAPTURE_TRUST_MS) {
			visit(here.listener, text);
			visited = now_ms();
		}
		assert_true(read_some(10));
	}
}

static uint16_t
port_of(int fd)
{
	struct sockaddr_in name;
	socklen_t length = sizeof(name);

	getsockname(fd, (struct sockaddr *)&name, &length);
	return ntohs(name.sin_port);
}

static int
enter(void **state)
{
	uint16_t port;

	(void)state;
	here.output = here.errors = -1;
	/* The kernel keeps who has made a socket. */
	assert_return_code(seteuid(here.user), errno);
	here.listener = listen_on(INADDR_LOOPBACK, 0);
	port = port_of(here.listener);
	close(here.listener);
	/* One that was bound to a certain port keeps it when it listens again. */
	here.listener = listen_on(INADDR_LOOPBACK, port);
	assert_return_code(seteuid(getuid()), errno);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	if (here.child > 0) {
		kill(here.child, SIGKILL);
		waitpid(here.child, NULL, 0);
	}
	here.child = 0;
	close(here.listener);
	close(here.output);
	close(here.errors);
	buf_finish(&here.file);
	return 0;
}

/* ---- what is captured ---- */

static void
its_own_packets_are_captured(void **state)
{
	struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	int fds[2] = {here.listener, socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0)};
	struct pcapng reader = {0};
	struct pcapng_block block;
	size_t packets = 0;

	(void)state;
	name.sin6_port = htons(port_of(here.listener));
	if (bind(fds[1], (struct sockaddr *)&name, sizeof(name)) < 0)
		skip(); /* without IPv6 */
	assert_return_code(listen(fds[1], 5), errno);
	start_with(fds, 2);
	assert_true(read_until(has_any));
	visit(fds[0], "over IPv4");
	visit(fds[1], "over IPv6");
	finish();
	assert_true(contains("over IPv4"));
	assert_true(contains("over IPv6"));
	pcapng_feed(&reader, buf_slice(&here.file));
	while (pcapng_next(&reader, &block) == PCAPNG_BLOCK)
		packets += block.kind == PCAPNG_PACKET;
	assert_null(pcapng_error(&reader));
	assert_true(pcapng_is_at_end(&reader));
	assert_in_range(packets, 2 * 8, 2 * 11); /* each packet once */
	assert_int_equal(block.kind, PCAPNG_STATISTICS);
	assert_int_equal(block.dropped, 0);
	assert_int_equal(block.received, packets);
	pcapng_finish(&reader);
	close(fds[1]);
}

/* A visit on loopback of another network namespace, to the same address and port. */
static bool
visit_elsewhere(uint16_t port, const char *text)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct ifreq up = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};

		if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0 ||
			ioctl(socket(AF_INET, SOCK_DGRAM, 0), SIOCSIFFLAGS, &up) < 0)
			_exit(1);
		visit(listen_on(INADDR_LOOPBACK, port), text);
		_exit(0);
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void
others_packets_are_not(void **state)
{
	int other_port = listen_on(INADDR_LOOPBACK, 0);
	int other_address = listen_on(INADDR_LOOPBACK + 1, port_of(here.listener));

	(void)state;
	start();
	visit(other_port, "SECRET of another port");
	visit(other_address, "SECRET of another address");
	if (!visit_elsewhere(port_of(here.listener), "SECRET of another namespace"))
		print_message("this system gives users no namespaces\n");
	visit_until_captured("after all others");
	finish();
	assert_false(contains("SECRET"));
	close(other_port);
	close(other_address);
}

/* ---- its rights ---- */

static void
assert_status_line(const char *status, const char *name, const char *value)
{
	const char *line = strstr(status, name);

	assert_non_null(line);
	line += strlen(name) + strlen(":\t");
	print_message("%s %.16s\n", name, line);
	assert_memory_equal(line, value, strlen(value));
}

static void
it_has_no_rights_while_it_runs(void **state)
{
	char path[64];
	struct buf status = {0};
	struct stat memory;
	int file;

	(void)state;
	start();
	snprintf(path, sizeof(path), "/proc/%d/status", (int)here.child);
	file = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(file_read(file, 65536, &status));
	close(file);
	assert_status_line(status.bytes, "CapEff", "0000000000000000");
	assert_status_line(status.bytes, "CapPrm", "0000000000000000");
	assert_status_line(status.bytes, "CapInh", "0000000000000000");
	assert_status_line(status.bytes, "CapAmb", "0000000000000000");
	assert_status_line(status.bytes, "NoNewPrivs", "1");
	/* What is not dumpable belongs to root in /proc, so its user cannot read its memory. */
	snprintf(path, sizeof(path), "/proc/%d/mem", (int)here.child);
	assert_return_code(stat(path, &memory), errno);
	assert_int_equal(memory.st_uid, 0);
	finish();
	buf_finish(&status);
}

/* ---- refusals and ends ---- */

static void
assert_refused(int fd, const char *reason)
{
	char said[300] = "";

	start_with(&fd, 1);
	assert_false(read_until(NULL));
	assert_int_equal(here.file.length, 0);
	assert_true(read(here.errors, said, sizeof(said) - 1) > 0);
	assert_non_null(strstr(said, reason));
	waitpid(here.child, NULL, 0);
	here.child = 0;
	close(here.output);
	close(here.errors);
	close(fd);
}

static void
it_refuses_other_sockets(void **state)
{
	(void)state;
	assert_refused(socket(AF_INET, SOCK_STREAM, 0), "does not listen");
	assert_refused(socket(AF_INET, SOCK_DGRAM, 0), "is no TCP socket");
	assert_refused(open("/dev/null", O_RDONLY), "is no TCP socket");
}

static void
it_ends_with_the_socket(void **state)
{
	uint16_t port = port_of(here.listener);
	int next;

	(void)state;
	start();
	visit_until_captured("of the first server");
	assert_return_code(shutdown(here.listener, SHUT_RDWR), errno);
	next = listen_on(INADDR_LOOPBACK, port);
	visit(next, "SECRET of the next server");
	assert_false(read_until(NULL));
	assert_ends();
	assert_false(contains("SECRET"));
	close(next);
}

static void
it_ends_with_the_pipe(void **state)
{
	(void)state;
	start();
	close(here.output);
	assert_ends();
}

static void
wait_until_stopped(void)
{
	int status;

	assert_int_equal(waitpid(here.child, &status, WUNTRACED), here.child);
	assert_true(WIFSTOPPED(status));
}

/* Whoever runs it can stop it, give the port to somebody else for some time, and take it back. */
static void
a_stop_hides_no_other_server(void **state)
{
	uint16_t port = port_of(here.listener);
	uint64_t came;
	int next;

	(void)state;
	start();
	visit_until_captured("before the stop");
	assert_return_code(kill(here.child, SIGSTOP), errno);
	wait_until_stopped();
	assert_return_code(shutdown(here.listener, SHUT_RDWR), errno);
	next = listen_on(INADDR_LOOPBACK, port);
	visit(next, "SECRET of the other server");
	close(next);
	came = now_ms();
	assert_return_code(listen(here.listener, 5), errno);
	while (now_ms() - came <= CAPTURE_TRUST_MS)
		usleep(10000); /* the rule that is tested is one about time */
	assert_return_code(kill(here.child, SIGCONT), errno);
	visit_until_captured("after the stop");
	finish();
	assert_false(contains("SECRET"));
}

/* ---- counts ---- */

static uint64_t
dropped_in(struct slice file)
{
	struct pcapng reader = {0};
	struct pcapng_block block;
	uint64_t dropped = 0;

	pcapng_feed(&reader, file);
	while (pcapng_next(&reader, &block) == PCAPNG_BLOCK)
		if (block.kind == PCAPNG_STATISTICS)
			dropped = block.dropped;
	assert_null(pcapng_error(&reader));
	pcapng_finish(&reader);
	return dropped;
}

static bool
tells_of_losses(void)
{
	return here.file.length && dropped_in(buf_slice(&here.file)) > 0;
}

/* More than the ring and the pipe hold, while nobody reads. */
static void
what_is_lost_is_counted_while_it_runs(void **state)
{
	static char piece[64 * 1024];
	uint64_t begun;
	struct sockaddr_in name = address(INADDR_LOOPBACK, port_of(here.listener));
	int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), served;

	(void)state;
	start();
	memset(piece, 'x', sizeof(piece));
	assert_return_code(connect(client, (struct sockaddr *)&name, sizeof(name)), errno);
	served = accept(here.listener, NULL, NULL);
	for (int i = 0; i < PIECES; i++) {
		assert_int_equal(send(client, piece, sizeof(piece), 0), sizeof(piece));
		for (size_t left = sizeof(piece); left;)
			left -= (size_t)recv(served, piece, left, 0);
	}
	close(client);
	close(served);
	begun = now_ms();
	while (!tells_of_losses()) {
		assert_true(now_ms() - begun < PATIENCE_MS * (uint64_t)clock_slowness());
		visit(here.listener, "one more packet");
		for (size_t before = 0; before != here.file.length;) {
			before = here.file.length;
			assert_true(read_some(20));
		}
	}
	finish();
	assert_true(dropped_in(buf_slice(&here.file)) > 0);
}

/* ---- a network with other machines ---- */

static const char join[] =
	"ip link set lo up && ip link add v0 type veth peer name v1 netns $OTHER &&"
	"ip address add 10.9.0.1/24 dev v0 && ip link set v0 up &&"
	"nsenter -t $OTHER -n sh -c 'ip link set lo up && ip link set v1 up &&"
	"ip address add 10.9.0.2/24 dev v1'";

/* Two machines, each a namespace: 10.9.0.1 is this process, 10.9.0.2 another one. */
static pid_t
join_machines(void)
{
	int ready[2];
	char byte, number[16];
	pid_t other;

	if (getuid() != 0 || unshare(CLONE_NEWNET) < 0)
		return -1;
	assert_return_code(pipe(ready), errno);
	other = fork();
	if (other == 0) {
		if (unshare(CLONE_NEWNET) == 0 && write(ready[1], "", 1) == 1)
			pause();
		_exit(0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	snprintf(number, sizeof(number), "%d", (int)other);
	setenv("OTHER", number, 1);
	/* A fixed line. NOLINTNEXTLINE(cert-env33-c,concurrency-mt-unsafe) */
	if (system(join) != 0) {
		kill(other, SIGKILL);
		return -1;
	}
	return other;
}

enum { HERE = 0x0a090001, THERE = 0x0a090002 }; /* 10.9.0.1 and 10.9.0.2 */

static void
talk(int client, int listener, uint32_t host, const char *text)
{
	struct sockaddr_in name = address(host, here.port);
	char bytes[64];
	int served;

	assert_return_code(connect(client, (struct sockaddr *)&name, sizeof(name)), errno);
	served = accept(listener, NULL, NULL);
	assert_true(send(client, text, strlen(text), 0) > 0);
	assert_true(recv(served, bytes, sizeof(bytes), 0) > 0);
	close(served);
	close(client);
}

/* Runs in a process of its own, as it changes its namespace. */
static void
watch_a_network(void)
{
	pid_t other = join_machines();
	int ours = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), theirs, there, from_there;
	char path[64];

	if (other < 0)
		_exit(77);
	close(here.listener);
	here.listener = listen_on(INADDR_ANY, 0);
	here.port = port_of(here.listener);
	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)other);
	theirs = open(path, O_RDONLY | O_CLOEXEC);
	assert_return_code(setns(theirs, CLONE_NEWNET), errno);
	there = listen_on(INADDR_ANY, here.port);
	from_there = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_return_code(setns(ours, CLONE_NEWNET), errno);
	start();
	talk(socket(AF_INET, SOCK_STREAM, 0), there, THERE, "SECRET of another machine's port");
	talk(from_there, here.listener, HERE, "from the other machine");
	visit_until_captured("from this machine");
	finish();
	kill(other, SIGKILL);
	assert_true(contains("from the other machine"));
	_exit(contains("SECRET") ? 1 : 0);
}

static void
all_addresses_are_those_of_this_machine(void **state)
{
	pid_t child = fork();
	int status = 0;

	(void)state;
	if (child == 0)
		watch_a_network();
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77) {
		print_message("no network can be made here\n");
		skip();
	}
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* ---- as whom ---- */

static int
as_this_user(void **state)
{
	(void)state;
	here.user = getuid();
	here.obstacle = getuid() == 0 ? NULL : "this is not root";
	snprintf(here.program, sizeof(here.program), "%s", LIVESERVE_CAPTURE);
	return 0;
}

static const char *
copy_with_capability(void)
{
	/* The form of the kernel: VFS_CAP_REVISION_2, effective, CAP_NET_RAW permitted. */
	const struct vfs_cap_data data = {
		.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE,
		.data[0].permitted = 1u << CAP_NET_RAW,
	};
	struct buf program = {0};
	char *folder = realpath("..", NULL);

	snprintf(here.program, sizeof(here.program), "%s/liveserve-capture", folder);
	free(folder);
	assert_true(file_read_path(LIVESERVE_CAPTURE, SIZE_MAX, &program));
	folder_write_bytes(here.program, program.bytes, program.length);
	buf_finish(&program);
	assert_return_code(chmod("..", 0755), errno);
	assert_return_code(chmod(here.program, 0755), errno);
	return setxattr(here.program, "security.capability", &data, XATTR_CAPS_SZ_2, 0) == 0
		       ? NULL
		       : "no file can be given a capability here";
}

static int
as_another_user(void **state)
{
	(void)state;
	folder_enter();
	here.user = NOBODY;
	here.obstacle = getuid() == 0 ? copy_with_capability() : "this is not root";
	return 0;
}

static int
remove_copy(void **state)
{
	(void)state;
	folder_leave();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(its_own_packets_are_captured, enter, leave),
		cmocka_unit_test_setup_teardown(others_packets_are_not, enter, leave),
		cmocka_unit_test_setup_teardown(it_has_no_rights_while_it_runs, enter, leave),
		cmocka_unit_test_setup_teardown(it_refuses_other_sockets, enter, leave),
		cmocka_unit_test_setup_teardown(it_ends_with_the_socket, enter, leave),
		cmocka_unit_test_setup_teardown(it_ends_with_the_pipe, enter, leave),
		cmocka_unit_test_setup_teardown(a_stop_hides_no_other_server, enter, leave),
		cmocka_unit_test_setup_teardown(
			what_is_lost_is_counted_while_it_runs, enter, leave),
		cmocka_unit_test_setup_teardown(
			all_addresses_are_those_of_this_machine, enter, leave),
	};
	int failed = cmocka_run_group_tests(tests, as_this_user, NULL);

	return failed + cmocka_run_group_tests(tests, as_another_user, remove_copy);
}

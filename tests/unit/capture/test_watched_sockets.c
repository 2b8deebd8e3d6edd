/*
 * Which sockets stand for traffic that may be seen. Each hole that was closed has a row or a test.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/watched_sockets.h"
#include "support/qemu.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

enum { NOBODY = 65534 };

static struct sockaddr_in
loopback(uint16_t port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons(port)};
}

static uint16_t
port_of(int fd)
{
	struct sockaddr_in name;
	socklen_t length = sizeof(name);

	assert_return_code(getsockname(fd, (struct sockaddr *)&name, &length), errno);
	return ntohs(name.sin_port);
}

static int
bound(const struct sockaddr_in *name, int protocol)
{
	const int on = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, protocol);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &on, sizeof(on));
	assert_return_code(bind(fd, (const struct sockaddr *)name, sizeof(*name)), errno);
	return fd;
}

static int
listening(uint16_t port)
{
	struct sockaddr_in name = loopback(port);
	int fd = bound(&name, 0);

	assert_return_code(listen(fd, 5), errno);
	return fd;
}

/* Takes fd. */
static void
assert_refused(int fd, const char *reason)
{
	struct watched_sockets sockets = {0};
	const char *refusal = watched_sockets_add(&sockets, fd);

	assert_non_null(refusal);
	assert_non_null(strstr(refusal, reason));
	assert_int_equal(sockets.count, 0);
	close(fd);
}

static void
a_listening_socket_counts(void **state)
{
	struct watched_sockets sockets = {0};
	int fd = listening(0);

	(void)state;
	if (qemu_lacks("network namespace of a socket to ask for"))
		skip();
	assert_null(watched_sockets_add(&sockets, fd));
	assert_int_equal(watched_socket_port(&sockets.items[0]), port_of(fd));
	assert_true(watched_sockets_listen(&sockets));
	watched_sockets_close(&sockets);
}

static void
other_sockets_do_not(void **state)
{
	struct sockaddr_in name = loopback(0), elsewhere = loopback(0);
	int pair[2], multipath;

	(void)state;
	if (qemu_lacks("network namespace of a socket to ask for"))
		skip();
	assert_return_code(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), errno);
	assert_refused(pair[0], "is no TCP socket");
	close(pair[1]);
	assert_refused(socket(AF_INET, SOCK_DGRAM, 0), "is no TCP socket");
	assert_refused(dup(STDIN_FILENO), "is no TCP socket");
	assert_refused(bound(&name, 0), "does not listen");
	elsewhere.sin_addr.s_addr = htonl(0xc6336405); /* 198.51.100.5, RFC 5737 */
	pair[0] = bound(&elsewhere, 0);
	assert_return_code(listen(pair[0], 5), errno);
	assert_refused(pair[0], "an address that this machine does not have");
	multipath = bound(&name, IPPROTO_MPTCP);
	if (multipath < 0)
		return;
	listen(multipath, 5);
	assert_refused(multipath, "is no TCP socket");
}

static void
one_of_one_interface_does_not(void **state)
{
	int fd = listening(0);

	(void)state;
	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", sizeof("lo")) < 0)
		skip(); /* a kernel before 5.7 */
	assert_refused(fd, "is bound to one interface");
}

/* Sends fd, which it takes, to the other process. */
static void
send_fd(int socket, int fd)
{
	char byte = 0;
	struct iovec bytes = {&byte, 1};
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr alignment;
	} control = {0};
	struct msghdr message = {.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes)};
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(head), &fd, sizeof(fd));
	sendmsg(socket, &message, 0);
	close(fd);
}

static int
receive_fd(int socket)
{
	char byte;
	struct iovec bytes = {&byte, 1};
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr alignment;
	} control = {0};
	struct msghdr message = {.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes)};
	int fd = -1;

	if (recvmsg(socket, &message, 0) == 1 && CMSG_FIRSTHDR(&message))
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	return fd;
}

static void
one_of_another_namespace_does_not(void **state)
{
	int pair[2], fd;
	pid_t child;

	(void)state;
	assert_return_code(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), errno);
	child = fork();
	if (child == 0) {
		if (unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0)
			send_fd(pair[1], listening(0));
		_exit(0);
	}
	close(pair[1]);
	fd = receive_fd(pair[0]);
	close(pair[0]);
	waitpid(child, NULL, 0);
	if (fd < 0) {
		print_message("this system gives users no namespaces\n");
		skip();
	}
	assert_refused(fd, "is of another network namespace");
}

static void
it_has_to_go_on_listening(void **state)
{
	struct watched_sockets sockets = {0};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	uint16_t before;

	(void)state;
	assert_return_code(listen(fd, 5), errno); /* any free port */
	before = port_of(fd);
	assert_null(watched_sockets_add_own(&sockets, fd));
	assert_true(watched_sockets_listen(&sockets));
	assert_return_code(shutdown(fd, SHUT_RDWR), errno);
	assert_false(watched_sockets_listen(&sockets));
	/* It gets another port, and its former one may be that of somebody else. */
	assert_return_code(listen(fd, 5), errno);
	while (port_of(fd) == before) {
		shutdown(fd, SHUT_RDWR);
		assert_return_code(listen(fd, 5), errno);
	}
	assert_false(watched_sockets_listen(&sockets));
	watched_sockets_close(&sockets);
}

/* In a process of the user nobody: whether root's connection at the port is found. */
static bool
nobody_finds_it_shared(int fd)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		struct watched_sockets sockets = {0};

		if (setresuid(NOBODY, NOBODY, NOBODY) < 0 || watched_sockets_add(&sockets, fd) ||
			!watched_sockets_open_tables(&sockets))
			_exit(2);
		_exit(watched_sockets_are_shared(&sockets));
	}
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_not_equal(WEXITSTATUS(status), 2);
	return WEXITSTATUS(status);
}

/* A socket of the user nobody; the kernel keeps who has made it. */
static int
listening_as_nobody(uint16_t port)
{
	int fd;

	assert_return_code(seteuid(NOBODY), errno);
	fd = listening(port);
	assert_return_code(seteuid(0), errno);
	return fd;
}

/* With SO_REUSEADDR, one may listen on a port at which connections of another user go on. */
static void
no_other_user_may_have_a_connection_there(void **state)
{
	struct sockaddr_in name;
	int first, client, served, fd;

	(void)state;
	if (qemu_lacks("network namespace of a socket to ask for"))
		skip();
	if (getuid() != 0)
		skip();
	first = listening(0);
	name = loopback(port_of(first));
	client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_return_code(connect(client, (struct sockaddr *)&name, sizeof(name)), errno);
	served = accept(first, NULL, NULL);
	close(first);
	fd = listening_as_nobody(ntohs(name.sin_port));
	assert_true(nobody_finds_it_shared(fd));
	close(fd);
	close(client);
	close(served);
	fd = listening_as_nobody(0);
	assert_false(nobody_finds_it_shared(fd));
	close(fd);
}

static void
addresses_are_read(void **state)
{
	const struct {
		struct sockaddr_in6 name;
		int family;
		bool is_any, is_loopback;
	} rows[] = {
		{{.sin6_addr = IN6ADDR_LOOPBACK_INIT}, AF_INET6, false, true},
		{{.sin6_addr = IN6ADDR_ANY_INIT}, AF_INET6, true, false},
		{{.sin6_addr.s6_addr = {[10] = 0xff, 0xff, 127, 0, 0, 9}}, AF_INET, false, true},
		{{.sin6_addr.s6_addr = {[10] = 0xff, 0xff, 192, 0, 2, 9}}, AF_INET, false, false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct watched_socket socket = {0};
		struct watched_address address;

		memcpy(&socket.name, &rows[i].name, sizeof(rows[i].name));
		socket.name.ss_family = AF_INET6;
		address = watched_socket_address(&socket);
		assert_int_equal(address.family, rows[i].family);
		assert_int_equal(watched_address_is_any(&address), rows[i].is_any);
		assert_int_equal(watched_address_is_loopback(&address), rows[i].is_loopback);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_listening_socket_counts),
		cmocka_unit_test(other_sockets_do_not),
		cmocka_unit_test(one_of_one_interface_does_not),
		cmocka_unit_test(one_of_another_namespace_does_not),
		cmocka_unit_test(it_has_to_go_on_listening),
		cmocka_unit_test(no_other_user_may_have_a_connection_there),
		cmocka_unit_test(addresses_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

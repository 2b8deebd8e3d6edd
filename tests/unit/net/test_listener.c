/*
 * Listening sockets on this machine's own addresses, with a real loop.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/listener.h"
#include "support/capture.h"
#include "support/clock.h"

enum { ACCEPTED_MAX = 64 };

enum { ENTRY_PAGES = 5, ENTRY_LIVERELOAD };

static struct {
	struct loop *loop;
	struct listener *listener;
	int accepted[ACCEPTED_MAX];
	unsigned entries[ACCEPTED_MAX];
	uint64_t peers[ACCEPTED_MAX];
	size_t count;
} here;

static void
accepted(void *context, int socket, unsigned entry, struct peer peer)
{
	assert_ptr_equal(context, &here);
	assert_true(here.count < ACCEPTED_MAX);
	here.entries[here.count] = entry;
	here.peers[here.count] = peer.key;
	here.accepted[here.count++] = socket;
}

static int
enter(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	here.loop = loop_create();
	here.listener = listener_create(here.loop, accepted, &here);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	for (size_t i = 0; i < here.count; i++)
		close(here.accepted[i]);
	listener_destroy(here.listener);
	loop_destroy(here.loop);
	return 0;
}

static enum listener_verdict
listen_at(struct listener *listener, const char *host, uint16_t port, bool strict)
{
	const struct listener_options options = {.host = host, .port = port, .strict_port = strict};

	return listener_open(listener, &options, ENTRY_PAGES);
}

/* Returns a connected socket, or -1 with errno. */
static int
connect_to(const char *address, uint16_t port)
{
	struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	bool is_six = strchr(address, ':');
	int fd = socket(is_six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int result;

	if (fd < 0)
		return -1;
	inet_pton(is_six ? AF_INET6 : AF_INET, address,
		is_six ? (void *)&six.sin6_addr : (void *)&four.sin_addr);
	result = is_six ? connect(fd, (struct sockaddr *)&six, sizeof(six))
			: connect(fd, (struct sockaddr *)&four, sizeof(four));
	if (result == 0)
		return fd;
	result = errno;
	close(fd);
	errno = result;
	return -1;
}

static bool
has_ipv6(void)
{
	struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool has = fd >= 0 && bind(fd, (struct sockaddr *)&name, sizeof(name)) == 0;

	if (fd >= 0)
		close(fd);
	return has;
}

static bool
has_accepted(void *context)
{
	return here.count >= *(const size_t *)context;
}

/* Connects, and waits until count sockets are accepted in all. Returns the client's end. */
static int
connect_and_wait(const char *address, uint16_t port, size_t count)
{
	int client = connect_to(address, port);

	assert_return_code(client, errno);
	clock_wait(here.loop, has_accepted, &count);
	return client;
}

static int
option_of(int socket, int level, int name)
{
	int value = 0;
	socklen_t length = sizeof(value);

	assert_return_code(getsockopt(socket, level, name, &value, &length), errno);
	return value;
}

static void
accepted_sockets(void **state)
{
	int client, socket;

	(void)state;
	assert_int_equal(listen_at(here.listener, "127.0.0.1", 0, true), LISTENER_OPEN);
	assert_int_not_equal(listener_port(here.listener), 0);
	client = connect_and_wait("127.0.0.1", listener_port(here.listener), 1);
	socket = here.accepted[0];
	assert_int_equal(here.entries[0], ENTRY_PAGES);
	assert_true(fcntl(socket, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(socket, F_GETFD) & FD_CLOEXEC);
	assert_true(option_of(socket, IPPROTO_TCP, TCP_NODELAY));
	assert_true(option_of(socket, SOL_SOCKET, SO_KEEPALIVE));
	assert_int_equal(option_of(socket, IPPROTO_TCP, TCP_KEEPIDLE), 30);
	close(client);
}

static void
both_families(void **state)
{
	static const char *const hosts[] = {"localhost", LISTENER_EVERYWHERE};

	(void)state;
	for (size_t i = 0; i < ROWS(hosts); i++) {
		uint16_t port;

		assert_int_equal(listen_at(here.listener, hosts[i], 0, true), LISTENER_OPEN);
		port = listener_port(here.listener);
		close(connect_and_wait("127.0.0.1", port, here.count + 1));
		if (has_ipv6())
			close(connect_and_wait("::1", port, here.count + 1));
		listener_destroy(here.listener);
		here.listener = listener_create(here.loop, accepted, &here);
	}
}

/* A listener on an address of one family is not reachable by the other. */
static void
one_family(void **state)
{
	(void)state;
	assert_int_equal(listen_at(here.listener, "127.0.0.1", 0, true), LISTENER_OPEN);
	assert_int_equal(connect_to("::1", listener_port(here.listener)), -1);
	if (!has_ipv6())
		return;
	listener_destroy(here.listener);
	here.listener = listener_create(here.loop, accepted, &here);
	assert_int_equal(listen_at(here.listener, "::", 0, true), LISTENER_OPEN);
	assert_int_equal(connect_to("127.0.0.1", listener_port(here.listener)), -1);
	close(connect_and_wait("::1", listener_port(here.listener), 1));
}

static void
port_in_use(void **state)
{
	struct listener *other = listener_create(here.loop, accepted, &here);
	uint16_t taken;

	(void)state;
	assert_int_equal(listen_at(other, "127.0.0.1", 0, true), LISTENER_OPEN);
	taken = listener_port(other);
	assert_int_equal(listen_at(here.listener, "127.0.0.1", taken, true), LISTENER_PORT_TAKEN);
	/* The port is in use on one of two addresses: then none of them stays open. */
	assert_int_equal(listen_at(here.listener, "localhost", taken, true), LISTENER_PORT_TAKEN);
	if (has_ipv6()) {
		assert_int_equal(connect_to("::1", taken), -1);
		assert_int_equal(errno, ECONNREFUSED);
	}
	if (taken < UINT16_MAX - 100) {
		assert_int_equal(
			listen_at(here.listener, "localhost", taken, false), LISTENER_OPEN);
		assert_in_range(listener_port(here.listener), taken + 1, taken + 99);
		close(connect_and_wait("127.0.0.1", listener_port(here.listener), 1));
	}
	listener_destroy(other);
}

static void
wrong_hosts(void **state)
{
	static const char *const hosts[] = {
		"192.0.2.1", "2001:db8::1", "no such host", "a.invalid"};

	(void)state;
	for (size_t i = 0; i < ROWS(hosts); i++) {
		if (listen_at(here.listener, hosts[i], 0, false) != LISTENER_BAD_HOST)
			fail_msg("%s", hosts[i]);
		assert_int_equal(listen_at(here.listener, "127.0.0.1", 0, true), LISTENER_OPEN);
		listener_destroy(here.listener);
		here.listener = listener_create(here.loop, accepted, &here);
	}
}

static void
livereload(void **state)
{
	struct listener_options options = {.host = "127.0.0.1", .has_livereload = true};
	uint16_t port;
	int client;

	(void)state;
	assert_int_equal(listener_open(here.listener, &options, ENTRY_PAGES), LISTENER_OPEN);
	port = listener_open_livereload(here.listener, &options, ENTRY_LIVERELOAD);
	assert_int_not_equal(port, 0);
	assert_int_not_equal(port, listener_port(here.listener));
	client = connect_and_wait("127.0.0.1", port, 1);
	assert_int_equal(here.entries[0], ENTRY_LIVERELOAD);
	close(client);
	client = connect_and_wait("127.0.0.1", listener_port(here.listener), 2);
	assert_int_equal(here.entries[1], ENTRY_PAGES);
	assert_int_not_equal(here.peers[0], 0);
	assert_int_equal(here.peers[0], here.peers[1]);
	close(client);
	options.livereload_port = port;
	capture_begin(2);
	assert_int_equal(listener_open_livereload(here.listener, &options, ENTRY_LIVERELOAD), 0);
	assert_non_null(strstr(capture_end(), "choose another --livereload-port"));
	options.has_livereload = false;
	capture_begin(2);
	assert_int_equal(listener_open_livereload(here.listener, &options, ENTRY_LIVERELOAD), 0);
	assert_string_equal(capture_end(), "");
}

static bool
is_closed(void *context)
{
	char byte;

	return recv(*(int *)context, &byte, 1, MSG_DONTWAIT) == 0 || errno == ECONNRESET;
}

static void
set_limit(rlim_t count)
{
	struct rlimit limit;

	assert_return_code(getrlimit(RLIMIT_NOFILE, &limit), errno);
	limit.rlim_cur = count;
	assert_return_code(setrlimit(RLIMIT_NOFILE, &limit), errno);
}

/*
 * The new connection is closed when few descriptors are left, and also when none is left. Then the
 * loop does not spin.
 */
static void
no_descriptors(void **state)
{
	struct rlimit before;
	int clients[2];
	int used;

	(void)state;
	assert_return_code(getrlimit(RLIMIT_NOFILE, &before), errno);
	assert_int_equal(listen_at(here.listener, "127.0.0.1", 0, true), LISTENER_OPEN);
	for (size_t i = 0; i < ROWS(clients); i++)
		clients[i] = connect_to("127.0.0.1", listener_port(here.listener));
	used = clients[1] + 1;
	set_limit((rlim_t)used); /* accept4 fails */
	for (size_t i = 0; i < ROWS(clients); i++)
		clock_wait(here.loop, is_closed, &clients[i]);
	clock_drain(here.loop);
	assert_int_equal(here.count, 0);
	for (size_t i = 0; i < ROWS(clients); i++)
		close(clients[i]);

	set_limit((rlim_t)used + 1); /* accept4 gives one of the last quarter */
	clients[0] = connect_to("127.0.0.1", listener_port(here.listener));
	clock_wait(here.loop, is_closed, &clients[0]);
	assert_int_equal(here.count, 0);
	close(clients[0]);

	set_limit(before.rlim_cur);
	close(connect_and_wait("127.0.0.1", listener_port(here.listener), 1));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(accepted_sockets),
		TEST(both_families),
		TEST(one_family),
		TEST(port_in_use),
		TEST(wrong_hosts),
		TEST(livereload),
		TEST(no_descriptors),
	};

	listener_destroy(NULL);
	return cmocka_run_group_tests_name("listener", tests, NULL, NULL);
}

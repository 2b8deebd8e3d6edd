/*
 * Whose process is at the other end of a socket.
 */
#include "support/test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "local/peer_user.h"
#include "support/qemu.h"

/* A connection over loopback: ends[0] is the server's end. */
static void
connect_ends(int family, int ends[2])
{
	struct sockaddr_storage name = {.ss_family = (sa_family_t)family};
	socklen_t length = family == AF_INET ? sizeof(struct sockaddr_in)
					     : sizeof(struct sockaddr_in6);
	int listener = socket(family, SOCK_STREAM, 0);

	if (family == AF_INET)
		((struct sockaddr_in *)&name)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	else
		((struct sockaddr_in6 *)&name)->sin6_addr = in6addr_loopback;
	assert_return_code(bind(listener, (struct sockaddr *)&name, length), errno);
	assert_return_code(listen(listener, 1), errno);
	assert_return_code(getsockname(listener, (struct sockaddr *)&name, &length), errno);
	ends[1] = socket(family, SOCK_STREAM, 0);
	assert_return_code(connect(ends[1], (struct sockaddr *)&name, length), errno);
	ends[0] = accept(listener, NULL, NULL);
	assert_return_code(ends[0], errno);
	close(listener);
}

static bool
has_ipv6(void)
{
	struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
	int probe = socket(AF_INET6, SOCK_STREAM, 0);
	bool has = probe >= 0 && bind(probe, (struct sockaddr *)&name, sizeof(name)) == 0;

	if (probe >= 0)
		close(probe);
	return has;
}

static void
own_connections(void **state)
{
	struct peer_user *peer_user = peer_user_create();
	int ends[2];

	(void)state;
	if (qemu_lacks("netlink socket that tells of sockets")) {
		peer_user_destroy(peer_user);
		skip();
	}
	assert_non_null(peer_user);
	for (int i = 0; i < 3; i++) {
		connect_ends(i == 1 && has_ipv6() ? AF_INET6 : AF_INET, ends);
		assert_true(peer_user_is_own(peer_user, ends[0]));
		assert_true(peer_user_is_own(peer_user, ends[1]));
		close(ends[0]);
		close(ends[1]);
	}
	peer_user_destroy(peer_user);
}

static void
what_is_not_known(void **state)
{
	struct peer_user *peer_user = peer_user_create();
	int pair[2], ends[2];

	(void)state;
	assert_return_code(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), errno);
	assert_false(peer_user_is_own(peer_user, pair[0]));
	assert_false(peer_user_is_own(NULL, pair[0]));
	assert_false(peer_user_is_own(peer_user, -1));
	/* The other end is gone, with a reset, so no process has it. */
	connect_ends(AF_INET, ends);
	assert_return_code(setsockopt(ends[1], SOL_SOCKET, SO_LINGER,
				   &(struct linger){.l_onoff = 1}, sizeof(struct linger)),
		errno);
	close(ends[1]);
	assert_false(peer_user_is_own(peer_user, ends[0]));
	close(ends[0]);
	close(pair[0]);
	close(pair[1]);
	peer_user_destroy(peer_user);
	peer_user_destroy(NULL);
}

/* Needs root: another user has made the connection. */
static void
another_user(void **state)
{
	struct peer_user *peer_user;
	int status, ends[2];
	pid_t child;

	(void)state;
	if (getuid() != 0)
		skip();
	peer_user = peer_user_create();
	child = fork();
	if (child == 0) {
		/* A socket belongs to the user that has made it. */
		if (setuid(65534) < 0)
			_exit(2);
		connect_ends(AF_INET, ends);
		_exit(peer_user_is_own(peer_user, ends[0]) ? 1 : 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	peer_user_destroy(peer_user);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_connections),
		cmocka_unit_test(what_is_not_known),
		cmocka_unit_test(another_user),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

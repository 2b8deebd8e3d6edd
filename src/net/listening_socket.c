/*
 * listening_socket: see listening_socket.h.
 */
#define _GNU_SOURCE
#include "net/listening_socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>

#include "base/file.h"

enum {
	BACKLOG = 512,
	KEEPALIVE_IDLE_S = 30,    /* of silence before the first probe (tcp(7)) */
	KEEPALIVE_INTERVAL_S = 5, /* between probes */
	KEEPALIVE_PROBES = 3,     /* unanswered, until the connection is closed */
};

/* Accepted sockets inherit all of these options. */
static void
set_options(int fd, int family)
{
	const int on = 1;
	const struct {
		int level, option, value;
	} rows[] = {
		{SOL_SOCKET, SO_REUSEADDR, 1},
		{IPPROTO_TCP, TCP_NODELAY, 1}, /* a response never waits for an acknowledgement */
		/* The kernel finds dead connections, so no timer of this program is needed. */
		{IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_S},
		{IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL_S},
		{IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES},
		{SOL_SOCKET, SO_KEEPALIVE, 1},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		setsockopt(
			fd, rows[i].level, rows[i].option, &rows[i].value, sizeof(rows[i].value));
	if (family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
}

int
listening_socket_open(const struct sockaddr *address, socklen_t length)
{
	int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	set_options(fd, address->sa_family);
	if (bind(fd, address, length) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	return file_abandon(fd);
}

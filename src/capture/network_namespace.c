/*
 * network_namespace: see network_namespace.h.
 *
 * The child that carries bytes runs a loop of its own, with the listener and the tunnels that the server
 * uses, too. Its memory is a copy of the server's, which it does not use.
 */
#define _GNU_SOURCE
#include "capture/network_namespace.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/loop.h"
#include "capture/capture_run.h"
#include "net/listener.h"
#include "net/listening_socket.h"
#include "net/tunnel.h"

/* In the file that is captured, for whoever opens it. */
static const char comment[] = "Captured in a network of liveserve's own. Each connection to the "
			      "server was carried on by a "
			      "connection inside, with the same addresses and ports; these are the "
			      "packets of the one inside.";

struct relay {
	struct loop *loop;
	struct listener *listener;
	struct tunnels *tunnels;
	struct loop_source control;
};

_Noreturn static void
give_up(const char *what)
{
	dprintf(STDERR_FILENO, "%s: %s\n", what, strerror(errno));
	_exit(1);
}

/* ---- descriptors from one process to the other ---- */

union control_message {
	char bytes[CMSG_SPACE(LISTENER_SOCKETS_MAX * sizeof(int))];
	struct cmsghdr alignment;
};

/* Lengths are of the type socklen_t in musl, and size_t in glibc. */
static bool
send_sockets(int control, const int *fds, size_t count)
{
	char byte = 0;
	struct iovec bytes = {.iov_base = &byte, .iov_len = 1};
	union control_message space = {0};
	struct msghdr message = {
		.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = space.bytes,
		.msg_controllen = (socklen_t)CMSG_SPACE(count * sizeof(*fds)),
	};
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = (socklen_t)CMSG_LEN(count * sizeof(*fds));
	memcpy(CMSG_DATA(head), fds, count * sizeof(*fds));
	return sendmsg(control, &message, MSG_NOSIGNAL) == 1;
}

bool
network_namespace_receive(int control, int *inside, size_t count)
{
	char byte;
	struct iovec bytes = {.iov_base = &byte, .iov_len = 1};
	union control_message space = {0};
	struct msghdr message = {
		.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = space.bytes,
		.msg_controllen = sizeof(space.bytes),
	};
	const struct cmsghdr *head;

	if (recvmsg(control, &message, MSG_CMSG_CLOEXEC) != 1)
		return false;
	head = CMSG_FIRSTHDR(&message);
	if (!head || head->cmsg_type != SCM_RIGHTS ||
		head->cmsg_len != CMSG_LEN(count * sizeof(*inside)))
		return false;
	memcpy(inside, CMSG_DATA(head), count * sizeof(*inside));
	return true;
}

/* ---- the network inside ---- */

static void
set_loopback_up(void)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request) < 0)
		give_up("loopback inside");
	close(fd);
}

/*
 * Makes every address of the family one of this network, as "ip route add local default dev lo" does, so
 * that the addresses of other machines can be kept. Without IPv6 it fails, and does not matter.
 */
static void
add_local_route(int family)
{
	struct {
		struct nlmsghdr head;
		struct rtmsg route;
		struct rtattr link;
		int interface;
	} request = {
		.head = {.nlmsg_len = sizeof(request),
			.nlmsg_type = RTM_NEWROUTE,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_ACK},
		.route = {.rtm_family = (unsigned char)family,
			.rtm_table = RT_TABLE_LOCAL,
			.rtm_protocol = RTPROT_STATIC,
			.rtm_scope = RT_SCOPE_HOST,
			.rtm_type = RTN_LOCAL},
		.link = {.rta_len = RTA_LENGTH(sizeof(int)), .rta_type = RTA_OIF},
		.interface = (int)if_nametoindex("lo"),
	};
	char answer[256];
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0)
		return;
	if (send(fd, &request, sizeof(request), 0) == (ssize_t)sizeof(request))
		recv(fd, answer, sizeof(answer), 0);
	close(fd);
}

static void
enter_network(void)
{
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		give_up("a network of its own");
	prctl(PR_SET_DUMPABLE, 0);
	set_loopback_up();
	add_local_route(AF_INET);
	add_local_route(AF_INET6);
}

static void
listen_inside(const struct network_namespace_options *options, int *inside)
{
	for (size_t i = 0; i < options->count; i++) {
		struct sockaddr_storage name;
		socklen_t length = sizeof(name);

		if (getsockname(options->outside[i], (struct sockaddr *)&name, &length) < 0)
			give_up("an address of the server");
		inside[i] = listening_socket_open((struct sockaddr *)&name, length);
		if (inside[i] < 0)
			give_up("listening inside");
	}
}

static void
close_all(const int *fds, size_t count)
{
	for (size_t i = 0; i < count; i++)
		close(fds[i]);
}

/* ---- the process that captures ---- */

_Noreturn static void
run_capture(const struct network_namespace_options *options, const int *inside)
{
	struct watched_sockets sockets = {0};
	const struct capture_options capture = {
		.sockets = &sockets,
		.output = STDOUT_FILENO,
		.comment = comment,
		.is_own_network = true,
		.confine = options->confine_capture,
	};
	const char *failed = NULL;

	prctl(PR_SET_NAME, "liveserve-wire");
	close(options->control);
	close_all(options->outside, options->count);
	for (size_t i = 0; i < options->count && !failed; i++)
		failed = watched_sockets_add_own(&sockets, inside[i]);
	if (!failed)
		failed = capture_run(&capture);
	if (failed)
		give_up(failed);
	_exit(0);
}

/* ---- the process that carries bytes ---- */

/* Both ends of a connection, as they are outside. */
struct ends {
	struct sockaddr_storage here, there;
	socklen_t here_length, there_length;
};

static bool
read_ends(int socket, struct ends *ends)
{
	ends->here_length = ends->there_length = sizeof(ends->here);
	return getsockname(socket, (struct sockaddr *)&ends->here, &ends->here_length) == 0 &&
	       getpeername(socket, (struct sockaddr *)&ends->there, &ends->there_length) == 0;
}

/*
 * Returns a socket that connects inside, or -1. If the client's port cannot be had, such as one below
 * 1024, the kernel chooses another one.
 */
static int
connect_inside(const struct ends *ends)
{
	const int on = 1;
	int fd = socket(ends->here.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (bind(fd, (const struct sockaddr *)&ends->there, ends->there_length) < 0)
		log_verbose("port of a client: %s", strerror(errno));
	if (connect(fd, (const struct sockaddr *)&ends->here, ends->here_length) == 0 ||
		errno == EINPROGRESS)
		return fd;
	close(fd);
	return -1;
}

/* A listener_accepted_fn. */
static void
carry(void *context, int socket, unsigned entry, struct peer peer)
{
	struct relay *relay = context;
	struct tunnel_port outside = tunnel_socket(socket), inside;
	struct ends ends;
	int fd = read_ends(socket, &ends) ? connect_inside(&ends) : -1;

	(void)entry;
	(void)peer;
	if (fd < 0) {
		close(socket);
		return;
	}
	inside = tunnel_socket(fd);
	tunnels_add(relay->tunnels, &outside, &inside, (struct slice){0});
}

/* The server has closed its end. */
static void
control_ready(void *context, unsigned events)
{
	(void)events;
	loop_stop(((struct relay *)context)->loop);
}

_Noreturn static void
run_relay(const struct network_namespace_options *options)
{
	struct relay relay = {.loop = loop_create()};

	if (!relay.loop)
		_exit(1);
	relay.tunnels = tunnels_create(relay.loop);
	relay.listener = listener_create(relay.loop, carry, &relay);
	for (size_t i = 0; i < options->count; i++)
		listener_adopt(relay.listener, options->outside[i], 0);
	loop_add(relay.loop, &relay.control, options->control, LOOP_READ, control_ready, &relay);
	loop_run(relay.loop);
	listener_destroy(relay.listener);
	tunnels_destroy(relay.tunnels);
	_exit(0);
}

_Noreturn void
network_namespace_run(const struct network_namespace_options *options)
{
	int inside[LISTENER_SOCKETS_MAX];
	pid_t capturing;

	prctl(PR_SET_NAME, "liveserve-relay");
	enter_network();
	listen_inside(options, inside);
	capturing = fork();
	if (capturing < 0)
		give_up("fork");
	if (capturing == 0)
		run_capture(options, inside);
	close(STDOUT_FILENO);
	if (!send_sockets(options->control, inside, options->count))
		give_up("giving the sockets to the server");
	close_all(inside, options->count);
	if (!options->confine_relay())
		give_up("giving up rights");
	run_relay(options);
}

/*
 * listener: see listener.h. Owns the listening sockets, the table of connection_limit, and one
 * spare descriptor.
 */
#define _GNU_SOURCE
#include "net/listener.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "net/connection_limit.h"
#include "net/listening_socket.h"
#include "net/port_owner.h"

enum {
	ACCEPTS_A_ROUND = 64, /* then other sources get their turn */
	PORTS_TO_TRY = 100,
	DESCRIPTORS_MAX = 32 * 1024,
	RESERVE_MAX = 64, /* descriptors that are not used for connections */
};

struct listening_socket {
	struct listener *listener;
	unsigned entry;
	struct loop_source source;
};

struct listener {
	struct loop *loop;
	listener_accepted_fn *accepted;
	void *context;
	uint16_t port;
	struct listening_socket sockets[LISTENER_SOCKETS_MAX];
	size_t socket_count;
	struct connection_limit *connection_limit;
	int spare; /* a descriptor that is closed when a free one is needed: see refuse_one */
};

/* ---- accepting ---- */

bool
listener_is_full(int fd)
{
	struct rlimit limit;
	rlim_t reserve;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return false;
	reserve = limit.rlim_cur / 4 < RESERVE_MAX ? limit.rlim_cur / 4 : RESERVE_MAX;
	/* The kernel gives the lowest free number, so all numbers below it are in use. */
	return (rlim_t)fd >= limit.rlim_cur - reserve;
}

/* When there are too many connections, the new one is closed, never one that is being served. */
static void
admit(const struct listening_socket *from, int socket, const struct sockaddr *address)
{
	struct listener *listener = from->listener;

	if (listener_is_full(socket) ||
		!connection_limit_admit(listener->connection_limit, socket, address))
		close(socket);
	else
		listener->accepted(
			listener->context, socket, from->entry, connection_limit_peer(address));
}

static int
open_spare(void)
{
	return eventfd(0, EFD_CLOEXEC);
}

/*
 * Without a free descriptor accept(2) fails, the connection stays in the queue, and the loop would
 * report it again and again. So the spare descriptor is closed, the connection is accepted and
 * closed, and the spare is opened again.
 */
static void
refuse_one(struct listener *listener, int listening)
{
	int socket;

	if (listener->spare >= 0)
		close(listener->spare);
	socket = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
	if (socket >= 0)
		close(socket);
	listener->spare = open_spare();
}

static void
accept_connections(void *context, unsigned events)
{
	struct listening_socket *from = context;

	(void)events;
	for (int i = 0; i < ACCEPTS_A_ROUND; i++) {
		struct sockaddr_storage address = {0};
		socklen_t length = sizeof(address);
		int socket = accept4(from->source.fd, (struct sockaddr *)&address, &length,
			SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (socket >= 0)
			admit(from, socket, (struct sockaddr *)&address);
		else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM)
			refuse_one(from->listener, from->source.fd);
		else if (errno == EAGAIN)
			return;
	}
}

/* ---- life ---- */

void
listener_raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max < DESCRIPTORS_MAX ? limit.rlim_max
								  : DESCRIPTORS_MAX;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

struct listener *
listener_create(struct loop *loop, listener_accepted_fn *accepted, void *context)
{
	struct listener *listener = mem_zero(sizeof(*listener));

	listener->loop = loop;
	listener->accepted = accepted;
	listener->context = context;
	listener->connection_limit = connection_limit_create();
	listener->spare = open_spare();
	return listener;
}

/* Closes all sockets but the first kept ones. */
static void
close_sockets(struct listener *listener, size_t kept)
{
	while (listener->socket_count > kept) {
		struct loop_source *source = &listener->sockets[--listener->socket_count].source;

		loop_remove(listener->loop, source);
		close(source->fd);
	}
}

void
listener_destroy(struct listener *listener)
{
	if (!listener)
		return;
	close_sockets(listener, 0);
	connection_limit_destroy(listener->connection_limit);
	if (listener->spare >= 0)
		close(listener->spare);
	free(listener);
}

/* ---- listening ---- */

/* Adds a listening socket, which it takes. Returns 0 or an errno. */
static int
watch(struct listener *listener, int fd, unsigned entry)
{
	struct listening_socket *listening = &listener->sockets[listener->socket_count];
	int error;

	if (loop_add(listener->loop, &listening->source, fd, LOOP_READ, accept_connections,
		    listening)) {
		listening->listener = listener;
		listening->entry = entry;
		listener->socket_count++;
		return 0;
	}
	error = errno;
	close(fd);
	return error;
}

/* Returns 0, or the errno of the call that failed. */
static int
listen_on(struct listener *listener, const struct addrinfo *address, uint16_t port, unsigned entry)
{
	struct sockaddr_storage name;
	int fd;

	memcpy(&name, address->ai_addr, address->ai_addrlen);
	if (address->ai_family == AF_INET6)
		((struct sockaddr_in6 *)&name)->sin6_port = htons(port);
	else
		((struct sockaddr_in *)&name)->sin_port = htons(port);
	fd = listening_socket_open((struct sockaddr *)&name, address->ai_addrlen);
	return fd < 0 ? errno : watch(listener, fd, entry);
}

static uint16_t
bound_port(const struct listening_socket *listening)
{
	struct sockaddr_storage name = {0};
	socklen_t length = sizeof(name);

	getsockname(listening->source.fd, (struct sockaddr *)&name, &length);
	/* getsockname has set it. NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage) */
	return ntohs(name.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&name)->sin6_port
						: ((struct sockaddr_in *)&name)->sin_port);
}

/*
 * Listens on all addresses with the same port, or on none. If port is 0, the kernel chooses the
 * port of the first address. An address that this machine does not have, such as ::1 without IPv6,
 * is skipped. Returns 0 or an errno.
 */
static int
listen_on_all(
	struct listener *listener, const struct addrinfo *addresses, uint16_t *port, unsigned entry)
{
	size_t before = listener->socket_count;
	int missing = 0;

	for (const struct addrinfo *address = addresses;
		address && listener->socket_count < LISTENER_SOCKETS_MAX;
		address = address->ai_next) {
		int error = listen_on(listener, address, *port, entry);

		if (error == EADDRNOTAVAIL || error == EAFNOSUPPORT) {
			missing = error;
			continue;
		}
		if (error) {
			close_sockets(listener, before);
			return error;
		}
		*port = bound_port(&listener->sockets[before]);
	}
	return listener->socket_count > before ? 0 : missing;
}

/*
 * localhost is always both loopback addresses, without a look-up (RFC 6761 6.3). getaddrinfo(3) knows
 * that, too, but first reads a file and asks the kernel for all addresses, to sort these two.
 */
static struct addrinfo *
loopback_addresses(void)
{
	static struct sockaddr_in6 v6 = {
		.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	static struct sockaddr_in v4 = {.sin_family = AF_INET};
	static struct addrinfo second = {
		.ai_family = AF_INET, .ai_addr = (struct sockaddr *)&v4, .ai_addrlen = sizeof(v4)};
	static struct addrinfo first = {.ai_family = AF_INET6,
		.ai_addr = (struct sockaddr *)&v6,
		.ai_addrlen = sizeof(v6),
		.ai_next = &second};

	v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return &first;
}

/* Returns NULL when host is no address. The caller calls forget(). */
static struct addrinfo *
look_up(const char *host)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *addresses;

	if (strcmp(host, "localhost") == 0)
		return loopback_addresses();
	/* Without a name, getaddrinfo(3) returns the "any" addresses. */
	if (strcmp(host, LISTENER_EVERYWHERE) == 0) {
		hints.ai_flags = AI_PASSIVE;
		host = NULL;
	}
	return getaddrinfo(host, "0", &hints, &addresses) == 0 ? addresses : NULL;
}

static void
forget(struct addrinfo *addresses)
{
	if (addresses != loopback_addresses())
		freeaddrinfo(addresses);
}

static enum listener_verdict
verdict_of(int error)
{
	switch (error) {
	case 0:
		return LISTENER_OPEN;
	case EADDRINUSE:
		return LISTENER_PORT_TAKEN;
	case EACCES:
		return LISTENER_PORT_REFUSED;
	case EADDRNOTAVAIL:
	case EAFNOSUPPORT:
		return LISTENER_BAD_HOST;
	default:
		errno = error;
		return LISTENER_FAILED;
	}
}

enum listener_verdict
listener_open(struct listener *listener, const struct listener_options *options, unsigned entry)
{
	int tries = options->strict_port ? 1 : PORTS_TO_TRY;
	struct addrinfo *addresses = look_up(options->host);
	uint16_t port = options->port;
	int error;

	if (!addresses)
		return LISTENER_BAD_HOST;
	do {
		listener->port = port;
		error = listen_on_all(listener, addresses, &listener->port, entry);
		port = options->port ? (uint16_t)(port + 1) : 0;
	} while (error == EADDRINUSE && --tries && (port || !options->port));
	forget(addresses);
	return verdict_of(error);
}

void
listener_log_failure(enum listener_verdict verdict, const struct listener_options *options)
{
	switch (verdict) {
	case LISTENER_OPEN:
		break;
	case LISTENER_BAD_HOST:
		log_error("\"%s\" is no address of this machine; try --host=localhost, or "
			  "--host=0.0.0.0 for all of its addresses",
			options->host);
		break;
	case LISTENER_PORT_REFUSED:
		log_error("port %u is only for root; take one above 1023, such as --port=9000",
			options->port);
		break;
	case LISTENER_PORT_TAKEN:
		log_error("port %u is taken by another program; stop it or choose another --port",
			options->port);
		break;
	case LISTENER_FAILED:
		log_error("cannot listen on %s: %s", options->host, strerror(errno));
		break;
	}
}

uint16_t
listener_open_livereload(
	struct listener *listener, const struct listener_options *options, unsigned entry)
{
	struct addrinfo *addresses;
	uint16_t port = options->livereload_port;
	int error = EADDRNOTAVAIL;
	char *owner;

	if (!options->has_livereload)
		return 0;
	addresses = look_up(options->host);
	if (addresses) {
		error = listen_on_all(listener, addresses, &port, entry);
		forget(addresses);
	}
	if (!error)
		return port;
	owner = error == EADDRINUSE ? port_owner(options->livereload_port) : NULL;
	log_notice("cannot open port %u for livereload.js (%s); stop %s, or choose another "
		   "--livereload-port",
		options->livereload_port, strerror(error),
		owner ? owner : "the program that uses it");
	free(owner);
	return 0;
}

uint16_t
listener_port(const struct listener *listener)
{
	return listener->port;
}

/* ---- sockets of others ---- */

size_t
listener_sockets(const struct listener *listener, int fds[LISTENER_SOCKETS_MAX])
{
	for (size_t i = 0; i < listener->socket_count; i++)
		fds[i] = listener->sockets[i].source.fd;
	return listener->socket_count;
}

bool
listener_adopt(struct listener *listener, int fd, unsigned entry)
{
	if (listener->socket_count < LISTENER_SOCKETS_MAX)
		return watch(listener, fd, entry) == 0;
	close(fd);
	return false;
}

void
listener_swap(struct listener *listener, int *fds)
{
	for (size_t i = 0; i < listener->socket_count; i++) {
		struct loop_source *source = &listener->sockets[i].source;
		int before = source->fd;

		loop_remove(listener->loop, source);
		if (loop_add(listener->loop, source, fds[i], LOOP_READ, accept_connections,
			    &listener->sockets[i]))
			fds[i] = before;
		else /* it was watched a moment ago */
			loop_add(listener->loop, source, before, LOOP_READ, accept_connections,
				&listener->sockets[i]);
	}
}

bool
listener_peer_is_local(uint64_t peer)
{
	return connection_limit_is_local(peer);
}

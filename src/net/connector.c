/*
 * connector: see connector.h. Owns the sockets of the attempts that run.
 */
#define _GNU_SOURCE
#include "net/connector.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

#include "net/listener.h"

static void attempt_ready(void *context, unsigned events);

/* So that a silent machine does not hold the socket for ever. */
static void
set_options(int socket)
{
	int on = 1, idle_s = CONNECTOR_STALL_MS / 1000;
	unsigned stall_ms = CONNECTOR_STALL_MS;

	setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &stall_ms, sizeof(stall_ms));
	setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	setsockopt(socket, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof(idle_s));
}

/* Returns a socket whose connection is begun, or -1 with errno. */
static int
open_socket(const struct connector_address *address)
{
	const struct sockaddr *name = (const struct sockaddr *)&address->storage;
	int error = EMFILE;
	int fd = socket(name->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (!listener_is_full(fd)) {
		set_options(fd);
		if (connect(fd, name, address->length) == 0 || errno == EINPROGRESS)
			return fd;
		error = errno;
	}
	close(fd);
	errno = error;
	return -1;
}

/* Whether the connection is made (0), has failed (an errno), or is still being made (-1). */
static int
state_of(int socket)
{
	struct pollfd ready = {.fd = socket, .events = POLLOUT};
	int error = 0;
	socklen_t length = sizeof(error);

	if (poll(&ready, 1, 0) <= 0)
		return -1;
	if (getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length) < 0)
		return errno;
	return error;
}

static void
end_attempt(struct connector_attempt *attempt)
{
	loop_remove(attempt->connector->loop, &attempt->source);
	attempt->is_running = false;
}

void
connector_stop(struct connector *connector)
{
	for (size_t i = 0; i < connector->tried; i++) {
		struct connector_attempt *attempt = &connector->attempts[i];

		if (!attempt->is_running)
			continue;
		end_attempt(attempt);
		close(attempt->source.fd);
	}
	if (connector->loop)
		loop_timer_clear(connector->loop, &connector->timer);
	connector->tried = 0;
}

/* Tries the next address. Returns its socket if it has connected at once, else -1. */
static int
try_next(struct connector *connector)
{
	struct connector_attempt *attempt = &connector->attempts[connector->tried];
	const struct connector_addresses *addresses = connector->addresses;
	int fd, state;

	attempt->connector = connector;
	attempt->index = (addresses->first + connector->tried++) % addresses->count;
	fd = open_socket(&addresses->items[attempt->index]);
	state = fd < 0 ? errno : state_of(fd);
	if (state == 0) {
		connector->addresses->first = attempt->index;
		return fd;
	}
	if (state < 0 && loop_add(connector->loop, &attempt->source, fd, LOOP_WRITE, attempt_ready,
				 attempt)) {
		attempt->is_running = true;
		return -1;
	}
	connector->error = state < 0 ? errno : state;
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool
has_more(const struct connector *connector)
{
	return connector->tried < connector->addresses->count;
}

static bool
is_running(const struct connector *connector)
{
	for (size_t i = 0; i < connector->tried; i++)
		if (connector->attempts[i].is_running)
			return true;
	return false;
}

static void next_is_due(void *context);

/* Tries addresses until one connects or is silent. */
static enum connector_verdict
go_on(struct connector *connector, int *socket)
{
	*socket = -1;
	do
		if (has_more(connector))
			*socket = try_next(connector);
	while (*socket < 0 && has_more(connector) && !is_running(connector));
	if (*socket >= 0 || !is_running(connector)) {
		connector_stop(connector);
		errno = connector->error;
		return *socket >= 0 ? CONNECTOR_CONNECTED : CONNECTOR_FAILED;
	}
	if (has_more(connector))
		loop_timer_set(connector->loop, &connector->timer,
			(uint64_t)CONNECTOR_NEXT_MS * 1000, next_is_due, connector);
	return CONNECTOR_WAITS;
}

static void
go_on_and_tell(struct connector *connector)
{
	int socket;

	if (go_on(connector, &socket) != CONNECTOR_WAITS)
		connector->fn(connector->context, socket);
}

static void
next_is_due(void *context)
{
	go_on_and_tell(context);
}

static void
attempt_ready(void *context, unsigned events)
{
	struct connector_attempt *attempt = context;
	struct connector *connector = attempt->connector;
	int fd = attempt->source.fd, state = state_of(fd);

	(void)events;
	if (state < 0)
		return;
	end_attempt(attempt);
	if (state == 0) {
		connector_stop(connector);
		connector->addresses->first = attempt->index;
		connector->fn(connector->context, fd);
		return;
	}
	close(fd);
	connector->error = state;
	go_on_and_tell(connector);
}

enum connector_verdict
connector_start(struct connector *connector, struct loop *loop,
	struct connector_addresses *addresses, connector_fn *fn, void *context, int *socket)
{
	*connector = (struct connector){
		.loop = loop, .addresses = addresses, .fn = fn, .context = context};
	connector->error = EHOSTUNREACH;
	return go_on(connector, socket);
}

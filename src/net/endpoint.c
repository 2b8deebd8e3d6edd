/*
 * endpoint: see endpoint.h. Owns the socket and the pending bytes.
 */
#define _GNU_SOURCE
#include "net/endpoint.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

bool
endpoint_open(
	struct endpoint *endpoint, struct loop *loop, int socket, loop_source_fn *fn, void *context)
{
	endpoint->loop = loop;
	endpoint->is_open = true;
	if (loop_add(loop, &endpoint->source, socket, LOOP_READ, fn, context))
		return true;
	endpoint->is_unwatched = true;
	endpoint_close(endpoint);
	return false;
}

void
endpoint_unwatch(struct endpoint *endpoint)
{
	if (!endpoint->is_unwatched)
		loop_remove(endpoint->loop, &endpoint->source);
	endpoint->is_unwatched = true;
}

int
endpoint_hand_over(struct endpoint *endpoint)
{
	if (!endpoint->is_unwatched)
		loop_hand_over(endpoint->loop, &endpoint->source);
	endpoint->is_unwatched = true;
	return endpoint_release(endpoint);
}

int
endpoint_release(struct endpoint *endpoint)
{
	endpoint_unwatch(endpoint);
	endpoint->is_open = false;
	buf_finish(&endpoint->pending);
	return endpoint->source.fd;
}

void
endpoint_close(struct endpoint *endpoint)
{
	if (endpoint->is_open)
		close(endpoint_release(endpoint));
	buf_finish(&endpoint->pending);
}

static bool
has_to_wait(void)
{
	return errno == EAGAIN || errno == EINTR;
}

bool
endpoint_send(struct endpoint *endpoint, struct slice bytes)
{
	ssize_t sent = 0;

	if (endpoint->pending.length == 0 && bytes.length) {
		sent = send(endpoint->source.fd, bytes.at, bytes.length, MSG_NOSIGNAL);
		if (sent < 0 && !has_to_wait())
			return false;
		endpoint->has_moved |= sent > 0;
		sent = sent < 0 ? 0 : sent;
	}
	if ((size_t)sent < bytes.length)
		buf_add(&endpoint->pending, bytes.at + sent, bytes.length - (size_t)sent);
	return true;
}

bool
endpoint_flush(struct endpoint *endpoint)
{
	struct buf *pending = &endpoint->pending;
	ssize_t sent = send(endpoint->source.fd, pending->bytes, pending->length, MSG_NOSIGNAL);

	if (sent < 0)
		return has_to_wait();
	endpoint->has_moved |= sent > 0;
	buf_drop(pending, (size_t)sent);
	if (pending->length == 0)
		buf_finish(pending);
	return true;
}

ssize_t
endpoint_receive(struct endpoint *endpoint, char *bytes, size_t size)
{
	ssize_t got = recv(endpoint->source.fd, bytes, size, 0);

	if (got == 0 || (got < 0 && !has_to_wait()))
		endpoint->has_ended = true;
	return got;
}

bool
endpoint_was_cut_off(const struct endpoint *endpoint)
{
	struct pollfd state = {.fd = endpoint->source.fd};

	return poll(&state, 1, 0) > 0 && state.revents & POLLHUP;
}

void
endpoint_watch(struct endpoint *endpoint, bool reads)
{
	if (endpoint->is_open && !endpoint->is_unwatched)
		loop_change(endpoint->loop, &endpoint->source,
			(reads && !endpoint->has_ended ? (unsigned)LOOP_READ : 0) |
				(endpoint->pending.length ? (unsigned)LOOP_WRITE : 0));
}

bool
endpoint_hangs_up(const struct endpoint *endpoint)
{
	struct pollfd state = {.fd = endpoint->source.fd};

	/* An event may be older than the last call of endpoint_watch, so the socket is asked. */
	return endpoint->source.events == 0 && poll(&state, 1, 0) > 0;
}

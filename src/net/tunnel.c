/*
 * tunnel: see tunnel.h. Owns the descriptors of both ports, and the bytes in between.
 *
 * epoll reports a side that has hung up again and again, even if no events are requested. So such a
 * side is removed from the loop, and the rest of its bytes is read when the other side has room.
 */
#define _GNU_SOURCE
#include "net/tunnel.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "net/timeouts.h"

/*
 * The rounds of one turn, so that one tunnel does not delay the others. They carry more than the
 * socket pair behind TLS can hold, because epoll does not report bytes that OpenSSL has buffered.
 */
enum { ROUNDS_MAX = 256 };

static const unsigned half_open_ms[] = {TUNNEL_HALF_OPEN_MS};

struct side {
	struct tunnel *tunnel;
	struct tunnel_port port;
	struct loop_source source;
	struct buf pending; /* to be written */
	bool has_ended;     /* nothing more is read */
	bool is_finished;   /* nothing more is written */
	bool is_unwatched;  /* not in the loop: it has hung up, or has no descriptor */
};

struct tunnel {
	struct timeout timeout; /* the first member: half_open_is_over gets the tunnel by it */
	struct tunnel *next, *previous;
	struct tunnels *tunnels;
	struct side sides[2];
	bool is_half_open; /* one side has ended, so the timeout is in its queue */
	bool is_reset;     /* one side was reset or cut off, so the other will be */
};

struct tunnels {
	struct loop *loop;
	struct timeouts timeouts;
	struct tunnel *first;
	char piece[TUNNEL_PIECE];
};

/* ---- plain sockets ---- */

static ssize_t
socket_read(void *context, int fd, char *bytes, size_t size)
{
	(void)context;
	return recv(fd, bytes, size, 0);
}

static ssize_t
socket_write(void *context, int fd, const char *bytes, size_t length)
{
	(void)context;
	return send(fd, bytes, length, MSG_NOSIGNAL);
}

static void
socket_finish(void *context, int fd)
{
	(void)context;
	shutdown(fd, SHUT_WR);
}

struct tunnel_port
tunnel_socket(int fd)
{
	return (struct tunnel_port){
		.fd = fd,
		.read = socket_read,
		.write = socket_write,
		.finish = socket_finish,
	};
}

/* ---- one side ---- */

static bool
has_to_wait(void)
{
	return errno == EAGAIN || errno == EINTR;
}

static void
unwatch(struct side *side)
{
	if (!side->is_unwatched)
		loop_remove(side->tunnel->tunnels->loop, &side->source);
	side->is_unwatched = true;
}

static void
close_side(struct side *side)
{
	unwatch(side);
	buf_finish(&side->pending);
	if (side->port.close)
		side->port.close(side->port.context);
	if (side->port.fd >= 0)
		close(side->port.fd);
}

static void
destroy(struct tunnel *tunnel)
{
	if (tunnel->is_half_open)
		timeouts_leave(&tunnel->tunnels->timeouts, &tunnel->timeout);
	if (tunnel->previous)
		tunnel->previous->next = tunnel->next;
	else
		tunnel->tunnels->first = tunnel->next;
	if (tunnel->next)
		tunnel->next->previous = tunnel->previous;
	close_side(&tunnel->sides[0]);
	close_side(&tunnel->sides[1]);
	free(tunnel);
}

/* ---- carrying ---- */

/* Writes what is possible and returns how much. For a broken side all bytes are dropped. */
static size_t
write_to(struct side *to, struct side *from, const char *bytes, size_t length)
{
	ssize_t sent = to->port.write(to->port.context, to->port.fd, bytes, length);

	if (sent >= 0)
		return (size_t)sent;
	if (has_to_wait())
		return 0;
	to->is_finished = from->has_ended = true;
	return length;
}

/* Returns whether there was progress. */
static bool
flush(struct side *to, struct side *from)
{
	size_t sent = write_to(to, from, to->pending.bytes, to->pending.length);

	buf_drop(&to->pending, sent);
	if (to->pending.length == 0)
		buf_finish(&to->pending);
	return sent;
}

static bool
is_socket(const struct side *side)
{
	return side->port.read == socket_read;
}

static bool
carry_piece(struct side *from, struct side *to)
{
	char *piece = from->tunnel->tunnels->piece;
	ssize_t got = from->port.read(from->port.context, from->port.fd, piece, TUNNEL_PIECE);
	size_t sent;

	if (got < 0 && has_to_wait())
		return false;
	if (got <= 0) {
		from->tunnel->is_reset |= got < 0 &&
					  (from->port.tells_cut_off ||
						  (errno == ECONNRESET && is_socket(from) &&
							  is_socket(to)));
		from->has_ended = true;
		return true;
	}
	sent = write_to(to, from, piece, (size_t)got);
	buf_add(&to->pending, piece + sent, (size_t)got - sent);
	return true;
}

/* Returns whether there was progress. */
static bool
carry(struct side *from, struct side *to)
{
	if (to->pending.length)
		return flush(to, from);
	if (!from->has_ended)
		return carry_piece(from, to);
	if (to->is_finished)
		return false;
	to->port.finish(to->port.context, to->port.fd);
	to->is_finished = true;
	return true;
}

/* Once a side that has hung up is read to its end, nothing more can be written to it. */
static void
finish_if_hung_up(struct side *side, struct side *other)
{
	if (side->is_unwatched && side->has_ended) {
		buf_finish(&side->pending);
		side->is_finished = other->has_ended = true;
	}
}

static void
watch_events(struct side *side, const struct side *other)
{
	bool reads = !side->has_ended && other->pending.length == 0;
	bool is_blocked = reads && side->port.is_blocked &&
			  side->port.is_blocked(side->port.context);

	if (!side->is_unwatched)
		loop_change(side->tunnel->tunnels->loop, &side->source,
			(reads ? (unsigned)LOOP_READ : 0) |
				(side->pending.length || is_blocked ? (unsigned)LOOP_WRITE : 0));
}

/* A side that has gone is no reason for the other one to stay for ever. */
static void
limit_half_open(struct tunnel *tunnel, bool has_moved)
{
	struct timeouts *timeouts = &tunnel->tunnels->timeouts;

	if (!tunnel->sides[0].has_ended && !tunnel->sides[1].has_ended)
		return;
	if (!tunnel->is_half_open)
		timeouts_enter(timeouts, &tunnel->timeout, 0);
	else if (has_moved)
		timeouts_move(timeouts, &tunnel->timeout, 0);
	tunnel->is_half_open = true;
}

/* A timeouts_fn. */
static void
half_open_is_over(struct timeout *timeout)
{
	destroy((struct tunnel *)timeout);
}

static void
reset(const struct tunnel *tunnel)
{
	const struct linger at_once = {.l_onoff = 1};

	for (int i = 0; i < 2; i++)
		setsockopt(
			tunnel->sides[i].port.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

/* Carries what can be carried now. Returns whether that was something. */
static bool
carry_rounds(struct tunnel *tunnel)
{
	struct side *one = &tunnel->sides[0], *other = &tunnel->sides[1];
	bool has_progress = true, has_moved = false;

	for (int round = 0; has_progress && !tunnel->is_reset && round < ROUNDS_MAX; round++) {
		finish_if_hung_up(one, other);
		finish_if_hung_up(other, one);
		has_progress = carry(one, other);
		has_progress |= carry(other, one);
		has_moved |= has_progress;
	}
	return has_moved;
}

static bool
is_done(const struct side *side)
{
	return side->has_ended && side->is_finished;
}

/* After a proper end, who reads the other port has time to see that it was one. */
static bool
is_over(const struct tunnel *tunnel)
{
	const struct side *one = &tunnel->sides[0], *other = &tunnel->sides[1];

	return is_done(one) && is_done(other) &&
	       (!one->port.tells_cut_off || other->is_unwatched) &&
	       (!other->port.tells_cut_off || one->is_unwatched);
}

/* Returns false when the tunnel has ended and was destroyed. */
static bool
run(struct tunnel *tunnel)
{
	struct side *one = &tunnel->sides[0], *other = &tunnel->sides[1];
	bool has_moved = carry_rounds(tunnel);

	if (tunnel->is_reset) {
		reset(tunnel);
		destroy(tunnel);
		return false;
	}
	if (is_over(tunnel)) {
		destroy(tunnel);
		return false;
	}
	limit_half_open(tunnel, has_moved);
	watch_events(one, other);
	watch_events(other, one);
	return true;
}

static void
side_ready(void *context, unsigned events)
{
	struct side *side = context;

	(void)events;
	if (side->source.events == 0)
		unwatch(side);
	run(side->tunnel);
}

/* ---- from outside ---- */

struct tunnels *
tunnels_create(struct loop *loop)
{
	struct tunnels *tunnels = mem_zero(sizeof(*tunnels));

	tunnels->loop = loop;
	timeouts_init(&tunnels->timeouts, loop, half_open_ms, 1, half_open_is_over);
	return tunnels;
}

void
tunnels_destroy(struct tunnels *tunnels)
{
	if (!tunnels)
		return;
	while (tunnels->first)
		/* destroy() takes it out of the list. NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
		if (run(tunnels->first))
			destroy(tunnels->first);
	timeouts_finish(&tunnels->timeouts);
	free(tunnels);
}

static bool
start(struct side *side, struct tunnel *tunnel, const struct tunnel_port *port)
{
	*side = (struct side){.tunnel = tunnel, .port = *port, .is_unwatched = port->fd < 0};
	return side->is_unwatched || loop_add(tunnel->tunnels->loop, &side->source, port->fd,
					     LOOP_READ, side_ready, side);
}

struct tunnel *
tunnels_add(struct tunnels *tunnels, const struct tunnel_port *one, const struct tunnel_port *other,
	struct slice bytes)
{
	struct tunnel *tunnel = mem_zero(sizeof(*tunnel));
	bool is_started;

	tunnel->tunnels = tunnels;
	tunnel->next = tunnels->first;
	if (tunnel->next)
		tunnel->next->previous = tunnel;
	tunnels->first = tunnel;
	is_started = start(&tunnel->sides[0], tunnel, one);
	is_started &= start(&tunnel->sides[1], tunnel, other);
	if (!is_started) {
		destroy(tunnel);
		return NULL;
	}
	buf_add_slice(&tunnel->sides[1].pending, bytes);
	watch_events(&tunnel->sides[0], &tunnel->sides[1]);
	watch_events(&tunnel->sides[1], &tunnel->sides[0]);
	return tunnel;
}

void
tunnel_turn(struct tunnel *tunnel)
{
	run(tunnel);
}

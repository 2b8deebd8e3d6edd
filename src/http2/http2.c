/*
 * http2: see http2.h. Owns the connections. Its one idea: whatever happens to a session is followed by flush(),
 * which sends what it has produced and decides what the connection waits for.
 */
#define _GNU_SOURCE
#include "http2/http2.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "http2/session.h"
#include "http/response_writer.h"
#include "net/crowd.h"
#include "net/receive_batch.h"
#include "net/timeouts.h"

/* The bytes that a connection sends before the others get their turn. */
enum { TURN_MAX = 1024 * 1024 };

static const unsigned default_wait_ms[RESPONSE_WAITS] = {
	[RESPONSE_WAIT_IDLE] = HTTP2_IDLE_MS,
	[RESPONSE_WAIT_HEAD] = HTTP2_HEAD_MS,
	[RESPONSE_WAIT_WRITE] = HTTP2_STALL_MS,
	[RESPONSE_WAIT_LINGER] = HTTP2_LINGER_MS,
};

struct connection {
	struct timeout timeout; /* the first member: wait_is_over gets the connection by it */
	struct http2 *http2;
	struct loop_source source;
	struct session *session;
	unsigned awaited;  /* which frame or block is awaited; see session_is_inside */
	struct buf output; /* produced, and not taken by the socket yet */
};

struct http2 {
	struct loop *loop;
	struct response_handler handler;
	struct sessions *sessions;
	struct timeouts timeouts;
	unsigned wait_ms[RESPONSE_WAITS]; /* for timeouts */
	struct crowd crowd;
	struct receive_batch batch;
	struct buf produced;
	size_t held; /* bytes of the outputs of all connections */
	struct loop_timer saving;
};

/* ---- lifecycle ---- */

static void
end(struct connection *connection)
{
	struct http2 *http2 = connection->http2;

	receive_batch_forget(&http2->batch, connection);
	loop_remove(http2->loop, &connection->source);
	timeouts_leave(&http2->timeouts, &connection->timeout);
	crowd_leave(&http2->crowd);
	session_destroy(connection->session);
	http2->held -= connection->output.capacity;
	buf_finish(&connection->output);
	close(connection->source.fd);
	free(connection);
}

static void
wait_for(struct connection *connection, enum response_wait wait)
{
	timeouts_move(&connection->http2->timeouts, &connection->timeout, wait);
}

/* If the socket were closed with bytes unread, the kernel would discard what was sent, too. */
static void
linger(struct connection *connection)
{
	if (connection->timeout.queue == RESPONSE_WAIT_LINGER)
		return;
	shutdown(connection->source.fd, SHUT_WR);
	loop_change(connection->http2->loop, &connection->source, LOOP_READ);
	wait_for(connection, RESPONSE_WAIT_LINGER);
}

static void
note_close(const struct connection *connection)
{
	const struct response_handler *handler = &connection->http2->handler;

	if (handler->note_close)
		handler->note_close(handler->note_context, connection->source.fd,
			(int)connection->timeout.queue);
}

/* ---- memory ---- */

static size_t
held(const struct http2 *http2)
{
	return http2->held + sessions_memory(http2->sessions);
}

static bool
end_slowest(struct http2 *http2)
{
	struct timeout *slowest = timeouts_first(&http2->timeouts, RESPONSE_WAIT_WRITE);

	if (slowest)
		end((struct connection *)slowest);
	return slowest;
}

/* A loop_timer_fn. What holds more in all, streams or connections, has to give back first. */
static void
save_memory(void *context)
{
	struct http2 *http2 = context;

	while (held(http2) > HTTP2_HELD_MAX) {
		bool streams_first = sessions_memory(http2->sessions) > http2->held;

		if (streams_first ? !sessions_drop_slowest(http2->sessions) : !end_slowest(http2))
			return;
	}
}

/* It is done later, because it ends connections, and one of them may be in use now. */
static void
limit_memory(struct http2 *http2)
{
	if (held(http2) > HTTP2_HELD_MAX)
		loop_timer_set(http2->loop, &http2->saving, 0, save_memory, http2);
}

/* ---- writing ---- */

/* Sends some of bytes. Returns how much; -1 when the connection is broken. */
static ssize_t
send_some(const struct connection *connection, const struct buf *bytes)
{
	ssize_t sent = send(connection->source.fd, bytes->bytes, bytes->length, MSG_NOSIGNAL);

	return sent < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : sent;
}

/* Sends what did not fit before. Returns false when the connection is broken. */
static bool
send_output(struct connection *connection)
{
	struct buf *output = &connection->output;
	ssize_t sent = output->length ? send_some(connection, output) : 0;

	if (sent > 0) {
		buf_drop(output, (size_t)sent);
		wait_for(connection, RESPONSE_WAIT_WRITE);
	}
	if (output->length == 0) {
		connection->http2->held -= output->capacity;
		buf_finish(output);
	}
	return sent >= 0;
}

/* Produces and sends until the socket is full, nothing is left or the turn is over: then *has_more. */
static bool
send_turn(struct connection *connection, bool *has_more)
{
	struct http2 *http2 = connection->http2;
	struct buf *produced = &http2->produced;
	size_t turn = 0;

	*has_more = true;
	while (*has_more && connection->output.length == 0 && turn < TURN_MAX) {
		ssize_t sent;

		buf_clear(produced);
		*has_more = session_produce(connection->session, produced, HTTP2_OUTPUT_MAX);
		sent = produced->length ? send_some(connection, produced) : 0;
		if (sent < 0)
			return false;
		turn += (size_t)sent;
		if ((size_t)sent < produced->length) {
			buf_add(&connection->output, produced->bytes + sent,
				produced->length - (size_t)sent);
			http2->held += connection->output.capacity;
			wait_for(connection, RESPONSE_WAIT_WRITE);
		}
	}
	return true;
}

/* What the connection waits for from now on. Streams that wait have timeouts of their own. */
static void
settle(struct connection *connection, bool has_more)
{
	bool is_full = connection->output.length, is_inside;
	unsigned writes = is_full || has_more ? LOOP_WRITE : 0, which;

	if (!is_full && session_is_over(connection->session)) {
		linger(connection);
		return;
	}
	loop_change(connection->http2->loop, &connection->source,
		is_full ? writes : LOOP_READ | writes);
	if (is_full) /* it waits since the socket took something */
		return;
	is_inside = session_is_inside(connection->session, &which) &&
		    !session_is_busy(connection->session);
	if (!is_inside)
		wait_for(connection, RESPONSE_WAIT_IDLE);
	else if (connection->timeout.queue != RESPONSE_WAIT_HEAD || connection->awaited != which)
		wait_for(connection, RESPONSE_WAIT_HEAD);
	connection->awaited = which;
}

/* Returns false when the connection was broken and has ended. */
static bool
flush(struct connection *connection)
{
	bool has_more;

	if (connection->timeout.queue == RESPONSE_WAIT_LINGER)
		return true;
	if (!send_output(connection) || !send_turn(connection, &has_more)) {
		end(connection);
		return false;
	}
	settle(connection, has_more);
	limit_memory(connection->http2);
	return true;
}

static void
flush_later(void *context)
{
	flush(context);
}

/* ---- reading ---- */

/* A receive_batch_fn. What comes behind the end is discarded, until the client or the timeout ends it. */
static void
was_received(void *owner, struct slice bytes)
{
	struct connection *connection = owner;

	if (connection->timeout.queue == RESPONSE_WAIT_LINGER)
		return;
	session_receive(connection->session, bytes, loop_now(), NULL);
	flush(connection);
}

static void
read_some(struct connection *connection)
{
	ssize_t got = receive_batch_receive(
		&connection->http2->batch, connection->source.fd, connection);

	if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
		end(connection);
}

static void
socket_ready(void *context, unsigned events)
{
	struct connection *connection = context;

	if (events & LOOP_WRITE && connection->source.events & LOOP_WRITE && !flush(connection))
		return;
	if (events & LOOP_READ && connection->source.events & LOOP_READ)
		read_some(connection);
}

/* Whether the client has sent something that is not read yet, because this program was stopped or busy. */
static bool
has_sent(const struct connection *connection)
{
	char byte;

	return recv(connection->source.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

/* A timeouts_fn. */
static void
wait_is_over(struct timeout *timeout)
{
	struct connection *connection = (struct connection *)timeout;

	if (timeout->queue == RESPONSE_WAIT_HEAD && has_sent(connection)) {
		wait_for(connection, RESPONSE_WAIT_HEAD);
	} else if (timeout->queue != RESPONSE_WAIT_IDLE) {
		note_close(connection);
		end(connection);
	} else if (session_is_busy(connection->session) || has_sent(connection)) {
		wait_for(connection, RESPONSE_WAIT_IDLE);
	} else {
		note_close(connection);
		session_shut_down(connection->session);
		flush(connection);
	}
}

/* ---- public functions ---- */

struct http2 *
http2_create(struct loop *loop, const struct response_handler *handler)
{
	struct http2 *http2 = mem_zero(sizeof(*http2));

	http2->loop = loop;
	http2->handler = *handler;
	http2->sessions = sessions_create(loop, handler);
	receive_batch_init(&http2->batch, loop, handler->begin, was_received, handler->context);
	crowd_init(&http2->crowd, loop);
	memcpy(http2->wait_ms, default_wait_ms, sizeof(default_wait_ms));
	http2->wait_ms[RESPONSE_WAIT_IDLE] = response_writer_idle_ms(HTTP2_IDLE_MS);
	timeouts_init(&http2->timeouts, loop, http2->wait_ms, RESPONSE_WAITS, wait_is_over);
	return http2;
}

void
http2_destroy(struct http2 *http2)
{
	struct timeout *timeout;

	if (!http2)
		return;
	while ((timeout = timeouts_any(&http2->timeouts))) {
		struct connection *connection = (struct connection *)timeout;

		session_shut_down(connection->session);
		if (flush(connection))
			end(connection);
	}
	loop_timer_clear(http2->loop, &http2->saving);
	receive_batch_finish(&http2->batch);
	timeouts_finish(&http2->timeouts);
	crowd_finish(&http2->crowd);
	sessions_destroy(http2->sessions);
	buf_finish(&http2->produced);
	free(http2);
}

void
http2_accept(struct http2 *http2, int socket, unsigned entry, struct peer peer)
{
	struct connection *connection = mem_zero(sizeof(*connection));
	const struct session_options options = {
		.entry = entry, .peer = peer, .wake = flush_later, .context = connection};

	connection->http2 = http2;
	connection->session = session_create(http2->sessions, &options);
	if (!connection->session || !loop_add(http2->loop, &connection->source, socket, LOOP_READ,
					    socket_ready, connection)) {
		session_destroy(connection->session);
		close(socket);
		free(connection);
		return;
	}
	timeouts_enter(&http2->timeouts, &connection->timeout, RESPONSE_WAIT_IDLE);
	crowd_enter(&http2->crowd);
	flush(connection); /* the settings of this server */
}

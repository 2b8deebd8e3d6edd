/*
 * http1: see http1.h. Owns the connections and one response, which all of them use in turn.
 *
 * A connection is always in one of four queues, by what it is waiting for. While a response is
 * being sent (it has a writer), or its first request is paused (its waiter is in a list), nothing is
 * read from it.
 */
#define _GNU_SOURCE
#include "http/http1.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "http/date.h"
#include "http/response_writer.h"
#include "net/crowd.h"
#include "net/receive_batch.h"
#include "net/timeouts.h"

static unsigned wait_ms[RESPONSE_WAITS] = {
	[RESPONSE_WAIT_HEAD] = HTTP1_HEAD_MS,
	[RESPONSE_WAIT_WRITE] = HTTP1_STALL_MS,
	[RESPONSE_WAIT_LINGER] = HTTP1_LINGER_MS,
};

struct connection {
	struct timeout timeout; /* the first member: wait_is_over gets the connection by it */
	struct http1 *http1;
	struct loop_source source;
	struct buf input;               /* read, but incomplete or not answered yet */
	struct response_writer *writer; /* of the response that is being sent, or NULL */
	struct response_waiter *waiter; /* of the first request, once it was paused; or NULL */
	struct takeover_return back;    /* what is known of it; goes along when it is taken over */
	bool closes;                    /* after the current response */
	size_t held;                    /* bytes of input and writer, as counted in http1->held */
};

struct http1 {
	struct loop *loop;
	struct response_handler handler;
	struct timeouts timeouts;
	struct crowd crowd;
	size_t held;              /* bytes, of all connections */
	struct response response; /* to the current request */
	struct buf output;
	struct date_clock date;
	struct receive_batch batch;
};

static void answer_all(struct connection *connection, struct slice bytes);
static void take_back(const struct takeover_return *back, int socket, struct slice bytes);

/* ---- lifecycle ---- */

static void
wait_for(struct connection *connection, enum response_wait wait)
{
	timeouts_move(&connection->http1->timeouts, &connection->timeout, wait);
}

/* The first request was answered, or never will be. */
static void
forget_pause(struct connection *connection)
{
	if (!connection->waiter)
		return;
	response_waiter_leave(connection->waiter);
	free(connection->waiter);
	connection->waiter = NULL;
}

/* Frees the connection, which has left the loop, but does not close its socket. Returns the socket. */
static int
release(struct connection *connection)
{
	int socket = connection->source.fd;

	receive_batch_forget(&connection->http1->batch, connection);
	timeouts_leave(&connection->http1->timeouts, &connection->timeout);
	crowd_leave(&connection->http1->crowd);
	connection->http1->held -= connection->held;
	response_writer_destroy(connection->writer);
	forget_pause(connection);
	buf_finish(&connection->input);
	free(connection);
	return socket;
}

static void
end(struct connection *connection)
{
	loop_remove(connection->http1->loop, &connection->source);
	close(release(connection));
}

static bool
is_paused(const struct connection *connection)
{
	return connection->waiter && response_waiter_is_paused(connection->waiter);
}

/*
 * Counts the memory of connection anew. If it is too much in all, others are closed: those that have
 * not received for the longest time, or not sent.
 */
static void
count_held(struct connection *connection)
{
	struct http1 *http1 = connection->http1;
	size_t held = connection->input.capacity + response_writer_memory(connection->writer);

	http1->held += held - connection->held;
	connection->held = held;
	while (http1->held > HTTP1_HELD_MAX) {
		struct timeout *slowest = timeouts_first(&http1->timeouts, RESPONSE_WAIT_WRITE);

		if (!slowest || is_paused((struct connection *)slowest))
			slowest = timeouts_first(&http1->timeouts, RESPONSE_WAIT_HEAD);
		if (!slowest || slowest == &connection->timeout)
			return;
		end((struct connection *)slowest);
	}
}

/* If the socket were closed with bytes unread, the kernel would discard the response, too. */
static void
linger(struct connection *connection)
{
	shutdown(connection->source.fd, SHUT_WR);
	buf_finish(&connection->input);
	loop_change(connection->http1->loop, &connection->source, LOOP_READ);
	wait_for(connection, RESPONSE_WAIT_LINGER);
}

/*
 * Whether an idle client has sent something that is not read yet. That happens if this program was
 * stopped or busy.
 */
static bool
has_sent(const struct connection *connection)
{
	char byte;

	return connection->timeout.queue == RESPONSE_WAIT_IDLE &&
	       recv(connection->source.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

static void
note_close(const struct connection *connection, int reason)
{
	const struct response_handler *handler = &connection->http1->handler;

	if (handler->note_close)
		handler->note_close(handler->note_context, connection->source.fd, reason);
}

static void
wait_is_over(struct timeout *timeout)
{
	struct connection *connection = (struct connection *)timeout;

	if (has_sent(connection)) {
		wait_for(connection, RESPONSE_WAIT_HEAD);
		return;
	}
	note_close(connection, (int)timeout->queue);
	end(connection);
}

/* ---- answering ---- */

/* Sends the current response. Returns false when the connection has ended or closes after it. */
static bool
send_response(struct connection *connection, bool is_head)
{
	struct http1 *http1 = connection->http1;
	struct response *response = &http1->response;
	enum response_writer_verdict verdict;

	buf_clear(&http1->output);
	response_writer_add_head(&http1->output, response, date_clock_now(&http1->date),
		connection->closes ? RESPONSE_WRITER_CLOSE : RESPONSE_WRITER_KEEP_ALIVE);
	if (is_head)
		body_clear(&response->body);
	verdict = response_writer_begin(
		&connection->writer, connection->source.fd, &http1->output, &response->body);
	response_clear(response);
	if (verdict == RESPONSE_WRITER_BROKEN) {
		end(connection);
		return false;
	}
	if (verdict == RESPONSE_WRITER_MORE) {
		loop_change(http1->loop, &connection->source, LOOP_WRITE);
		wait_for(connection, RESPONSE_WAIT_WRITE);
		count_held(connection);
	} else if (connection->closes) {
		linger(connection);
	}
	return !connection->closes;
}

static void
refuse(struct connection *connection, struct slice bytes, int status)
{
	const struct refused_request refused = {status, bytes, &connection->back.peer, false};

	response_refuse(&connection->http1->response, &connection->http1->handler, &refused);
	connection->closes = true;
	note_close(connection, status);
	send_response(connection, false);
}

/* bytes begin with the request. They may be in connection->input, so that is freed last. */
static void
hand_over(struct connection *connection, const struct request *request, struct slice bytes)
{
	struct http1 *http1 = connection->http1;
	struct response *response = &http1->response;
	struct buf input = connection->input;
	struct takeover takeover = {.request = request, .bytes = bytes, .response = response};

	connection->input = (struct buf){0};
	takeover.back = connection->back;
	if (!request->keep_alive)
		takeover.back.fn = NULL;
	if (response->takeover_stays_in_loop)
		loop_hand_over(http1->loop, &connection->source);
	else
		loop_remove(http1->loop, &connection->source);
	takeover.socket = release(connection);
	response->takeover(response->takeover_context, &takeover);
	response_clear(response);
	buf_finish(&input);
}

/* The end of a pause. */
static void
resume(void *context)
{
	struct connection *connection = context;

	loop_change(connection->http1->loop, &connection->source, LOOP_READ);
	answer_all(connection, buf_slice(&connection->input));
}

/*
 * A request that is paused again keeps its waiter and the time of its first pause. Without events,
 * the loop still reports a connection that is broken, or closed in both directions.
 */
static void
pause_first(struct connection *connection)
{
	struct http1 *http1 = connection->http1;

	if (!connection->waiter) {
		connection->waiter = mem_zero(sizeof(*connection->waiter));
		connection->waiter->fn = resume;
		connection->waiter->context = connection;
		wait_for(connection, RESPONSE_WAIT_WRITE);
	}
	response_waiter_join(connection->waiter, http1->response.waiters);
	response_clear(&http1->response);
	loop_change(http1->loop, &connection->source, 0);
}

/*
 * Answers the request at the front of bytes, or pauses it. Returns its length; 0 when it is
 * incomplete or paused, or -1 when no more requests are to be read from the connection, which may
 * have been freed.
 */
static ssize_t
answer_first(struct connection *connection, struct slice bytes)
{
	struct http1 *http1 = connection->http1;
	struct request request;
	int verdict = request_parse(&request, bytes.at, bytes.length);

	if (verdict == REQUEST_INCOMPLETE)
		return 0;
	if (verdict != REQUEST_COMPLETE) {
		refuse(connection, bytes, verdict);
		return -1;
	}
	request.keep_alive &= response_writer_keeps_alive();
	request.scheme = connection->back.scheme;
	request.entry = connection->back.entry;
	request.peer = connection->back.peer;
	http1->handler.answer(http1->handler.context, &request, &http1->response);
	if (http1->response.waiters) {
		pause_first(connection);
		return 0;
	}
	forget_pause(connection);
	if (http1->response.status)
		response_log(&http1->response, &request);
	if (http1->response.takeover) {
		hand_over(connection, &request, bytes);
		return -1;
	}
	/* Bodies are not read, so it is not known where the next request begins. */
	connection->closes = !request.keep_alive || request.has_body;
	if (!send_response(connection, request.method == REQUEST_HEAD))
		return -1;
	return (ssize_t)request.head_length;
}

/*
 * Answers all complete requests in bytes and keeps the rest. Either bytes are connection->input, or
 * connection->input is empty.
 */
static void
answer_all(struct connection *connection, struct slice bytes)
{
	bool is_input = bytes.at == connection->input.bytes;
	size_t used = 0;

	while (used < bytes.length && !connection->writer) {
		ssize_t length = answer_first(
			connection, (struct slice){bytes.at + used, bytes.length - used});

		if (length < 0)
			return;
		if (length == 0)
			break;
		used += (size_t)length;
	}
	if (is_input)
		buf_drop(&connection->input, used);
	else if (used < bytes.length)
		buf_add(&connection->input, bytes.at + used, bytes.length - used);
	if (connection->input.length == 0)
		buf_finish(&connection->input);
	count_held(connection);
	if (connection->writer || is_paused(connection))
		return;
	if (connection->input.length == 0)
		wait_for(connection, RESPONSE_WAIT_IDLE);
	else if (connection->timeout.queue != RESPONSE_WAIT_HEAD || used)
		wait_for(connection, RESPONSE_WAIT_HEAD);
}

/* ---- reading and writing ---- */

static void
read_some(struct connection *connection)
{
	ssize_t got = receive_batch_receive(
		&connection->http1->batch, connection->source.fd, connection);

	if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
		end(connection);
}

/* Bytes behind the last response are discarded, until the client or the timeout ends it. */
static void
was_received(void *owner, struct slice bytes)
{
	struct connection *connection = owner;

	if (connection->timeout.queue == RESPONSE_WAIT_LINGER)
		return;
	if (connection->input.length) {
		buf_add_slice(&connection->input, bytes);
		bytes = buf_slice(&connection->input);
	}
	answer_all(connection, bytes);
}

static void
write_more(struct connection *connection)
{
	uint64_t left = response_writer_left(connection->writer);
	enum response_writer_verdict verdict = response_writer_go_on(
		connection->writer, connection->source.fd);

	if (verdict == RESPONSE_WRITER_BROKEN) {
		end(connection);
		return;
	}
	if (verdict == RESPONSE_WRITER_MORE) {
		if (response_writer_left(connection->writer) < left)
			wait_for(connection, RESPONSE_WAIT_WRITE);
		return;
	}
	response_writer_destroy(connection->writer);
	connection->writer = NULL;
	if (connection->closes) {
		linger(connection);
		return;
	}
	loop_change(connection->http1->loop, &connection->source, LOOP_READ);
	answer_all(connection, buf_slice(&connection->input));
}

static void
socket_ready(void *context, unsigned events)
{
	struct connection *connection = context;

	if (connection->writer)
		write_more(connection);
	else if (is_paused(connection))
		end(connection);
	else if (events & LOOP_READ)
		read_some(connection);
}

/* ---- new connections ---- */

/* Returns NULL, and socket is closed, when the kernel cannot watch it. */
static struct connection *
add_connection(struct http1 *http1, int socket)
{
	struct connection *connection = mem_zero(sizeof(*connection));

	connection->http1 = http1;
	if (!loop_add(http1->loop, &connection->source, socket, LOOP_READ, socket_ready,
		    connection)) {
		close(socket);
		free(connection);
		return NULL;
	}
	timeouts_enter(&http1->timeouts, &connection->timeout, RESPONSE_WAIT_IDLE);
	crowd_enter(&http1->crowd);
	return connection;
}

/* The function of a takeover_return. */
static void
take_back(const struct takeover_return *back, int socket, struct slice bytes)
{
	struct http1 *http1 = back->engine;
	struct connection *connection = add_connection(http1, socket);

	if (!connection)
		return;
	connection->back = *back;
	if (bytes.length == 0)
		return;
	buf_add_slice(&connection->input, bytes);
	if (http1->handler.begin)
		http1->handler.begin(http1->handler.context);
	answer_all(connection, buf_slice(&connection->input));
}

/* ---- public functions ---- */

struct http1 *
http1_create(struct loop *loop, const struct response_handler *handler)
{
	struct http1 *http1 = mem_zero(sizeof(*http1));

	http1->loop = loop;
	http1->handler = *handler;
	receive_batch_init(&http1->batch, loop, handler->begin, was_received, handler->context);
	crowd_init(&http1->crowd, loop);
	wait_ms[RESPONSE_WAIT_IDLE] = response_writer_idle_ms(HTTP1_IDLE_MS);
	timeouts_init(&http1->timeouts, loop, wait_ms, RESPONSE_WAITS, wait_is_over);
	response_init(&http1->response);
	return http1;
}

void
http1_destroy(struct http1 *http1)
{
	struct timeout *timeout;

	if (!http1)
		return;
	while ((timeout = timeouts_any(&http1->timeouts)))
		end((struct connection *)timeout);
	receive_batch_finish(&http1->batch);
	timeouts_finish(&http1->timeouts);
	crowd_finish(&http1->crowd);
	response_finish(&http1->response);
	buf_finish(&http1->output);
	free(http1);
}

void
http1_accept(struct http1 *http1, int socket, enum request_scheme scheme, unsigned entry,
	struct peer peer)
{
	const struct takeover_return fresh = {
		.fn = take_back, .engine = http1, .scheme = scheme, .entry = entry, .peer = peer};

	take_back(&fresh, socket, (struct slice){0});
}

/*
 * http1: see http1.h.
 *
 * Every connection is in one of four queues, by what it is waiting for. All waits of a queue are
 * equally long, so the first of a queue is always the next to run out, and one timer serves them
 * all.
 */
#define _GNU_SOURCE
#include "http/http1.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "http/user_agent.h"
#include "http/response.h"
#include "http/conditional.h"
#include "base/log.h"
#include "base/mem.h"

enum {
	INPUT_SIZE = 64 * 1024,
	TURN_MAX = 1024 * 1024, /* a connection sends at most this much before the others' turn */
};

enum wait {
	WAIT_IDLE,
	WAIT_HEAD,
	WAIT_WRITE,
	WAIT_LINGER,
	WAIT_COUNT,
};

static const unsigned wait_ms[WAIT_COUNT] = {
	[WAIT_IDLE] = HTTP1_IDLE_MS,
	[WAIT_HEAD] = HTTP1_HEAD_MS,
	[WAIT_WRITE] = HTTP1_STALL_MS,
	[WAIT_LINGER] = HTTP1_LINGER_MS,
};

/* What the socket did not take at once. */
struct pending {
	struct buf head; /* and, of a small answer, the body behind it */
	struct body body;
};

struct connection {
	struct connection *next, *previous; /* in the queue of its wait */
	struct http1 *http1;
	struct loop_source source;
	struct buf
		input; /* read, but not yet a whole request; or behind one that is being answered */
	struct pending *pending;
	uint64_t since_us;
	enum wait wait;
	bool closes; /* after the answer in hand */
	enum request_entry entry;
	bool is_for_livereload;
	bool is_new; /* nothing has come yet that tells whether it speaks TLS */
};

struct queue {
	struct connection *first, *last;
};

struct http1 {
	struct loop *loop;
	struct router *router;
	struct tls *tls; /* or NULL */
	struct proxy *proxy;
	http1_upgrade_fn *upgrade;
	void *context;
	struct queue queues[WAIT_COUNT];
	struct loop_timer timer;
	size_t count;
	struct response response; /* of the request that is being answered */
	struct buf output;
	time_t date_second;
	char date[HTTP_DATE_SIZE];
	char input[INPUT_SIZE];
};

static void time_is_up(void *context);
static void socket_ready(void *context, unsigned events);

/* ---- waiting ---- */

static void
leave_queue(struct connection *connection)
{
	struct queue *queue = &connection->http1->queues[connection->wait];

	if (connection->previous)
		connection->previous->next = connection->next;
	else
		queue->first = connection->next;
	if (connection->next)
		connection->next->previous = connection->previous;
	else
		queue->last = connection->previous;
	connection->next = connection->previous = NULL;
}

static void
enter_queue(struct connection *connection, enum wait wait)
{
	struct http1 *http1 = connection->http1;
	struct queue *queue = &http1->queues[wait];
	uint64_t delay_us = (uint64_t)wait_ms[wait] * 1000;

	connection->wait = wait;
	connection->since_us = loop_now();
	connection->previous = queue->last;
	if (queue->last)
		queue->last->next = connection;
	else
		queue->first = connection;
	queue->last = connection;
	if (!http1->timer.is_set || http1->timer.due_us > connection->since_us + delay_us)
		loop_timer_set(http1->loop, &http1->timer, delay_us, time_is_up, http1);
}

static void
wait_for(struct connection *connection, enum wait wait)
{
	leave_queue(connection);
	enter_queue(connection, wait);
}

/* ---- life ---- */

static void
free_pending(struct connection *connection)
{
	if (!connection->pending)
		return;
	buf_finish(&connection->pending->head);
	body_finish(&connection->pending->body);
	free(connection->pending);
	connection->pending = NULL;
}

/* Everything but the socket, whose descriptor is returned. */
static int
release(struct connection *connection)
{
	int socket = connection->source.fd;

	loop_remove(connection->http1->loop, &connection->source);
	leave_queue(connection);
	connection->http1->count--;
	free_pending(connection);
	buf_finish(&connection->input);
	free(connection);
	return socket;
}

static void
end(struct connection *connection)
{
	close(release(connection));
}

/* Closing at once, with bytes unread, would make the kernel throw the answer away too. */
static void
linger(struct connection *connection)
{
	shutdown(connection->source.fd, SHUT_WR);
	buf_finish(&connection->input);
	loop_change(connection->http1->loop, &connection->source, LOOP_READ);
	wait_for(connection, WAIT_LINGER);
}

/* The earliest moment at which a wait runs out; UINT64_MAX when nobody waits. */
static uint64_t
next_end_us(const struct http1 *http1)
{
	uint64_t next = UINT64_MAX;

	for (int i = 0; i < WAIT_COUNT; i++) {
		const struct connection *first = http1->queues[i].first;
		uint64_t due = first ? first->since_us + (uint64_t)wait_ms[i] * 1000 : UINT64_MAX;

		next = due < next ? due : next;
	}
	return next;
}

/* Whether a client that seemed silent has spoken: this program was stopped, or busy, meanwhile. */
static bool
has_spoken(const struct connection *connection)
{
	char byte;

	return connection->wait == WAIT_IDLE &&
	       recv(connection->source.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

static void
give_up(struct connection *connection)
{
	if (has_spoken(connection))
		wait_for(connection, WAIT_HEAD);
	else
		end(connection);
}

static void
time_is_up(void *context)
{
	struct http1 *http1 = context;
	uint64_t now = loop_now(), next;

	for (int i = 0; i < WAIT_COUNT; i++) {
		uint64_t allowed_us = (uint64_t)wait_ms[i] * 1000;

		/* end() takes it out of the queue. NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
		while (http1->queues[i].first &&
			http1->queues[i].first->since_us + allowed_us <= now)
			give_up(http1->queues[i].first);
	}
	next = next_end_us(http1);
	if (next != UINT64_MAX)
		loop_timer_set(http1->loop, &http1->timer, next - now, time_is_up, http1);
}

/* ---- writing ---- */

static const char *
date_now(struct http1 *http1)
{
	time_t now = time(NULL);

	if (now != http1->date_second) {
		http1->date_second = now;
		http_date_write(http1->date, now);
	}
	return http1->date;
}

static void
write_head(struct http1 *http1, const struct response *response, bool closes)
{
	struct buf *output = &http1->output;

	buf_clear(output);
	buf_add_text(output, "HTTP/1.1 ");
	buf_add_number(output, (uint64_t)response->status);
	buf_add_char(output, ' ');
	buf_add_text(output, http_reason(response->status));
	buf_add_text(output, "\r\nDate: ");
	buf_add_text(output, date_now(http1));
	buf_add_text(output, "\r\nServer: liveserve\r\n");
	if (response->has_content) {
		buf_add_text(output, "Content-Length: ");
		buf_add_number(output, response->body.length);
		buf_add_text(output, "\r\n");
	}
	buf_add_slice(output, buf_slice(&response->fields));
	buf_add_text(output, closes ? "Connection: close\r\n\r\n"
				    : "Connection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\n");
}

static bool
is_over(const struct pending *pending)
{
	return pending->head.length == 0 && pending->body.length == 0;
}

/* Sends what the socket takes. Returns false when the connection is broken, or the file is. */
static bool
send_pending(struct connection *connection)
{
	struct pending *pending = connection->pending;
	int socket = connection->source.fd;
	ssize_t sent;

	if (pending->head.length) {
		sent = send(socket, pending->head.bytes, pending->head.length,
			MSG_NOSIGNAL | (pending->body.length ? MSG_MORE : 0));
		if (sent < 0)
			return errno == EAGAIN || errno == EINTR;
		buf_drop(&pending->head, (size_t)sent);
		if (pending->head.length)
			return true;
	}
	sent = body_send(&pending->body, socket, TURN_MAX);
	return sent >= 0 || errno == EAGAIN;
}

/* Head and body in one write, without any copy kept when the socket takes it all. */
static bool
send_small(struct connection *connection)
{
	struct http1 *http1 = connection->http1;
	struct buf *output = &http1->output;
	ssize_t sent;

	if (http1->response.body.length) {
		size_t length = (size_t)http1->response.body.length;

		buf_reserve(output, length);
		if (body_read(&http1->response.body, output->bytes + output->length, length) !=
			(ssize_t)length)
			return false;
		output->length += length;
	}
	sent = send(connection->source.fd, output->bytes, output->length, MSG_NOSIGNAL);
	if (sent < 0 && errno != EAGAIN && errno != EINTR)
		return false;
	if (sent < 0)
		sent = 0;
	if ((size_t)sent < output->length) {
		connection->pending = mem_zero(sizeof(*connection->pending));
		body_init(&connection->pending->body);
		buf_add(&connection->pending->head, output->bytes + sent,
			output->length - (size_t)sent);
	}
	return true;
}

static bool
send_large(struct connection *connection)
{
	struct http1 *http1 = connection->http1;

	connection->pending = mem_zero(sizeof(*connection->pending));
	buf_add_slice(&connection->pending->head, buf_slice(&http1->output));
	body_move(&connection->pending->body, &http1->response.body);
	if (!send_pending(connection))
		return false;
	if (is_over(connection->pending))
		free_pending(connection);
	return true;
}

/* Returns false when the connection ended. */
static bool
send_answer(struct connection *connection, const struct request *request)
{
	struct http1 *http1 = connection->http1;
	bool sent;

	write_head(http1, &http1->response, connection->closes);
	if (request && request->method == REQUEST_HEAD)
		body_clear(&http1->response.body);
	sent = http1->response.body.length <= HTTP1_SMALL_MAX ? send_small(connection)
							      : send_large(connection);
	response_clear(&http1->response);
	if (!sent) {
		end(connection);
		return false;
	}
	if (connection->pending) {
		loop_change(http1->loop, &connection->source, LOOP_WRITE);
		wait_for(connection, WAIT_WRITE);
	} else if (connection->closes) {
		linger(connection);
	}
	return true;
}

/* ---- reading ---- */

static void
log_answer(const struct request *request, int status)
{
	struct buf line = {0};

	if (!log_tells(LOG_VERBOSE))
		return;
	log_add_printable(&line, request->method_name);
	buf_add_char(&line, ' ');
	log_add_printable(&line, request->path);
	if (request->query.length)
		log_add_printable(&line, request->query);
	log_verbose("%s: %d %s", buf_slice(&line).at, status, http_reason(status));
	buf_finish(&line);
}

/* Hands the socket on. bytes begin with the request. */
static void
upgrade(struct connection *connection, const struct request *request, struct slice bytes)
{
	struct http1 *http1 = connection->http1;
	enum protocol protocol = http1->response.protocol;
	const char *browser = user_agent_browser(request_get(request, REQUEST_USER_AGENT));
	struct buf rest = {0};
	char key[24];
	int socket;

	memcpy(key, request_get(request, REQUEST_SEC_WEBSOCKET_KEY).at, sizeof(key));
	buf_add(&rest, bytes.at + request->head_length, bytes.length - request->head_length);
	response_clear(&http1->response);
	socket = release(connection); /* and with it, maybe, the bytes */
	http1->upgrade(http1->context, socket, protocol, browser, (struct slice){key, sizeof(key)},
		buf_slice(&rest));
	buf_finish(&rest);
}

/* The same, to where another server answers. */
static void
hand_on(struct connection *connection, const struct request *request, struct slice bytes)
{
	struct http1 *http1 = connection->http1;
	struct buf input = connection->input; /* bytes may be in there */

	connection->input = (struct buf){0};
	proxy_take(http1->proxy, release(connection), http1->response.upstream, request, bytes,
		buf_slice(&http1->response.fields));
	response_clear(&http1->response);
	buf_finish(&input);
}

/*
 * Answers the request at the front of bytes. Returns how many bytes it took; 0 when there is no
 * whole request yet, or -1 when the connection is no longer there to be read from.
 */
static ssize_t
answer_front(struct connection *connection, struct slice bytes)
{
	struct http1 *http1 = connection->http1;
	struct request request;
	int verdict = request_parse(&request, bytes.at, bytes.length);

	if (verdict == REQUEST_INCOMPLETE)
		return 0;
	if (verdict != REQUEST_COMPLETE) {
		log_verbose("a request that cannot be read: %d %s", verdict, http_reason(verdict));
		router_refuse(http1->router, verdict, &http1->response);
		connection->closes = true;
		send_answer(connection, NULL);
		return -1;
	}
	request.entry = connection->entry;
	request.is_for_livereload = connection->is_for_livereload;
	router_respond(http1->router, &request, &http1->response);
	if (http1->response.upstream) {
		hand_on(connection, &request, bytes);
		return -1;
	}
	log_answer(&request, http1->response.status);
	if (http1->response.status == 101) {
		upgrade(connection, &request, bytes);
		return -1;
	}
	/* Nobody here reads bodies; what would follow one cannot be told from it. */
	connection->closes = !request.keep_alive || request.has_body;
	if (!send_answer(connection, &request) || connection->closes)
		return -1;
	return (ssize_t)request.head_length;
}

/* Answers what is complete in bytes and keeps the rest. bytes may be the connection's own input. */
static void
take(struct connection *connection, struct slice bytes)
{
	bool own = bytes.at == connection->input.bytes;
	size_t used = 0;

	while (used < bytes.length && !connection->pending) {
		ssize_t length = answer_front(
			connection, (struct slice){bytes.at + used, bytes.length - used});

		if (length < 0)
			return;
		if (length == 0)
			break;
		used += (size_t)length;
	}
	if (own)
		buf_drop(&connection->input, used);
	else if (used < bytes.length)
		buf_add(&connection->input, bytes.at + used, bytes.length - used);
	if (connection->pending)
		return;
	if (connection->input.length == 0) {
		buf_finish(&connection->input);
		wait_for(connection, WAIT_IDLE);
	} else if (connection->wait != WAIT_HEAD || used) {
		wait_for(connection, WAIT_HEAD);
	}
}

/* From here on the connection is one end of a socket pair. */
static void
unseal(struct connection *connection)
{
	struct http1 *http1 = connection->http1;

	loop_remove(http1->loop, &connection->source);
	connection->entry = REQUEST_BY_HTTPS;
	connection->source.fd = tls_accept(http1->tls, connection->source.fd);
	if (connection->source.fd >= 0 &&
		loop_add(http1->loop, &connection->source, connection->source.fd, LOOP_READ,
			socket_ready, connection))
		return;
	end(connection);
}

/* Returns false when there is nothing to be read yet. */
static bool
see_what_it_speaks(struct connection *connection)
{
	char first;

	connection->is_new = false;
	if (recv(connection->source.fd, &first, 1, MSG_PEEK) != 1 || first != TLS_HANDSHAKE)
		return true;
	unseal(connection);
	return false;
}

static void
read_some(struct connection *connection)
{
	struct http1 *http1 = connection->http1;
	ssize_t got = recv(connection->source.fd, http1->input, INPUT_SIZE, 0);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0) {
		end(connection);
	} else if (connection->wait == WAIT_LINGER) {
		return; /* whatever else it sends is not read, until it ends or its time is up */
	} else if (connection->input.length == 0) {
		take(connection, (struct slice){http1->input, (size_t)got});
	} else {
		buf_add(&connection->input, http1->input, (size_t)got);
		take(connection, buf_slice(&connection->input));
	}
}

static void
write_more(struct connection *connection)
{
	uint64_t left = connection->pending->body.length + connection->pending->head.length;

	if (!send_pending(connection)) {
		end(connection);
		return;
	}
	if (!is_over(connection->pending)) {
		if (connection->pending->body.length + connection->pending->head.length < left)
			wait_for(connection, WAIT_WRITE);
		return;
	}
	free_pending(connection);
	if (connection->closes) {
		linger(connection);
		return;
	}
	loop_change(connection->http1->loop, &connection->source, LOOP_READ);
	take(connection, buf_slice(&connection->input));
}

static void
socket_ready(void *context, unsigned events)
{
	struct connection *connection = context;

	if (connection->pending)
		write_more(connection);
	else if (events & LOOP_READ && (!connection->is_new || see_what_it_speaks(connection)))
		read_some(connection);
}

/* ---- from outside ---- */

struct http1 *
http1_create(struct loop *loop, struct router *router, http1_upgrade_fn *upgrade_fn, void *context)
{
	struct http1 *http1 = mem_zero(sizeof(*http1));

	http1->loop = loop;
	http1->router = router;
	http1->upgrade = upgrade_fn;
	http1->context = context;
	response_init(&http1->response);
	return http1;
}

void
http1_destroy(struct http1 *http1)
{
	if (!http1)
		return;
	for (int i = 0; i < WAIT_COUNT; i++)
		while (http1->queues[i].first)
			/* As above. NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
			end(http1->queues[i].first);
	loop_timer_clear(http1->loop, &http1->timer);
	response_finish(&http1->response);
	buf_finish(&http1->output);
	free(http1);
}

void
http1_set_tls(struct http1 *http1, struct tls *tls)
{
	http1->tls = tls;
}

void
http1_set_proxy(struct http1 *http1, struct proxy *proxy)
{
	http1->proxy = proxy;
}

void
http1_accept(struct http1 *http1, int socket, enum http1_entry entry)
{
	struct connection *connection = mem_zero(sizeof(*connection));

	connection->http1 = http1;
	connection->entry = entry == HTTP1_OWNER ? REQUEST_BY_OWNER
			    : http1->tls         ? REQUEST_PLAINTEXT
						 : REQUEST_BY_HTTP;
	connection->is_new = connection->entry == REQUEST_PLAINTEXT;
	connection->is_for_livereload = entry == HTTP1_LIVERELOAD;
	if (!loop_add(http1->loop, &connection->source, socket, LOOP_READ, socket_ready,
		    connection)) {
		close(socket);
		free(connection);
		return;
	}
	http1->count++;
	enter_queue(connection, WAIT_IDLE);
}

size_t
http1_connection_count(const struct http1 *http1)
{
	return http1->count;
}

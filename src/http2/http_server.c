/*
 * http_server: see http_server.h. Owns both engines, and the connections whose version is not known yet.
 */
#define _GNU_SOURCE
#include "http2/http_server.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "http/http1.h"
#include "http2/http2.h"
#include "net/timeouts.h"

/* A connection to the TLS port from which no plaintext has come. */
struct newcomer {
	struct timeout timeout; /* the first member: wait_is_over gets the newcomer by it */
	struct http_server *server;
	struct loop_source source;
	struct tls *tls;
	bool is_tls; /* the first byte was that of a handshake */
	unsigned entry;
	struct peer peer;
};

struct http_server {
	struct loop *loop;
	struct response_handler handler;
	struct http1 *http1;
	struct http2 *http2;
	struct timeouts timeouts;
};

static const unsigned wait_ms[] = {HTTP1_IDLE_MS};

/* Frees the newcomer, but does not close its socket. Returns the socket. */
static int
release(struct newcomer *newcomer)
{
	int socket = newcomer->source.fd;

	loop_remove(newcomer->server->loop, &newcomer->source);
	timeouts_leave(&newcomer->server->timeouts, &newcomer->timeout);
	free(newcomer);
	return socket;
}

static void
end(struct newcomer *newcomer)
{
	close(release(newcomer));
}

/* A timeouts_fn. */
static void
wait_is_over(struct timeout *timeout)
{
	struct newcomer *newcomer = (struct newcomer *)timeout;
	const struct response_handler *handler = &newcomer->server->handler;

	if (handler->note_close)
		handler->note_close(handler->note_context, newcomer->source.fd, RESPONSE_WAIT_IDLE);
	end(newcomer);
}

static void newcomer_ready(void *context, unsigned events);

/* Replaces the socket by the plaintext end of a socket pair. */
static void
begin_tls(struct newcomer *newcomer)
{
	struct loop *loop = newcomer->server->loop;

	loop_remove(loop, &newcomer->source);
	newcomer->is_tls = true;
	newcomer->source.fd = tls_accept(newcomer->tls, newcomer->source.fd);
	if (newcomer->source.fd >= 0 && loop_add(loop, &newcomer->source, newcomer->source.fd,
						LOOP_READ, newcomer_ready, newcomer))
		return;
	end(newcomer);
}

/* The engine gets the socket, with what has come unread. */
static void
choose_engine(struct newcomer *newcomer)
{
	struct http_server *server = newcomer->server;
	struct newcomer was = *newcomer;
	int socket = release(newcomer);

	if (!was.is_tls)
		http1_accept(server->http1, socket, REQUEST_HTTP_TO_TLS, was.entry, was.peer);
	else if (tls_has_http2(was.tls, socket))
		http2_accept(server->http2, socket, was.entry, was.peer);
	else
		http1_accept(server->http1, socket, REQUEST_HTTPS, was.entry, was.peer);
}

static void
newcomer_ready(void *context, unsigned events)
{
	struct newcomer *newcomer = context;
	char first;
	ssize_t got = recv(newcomer->source.fd, &first, 1, MSG_PEEK);

	(void)events;
	if (got == 1 && !newcomer->is_tls && first == TLS_HANDSHAKE)
		begin_tls(newcomer);
	else if (got == 1)
		choose_engine(newcomer);
	else if (got == 0 || (errno != EAGAIN && errno != EINTR))
		end(newcomer);
}

/* ---- public functions ---- */

struct http_server *
http_server_create(struct loop *loop, const struct response_handler *handler)
{
	struct http_server *server = mem_zero(sizeof(*server));

	server->loop = loop;
	server->handler = *handler;
	server->http1 = http1_create(loop, handler);
	server->http2 = http2_create(loop, handler);
	timeouts_init(&server->timeouts, loop, wait_ms, 1, wait_is_over);
	return server;
}

void
http_server_destroy(struct http_server *server)
{
	struct timeout *timeout;

	if (!server)
		return;
	while ((timeout = timeouts_any(&server->timeouts)))
		end((struct newcomer *)timeout);
	timeouts_finish(&server->timeouts);
	http1_destroy(server->http1);
	http2_destroy(server->http2);
	free(server);
}

void
http_server_accept(
	struct http_server *server, int socket, struct tls *tls, unsigned entry, struct peer peer)
{
	struct newcomer *newcomer;

	if (!tls) {
		http1_accept(server->http1, socket, REQUEST_HTTP, entry, peer);
		return;
	}
	newcomer = mem_zero(sizeof(*newcomer));
	newcomer->server = server;
	newcomer->tls = tls;
	newcomer->entry = entry;
	newcomer->peer = peer;
	if (!loop_add(
		    server->loop, &newcomer->source, socket, LOOP_READ, newcomer_ready, newcomer)) {
		close(socket);
		free(newcomer);
		return;
	}
	timeouts_enter(&server->timeouts, &newcomer->timeout, 0);
}

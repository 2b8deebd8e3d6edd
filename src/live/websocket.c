/*
 * websocket: see websocket.h.
 *
 * libwebsockets is designed to wait for all sockets by itself. Here each socket is a source of our
 * loop, and lws_service_fd() serves only the one that is ready. So no timer of libwebsockets ever
 * runs: there are no pings, and a timer of ours ends a closing handshake that takes too long.
 *
 * libwebsockets does the handshake, and writes. frame_reader reads, because libwebsockets before 5.0
 * does not check that frames are masked. Only the end of a connection is read by libwebsockets.
 *
 * WebSockets that may have a message are in one queue, which is served before the loop waits again.
 * Owns the context of libwebsockets; borrows the loop.
 */
#define _GNU_SOURCE
#include "live/websocket.h"

#include <errno.h>
#include <libwebsockets.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "live/lws_host.h"

enum {
	READ_MAX = 4096,              /* bytes to read at once */
	CLOSING_US = 5 * 1000 * 1000, /* for the closing handshake; then the connection is cut */
	TURN_US = 500, /* for the messages to all clients, before the loop serves others */
};

/* Reasons of ours for lws_callback(). */
enum { CALLBACK_CLOSE = LWS_CALLBACK_USER, CALLBACK_WAKE };

struct websockets {
	struct websockets_options options;
	struct lws_context *lws; /* NULL before the first WebSocket */
	struct lws_host host;
	struct queue queue;          /* of WebSockets */
	struct loop_timer next_turn; /* of the queue */
	/* The one being served. Becomes NULL when libwebsockets frees it meanwhile. */
	struct websocket *served;
	/* Of the one being opened. */
	const struct request *request;
	unsigned message_max;
};

/* ---- serving ---- */

static struct loop *
loop_of(const struct websocket *websocket)
{
	return websocket->websockets->options.loop;
}

static void
enqueue(struct websocket *websocket)
{
	queue_add(&websocket->websockets->queue, &websocket->item);
}

void
websocket_wake(struct websocket *websocket)
{
	websocket->has_message = true;
	enqueue(websocket);
}

/* Shutting down the connection makes libwebsockets free the socket, whatever state it is in. */
static void
shut_down(void *context)
{
	const struct websocket *websocket = context;

	shutdown(websocket->source.fd, SHUT_RDWR);
}

/* Ends the connection when the closing handshake takes too long. */
static void
limit_closing(struct websocket *websocket)
{
	if (!websocket->closing.is_set)
		loop_timer_set(
			loop_of(websocket), &websocket->closing, CLOSING_US, shut_down, websocket);
}

/* Lets libwebsockets serve one socket. It may free the socket; served is then NULL. */
static void
serve_event(struct websocket *websocket, short event)
{
	struct websockets *websockets = websocket->websockets;
	struct lws_pollfd fd = {.fd = websocket->source.fd, .events = event, .revents = event};

	if (lws_service_fd(websockets->lws, &fd) == 0 || !websockets->served ||
		websocket->is_closing)
		return;
	websocket->is_closing = true; /* but its close frame is not sent yet */
	limit_closing(websocket);
	enqueue(websocket);
}

static bool
may_read(struct websocket *websocket)
{
	const struct websockets_options *options = &websocket->websockets->options;

	return !options->owner->may_read || options->owner->may_read(options->context, websocket,
						    websocket->frames.message.length);
}

/*
 * A closing socket first sends the rest; nothing is read meanwhile. Another one is not read while its
 * message has to wait.
 */
static void
wait_for_events(struct websocket *websocket, bool has_unsent)
{
	bool reads = websocket->is_closing ? !has_unsent : may_read(websocket);

	loop_change(loop_of(websocket), &websocket->source,
		(reads ? LOOP_READ : 0U) | (has_unsent ? LOOP_WRITE : 0U));
}

void
websocket_read_again(struct websocket *websocket)
{
	wait_for_events(websocket, lws_partial_buffered(websocket->wsi));
}

/* RFC 6455 7.1.1: after both close frames the server ends the connection. */
static void
end_closing(struct websocket *websocket)
{
	if (websocket->has_sent_close && websocket->has_got_close)
		shut_down(websocket);
}

static void
serve(struct websocket *websocket, unsigned events)
{
	struct websockets *websockets = websocket->websockets;
	bool had_unsent = lws_partial_buffered(websocket->wsi), has_unsent;
	bool was_closing = websocket->is_closing;

	websockets->served = websocket;
	if (events & LOOP_READ)
		serve_event(websocket, POLLIN);
	if (websockets->served)
		serve_event(websocket, POLLOUT);
	if (!websockets->served)
		return;
	websockets->served = NULL;
	has_unsent = lws_partial_buffered(websocket->wsi);
	wait_for_events(websocket, has_unsent);
	/* libwebsockets may have used this turn for the rest of the last message. */
	if (!has_unsent && (had_unsent || (websocket->has_message && !websocket->is_closing)))
		enqueue(websocket);
	if (was_closing && !had_unsent && !has_unsent)
		websocket->has_sent_close = true;
	end_closing(websocket);
}

/* The loop has served others, so that serve_queue() is called again. */
static void
begin_turn(void *context)
{
	(void)context;
}

static void
serve_queue(void *context)
{
	struct websockets *websockets = context;
	uint64_t end = loop_now() + TURN_US;

	while (websockets->queue.first && loop_now() < end) {
		struct websocket *websocket = (struct websocket *)websockets->queue.first;

		queue_remove(&websockets->queue, &websocket->item);
		serve(websocket, LOOP_WRITE);
	}
	if (websockets->queue.first)
		loop_timer_set(
			websockets->options.loop, &websockets->next_turn, 0, begin_turn, NULL);
}

void
websocket_close(struct websocket *websocket, unsigned status)
{
	websocket->close_status = status;
	limit_closing(websocket);
	enqueue(websocket);
}

/* ---- receiving ---- */

static void
receive_message(struct websocket *websocket)
{
	const struct websockets_options *options = &websocket->websockets->options;
	struct buf *message = &websocket->frames.message;

	if (!options->owner->receive(options->context, websocket, buf_slice(message)))
		websocket_close(websocket, WEBSOCKET_POLICY_VIOLATION);
	buf_finish(message);
}

/* RFC 6455 5.5.3: if a ping comes before the last one is answered, only the new one is. */
static void
receive_ping(struct websocket *websocket)
{
	buf_finish(&websocket->pong);
	websocket->pong = websocket->frames.control;
	websocket->frames.control = (struct buf){0};
	websocket->has_pong = true;
	enqueue(websocket);
}

static void
receive_close(struct websocket *websocket)
{
	websocket->has_got_close = true;
	if (!websocket->close_status && !websocket->is_closing)
		websocket_close(websocket, websocket->frames.status);
	end_closing(websocket);
}

static void
receive_frame(struct websocket *websocket, enum frame_event event)
{
	if (event == FRAME_CLOSE)
		receive_close(websocket);
	if (websocket->close_status || websocket->is_closing)
		return;
	if (event == FRAME_MESSAGE)
		receive_message(websocket);
	else if (event == FRAME_PING)
		receive_ping(websocket);
	else if (event == FRAME_WRONG && websocket->frames.status)
		websocket_close(websocket, websocket->frames.status);
	else if (event == FRAME_WRONG)
		shut_down(websocket);
}

static void
receive(struct websocket *websocket, struct slice bytes)
{
	while (bytes.length && !websocket->has_got_close)
		receive_frame(websocket,
			frame_reader_next(&websocket->frames, &bytes, websocket->message_max));
	if (!websocket->is_closing)
		websocket_read_again(websocket);
}

static void
socket_ready(void *context, unsigned events)
{
	struct websocket *websocket = context;
	char bytes[READ_MAX];
	ssize_t got = -1;

	errno = EAGAIN;
	if (events & LOOP_READ)
		got = recv(websocket->source.fd, bytes, sizeof(bytes), MSG_DONTWAIT);
	if (got > 0)
		receive(websocket, (struct slice){bytes, (size_t)got});
	if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
		serve(websocket, LOOP_READ);
	else if (events & LOOP_WRITE)
		serve(websocket, LOOP_WRITE);
}

/* ---- callbacks of libwebsockets ---- */

static int
opened(struct websockets *websockets, struct lws *wsi, struct websocket *websocket)
{
	const struct websockets_options *options = &websockets->options;

	*websocket = (struct websocket){
		.websockets = websockets,
		.wsi = wsi,
		.message_max = websockets->message_max,
	};
	if (!loop_add(options->loop, &websocket->source, lws_get_socket_fd(wsi),
		    LOOP_READ | (options->is_crowd ? LOOP_CROWD : 0U), socket_ready, websocket)) {
		websocket->websockets = NULL;
		return -1;
	}
	options->owner->opened(options->context, websocket, websockets->request);
	websockets->served = websocket;
	return 0;
}

static int
closed(struct websocket *websocket)
{
	struct websockets *websockets = websocket->websockets;

	if (!websockets) /* loop_add() failed in opened() */
		return 0;
	websockets->options.owner->closed(websockets->options.context, websocket);
	loop_remove(websockets->options.loop, &websocket->source);
	loop_timer_clear(websockets->options.loop, &websocket->closing);
	queue_remove(&websockets->queue, &websocket->item);
	frame_reader_finish(&websocket->frames);
	buf_finish(&websocket->pong);
	websocket->websockets = NULL;
	if (websockets->served == websocket)
		websockets->served = NULL;
	return 0;
}

static bool
may_have_more(const struct websocket *websocket)
{
	const struct websockets_options *options = &websocket->websockets->options;

	return !options->owner->may_have_more ||
	       options->owner->may_have_more(options->context, websocket);
}

/* The socket can take a message. A turn of libwebsockets in which there is none costs a third of telling a page. */
static int
writable(struct websocket *websocket)
{
	const struct websockets_options *options = &websocket->websockets->options;
	struct buf text = {0};
	int result = 0;

	if (websocket->close_status)
		return lws_host_close(websocket->wsi, websocket->close_status);
	websocket->has_message = false;
	buf_reserve(&text, LWS_PRE + 256);
	text.length = LWS_PRE; /* libwebsockets writes the frame header in front of the text */
	if (websocket->has_pong) {
		buf_add_slice(&text, buf_slice(&websocket->pong));
		websocket->has_pong = false;
		websocket->has_message = true; /* there may be one, too */
		result = lws_host_write(websocket->wsi, &text, LWS_WRITE_PONG);
	} else if (options->owner->next_message(options->context, websocket, &text)) {
		websocket->has_message = websocket->has_message || may_have_more(websocket);
		result = lws_host_write(websocket->wsi, &text, LWS_WRITE_TEXT);
	}
	buf_finish(&text);
	return result;
}

/* A reason of ours, for every socket. Those that are not open yet, or no longer, are passed over. */
static int
called(struct websocket *websocket, int reason)
{
	if (!websocket || !websocket->websockets)
		return 0;
	if (reason == CALLBACK_CLOSE)
		websocket_close(websocket, LWS_CLOSE_STATUS_GOINGAWAY);
	else
		websocket_wake(websocket);
	return 0;
}

static int
lws_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t length)
{
	(void)in, (void)length;
	switch ((int)reason) {
	case LWS_CALLBACK_ESTABLISHED:
		return opened(lws_context_user(lws_get_context(wsi)), wsi, user);
	case LWS_CALLBACK_SERVER_WRITEABLE:
		return writable(user);
	case LWS_CALLBACK_CLOSED:
		return closed(user);
	case CALLBACK_CLOSE:
	case CALLBACK_WAKE:
		return called(user, (int)reason);
	default:
		return 0;
	}
}

/* ---- all of an owner ---- */

/* Returns NULL when that fails. */
static struct websocket *
adopt(struct websockets *websockets, int socket, const char *subprotocol)
{
	struct websocket *websocket;

	websockets->served = NULL;
	lws_host_adopt(websockets->lws, socket, subprotocol,
		request_get(websockets->request, REQUEST_SEC_WEBSOCKET_KEY));
	websocket = websockets->served; /* opened() has set it */
	websockets->served = NULL;
	return websocket;
}

void
websockets_open(struct websockets *websockets, const struct takeover *takeover,
	const char *subprotocol, unsigned message_max)
{
	struct slice frames = takeover->bytes;
	struct websocket *websocket;

	slice_drop(&frames, takeover->request->head_length);
	if (!websockets->lws)
		websockets->lws = lws_host_create(
			&websockets->host, lws_callback, websockets->options.size, websockets);
	if (!websockets->lws) {
		log_error("libwebsockets does not start, so %s", websockets->options.failure);
		close(takeover->socket);
		return;
	}
	websockets->request = takeover->request;
	websockets->message_max = message_max;
	websocket = adopt(websockets, takeover->socket, subprotocol);
	if (websocket)
		receive(websocket, frames);
}

void
websockets_wake(struct websockets *websockets)
{
	if (websockets->lws)
		lws_host_call_all(websockets->lws, CALLBACK_WAKE);
}

struct websockets *
websockets_create(const struct websockets_options *options)
{
	struct websockets *websockets = mem_zero(sizeof(*websockets));

	websockets->options = *options;
	websockets->host.subprotocol = options->subprotocol;
	queue_init(&websockets->queue);
	loop_before_wait(options->loop, serve_queue, websockets);
	return websockets;
}

/* The queue serves each one twice: to begin closing, and to send the close frame. */
static void
close_all(struct websockets *websockets)
{
	lws_host_call_all(websockets->lws, CALLBACK_CLOSE);
	while (websockets->queue.first)
		serve_queue(websockets);
	lws_context_destroy(websockets->lws);
}

void
websockets_destroy(struct websockets *websockets)
{
	if (!websockets)
		return;
	loop_forget_before_wait(websockets->options.loop, serve_queue, websockets);
	if (websockets->lws)
		close_all(websockets);
	loop_timer_clear(websockets->options.loop, &websockets->next_turn);
	free(websockets);
}

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
 * Owns the context of libwebsockets; borrows loop and hub.
 */
#define _GNU_SOURCE
#include "live/websocket.h"

#include <errno.h>
#include <libwebsockets.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "http/request.h"
#include "http/user_agent.h"
#include "live/frame_reader.h"
#include "live/handshake.h"
#include "live/lws_host.h"
#include "live/places.h"
#include "live/queue.h"

enum {
	READ_MAX = 4096,              /* bytes to read at once */
	CLOSING_US = 5 * 1000 * 1000, /* for the closing handshake; then the connection is cut */
	TURN_US = 500, /* for the messages to all pages, before the loop serves others */
};

/* One WebSocket. Its memory and its descriptor belong to libwebsockets. */
struct websocket {
	struct queue_item item; /* in the queue of those that may have a message */
	struct websockets *websockets;
	struct lws *wsi;
	struct loop_source source;
	struct loop_timer closing;          /* set while it is closing, or has to be closed */
	bool has_message;                   /* the hub may have a message for it */
	bool is_closing;                    /* libwebsockets has begun to close it */
	bool has_sent_close, has_got_close; /* the close frames */
	bool has_pong;                      /* pong has to be sent */
	unsigned close_status;              /* to close it with; 0: it stays open */
	enum protocol protocol;
	struct hub_page *page;
	struct frame_reader frames;
	struct place place;
	struct buf pong;
};

/* The context of a takeover. */
struct upgrade {
	struct websockets *websockets;
	enum protocol protocol;
};

struct websockets {
	struct loop *loop;
	struct hub *hub;
	struct lws_context *lws; /* NULL before the first WebSocket */
	struct upgrade upgrades[PROTOCOL_LIVERELOAD + 1];
	struct queue queue;          /* of WebSockets */
	struct loop_timer next_turn; /* of the queue */
	struct places places;
	/* The one being served. Becomes NULL when libwebsockets frees it meanwhile. */
	struct websocket *served;
	/* Of the one being opened. */
	enum protocol protocol;
	const char *browser;
};

/* ---- serving ---- */

static void
enqueue(struct websocket *websocket)
{
	queue_add(&websocket->websockets->queue, &websocket->item);
}

void
websockets_wake(void *socket)
{
	struct websocket *websocket = socket;

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
		loop_timer_set(websocket->websockets->loop, &websocket->closing, CLOSING_US,
			shut_down, websocket);
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

/*
 * A closing socket first sends the rest; nothing is read meanwhile. Another one is not read while its
 * message has to wait.
 */
static void
wait_for_events(struct websocket *websocket, bool has_unsent)
{
	bool reads = websocket->is_closing
			     ? !has_unsent
			     : place_may_read(&websocket->place, websocket->frames.message.length);

	loop_change(websocket->websockets->loop, &websocket->source,
		(reads ? LOOP_READ : 0U) | (has_unsent ? LOOP_WRITE : 0U));
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
	places_admit(&websockets->places);
	if (websockets->queue.first)
		loop_timer_set(websockets->loop, &websockets->next_turn, 0, begin_turn, NULL);
}

static void
close_with(struct websocket *websocket, unsigned status)
{
	websocket->close_status = status;
	limit_closing(websocket);
	enqueue(websocket);
}

/* The message of this page can be read on. */
static void
read_again(void *socket)
{
	struct websocket *websocket = socket;

	wait_for_events(websocket, lws_partial_buffered(websocket->wsi));
}

static void
close_late(void *socket)
{
	close_with(socket, LWS_CLOSE_STATUS_POLICY_VIOLATION);
}

/* ---- receiving ---- */

static void
receive_message(struct websocket *websocket)
{
	struct buf *message = &websocket->frames.message;

	if (!hub_receive(
		    websocket->websockets->hub, websocket->page, message->bytes, message->length))
		close_with(websocket, LWS_CLOSE_STATUS_POLICY_VIOLATION);
	buf_finish(message);
	place_leave(&websocket->place);
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
		close_with(websocket, websocket->frames.status);
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
		close_with(websocket, websocket->frames.status);
	else if (event == FRAME_WRONG)
		shut_down(websocket);
}

static void
receive(struct websocket *websocket, struct slice bytes)
{
	while (bytes.length && !websocket->has_got_close)
		receive_frame(websocket, frame_reader_next(&websocket->frames, &bytes,
						 protocol_message_max(websocket->protocol)));
	if (!websocket->is_closing)
		wait_for_events(websocket, lws_partial_buffered(websocket->wsi));
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
	*websocket = (struct websocket){
		.websockets = websockets,
		.wsi = wsi,
		.protocol = websockets->protocol,
	};
	place_init(&websocket->place, &websockets->places, websocket);
	if (!loop_add(websockets->loop, &websocket->source, lws_get_socket_fd(wsi),
		    LOOP_READ | LOOP_CROWD, socket_ready, websocket))
		return -1;
	websocket->page = hub_join(
		websockets->hub, websockets->protocol, websockets->browser, websocket);
	websockets->served = websocket;
	return 0;
}

static int
closed(struct websockets *websockets, struct websocket *websocket)
{
	if (!websocket->page) /* loop_add() failed in opened() */
		return 0;
	hub_leave(websockets->hub, websocket->page);
	loop_remove(websockets->loop, &websocket->source);
	loop_timer_clear(websockets->loop, &websocket->closing);
	queue_remove(&websockets->queue, &websocket->item);
	place_leave(&websocket->place);
	frame_reader_finish(&websocket->frames);
	buf_finish(&websocket->pong);
	websocket->page = NULL;
	if (websockets->served == websocket)
		websockets->served = NULL;
	return 0;
}

/* Closes the WebSocket, from a callback of libwebsockets. */
static int
close_now(struct lws *wsi, unsigned status)
{
	lws_close_reason(wsi, (enum lws_close_status)status, NULL, 0);
	return -1;
}

/* Sends text behind its first LWS_PRE bytes. Returns what the callback has to. */
static int
write_frame(struct websocket *websocket, struct buf *text, enum lws_write_protocol kind)
{
	size_t length = text->length - LWS_PRE;
	int written = lws_write(
		websocket->wsi, (unsigned char *)text->bytes + LWS_PRE, length, kind);

	websocket->has_message = true; /* there may be another */
	return written < (int)length ? -1 : 0;
}

/* The socket can take a message. */
static int
writable(struct websocket *websocket)
{
	struct buf text = {0};
	int result = 0;

	if (websocket->close_status)
		return close_now(websocket->wsi, websocket->close_status);
	websocket->has_message = false;
	buf_reserve(&text, LWS_PRE + 256);
	text.length = LWS_PRE; /* libwebsockets writes the frame header in front of the text */
	if (websocket->has_pong) {
		buf_add_slice(&text, buf_slice(&websocket->pong));
		websocket->has_pong = false;
		result = write_frame(websocket, &text, LWS_WRITE_PONG);
	} else if (hub_next_message(websocket->websockets->hub, websocket->page, &text)) {
		result = write_frame(websocket, &text, LWS_WRITE_TEXT);
	}
	buf_finish(&text);
	return result;
}

static int
close_going_away(struct websocket *websocket)
{
	if (websocket && websocket->page)
		close_with(websocket, LWS_CLOSE_STATUS_GOINGAWAY);
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
		return closed(lws_context_user(lws_get_context(wsi)), user);
	case LWS_CALLBACK_USER:
		return close_going_away(user);
	default:
		return 0;
	}
}

/* ---- adoption ---- */

/* Returns NULL when that fails. */
static struct websocket *
adopt(struct websockets *websockets, int socket, const struct buf *request)
{
	struct websocket *websocket;

	websockets->served = NULL;
	lws_host_adopt(websockets->lws, socket, buf_slice(request));
	websocket = websockets->served; /* opened() has set it */
	websockets->served = NULL;
	return websocket;
}

/* A takeover_fn. */
static void
open_websocket(void *context, const struct takeover *takeover)
{
	const struct upgrade *upgrade = context;
	struct websockets *websockets = upgrade->websockets;
	const struct request *request = takeover->request;
	struct slice frames = {takeover->bytes.at + request->head_length,
		takeover->bytes.length - request->head_length};
	struct buf bytes = {0};
	struct websocket *websocket;

	if (!websockets->lws)
		websockets->lws = lws_host_create(lws_callback, sizeof(*websocket), websockets);
	if (!websockets->lws) {
		log_error("libwebsockets does not start, so pages are not updated");
		close(takeover->socket);
		return;
	}
	websockets->protocol = upgrade->protocol;
	websockets->browser = user_agent_browser(request_get(request, REQUEST_USER_AGENT));
	handshake_write(&bytes, upgrade->protocol, request_get(request, REQUEST_SEC_WEBSOCKET_KEY));
	websocket = adopt(websockets, takeover->socket, &bytes);
	buf_finish(&bytes);
	if (!websocket)
		return;
	hub_set_peer(websocket->page, request->peer);
	receive(websocket, frames);
}

void
websockets_take_over(
	struct websockets *websockets, enum protocol protocol, struct response *response)
{
	response_take_over(response, open_websocket, &websockets->upgrades[protocol]);
}

/* ---- create and destroy ---- */

struct websockets *
websockets_create(struct loop *loop, struct hub *hub)
{
	struct websockets *websockets = mem_zero(sizeof(*websockets));

	websockets->loop = loop;
	websockets->hub = hub;
	queue_init(&websockets->queue);
	places_init(&websockets->places, loop, hub, read_again, close_late);
	for (int i = 0; i <= PROTOCOL_LIVERELOAD; i++)
		websockets->upgrades[i] = (struct upgrade){websockets, (enum protocol)i};
	loop_before_wait(loop, serve_queue, websockets);
	return websockets;
}

/* The queue serves each one twice: to begin closing, and to send the close frame. */
static void
close_all(struct websockets *websockets)
{
	lws_host_call_all(websockets->lws, LWS_CALLBACK_USER);
	while (websockets->queue.first)
		serve_queue(websockets);
	lws_context_destroy(websockets->lws);
}

void
websockets_destroy(struct websockets *websockets)
{
	if (!websockets)
		return;
	loop_forget_before_wait(websockets->loop, serve_queue, websockets);
	if (websockets->lws)
		close_all(websockets);
	loop_timer_clear(websockets->loop, &websockets->next_turn);
	free(websockets);
}

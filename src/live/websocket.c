/*
 * websocket: see websocket.h.
 *
 * libwebsockets is designed to wait for all sockets by itself. Here each socket is a source of our
 * loop, and lws_service_fd() serves only the one that is ready. So no timer of libwebsockets ever
 * runs: there are no pings, and if a page does not finish its closing handshake, a timer of ours
 * ends the connection.
 *
 * WebSockets that may have a message are in one queue, which is served before the loop waits again.
 * Owns the context of libwebsockets; borrows loop and hub.
 */
#define _GNU_SOURCE
#include "live/websocket.h"

#include <libwebsockets.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "http/request.h"
#include "http/user_agent.h"
#include "live/handshake.h"
#include "live/inbox.h"
#include "live/queue.h"

enum {
	PIECE_MAX = 512,        /* bytes that libwebsockets passes to the callback at once */
	WRITE_MAX = 0x40000000, /* bytes to write at once; libwebsockets buffers the rest */
	FRAME_HEAD = 2,         /* bytes of a frame up to its mask bit (RFC 6455 5.2) */
	FRAME_MASK_BIT = 0x80,
	CLOSING_US = 5 * 1000 * 1000, /* for the closing handshake; then the connection is cut */
	TURN_US = 500, /* for the messages to all pages, before the loop serves others */
};

/* One WebSocket. Its memory and its descriptor belong to libwebsockets. */
struct websocket {
	struct queue_item item; /* in the queue of those that may have a message */
	struct websockets *websockets;
	struct lws *wsi;
	struct loop_source source;
	struct loop_timer closing;          /* set while it is closing */
	bool has_message;                   /* the hub may have a message for it */
	bool is_first_read;                 /* nothing has been received yet */
	enum lws_close_status close_status; /* to close it with; 0: it stays open */
	struct hub_page *page;
	struct inbox inbox;
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
	struct inboxes inboxes;
	/* The one being served. Becomes NULL when libwebsockets frees it meanwhile. */
	struct websocket *served;
	/* Of the one being opened. */
	enum protocol protocol;
	const char *browser;
};

/* ---- the queue ---- */

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

/* ---- serving ---- */

/* Shutting down the connection makes libwebsockets free the socket, whatever state it is in. */
static void
shut_down(void *context)
{
	const struct websocket *websocket = context;

	shutdown(websocket->source.fd, SHUT_RDWR);
}

/* Lets libwebsockets serve one socket. It may free the socket; served is then NULL. */
static void
serve_event(struct websocket *websocket, short event)
{
	struct websockets *websockets = websocket->websockets;
	struct lws_pollfd fd = {.fd = websocket->source.fd, .events = event, .revents = event};

	if (lws_service_fd(websockets->lws, &fd) == 0 || !websockets->served ||
		websocket->closing.is_set)
		return;
	/* It is closing, but its close frame is not sent yet. */
	loop_timer_set(websockets->loop, &websocket->closing, CLOSING_US, shut_down, websocket);
	enqueue(websocket);
}

/*
 * A closing socket first sends the rest; nothing is read meanwhile. Another one is not read while its
 * message has to wait.
 */
static void
wait_for_events(struct websocket *websocket, bool has_unsent)
{
	bool is_closing = websocket->closing.is_set;
	bool reads = is_closing ? !has_unsent : inbox_may_read(&websocket->inbox);

	loop_change(websocket->websockets->loop, &websocket->source,
		(reads ? LOOP_READ : 0U) | (has_unsent ? LOOP_WRITE : 0U));
}

static void
serve(struct websocket *websocket, unsigned events)
{
	struct websockets *websockets = websocket->websockets;
	bool had_unsent = lws_partial_buffered(websocket->wsi), has_unsent;

	websockets->served = websocket;
	if (events & LOOP_READ)
		serve_event(websocket, POLLIN);
	/* Also after reading: a pong or a close frame may be pending. */
	if (websockets->served)
		serve_event(websocket, POLLOUT);
	if (!websockets->served)
		return;
	websockets->served = NULL;
	has_unsent = lws_partial_buffered(websocket->wsi);
	wait_for_events(websocket, has_unsent);
	/* libwebsockets may have used this turn for a pong, or for the rest of the last message. */
	if (!has_unsent && (had_unsent || (websocket->has_message && !websocket->closing.is_set)))
		enqueue(websocket);
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
	inboxes_admit(&websockets->inboxes);
	if (websockets->queue.first)
		loop_timer_set(websockets->loop, &websockets->next_turn, 0, begin_turn, NULL);
}

static void
close_with(struct websocket *websocket, enum lws_close_status status)
{
	websocket->close_status = status;
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

/*
 * A client must mask its frames (RFC 6455 5.1), but libwebsockets before 5.0 does not check that.
 * So the first frame is checked here, unless only one byte of it has arrived.
 */
static bool
is_masked(struct websocket *websocket, struct slice bytes)
{
	websocket->is_first_read = false;
	return bytes.length < FRAME_HEAD || bytes.at[1] & FRAME_MASK_BIT;
}

static void
socket_ready(void *context, unsigned events)
{
	struct websocket *websocket = context;
	char head[FRAME_HEAD];

	if (websocket->is_first_read && events & LOOP_READ) {
		ssize_t got = recv(websocket->source.fd, head, sizeof(head), MSG_PEEK);

		if (got > 0 && !is_masked(websocket, (struct slice){head, (size_t)got}))
			close_with(websocket, LWS_CLOSE_STATUS_PROTOCOL_ERR);
	}
	/* If it has to close, nothing more is read. */
	if (websocket->close_status && !websocket->closing.is_set)
		events = LOOP_WRITE;
	serve(websocket, events);
}

/* ---- callbacks of libwebsockets ---- */

static int
opened(struct websockets *websockets, struct lws *wsi, struct websocket *websocket)
{
	*websocket = (struct websocket){
		.websockets = websockets,
		.wsi = wsi,
		.is_first_read = true,
	};
	inbox_init(&websocket->inbox, &websockets->inboxes, websockets->protocol, websocket);
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
	inbox_finish(&websocket->inbox);
	websocket->page = NULL;
	if (websockets->served == websocket)
		websockets->served = NULL;
	return 0;
}

/* Closes the WebSocket, from a callback of libwebsockets. */
static int
close_now(struct lws *wsi, enum lws_close_status status)
{
	lws_close_reason(wsi, status, NULL, 0);
	return -1;
}

/* A piece of a message has arrived. */
static int
received(struct websocket *websocket, const char *bytes, size_t length)
{
	struct lws *wsi = websocket->wsi;
	const struct buf *message = &websocket->inbox.message;
	bool is_last = lws_remaining_packet_payload(wsi) == 0 && lws_is_final_fragment(wsi);
	bool is_valid;

	if (lws_frame_is_binary(wsi))
		return close_now(wsi, LWS_CLOSE_STATUS_UNACCEPTABLE_OPCODE);
	switch (inbox_add(&websocket->inbox, bytes, length, is_last)) {
	case INBOX_MORE:
		return 0;
	case INBOX_TOO_LARGE:
		return close_now(wsi, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE);
	case INBOX_TOO_OFTEN:
		return close_now(wsi, LWS_CLOSE_STATUS_POLICY_VIOLATION);
	case INBOX_COMPLETE:
		break;
	}
	is_valid = hub_receive(
		websocket->websockets->hub, websocket->page, message->bytes, message->length);
	inbox_clear(&websocket->inbox);
	return is_valid ? 0 : close_now(wsi, LWS_CLOSE_STATUS_POLICY_VIOLATION);
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
	if (hub_next_message(websocket->websockets->hub, websocket->page, &text)) {
		size_t length = text.length - LWS_PRE;

		if (lws_write(websocket->wsi, (unsigned char *)text.bytes + LWS_PRE, length,
			    LWS_WRITE_TEXT) < (int)length)
			result = -1;
		websocket->has_message = true; /* there may be another */
	}
	buf_finish(&text);
	return result;
}

/* Called for each WebSocket by close_all(). */
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
	switch ((int)reason) {
	case LWS_CALLBACK_ESTABLISHED:
		return opened(lws_context_user(lws_get_context(wsi)), wsi, user);
	case LWS_CALLBACK_RECEIVE:
		return received(user, in, length);
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

static void
log_lws_line(int level, const char *line)
{
	(void)level;
	log_verbose("libwebsockets: %.*s", (int)strcspn(line, "\n"), line);
}

#define PROTOCOL_ROW(protocol_name)                                                             \
	{                                                                                       \
		.name = (protocol_name), .callback = lws_callback,                              \
		.per_session_data_size = sizeof(struct websocket), .rx_buffer_size = PIECE_MAX, \
		.tx_packet_size = WRITE_MAX,                                                    \
	}

static const struct lws_protocols lws_protocols[] = {
	PROTOCOL_ROW("none"), /* used when the request lists no subprotocol */
	PROTOCOL_ROW(PROTOCOL_LIVESERVE_NAME),
	{0},
};

static bool
start_lws(struct websockets *websockets)
{
	/* Otherwise all sockets would be in a list, sorted by the time of their next ping. */
	static const lws_retry_bo_t no_pings = {0};
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN,
		.vhost_name = HANDSHAKE_HOST,
		.protocols = lws_protocols,
		.user = websockets,
		.options = LWS_SERVER_OPTION_VALIDATE_UTF8,
		.retry_and_idle_policy = &no_pings,
	};

	lws_set_log_level(LLL_ERR | LLL_WARN, log_lws_line);
	websockets->lws = lws_create_context(&info);
	if (!websockets->lws)
		return false;
	lws_service(websockets->lws, -1); /* completes the start; it has no sockets to wait for */
	return true;
}

/* ---- adoption ---- */

/* Gives the socket to libwebsockets, which answers the request. Returns NULL when that fails. */
static struct websocket *
adopt(struct websockets *websockets, int socket, const struct buf *bytes)
{
	struct lws_vhost *host = lws_get_vhost_by_name(websockets->lws, HANDSHAKE_HOST);
	struct websocket *websocket;

	websockets->served = NULL;
	lws_adopt_socket_vhost_readbuf(host, socket, bytes->bytes, bytes->length);
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

	if (!websockets->lws && !start_lws(websockets)) {
		log_error("libwebsockets does not start, so pages are not updated");
		close(takeover->socket);
		return;
	}
	websockets->protocol = upgrade->protocol;
	websockets->browser = user_agent_browser(request_get(request, REQUEST_USER_AGENT));
	handshake_write(
		&bytes, upgrade->protocol, request_get(request, REQUEST_SEC_WEBSOCKET_KEY), frames);
	websocket = adopt(websockets, takeover->socket, &bytes);
	if (websocket)
		hub_set_peer(websocket->page, request->peer);
	buf_finish(&bytes);
	/* The frames are in a buffer of libwebsockets, so the loop does not see them. */
	if (websocket && frames.length && !is_masked(websocket, frames))
		close_with(websocket, LWS_CLOSE_STATUS_PROTOCOL_ERR);
	else if (websocket && frames.length)
		serve(websocket, LOOP_READ);
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
	inboxes_init(&websockets->inboxes, loop, hub, read_again, close_late);
	for (int i = 0; i <= PROTOCOL_LIVERELOAD; i++)
		websockets->upgrades[i] = (struct upgrade){websockets, (enum protocol)i};
	loop_before_wait(loop, serve_queue, websockets);
	return websockets;
}

/* The queue serves each one twice: to begin closing, and to send the close frame. */
static void
close_all(struct websockets *websockets)
{
	lws_callback_all_protocol_vhost_args(lws_get_vhost_by_name(websockets->lws, HANDSHAKE_HOST),
		NULL, LWS_CALLBACK_USER, NULL, 0);
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

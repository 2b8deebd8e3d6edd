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
#include "base/rate_limit.h"
#include "http/request.h"
#include "http/user_agent.h"

enum {
	PIECE_MAX = 512,        /* bytes that libwebsockets passes to the callback at once */
	WRITE_MAX = 0x40000000, /* bytes to write at once; libwebsockets buffers the rest */
	FRAME_HEAD = 2,         /* bytes of a frame up to its mask bit (RFC 6455 5.2) */
	FRAME_MASK_BIT = 0x80,
	CLOSING_US = 5 * 1000 * 1000, /* for the closing handshake; then the connection is cut */
};

/* Bytes of one message of a page. A longer one closes the connection with 1009 (RFC 6455 7.4.1). */
static const size_t message_max[] = {
	[PROTOCOL_LIVE_SERVER] = 16 * 1024,
	[PROTOCOL_LIVERELOAD] = 16 * 1024,
	/* Enough for thousands of addresses. inject/server/used_urls.js has the same limit. */
	[PROTOCOL_LIVESERVE] = 256 * 1024,
};

/*
 * For pieces of PIECE_MAX bytes from one page: more than any page needs, too little to block the
 * others. If a page exceeds it, the connection is closed with 1008.
 */
static const struct rate_limit receive_limit = {.burst = 20 * 1000, .a_second = 2000};

/* One WebSocket. Its memory and its descriptor belong to libwebsockets. */
struct websocket {
	struct websockets *websockets;
	struct lws *wsi;
	struct loop_source source;
	struct loop_timer closing;          /* set while it is closing */
	struct websocket *next, **link;     /* in the queue; link is NULL while it is not in it */
	bool has_message;                   /* the hub may have a message for it */
	bool is_first_read;                 /* nothing has been received yet */
	enum lws_close_status close_status; /* to close it with; 0: it stays open */
	enum protocol protocol;
	struct hub_page *page;
	struct buf message; /* the beginning of an incomplete message */
	struct rate_state receive_rate;
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
	struct websocket *queue, **end; /* the first one, and the pointer to set for the next */
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
	struct websockets *websockets = websocket->websockets;

	if (websocket->link)
		return;
	websocket->next = NULL;
	websocket->link = websockets->end;
	*websockets->end = websocket;
	websockets->end = &websocket->next;
}

static void
dequeue(struct websocket *websocket)
{
	if (!websocket->link)
		return;
	*websocket->link = websocket->next;
	if (websocket->next)
		websocket->next->link = websocket->link;
	else
		websocket->websockets->end = websocket->link;
	websocket->link = NULL;
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

/* A closing socket first sends the rest; nothing is read meanwhile. */
static unsigned
wanted_events(bool has_unsent, bool is_closing)
{
	if (!has_unsent)
		return LOOP_READ;
	return is_closing ? LOOP_WRITE : (unsigned)LOOP_READ | LOOP_WRITE;
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
	loop_change(websockets->loop, &websocket->source,
		wanted_events(has_unsent, websocket->closing.is_set));
	/* libwebsockets may have used this turn for a pong, or for the rest of the last message. */
	if (!has_unsent && (had_unsent || (websocket->has_message && !websocket->closing.is_set)))
		enqueue(websocket);
}

static void
serve_queue(void *context)
{
	struct websockets *websockets = context;

	while (websockets->queue) {
		struct websocket *websocket = websockets->queue;

		dequeue(websocket);
		serve(websocket, LOOP_WRITE);
	}
}

static void
close_with(struct websocket *websocket, enum lws_close_status status)
{
	websocket->close_status = status;
	enqueue(websocket);
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
		.protocol = websockets->protocol,
		.is_first_read = true,
	};
	if (!loop_add(websockets->loop, &websocket->source, lws_get_socket_fd(wsi), LOOP_READ,
		    socket_ready, websocket))
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
	dequeue(websocket);
	buf_finish(&websocket->message);
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
	struct buf *message = &websocket->message;
	bool is_valid;

	if (!rate_limit_take(&websocket->receive_rate, &receive_limit, loop_now()))
		return close_now(wsi, LWS_CLOSE_STATUS_POLICY_VIOLATION);
	if (lws_frame_is_binary(wsi))
		return close_now(wsi, LWS_CLOSE_STATUS_UNACCEPTABLE_OPCODE);
	if (message->length + length > message_max[websocket->protocol])
		return close_now(wsi, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE);
	buf_add(message, bytes, length);
	if (lws_remaining_packet_payload(wsi) || !lws_is_final_fragment(wsi))
		return 0;
	is_valid = hub_receive(
		websocket->websockets->hub, websocket->page, message->bytes, message->length);
	buf_finish(message);
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

/* libwebsockets finds its virtual host by this name, which our request has as Host. */
#define HOST_NAME "localhost"

static bool
start_lws(struct websockets *websockets)
{
	/* Otherwise all sockets would be in a list, sorted by the time of their next ping. */
	static const lws_retry_bo_t no_pings = {0};
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN,
		.vhost_name = HOST_NAME,
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

/*
 * Writes a request for libwebsockets. From the client it has only the 24 characters of the key, and
 * the frames that followed the client's request.
 */
static void
write_request(struct buf *bytes, enum protocol protocol, struct slice key, struct slice frames)
{
	buf_add_text(bytes, "GET / HTTP/1.1\r\nHost: " HOST_NAME "\r\nConnection: Upgrade\r\n"
			    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
			    "Sec-WebSocket-Key: ");
	buf_add_slice(bytes, key);
	if (protocol == PROTOCOL_LIVESERVE)
		buf_add_text(bytes, "\r\nSec-WebSocket-Protocol: " PROTOCOL_LIVESERVE_NAME);
	buf_add_text(bytes, "\r\n\r\n");
	buf_add_slice(bytes, frames);
}

/* Gives the socket to libwebsockets, which answers the request. Returns NULL when that fails. */
static struct websocket *
adopt(struct websockets *websockets, int socket, const struct buf *bytes)
{
	struct lws_vhost *host = lws_get_vhost_by_name(websockets->lws, HOST_NAME);
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
	write_request(
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
	websockets->end = &websockets->queue;
	for (int i = 0; i <= PROTOCOL_LIVERELOAD; i++)
		websockets->upgrades[i] = (struct upgrade){websockets, (enum protocol)i};
	loop_before_wait(loop, serve_queue, websockets);
	return websockets;
}

/* The queue serves each one twice: to begin closing, and to send the close frame. */
static void
close_all(struct websockets *websockets)
{
	lws_callback_all_protocol_vhost_args(lws_get_vhost_by_name(websockets->lws, HOST_NAME),
		NULL, LWS_CALLBACK_USER, NULL, 0);
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
	free(websockets);
}

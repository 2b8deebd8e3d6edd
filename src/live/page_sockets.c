/*
 * page_sockets: see page_sockets.h. Owns the WebSockets; borrows loop and hub.
 */
#include "live/page_sockets.h"

#include <stdlib.h>

#include "base/mem.h"
#include "http/user_agent.h"
#include "live/places.h"
#include "live/websocket.h"

/* The WebSocket of one page. */
struct page_socket {
	struct websocket websocket;
	struct hub_socket hub_socket;
	struct hub_page *page;
	struct place place;
};

/* The context of a takeover. */
struct upgrade {
	struct page_sockets *page_sockets;
	enum protocol protocol;
};

struct page_sockets {
	struct loop *loop;
	struct hub *hub;
	struct websockets *websockets;
	struct places places;
	struct upgrade upgrades[PROTOCOL_LIVERELOAD + 1];
	page_sockets_sees_fn *sees; /* or NULL */
	enum protocol protocol;     /* of the page that is being opened */
};

/* A hub_wake_fn. */
static void
wake(void *socket)
{
	websocket_wake(socket);
}

/* ---- requests ---- */

/* 16 bytes in base64 (RFC 6455 4.1): 22 characters and "==". */
bool
page_sockets_is_key(struct slice key)
{
	if (key.length != 24 || key.at[22] != '=' || key.at[23] != '=')
		return false;
	for (size_t i = 0; i < 22; i++) {
		char c = key.at[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			    c == '+' || c == '/'))
			return false;
	}
	return true;
}

bool
page_sockets_choose(const struct request *request, enum protocol *protocol)
{
	bool is_livereload = slice_is(request->path, PROTOCOL_LIVERELOAD_PATH);

	if (!is_livereload &&
		request_lists(request, REQUEST_SEC_WEBSOCKET_PROTOCOL, PROTOCOL_LIVESERVE_NAME)) {
		*protocol = PROTOCOL_LIVESERVE;
		return true;
	}
	*protocol = is_livereload ? PROTOCOL_LIVERELOAD : PROTOCOL_LIVE_SERVER;
	return !request_get(request, REQUEST_SEC_WEBSOCKET_PROTOCOL).at;
}

struct hub_visitor
page_sockets_visitor(const struct request *request, page_sockets_sees_fn *sees)
{
	struct slice user_agent = request_get(request, REQUEST_USER_AGENT);

	return (struct hub_visitor){
		.peer = request->peer.key,
		.device = user_agent_device(user_agent),
		.version = user_agent_version(user_agent),
		.sees = sees ? sees(request) : 0,
	};
}

/* ---- places ---- */

/* The message of this page can be read on. */
static void
read_again(void *socket)
{
	websocket_read_again(socket);
}

static void
close_late(void *socket)
{
	websocket_close(socket, WEBSOCKET_POLICY_VIOLATION);
}

static void
admit(void *context)
{
	struct page_sockets *page_sockets = context;

	places_admit(&page_sockets->places);
}

/* ---- what websocket calls ---- */

static void
opened(void *context, struct websocket *websocket, const struct request *request)
{
	struct page_sockets *page_sockets = context;
	struct page_socket *socket = (struct page_socket *)websocket;
	const struct hub_visitor visitor = page_sockets_visitor(request, page_sockets->sees);
	struct slice user_agent = request_get(request, REQUEST_USER_AGENT);

	place_init(&socket->place, &page_sockets->places, socket);
	socket->hub_socket = (struct hub_socket){wake, socket};
	socket->page = hub_join(page_sockets->hub, page_sockets->protocol,
		user_agent_browser(user_agent), &socket->hub_socket);
	hub_set_visitor(socket->page, &visitor);
}

static void
closed(void *context, struct websocket *websocket)
{
	struct page_sockets *page_sockets = context;
	struct page_socket *socket = (struct page_socket *)websocket;

	hub_leave(page_sockets->hub, socket->page);
	place_leave(&socket->place);
}

static bool
receive(void *context, struct websocket *websocket, struct slice message)
{
	struct page_sockets *page_sockets = context;
	struct page_socket *socket = (struct page_socket *)websocket;
	bool is_valid = hub_receive(page_sockets->hub, socket->page, message.at, message.length);

	place_leave(&socket->place);
	return is_valid;
}

static bool
next_message(void *context, struct websocket *websocket, struct buf *text)
{
	struct page_sockets *page_sockets = context;

	return hub_next_message(page_sockets->hub, ((struct page_socket *)websocket)->page, text);
}

static bool
may_have_more(void *context, const struct websocket *websocket)
{
	const struct page_sockets *page_sockets = context;

	return hub_may_have_message(
		page_sockets->hub, ((const struct page_socket *)websocket)->page);
}

static bool
may_read(void *context, struct websocket *websocket, size_t length)
{
	(void)context;
	return place_may_read(&((struct page_socket *)websocket)->place, length);
}

/* ---- opening ---- */

/* A takeover_fn. */
static void
open_page(void *context, const struct takeover *takeover)
{
	const struct upgrade *upgrade = context;

	upgrade->page_sockets->protocol = upgrade->protocol;
	websockets_open(upgrade->page_sockets->websockets, takeover,
		protocol_subprotocol(upgrade->protocol),
		(unsigned)protocol_message_max(upgrade->protocol));
}

void
page_sockets_set_sees(struct page_sockets *page_sockets, page_sockets_sees_fn *fn)
{
	page_sockets->sees = fn;
}

void
page_sockets_take_over(
	struct page_sockets *page_sockets, enum protocol protocol, struct response *response)
{
	response_take_over(response, open_page, &page_sockets->upgrades[protocol]);
}

struct page_sockets *
page_sockets_create(struct loop *loop, struct hub *hub)
{
	static const struct websocket_owner owner = {
		.opened = opened,
		.closed = closed,
		.receive = receive,
		.next_message = next_message,
		.may_have_more = may_have_more,
		.may_read = may_read,
	};
	struct page_sockets *page_sockets = mem_zero(sizeof(*page_sockets));

	page_sockets->loop = loop;
	page_sockets->hub = hub;
	page_sockets->websockets = websockets_create(&(struct websockets_options){
		.loop = loop,
		.owner = &owner,
		.context = page_sockets,
		.size = sizeof(struct page_socket),
		.is_crowd = true,
		.subprotocol = PROTOCOL_LIVESERVE_NAME,
		.failure = "pages are not updated",
	});
	places_init(&page_sockets->places, loop, hub, read_again, close_late);
	for (int i = 0; i <= PROTOCOL_LIVERELOAD; i++)
		page_sockets->upgrades[i] = (struct upgrade){page_sockets, (enum protocol)i};
	loop_before_wait(loop, admit, page_sockets);
	return page_sockets;
}

void
page_sockets_destroy(struct page_sockets *page_sockets)
{
	if (!page_sockets)
		return;
	loop_forget_before_wait(page_sockets->loop, admit, page_sockets);
	websockets_destroy(page_sockets->websockets);
	free(page_sockets);
}

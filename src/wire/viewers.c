/*
 * viewers: see viewers.h. Owns the WebSockets; borrows loop and store.
 */
#include "wire/viewers.h"

#include <stdlib.h>

#include "base/mem.h"
#include "live/websocket.h"

enum { PAUSE_US = 50 * 1000 }; /* between messages while packets come */

/* One viewer. */
struct viewer {
	struct websocket websocket;
	struct live_feed feed;
};

struct viewers {
	struct viewers_options options;
	struct websockets *websockets;
	unsigned count;
	struct loop_timer pause; /* set: the viewers are told what is new when it is over */
};

/* ---- news ---- */

static void
tell_all(void *context)
{
	struct viewers *viewers = context;

	websockets_wake(viewers->websockets);
}

void
viewers_wake(struct viewers *viewers)
{
	if (!viewers->pause.is_set && viewers->count)
		loop_timer_set(viewers->options.loop, &viewers->pause, PAUSE_US, tell_all, viewers);
}

/* ---- what websocket calls ---- */

static void
opened(void *context, struct websocket *websocket, const struct request *request)
{
	struct viewers *viewers = context;

	(void)websocket, (void)request;
	viewers->count++;
}

static void
closed(void *context, struct websocket *websocket)
{
	struct viewers *viewers = context;

	(void)websocket;
	viewers->count--;
}

static bool
receive(void *context, struct websocket *websocket, struct slice message)
{
	const struct viewers *viewers = context;
	struct viewer *viewer = (struct viewer *)websocket;

	if (!live_feed_read(&viewer->feed, viewers->options.store, message))
		return false;
	websocket_wake(websocket);
	return true;
}

static bool
next_message(void *context, struct websocket *websocket, struct buf *text)
{
	const struct viewers_options *options = &((const struct viewers *)context)->options;
	struct viewer *viewer = (struct viewer *)websocket;
	struct live_feed_state state = {0};

	options->describe(options->context, &state);
	return live_feed_next(&viewer->feed, options->store, &state, text);
}

/* ---- opening ---- */

/* A takeover_fn. */
static void
open_viewer(void *context, const struct takeover *takeover)
{
	const struct viewers *viewers = context;

	websockets_open(viewers->websockets, takeover, LIVE_FEED_PROTOCOL, LIVE_FEED_MESSAGE_MAX);
}

bool
viewers_take_over(struct viewers *viewers, struct response *response)
{
	if (viewers->count >= VIEWERS_MAX)
		return false;
	response_status(response, 101);
	response_take_over(response, open_viewer, viewers);
	return true;
}

struct viewers *
viewers_create(const struct viewers_options *options)
{
	static const struct websocket_owner owner = {
		.opened = opened,
		.closed = closed,
		.receive = receive,
		.next_message = next_message,
	};
	struct viewers *viewers = mem_zero(sizeof(*viewers));

	viewers->options = *options;
	viewers->websockets = websockets_create(&(struct websockets_options){
		.loop = options->loop,
		.owner = &owner,
		.context = viewers,
		.size = sizeof(struct viewer),
		.subprotocol = LIVE_FEED_PROTOCOL,
		.failure = "the wire's page is not updated",
	});
	return viewers;
}

void
viewers_destroy(struct viewers *viewers)
{
	if (!viewers)
		return;
	websockets_destroy(viewers->websockets);
	loop_timer_clear(viewers->options.loop, &viewers->pause);
	free(viewers);
}

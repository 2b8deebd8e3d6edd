/*
 * page_events: see page_events.h. Owns the streams and the posts. Whatever can be judged by the head of a request is
 * decided here, so it needs no connection.
 */
#include "events/page_events.h"

#include <stdlib.h>

#include "base/mem.h"
#include "events/page_posts.h"
#include "events/page_streams.h"

struct page_events {
	struct page_streams *streams;
	struct page_posts *posts;
};

bool
page_events_have_path(struct slice path)
{
	return slice_is(path, PAGE_EVENTS_PATH);
}

static void
refuse(struct response *response, int status, const char *why)
{
	response_text(response, status, "text/plain; charset=utf-8", slice_of(why));
}

/* A browser may send a GET without an Origin, as for an image, but then it says from where. */
static bool
is_from_elsewhere(const struct request *request)
{
	return !request_get(request, REQUEST_ORIGIN).at && access_is_cross_origin(request);
}

static void
respond_with_stream(
	struct page_events *page_events, const struct request *request, struct response *response)
{
	if (is_from_elsewhere(request)) {
		refuse(response, 403, "Only pages of this server may do this.\n");
	} else if (!page_streams_has_room(page_events->streams, request->peer.key)) {
		refuse(response, 429, "Your machine has too many pages open here.\n");
	} else {
		response_status(response, 200);
		response_field(response, "Content-Type", SLICE_LITERAL("text/event-stream"));
		/* nginx would collect the events first. */
		response_field(response, "X-Accel-Buffering", SLICE_LITERAL("no"));
		response_take_over(response, page_streams_open, page_events->streams);
	}
}

/* Whether the head says so. A body in chunks is measured as it comes. */
static bool
is_too_long(const struct request *request)
{
	uint64_t length;

	return slice_number(request_get(request, REQUEST_CONTENT_LENGTH), &length) &&
	       length > protocol_message_max(PROTOCOL_LIVESERVE);
}

static void
respond_to_message(
	struct page_events *page_events, const struct request *request, struct response *response)
{
	struct slice key = request_get(request, REQUEST_STREAM_KEY);
	struct page_stream *stream = page_streams_find(page_events->streams, key);

	if (!stream) {
		refuse(response, 404,
			"No stream has the key in Liveserve-Stream-Key. It may have ended.\n");
	} else if (is_too_long(request)) {
		refuse(response, 413, "This message is too long.\n");
	} else if (!page_stream_begin_message(stream)) {
		refuse(response, 409,
			"Another message of this page is on its way. Send one after the other.\n");
	} else {
		response_status(response, 0); /* it is not known yet */
		response_take_over(response, page_posts_open, page_events->posts);
	}
}

void
page_events_respond(struct page_events *page_events, const struct access_options *access,
	const struct request *request, struct response *response)
{
	response_field(response, "Cache-Control", SLICE_LITERAL("no-store"));
	if (request->method == REQUEST_GET) {
		respond_with_stream(page_events, request, response);
	} else if (slice_is(request->method_name, "POST")) {
		respond_to_message(page_events, request, response);
	} else {
		response_field(response, "Allow", SLICE_LITERAL("GET, POST"));
		refuse(response, 405, "Here are the messages of open pages (GET, POST).\n");
	}
	if (response->takeover)
		access_add_fields(access, request, false, &response->fields);
}

struct page_events *
page_events_create(struct loop *loop, struct hub *hub)
{
	struct page_events *page_events = mem_zero(sizeof(*page_events));

	page_events->streams = page_streams_create(loop, hub);
	page_events->posts = page_posts_create(loop, hub, page_events->streams);
	return page_events;
}

void
page_events_set_sees(struct page_events *page_events, page_sockets_sees_fn *fn)
{
	page_streams_set_sees(page_events->streams, fn);
}

void
page_events_destroy(struct page_events *page_events)
{
	if (!page_events)
		return;
	page_posts_destroy(page_events->posts);
	page_streams_destroy(page_events->streams);
	free(page_events);
}

/*
 * page_streams: see page_streams.h. Owns the streams; borrows loop and hub.
 *
 * Streams with something to send are in one queue, which is served before the loop waits again, as that of the
 * WebSockets is (live/websocket.c).
 */
#include "events/page_streams.h"

#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "events/event_format.h"
#include "http/date.h"
#include "http/response_writer.h"
#include "http/user_agent.h"
#include "live/queue.h"
#include "net/connection_limit.h"
#include "net/endpoint.h"

enum {
	TURN_US = 500, /* for the messages to all clients, before the loop serves others */
	NAME_LENGTH =
		16, /* of a key: by these digits a stream is found, the others are the secret */
};

struct page_stream {
	struct queue_item item; /* in the queue of those that may have something to send */
	struct page_streams *streams;
	struct hub_socket hub_socket;
	struct hub_page *page;
	struct endpoint endpoint;
	uint64_t peer;
	bool is_http2;
	bool has_message; /* the hub may have one for it */
	bool is_comment_due;
	bool is_many_due;
	bool is_told_many;
	bool has_sent;      /* since the last look for those that are quiet */
	bool is_in_message; /* a message of the page is on its way */
	char key[PAGE_STREAMS_KEY_LENGTH + 1];
};

struct page_streams {
	struct loop *loop;
	struct hub *hub;
	page_sockets_sees_fn *sees; /* or NULL */
	struct map by_name;         /* all of them */
	struct queue queue;
	struct loop_timer next_turn; /* of the queue */
	struct loop_timer quiet;     /* set while there are streams */
	struct date_clock date;
	struct buf message, text; /* used in turn */
};

/* ---- keys ---- */

static struct slice
name_of(const char *key)
{
	return (struct slice){key, NAME_LENGTH};
}

/* Returns false with errno. */
static bool
make_key(struct page_stream *stream)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char bytes[PAGE_STREAMS_KEY_LENGTH / 2];

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return false;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		stream->key[2 * i] = digits[bytes[i] >> 4];
		stream->key[2 * i + 1] = digits[bytes[i] & 15];
	}
	return true;
}

/* Takes the same time wherever they differ, so that nobody can guess the secret digit by digit. */
static bool
is_key(const char *key, struct slice given)
{
	unsigned difference = 0;

	for (size_t i = 0; i < PAGE_STREAMS_KEY_LENGTH; i++)
		difference |= (unsigned char)key[i] ^ (unsigned char)given.at[i];
	return difference == 0;
}

struct page_stream *
page_streams_find(const struct page_streams *streams, struct slice key)
{
	struct page_stream *stream;

	if (!key.at || key.length != PAGE_STREAMS_KEY_LENGTH)
		return NULL;
	stream = map_get(&streams->by_name, name_of(key.at));
	return stream && is_key(stream->key, key) ? stream : NULL;
}

/* ---- life ---- */

/* Ends the stream and frees it. */
static void
end(struct page_stream *stream)
{
	struct page_streams *streams = stream->streams;

	hub_leave(streams->hub, stream->page);
	queue_remove(&streams->queue, &stream->item);
	map_remove(&streams->by_name, name_of(stream->key));
	endpoint_close(&stream->endpoint);
	free(stream);
}

bool
page_streams_has_room(const struct page_streams *streams, uint64_t peer_key)
{
	struct hash_table_place place = {0};
	const struct page_stream *stream;
	size_t count = 0;

	if (connection_limit_is_local(peer_key))
		return true;
	while ((stream = map_next(&streams->by_name, &place, NULL)))
		count += stream->peer == peer_key;
	return count < PAGE_STREAMS_PEER_MAX;
}

/* ---- sending ---- */

static void
enqueue(struct page_stream *stream)
{
	queue_add(&stream->streams->queue, &stream->item);
}

/* A hub_wake_fn. */
static void
wake(void *context)
{
	struct page_stream *stream = context;

	stream->has_message = true;
	enqueue(stream);
}

/* Sets streams->text to what is sent next. Returns false when that is nothing. */
static bool
write_next(struct page_stream *stream)
{
	struct page_streams *streams = stream->streams;

	buf_clear(&streams->message);
	buf_clear(&streams->text);
	stream->has_message = stream->has_message &&
			      hub_next_message(streams->hub, stream->page, &streams->message);
	if (stream->has_message)
		event_format_add(&streams->text, NULL, buf_slice(&streams->message));
	else if (stream->is_many_due)
		event_format_add(&streams->text, "many", (struct slice){0});
	else if (stream->is_comment_due)
		buf_add_text(&streams->text, EVENT_FORMAT_COMMENT);
	stream->is_many_due = stream->is_many_due && stream->has_message;
	stream->is_comment_due = false;
	return streams->text.length > 0;
}

/* Sends as long as the client takes it. What is pending is one message at the most. */
static void
serve(struct page_stream *stream)
{
	struct endpoint *endpoint = &stream->endpoint;

	while (endpoint->pending.length == 0 && write_next(stream)) {
		stream->has_sent = true;
		if (!endpoint_send(endpoint, buf_slice(&stream->streams->text))) {
			end(stream);
			return;
		}
	}
	endpoint_watch(endpoint, true);
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
	struct page_streams *streams = context;
	uint64_t turn_end = streams->queue.first ? loop_now() + TURN_US : 0;

	while (streams->queue.first && loop_now() < turn_end) {
		struct page_stream *stream = (struct page_stream *)streams->queue.first;

		queue_remove(&streams->queue, &stream->item);
		serve(stream);
	}
	if (streams->queue.first)
		loop_timer_set(streams->loop, &streams->next_turn, 0, begin_turn, NULL);
}

/* Who has not taken all of the last message needs no comment. */
static void
look_for_quiet(void *context)
{
	struct page_streams *streams = context;
	struct hash_table_place place = {0};
	struct page_stream *stream;

	while ((stream = map_next(&streams->by_name, &place, NULL))) {
		if (!stream->has_sent && stream->endpoint.pending.length == 0) {
			stream->is_comment_due = true;
			enqueue(stream);
		}
		stream->has_sent = false;
	}
	if (streams->by_name.entries.count)
		loop_timer_set(streams->loop, &streams->quiet, PAGE_STREAMS_QUIET_US,
			look_for_quiet, streams);
}

/* ---- receiving ---- */

/* A client has nothing to say on this connection, so what it sends ends the stream as its going does. */
static void
ready(void *context, unsigned events)
{
	struct page_stream *stream = context;
	struct endpoint *endpoint = &stream->endpoint;
	char byte;

	if (events & LOOP_READ) {
		ssize_t got = endpoint_receive(endpoint, &byte, 1);

		if (got > 0 || endpoint->has_ended) {
			end(stream);
			return;
		}
	}
	if (!(events & LOOP_WRITE) || endpoint->pending.length == 0)
		return;
	if (!endpoint_flush(endpoint))
		end(stream);
	else if (endpoint->pending.length == 0)
		enqueue(stream);
}

bool
page_stream_begin_message(struct page_stream *stream)
{
	if (stream->is_in_message)
		return false;
	stream->is_in_message = true;
	return true;
}

void
page_stream_end_message(struct page_stream *stream)
{
	stream->is_in_message = false;
}

bool
page_stream_receive(struct page_stream *stream, struct slice message)
{
	if (hub_receive(stream->streams->hub, stream->page, message.at, message.length))
		return true;
	end(stream);
	return false;
}

/* ---- opening ---- */

static void
join_hub(struct page_stream *stream, const struct request *request)
{
	struct hub_visitor visitor = page_sockets_visitor(request, stream->streams->sees);
	struct slice user_agent = request_get(request, REQUEST_USER_AGENT);

	stream->hub_socket = (struct hub_socket){wake, stream};
	stream->page = hub_join(stream->streams->hub, PROTOCOL_LIVESERVE,
		user_agent_browser(user_agent), &stream->hub_socket);
	visitor.has_events = true;
	hub_set_visitor(stream->page, &visitor);
}

static void
enter(struct page_stream *stream, struct page_streams *streams)
{
	stream->streams = streams;
	map_set(&streams->by_name, name_of(stream->key), stream);
	if (!streams->quiet.is_set)
		loop_timer_set(streams->loop, &streams->quiet, PAGE_STREAMS_QUIET_US,
			look_for_quiet, streams);
}

static bool
shares_connections(const struct page_stream *stream, const struct page_stream *other)
{
	return !other->is_http2 && other->peer == stream->peer;
}

/* Tells all that share connections with stream, a new one, when these become few. */
static void
look_for_many(const struct page_stream *stream)
{
	const struct map *all = &stream->streams->by_name;
	struct hash_table_place counted = {0}, told = {0};
	struct page_stream *other;
	size_t count = 0;

	if (stream->is_http2)
		return;
	while ((other = map_next(all, &counted, NULL)))
		count += shares_connections(stream, other);
	if (count <= PAGE_STREAMS_KEPT)
		return;
	while ((other = map_next(all, &told, NULL))) {
		if (other->is_told_many || !shares_connections(stream, other))
			continue;
		other->is_told_many = other->is_many_due = true;
		enqueue(other);
	}
}

/* The head, and the first event. It is sent when the socket has room, so before anything else. */
static void
begin(struct page_stream *stream, const struct response *response)
{
	struct page_streams *streams = stream->streams;
	struct buf *text = &stream->endpoint.pending;

	response_writer_add_head(
		text, response, date_clock_now(&streams->date), RESPONSE_WRITER_CLOSE);
	event_format_add(text, "key", slice_of(stream->key));
	endpoint_watch(&stream->endpoint, true);
}

void
page_streams_open(void *context, const struct takeover *takeover)
{
	struct page_streams *streams = context;
	struct page_stream *stream = mem_zero(sizeof(*stream));

	if (!make_key(stream)) {
		log_error(
			"cannot open a stream of events, so a page is not updated: the system has "
			"no random numbers");
		close(takeover->socket);
		free(stream);
		return;
	}
	if (!endpoint_open(&stream->endpoint, streams->loop, takeover->socket, ready, stream)) {
		free(stream);
		return;
	}
	stream->peer = takeover->request->peer.key;
	stream->is_http2 = takeover->request->is_http2;
	enter(stream, streams);
	join_hub(stream, takeover->request);
	begin(stream, takeover->response);
	look_for_many(stream);
}

void
page_streams_set_sees(struct page_streams *streams, page_sockets_sees_fn *fn)
{
	streams->sees = fn;
}

struct page_streams *
page_streams_create(struct loop *loop, struct hub *hub)
{
	struct page_streams *streams = mem_zero(sizeof(*streams));

	streams->loop = loop;
	streams->hub = hub;
	queue_init(&streams->queue);
	loop_before_wait(loop, serve_queue, streams);
	return streams;
}

void
page_streams_destroy(struct page_streams *streams)
{
	struct page_stream *stream;

	if (!streams)
		return;
	while ((stream = map_next(&streams->by_name, &(struct hash_table_place){0}, NULL)))
		end(stream);
	loop_forget_before_wait(streams->loop, serve_queue, streams);
	loop_timer_clear(streams->loop, &streams->next_turn);
	loop_timer_clear(streams->loop, &streams->quiet);
	map_finish(&streams->by_name);
	buf_finish(&streams->message);
	buf_finish(&streams->text);
	free(streams);
}

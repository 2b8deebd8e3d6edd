/*
 * page_posts: see page_posts.h. Owns the requests that are being read or answered; borrows the streams.
 *
 * A post has the key of its stream and no pointer to it, because the stream may end at any time.
 */
#define _GNU_SOURCE
#include "events/page_posts.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "framing/message_body.h"
#include "http/date.h"
#include "http/response_writer.h"
#include "live/places.h"
#include "live/protocol.h"
#include "live/queue.h"
#include "net/endpoint.h"

enum { READ_MAX = 4096 }; /* bytes to read at once */

enum phase {
	READING,
	ANSWERING,
	LINGERING, /* the client may still be sending, and is to read the answer */
};

struct page_post {
	struct queue_item item; /* in the list of all; the first member */
	struct page_posts *posts;
	struct endpoint endpoint;
	struct place place;
	struct loop_timer late;
	struct message_body body;
	struct buf message;
	struct buf behind; /* bytes of the next request */
	struct buf fields; /* for the answer */
	struct takeover_return back;
	struct response_end end;
	enum phase phase;
	bool closes; /* after the answer */
	char key[PAGE_STREAMS_KEY_LENGTH + 1];
};

struct page_posts {
	struct loop *loop;
	struct page_streams *streams;
	struct queue all;
	struct places places;
	struct date_clock date;
	struct response response; /* to the current request */
	struct buf scratch;
};

/* ---- life ---- */

static void
leave_stream(const struct page_post *post)
{
	struct page_stream *stream = page_streams_find(post->posts->streams, slice_of(post->key));

	if (stream)
		page_stream_end_message(stream);
}

/* Closes the connection, if the post still has it. */
static void
destroy(struct page_post *post)
{
	if (post->phase == READING) {
		leave_stream(post);
		response_end_tell(&post->end, RESPONSE_END_NO_CLIENT, 0);
	}
	place_leave(&post->place);
	loop_timer_clear(post->posts->loop, &post->late);
	queue_remove(&post->posts->all, &post->item);
	endpoint_close(&post->endpoint);
	buf_finish(&post->message);
	buf_finish(&post->behind);
	buf_finish(&post->fields);
	free(post);
}

static void
is_late(void *context)
{
	destroy(context);
}

/* ---- the answer ---- */

/* Fills in the response of posts. */
static void
make_response(struct page_post *post, int status, const char *why)
{
	struct response *response = &post->posts->response;

	response_clear(response);
	buf_add_slice(&response->fields.text, buf_slice(&post->fields));
	if (why)
		response_text(response, status, "text/plain; charset=utf-8", slice_of(why));
	else
		response_status(response, status);
}

/* why: the text of the answer; NULL: none. The stream may have ended. */
static void
answer(struct page_post *post, int status, const char *why)
{
	struct page_posts *posts = post->posts;
	struct buf *text = &post->endpoint.pending;
	uint64_t length;

	leave_stream(post);
	place_leave(&post->place);
	buf_finish(&post->message);
	post->phase = ANSWERING;
	post->closes = !post->body.has_ended || !post->back.fn;
	make_response(post, status, why);
	length = posts->response.body.length;
	response_writer_add_head(text, &posts->response, date_clock_now(&posts->date),
		post->closes ? RESPONSE_WRITER_CLOSE : RESPONSE_WRITER_KEEP_ALIVE);
	if (why)
		buf_add_text(text, why);
	response_end_tell(&post->end, status, length);
}

static void
take_message(struct page_post *post)
{
	struct page_stream *stream = page_streams_find(post->posts->streams, slice_of(post->key));

	if (!stream)
		answer(post, 404, "The stream of this key has ended.\n");
	else if (!page_stream_receive(stream, buf_slice(&post->message)))
		answer(post, 400, "This is no message of liveserve.v1, so the stream has ended.\n");
	else
		answer(post, 204, NULL);
}

static void
give_back(struct page_post *post)
{
	struct takeover_return back = post->back;
	struct buf behind = post->behind;
	int socket = endpoint_hand_over(&post->endpoint);

	post->behind = (struct buf){0};
	destroy(post);
	takeover_give_back(&back, socket, buf_slice(&behind));
	buf_finish(&behind);
}

/* The answer was sent. */
static void
finish(struct page_post *post)
{
	if (!post->closes) {
		give_back(post);
		return;
	}
	shutdown(post->endpoint.source.fd, SHUT_WR);
	post->phase = LINGERING;
	endpoint_watch(&post->endpoint, true);
	loop_timer_set(post->posts->loop, &post->late, PAGE_POSTS_LINGER_US, is_late, post);
}

/* ---- the request ---- */

static void
read_body(struct page_post *post, struct slice bytes)
{
	struct slice part = message_body_read(&post->body, &bytes, &post->posts->scratch);

	buf_add_slice(&post->message, part);
	if (post->message.length > protocol_message_max(PROTOCOL_LIVESERVE))
		answer(post, 413, "This message is too long.\n");
	else if (post->body.is_malformed)
		answer(post, 400, "The chunks of this request's body are malformed.\n");
	else if (post->body.has_ended)
		take_message(post);
	if (post->body.has_ended)
		buf_add_slice(&post->behind, bytes);
}

static bool
may_read(struct page_post *post)
{
	if (post->phase != READING)
		return post->phase == LINGERING;
	if (place_may_read(&post->place, post->message.length))
		return true;
	loop_timer_clear(post->posts->loop, &post->late);
	return false;
}

/* The loop calls ready() again when there is something to do. */
static void
watch(struct page_post *post)
{
	endpoint_watch(&post->endpoint, may_read(post));
}

static void
ready(void *context, unsigned events)
{
	struct page_post *post = context;
	struct endpoint *endpoint = &post->endpoint;
	char piece[READ_MAX];
	ssize_t got = 0;

	if (endpoint_hangs_up(endpoint)) {
		destroy(post);
		return;
	}
	if (post->phase == ANSWERING) {
		if (!endpoint_flush(endpoint))
			destroy(post);
		else if (endpoint->pending.length == 0)
			finish(post);
		return;
	}
	if (events & LOOP_READ)
		got = endpoint_receive(endpoint, piece, sizeof(piece));
	if (endpoint->has_ended) {
		destroy(post);
		return;
	}
	if (got > 0 && post->phase == READING)
		read_body(post, (struct slice){piece, (size_t)got});
	watch(post);
}

/* ---- places ---- */

/* A place has its own limit of time. */
static void
read_again(void *context)
{
	watch(context);
}

static void
admit(void *context)
{
	struct page_posts *posts = context;

	places_admit(&posts->places);
}

/* ---- opening ---- */

static struct page_post *
create(struct page_posts *posts, const struct takeover *takeover)
{
	struct slice key = request_get(takeover->request, REQUEST_STREAM_KEY);
	struct page_post *post = mem_zero(sizeof(*post));

	post->posts = posts;
	memcpy(post->key, key.at, PAGE_STREAMS_KEY_LENGTH);
	post->back = takeover->back;
	post->end = takeover->response->end;
	buf_add_slice(&post->fields, buf_slice(&takeover->response->fields.text));
	place_init(&post->place, &posts->places, post);
	message_body_init_request(&post->body, takeover->request, false);
	queue_add(&posts->all, &post->item);
	return post;
}

void
page_posts_open(void *context, const struct takeover *takeover)
{
	struct page_post *post = create(context, takeover);
	struct slice behind = takeover->bytes;

	if (!endpoint_open(&post->endpoint, post->posts->loop, takeover->socket, ready, post)) {
		destroy(post);
		return;
	}
	loop_timer_set(post->posts->loop, &post->late, PAGE_POSTS_US, is_late, post);
	slice_drop(&behind, takeover->request->head_length);
	read_body(post, behind);
	watch(post);
}

struct page_posts *
page_posts_create(struct loop *loop, const struct hub *hub, struct page_streams *streams)
{
	struct page_posts *posts = mem_zero(sizeof(*posts));

	posts->loop = loop;
	posts->streams = streams;
	queue_init(&posts->all);
	response_init(&posts->response);
	places_init(&posts->places, loop, hub, read_again, is_late);
	loop_before_wait(loop, admit, posts);
	return posts;
}

void
page_posts_destroy(struct page_posts *posts)
{
	if (!posts)
		return;
	while (posts->all.first)
		/* destroy() takes it out of the list. NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
		destroy((struct page_post *)posts->all.first);
	loop_forget_before_wait(posts->loop, admit, posts);
	response_finish(&posts->response);
	buf_finish(&posts->scratch);
	free(posts);
}

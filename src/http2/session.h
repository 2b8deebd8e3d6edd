/*
 * session: one HTTP/2 connection without its socket (RFC 9113): bytes in, requests to a handler, bytes out.
 *
 * nghttp2 reads and writes the frames, compresses headers, and keeps the rules of flow control and of the states
 * of streams. What is a request is decided by header_block, what is a flood by frame_limits. The responses are
 * those that HTTP/1.1 would give. Not offered: server push, and WebSockets (RFC 8441), for which browsers open
 * a connection of HTTP/1.1. A takeover, which wants the socket of a request, gets one: relay.h.
 *
 * Memory of a session: what nghttp2 needs (tables of compression of 4 KiB for each direction, and its streams,
 * SESSION_STREAMS_MAX at the most), up to HEADER_BLOCK_MAX of a request that is not complete, and what its
 * streams hold (stream.h), which is counted.
 */
#ifndef SESSION_H
#define SESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/loop.h"
#include "http/response.h"

enum {
	SESSION_STREAMS_MAX = 128, /* requests of one connection at the same time */
	SESSION_FRAME_MAX = 16384, /* bytes of a frame, in both directions */
};

/* What the sessions of all connections have in common. */
struct sessions;
struct session;

/* Keeps a pointer to loop and a copy of *handler, but does not call its begin and note_close. Never NULL. */
struct sessions *sessions_create(struct loop *loop, const struct response_handler *handler);
/* All sessions must have been destroyed. */
void sessions_destroy(struct sessions *sessions);

/* The bytes of memory that the streams of all sessions hold. */
size_t sessions_memory(const struct sessions *sessions);
/*
 * Resets the stream of any session that has not moved for the longest time, and gives its memory back. Returns
 * false when there is none. To be called outside of the functions of a session.
 */
bool sessions_drop_slowest(struct sessions *sessions);

struct session_options {
	unsigned entry; /* see request.h */
	struct peer peer;
	/*
	 * Called when there is something to be produced though nothing was received. The function may destroy
	 * the session.
	 */
	void (*wake)(void *context);
	void *context;
};

/* Keeps a pointer to sessions and a copy of *options. Returns NULL when nghttp2 has no memory. */
struct session *session_create(struct sessions *sessions, const struct session_options *options);
/* Its requests are not answered. NULL is allowed. */
void session_destroy(struct session *session);

/*
 * Handles what the client has sent, from the preface on. now_us is the time of a monotonic clock. What is wrong
 * with it is told to the client: then session_is_over() once that was produced. *reason, if not NULL, becomes
 * NULL, or what was wrong.
 */
void session_receive(
	struct session *session, struct slice bytes, uint64_t now_us, const char **reason);

/*
 * Adds what is to be sent to output, in whole frames, until it has at least most bytes or there is nothing more
 * for now. Returns whether there may be more.
 */
bool session_produce(struct session *session, struct buf *output, size_t most);

/* No more requests are taken: tells the client to open another connection (GOAWAY without an error). */
void session_shut_down(struct session *session);

/* Everything was said: the connection is to be closed. */
bool session_is_over(const struct session *session);
/* Whether it has requests without a complete response. */
bool session_is_busy(const struct session *session);
/*
 * Whether the client has begun something that is not complete: its preface, a frame, a header block. *which is
 * another number when it is another one.
 */
bool session_is_inside(const struct session *session, unsigned *which);

#endif

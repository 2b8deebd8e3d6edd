/*
 * session_state: what a session (session.h) and all sessions own, its streams, and the sending of responses on
 * them. Only session.c includes it.
 */
#ifndef SESSION_STATE_H
#define SESSION_STATE_H

#include <nghttp2/nghttp2.h>

#include "http/date.h"
#include "http/response.h"
#include "http2/frame_limits.h"
#include "http2/header_block.h"
#include "http2/header_list.h"
#include "http2/stream.h"
#include "net/timeouts.h"

struct sessions {
	struct loop *loop;
	struct response_handler handler;
	nghttp2_session_callbacks *callbacks;
	nghttp2_option *option;
	struct timeouts stalls; /* of the streams */
	size_t held;            /* bytes of all streams */
	struct response response;
	struct header_list list;
	nghttp2_nv *pairs;
	size_t pair_capacity;
	struct date_clock date;
};

struct session {
	struct sessions *sessions;
	unsigned entry; /* see request.h */
	struct peer peer;
	void (*wake)(void *context); /* see session.h */
	void *context;
	nghttp2_session *nghttp2;
	struct frame_limits limits;
	struct header_block block; /* of the request that is arriving */
	struct stream *first;
	uint64_t now_us;    /* when bytes were received last */
	const char *reason; /* what was wrong, or NULL */
	bool is_ending;     /* nothing more is read */
};

/* Makes the queue of all streams, which are reset when the client takes nothing of them for RESPONSE_STALL_MS. */
void session_state_init_stalls(struct sessions *sessions, struct loop *loop);

/* Adds a stream, which the caller tells nghttp2. */
struct stream *session_state_add(struct session *session, int32_t id);
/* The stream with that number; NULL when it is not open. */
struct stream *session_state_find(const struct session *session, int32_t id);
/* Takes it out of all lists and frees it. */
void session_state_remove(struct stream *stream);

/* Submits RST_STREAM with an error code of nghttp2, and gives the memory of the stream back. */
void session_state_reset(struct stream *stream, uint32_t error);

/* Counts the memory of the stream anew. To be called when it has changed. */
void session_state_count(struct stream *stream);

/* The pairs of sessions->list for nghttp2, which copies them; valid until the next call. */
const nghttp2_nv *session_state_pairs(struct sessions *sessions);

/* Submits the current response, sessions->response, and clears it. is_head: without its body. */
void session_state_respond(struct stream *stream, bool is_head);

#endif

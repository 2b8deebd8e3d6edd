/*
 * stream: one request of an HTTP/2 connection, and what is left of its response.
 *
 * Memory of a stream: the head of a request while it is paused, the rest of a response, and what its relay holds. A body of up to
 * RESPONSE_WRITER_SMALL_MAX is kept in memory, so that streams, of which a client may open many, do not use up
 * the descriptors; a larger one is read from its file in pieces.
 */
#ifndef STREAM_H
#define STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "http/body.h"
#include "http/response.h"
#include "http2/relay.h"
#include "net/timeouts.h"

enum { STREAM_FILE_COST = 64 * 1024 }; /* an open file counts as so many bytes of memory */

struct session;

/* Made by stream_create. The session may change the members. */
struct stream {
	struct timeout timeout; /* the first member: how long nothing of it was taken */
	struct stream *next, *previous;
	struct session *session;
	int32_t id;
	struct response_waiter waiter; /* in a list while the request is paused */
	struct buf head;               /* of a request that was paused */
	struct body body;              /* what is left of the response */
	struct relay *relay;           /* that answers in place of the handler, or NULL */
	size_t received;               /* bytes of the request that the relay has not passed on */
	size_t counted;                /* its memory, as counted for all sessions */
	bool is_sending;               /* the head of the response was submitted */
	bool is_dropped;               /* the rest of it will not be sent */
	bool request_has_ended;        /* the client has sent all of the request */
};

/* Never NULL. The caller puts it into lists and takes it out again. */
struct stream *stream_create(struct session *session, int32_t id);
/* Leaves the list of its waiter. */
void stream_destroy(struct stream *stream);

/* Gives its memory back: nothing more is sent, and its request is not answered again. */
void stream_drop(struct stream *stream);

/* Takes the bytes of body, which is empty afterwards. Returns false when its file cannot be read. */
bool stream_take_body(struct stream *stream, struct body *body);

/* The bytes of memory that it holds. */
size_t stream_memory(const struct stream *stream);

#endif

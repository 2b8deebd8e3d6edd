/*
 * http_stream: the HTTP/1.1 messages that one side of a connection sends. It keeps at most one head
 * (HTTP_STREAM_HEAD_MAX); a body is counted off, for the head says how long it is.
 */
#ifndef HTTP_STREAM_H
#define HTTP_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "dissect/http_head.h"
#include "dissect/media_label.h"
#include "dissect/message.h"
#include "dissect/payload_said.h"

enum { HTTP_STREAM_HEAD_MAX = 32 * 1024 }; /* of longer ones, only what is needed is kept */

enum http_state {
	HTTP_HEAD,
	HTTP_BODY,      /* as many bytes as left says */
	HTTP_HOLES,     /* all of it was sent, but not all was captured; it may come again */
	HTTP_UNTIL_END, /* up to the end of the connection */
	HTTP_CHUNK_SIZE,
	HTTP_CHUNK_DATA,
	HTTP_CHUNK_END, /* two bytes behind it */
	HTTP_TRAILER,
};

/* What the bytes of the packet are that follow the end of a message. */
enum http_rest {
	HTTP_REST_NEXT,         /* the next message */
	HTTP_REST_CONTINUATION, /* of no message */
	HTTP_REST_BODY,         /* tshark counts them to the message */
};

/*
 * A message that was sent whole, but of which bytes were not captured. Others follow it. They may come
 * again.
 */
struct http_late {
	struct message message; /* its id is 0 when there is none */
	struct buf line;
	struct media_label label;
};

/* A zeroed stream is at the start of a message. */
struct http_stream {
	enum http_state state;
	struct buf head; /* of HTTP_HEAD; afterwards the start line */
	struct buf line; /* a chunk's size or a trailer, if cut between packets */
	uint64_t left;
	bool is_upgraded;   /* the last answer was a 101 to WebSocket */
	bool is_foreign;    /* ... to another protocol */
	bool has_line_now;  /* the start line is to be shown for this packet */
	bool is_silent_now; /* what has begun is not shown for this packet */
	bool is_shortened;  /* the head was too long to be kept whole */
	bool is_coded;      /* the body is compressed for the transfer */
	uint64_t extra; /* tshark takes so many bytes, if they are there, for a body that is none */
	enum http_rest rest;
	struct message message;
	struct media_body body; /* what its label needs of it */
	struct http_late late;
};

/* Where the bytes are from. */
struct http_place {
	struct http_requests *requests; /* of the connection */
	uint32_t packet;
	uint32_t *next_id; /* of messages */
};

void http_stream_finish(struct http_stream *stream);

/* Drops what has begun; the next byte begins a message. */
void http_stream_reset(struct http_stream *stream);

/*
 * Hears the bytes of a packet that follow those before, and adds to said. When an answer has changed the
 * protocol (is_upgraded), the bytes behind it are left in *bytes; otherwise none.
 */
void http_stream_hear(struct http_stream *stream, const struct http_place *place,
	struct slice *bytes, struct payload_said *said);

/* Whether the message that has begun lacks bytes. */
bool http_stream_is_open(const struct http_stream *stream);

/*
 * So many bytes were not captured. Returns whether some of them are of a body that is counted; if not all
 * are, the message is the late one from now on. Otherwise the stream was reset.
 */
bool http_stream_skip(struct http_stream *stream, uint64_t count);

/* The message with bytes of a body that were not captured; NULL when there is none with this id. */
struct message *http_stream_lacking(struct http_stream *stream, uint32_t id);

/* So many of the bytes that the message lacked have come; it can end by it. */
void http_stream_fill(struct http_stream *stream, struct message *message, uint32_t count,
	uint32_t packet, struct payload_said *said);

/* The side has sent a FIN: a body that lasts until then is complete. */
void http_stream_end(
	struct http_stream *stream, const struct http_place *place, struct payload_said *said);

/* Sets what a packet shows that ends no message. To be called behind the last byte of each packet. */
void http_stream_settle(struct http_stream *stream, struct payload_said *said);

#endif

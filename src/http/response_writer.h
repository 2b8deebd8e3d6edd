/*
 * response_writer: writes a response: its head as text, head and body to a socket.
 *
 * The only place that writes status lines (RFC 9112 4). http1 uses it for the responses of this
 * server, the proxy for the heads of those that it passes on.
 *
 * A small response goes out in one send(2), and nothing is kept when the socket takes it all. A
 * large body is pulled from its file in bounded pieces and is never in memory as a whole.
 */
#ifndef RESPONSE_WRITER_H
#define RESPONSE_WRITER_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "http/body.h"
#include "http/fields.h"
#include "http/response.h"

enum {
	RESPONSE_WRITER_SMALL_MAX = 64 * 1024, /* a body up to this goes with its head */
	RESPONSE_WRITER_KEEP_ALIVE_S = 5,      /* what a client is told of an idle connection */
};

/* ---- heads ---- */

/* What becomes of the connection after the response (RFC 9112 9). */
enum response_writer_connection {
	RESPONSE_WRITER_KEEP_ALIVE,
	RESPONSE_WRITER_CLOSE,
	RESPONSE_WRITER_UPGRADE, /* 101: it speaks another protocol */
	RESPONSE_WRITER_INTERIM, /* 1xx: another head follows, which says it */
};

/*
 * Adds the head of a response of this server to text, with Date, Server and, if it has content, the
 * Content-Length of its body. date: date_clock_now. connection: keep-alive or close.
 */
void response_writer_add_head(struct buf *text, const struct response *response, const char *date,
	enum response_writer_connection connection);

/*
 * Adds the head of a response of another server. status is its status line behind the version, such
 * as "200 OK"; fields are those to send, without Connection and Upgrade. upgrade is the protocol to
 * switch to; it counts for RESPONSE_WRITER_UPGRADE only.
 */
void response_writer_forward_head(struct buf *text, struct slice status,
	const struct fields *fields, enum response_writer_connection connection,
	struct slice upgrade);

/* ---- sockets ---- */

/* What a socket has not taken yet. */
struct response_writer;

enum response_writer_verdict {
	RESPONSE_WRITER_DONE,   /* all is sent */
	RESPONSE_WRITER_MORE,   /* the socket is full: go on when it is writable */
	RESPONSE_WRITER_BROKEN, /* the connection is, or the file no longer has its bytes */
};

/*
 * Begins to send head and body. For RESPONSE_WRITER_MORE *writer is set, for the caller to go on
 * with and to destroy; else it is NULL. head and body are used up in every case, and the body is to
 * be cleared by the caller.
 */
enum response_writer_verdict response_writer_begin(
	struct response_writer **writer, int socket, struct buf *head, struct body *body);

/* Sends what the socket takes now. Anything but RESPONSE_WRITER_MORE is the end. */
enum response_writer_verdict response_writer_go_on(struct response_writer *writer, int socket);

/* The bytes that are still to be sent. */
uint64_t response_writer_left(const struct response_writer *writer);

/* NULL is allowed. */
void response_writer_destroy(struct response_writer *writer);

#endif

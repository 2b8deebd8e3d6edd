/*
 * response_writer: writes a response: its head as text, head and body to a socket.
 *
 * The only module that writes status lines (RFC 9112 4). http1 uses it for the responses of this
 * server, the proxy for the heads that it forwards.
 *
 * A small response is sent by one send(2), and nothing is kept if the socket takes it all. A
 * large body is read from its file in bounded pieces and is never in memory as a whole.
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
	RESPONSE_WRITER_SMALL_MAX = 64 * 1024, /* a body up to this size is sent with its head */
	RESPONSE_WRITER_KEEP_ALIVE_S = 5,      /* between requests, as in Node and Apache */
};

/* ---- how long connections are kept ---- */

/*
 * For the whole process, before the first engine is created: how long a connection waits for another request, in
 * place of what each engine has by default. 0: connections of HTTP/1.1 close after each response.
 */
void response_writer_set_keep_alive(unsigned seconds);
/* Whether connections of HTTP/1.1 are kept at all. */
bool response_writer_keeps_alive(void);
/* How long an engine waits for a request, in milliseconds: default_ms unless something else was set. */
unsigned response_writer_idle_ms(unsigned default_ms);

/* ---- heads ---- */

/* What happens to the connection after the response (RFC 9112 9). */
enum response_writer_connection {
	RESPONSE_WRITER_KEEP_ALIVE,
	RESPONSE_WRITER_CLOSE,
	RESPONSE_WRITER_UPGRADE, /* 101: the protocol changes */
	RESPONSE_WRITER_INTERIM, /* 1xx: another head follows on it */
};

/*
 * Adds the head of a response of this server to text, with Date, Server and, if it has content,
 * Content-Length. date is that of date_clock_now; connection is keep-alive or close.
 */
void response_writer_add_head(struct buf *text, const struct response *response, const char *date,
	enum response_writer_connection connection);

/*
 * Adds the head of a response of another server to text. status is its status line without the
 * version, such as "200 OK". fields has no Connection and no Upgrade. upgrade is the new protocol
 * for RESPONSE_WRITER_UPGRADE, else ignored.
 */
void response_writer_forward_head(struct buf *text, struct slice status,
	const struct fields *fields, enum response_writer_connection connection,
	struct slice upgrade);

/* ---- sockets ---- */

/* The rest of a response, which the socket has not taken yet. */
struct response_writer;

enum response_writer_verdict {
	RESPONSE_WRITER_DONE,   /* everything is sent */
	RESPONSE_WRITER_MORE,   /* the socket is full: continue when it is writable */
	RESPONSE_WRITER_BROKEN, /* the connection is broken, or the body cannot be read */
};

/*
 * Begins to send head and body. With RESPONSE_WRITER_MORE, *writer is what the caller continues
 * with and destroys; else it is NULL. Afterwards the contents of head and body are undefined, and
 * the caller clears both.
 */
enum response_writer_verdict response_writer_begin(
	struct response_writer **writer, int socket, struct buf *head, struct body *body);

/* Sends what the socket takes now. Any verdict but RESPONSE_WRITER_MORE is final. */
enum response_writer_verdict response_writer_go_on(struct response_writer *writer, int socket);

/* The number of bytes that are still to be sent. */
uint64_t response_writer_left(const struct response_writer *writer);

/* The bytes of memory that it holds; 0 for NULL. */
size_t response_writer_memory(const struct response_writer *writer);

/* NULL is allowed. */
void response_writer_destroy(struct response_writer *writer);

#endif

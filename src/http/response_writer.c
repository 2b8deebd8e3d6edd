/*
 * response_writer: see response_writer.h. A writer exists only while a socket is full, so most
 * responses need none.
 */
#define _GNU_SOURCE
#include "http/response_writer.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "http/status.h"

/* The bytes that a connection sends before the others get their turn. */
enum { TURN_MAX = 1024 * 1024 };

struct response_writer {
	struct buf head; /* of a small response, with the body behind it */
	struct body body;
};

/* ---- how long connections are kept ---- */

static struct {
	bool is_set;
	unsigned seconds;
} keep_alive;

void
response_writer_set_keep_alive(unsigned seconds)
{
	keep_alive.is_set = true;
	keep_alive.seconds = seconds;
}

bool
response_writer_keeps_alive(void)
{
	return !keep_alive.is_set || keep_alive.seconds;
}

/* With 0, the first request of a connection still takes its time. */
unsigned
response_writer_idle_ms(unsigned default_ms)
{
	return keep_alive.is_set && keep_alive.seconds ? keep_alive.seconds * 1000 : default_ms;
}

/* ---- heads ---- */

static const char version[] = "HTTP/1.1 ";
static const char date_name[] = "\r\nDate: ";
static const char server[] = "\r\nServer: liveserve\r\n";
static const char length_name[] = "Content-Length: ";
static const char keeps[] = "Connection: keep-alive\r\nKeep-Alive: timeout=";
static const char closes[] = "Connection: close\r\n";
static const char upgrades[] = "Connection: Upgrade\r\nUpgrade: ";
static const char line_end[] = "\r\n";

/* Room for the texts above, and for the status, a length and a time, whatever is used of them. */
enum {
	NUMBER_MAX = 20, /* digits */
	HEAD_ROOM = sizeof(version) + sizeof(date_name) + sizeof(server) + sizeof(length_name) +
		    sizeof(keeps) + sizeof(closes) + sizeof(upgrades) + 4 * sizeof(line_end) +
		    3 * NUMBER_MAX + 1
};

/* Each response has a head, of many short texts: room is made once for all of them. */
#define PUT(text, literal) buf_put(text, literal, sizeof(literal) - 1)

static void
put_slice(struct buf *text, struct slice slice)
{
	if (slice.length)
		buf_put(text, slice.at, slice.length);
}

static void
put_end(struct buf *text, enum response_writer_connection connection, struct slice upgrade)
{
	switch (connection) {
	case RESPONSE_WRITER_KEEP_ALIVE:
		PUT(text, keeps);
		buf_add_number(
			text, response_writer_idle_ms(RESPONSE_WRITER_KEEP_ALIVE_S * 1000) / 1000);
		PUT(text, line_end);
		break;
	case RESPONSE_WRITER_CLOSE:
		PUT(text, closes);
		break;
	case RESPONSE_WRITER_UPGRADE:
		PUT(text, upgrades);
		put_slice(text, upgrade);
		PUT(text, line_end);
		break;
	case RESPONSE_WRITER_INTERIM:
		break;
	}
	PUT(text, line_end);
}

void
response_writer_add_head(struct buf *text, const struct response *response, const char *date,
	enum response_writer_connection connection)
{
	struct slice reason = slice_of(status_reason(response->status)), when = slice_of(date);
	struct slice fields = buf_slice(&response->fields.text);

	buf_reserve(text, HEAD_ROOM + reason.length + when.length + fields.length);
	PUT(text, version);
	buf_add_number(text, (uint64_t)response->status);
	PUT(text, " ");
	put_slice(text, reason);
	PUT(text, date_name);
	put_slice(text, when);
	PUT(text, server);
	if (response->has_content) {
		PUT(text, length_name);
		buf_add_number(text, response->body.length);
		PUT(text, line_end);
	}
	put_slice(text, fields);
	put_end(text, connection, (struct slice){0});
}

void
response_writer_forward_head(struct buf *text, struct slice status, const struct fields *fields,
	enum response_writer_connection connection, struct slice upgrade)
{
	buf_reserve(text, HEAD_ROOM + status.length + fields->text.length + upgrade.length);
	PUT(text, version);
	put_slice(text, status);
	PUT(text, line_end);
	put_slice(text, buf_slice(&fields->text));
	put_end(text, connection, upgrade);
}

/* ---- sockets ---- */

static struct response_writer *
create(void)
{
	struct response_writer *writer = mem_zero(sizeof(*writer));

	body_init(&writer->body);
	return writer;
}

void
response_writer_destroy(struct response_writer *writer)
{
	if (!writer)
		return;
	buf_finish(&writer->head);
	body_finish(&writer->body);
	free(writer);
}

uint64_t
response_writer_left(const struct response_writer *writer)
{
	return writer->head.length + writer->body.length;
}

size_t
response_writer_memory(const struct response_writer *writer)
{
	return writer ? writer->head.capacity + writer->body.text.capacity : 0;
}

static bool
has_to_wait(void)
{
	return errno == EAGAIN || errno == EINTR;
}

/* Returns false when the connection is broken. */
static bool
send_head(struct buf *head, int socket, int flags)
{
	ssize_t sent = send(socket, head->bytes, head->length, MSG_NOSIGNAL | flags);

	if (sent < 0)
		return has_to_wait();
	buf_drop(head, (size_t)sent);
	return true;
}

static enum response_writer_verdict
send_both(struct buf *head, struct body *body, int socket)
{
	if (head->length && !send_head(head, socket, body->length ? MSG_MORE : 0))
		return RESPONSE_WRITER_BROKEN;
	if (head->length == 0 && body_send(body, socket, TURN_MAX) < 0 && errno != EAGAIN)
		return RESPONSE_WRITER_BROKEN;
	return head->length || body->length ? RESPONSE_WRITER_MORE : RESPONSE_WRITER_DONE;
}

enum response_writer_verdict
response_writer_go_on(struct response_writer *writer, int socket)
{
	return send_both(&writer->head, &writer->body, socket);
}

/*
 * Adds the body to the head, so that one send(2) is enough. Returns false when it cannot be read.
 */
static bool
join(struct buf *head, struct body *body)
{
	size_t length = (size_t)body->length;

	if (length == 0)
		return true;
	buf_reserve(head, length);
	if (body_read(body, head->bytes + head->length, length) != (ssize_t)length)
		return false;
	head->length += length;
	return true;
}

static enum response_writer_verdict
send_small(struct response_writer **writer, int socket, struct buf *head, struct body *body)
{
	ssize_t sent;

	if (!join(head, body))
		return RESPONSE_WRITER_BROKEN;
	sent = send(socket, head->bytes, head->length, MSG_NOSIGNAL);
	if (sent < 0 && !has_to_wait())
		return RESPONSE_WRITER_BROKEN;
	if (sent < 0)
		sent = 0;
	if ((size_t)sent == head->length)
		return RESPONSE_WRITER_DONE;
	*writer = create();
	buf_add(&(*writer)->head, head->bytes + sent, head->length - (size_t)sent);
	return RESPONSE_WRITER_MORE;
}

enum response_writer_verdict
response_writer_begin(
	struct response_writer **writer, int socket, struct buf *head, struct body *body)
{
	enum response_writer_verdict verdict;

	*writer = NULL;
	if (body->length <= RESPONSE_WRITER_SMALL_MAX)
		return send_small(writer, socket, head, body);
	verdict = send_both(head, body, socket);
	if (verdict == RESPONSE_WRITER_MORE) {
		*writer = create();
		buf_add_slice(&(*writer)->head, buf_slice(head));
		body_move(&(*writer)->body, body);
	}
	return verdict;
}

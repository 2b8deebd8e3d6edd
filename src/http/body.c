/*
 * body: see body.h. Owns the text and the descriptor of the file. Files are read with pread(2) or
 * sent with sendfile(2), never mapped: if a file shrinks, that is a short read, not a SIGBUS.
 */
#define _GNU_SOURCE
#include "http/body.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

void
body_init(struct body *body)
{
	body->file = -1;
	body->is_borrowed = false;
	body->text = (struct buf){0};
	body->length = 0;
	body->at = body->count = 0;
	body->ended = NULL;
	body->ended_context = NULL;
}

void
body_on_end(struct body *body, body_ended_fn *fn, void *context)
{
	body->ended = fn;
	body->ended_context = context;
}

/* Its function is called for the first end only. */
static void
tell_end(struct body *body)
{
	body_ended_fn *fn = body->ended;

	body->ended = NULL;
	if (fn)
		fn(body->ended_context, body->length);
}

static void
drop_file(struct body *body)
{
	if (body->file >= 0 && !body->is_borrowed)
		close(body->file);
	body->file = -1;
	body->is_borrowed = false;
}

void
body_clear(struct body *body)
{
	tell_end(body);
	drop_file(body);
	buf_clear(&body->text);
	body->length = 0;
	body->at = body->count = 0;
}

void
body_finish(struct body *body)
{
	body_clear(body);
	buf_finish(&body->text);
}

static void
own_text(struct body *body, struct body_piece *piece)
{
	if (!piece->lent)
		return;
	buf_add(&body->text, piece->lent + piece->offset, piece->length);
	piece->offset = body->text.length - piece->length;
	piece->lent = NULL;
}

void
body_move(struct body *to, struct body *from)
{
	/* Without a descriptor the file cannot be read, and the connection is closed. */
	to->file = from->is_borrowed ? fcntl(from->file, F_DUPFD_CLOEXEC, 0) : from->file;
	to->is_borrowed = false;
	to->text = from->text;
	to->length = from->length;
	to->at = from->at;
	to->count = from->count;
	to->ended = from->ended;
	to->ended_context = from->ended_context;
	memcpy(to->pieces, from->pieces, from->count * sizeof(from->pieces[0]));
	for (unsigned i = to->at; i < to->count; i++)
		own_text(to, &to->pieces[i]);
	body_init(from);
}

void
body_set_file(struct body *body, int file)
{
	drop_file(body);
	body->file = file;
}

void
body_borrow_file(struct body *body, int file)
{
	body_set_file(body, file);
	body->is_borrowed = true;
}

int
body_give_file(struct body *body)
{
	body->is_borrowed = true;
	return body->file;
}

static bool
add_piece(struct body *body, bool is_file, const char *lent, uint64_t offset, uint64_t length)
{
	if (length == 0)
		return true;
	if (body->count == BODY_PIECES_MAX)
		return false;
	body->pieces[body->count++] = (struct body_piece){
		.is_file = is_file, .lent = lent, .offset = offset, .length = length};
	body->length += length;
	return true;
}

bool
body_add_text(struct body *body, struct slice text)
{
	uint64_t offset = body->text.length;

	if (text.length)
		buf_add_slice(&body->text, text);
	return add_piece(body, false, NULL, offset, text.length);
}

bool
body_lend_text(struct body *body, struct slice text)
{
	return add_piece(body, false, text.at, 0, text.length);
}

bool
body_add_file(struct body *body, uint64_t offset, uint64_t length)
{
	return add_piece(body, true, NULL, offset, length);
}

static const char *
text_of(const struct body *body, const struct body_piece *piece)
{
	return (piece->lent ? piece->lent : body->text.bytes) + piece->offset;
}

static void
advance(struct body *body, uint64_t length)
{
	struct body_piece *piece = &body->pieces[body->at];

	piece->offset += length;
	piece->length -= length;
	body->length -= length;
	if (piece->length == 0)
		body->at++;
}

ssize_t
body_read(struct body *body, char *bytes, size_t size)
{
	size_t filled = 0;

	while (filled < size && body->at < body->count) {
		struct body_piece *piece = &body->pieces[body->at];
		size_t part = size - filled;
		ssize_t got;

		if (part > piece->length)
			part = (size_t)piece->length;
		if (piece->is_file) {
			got = pread(body->file, bytes + filled, part, (off_t)piece->offset);
			if (got <= 0)
				return -1;
			part = (size_t)got;
		} else {
			memcpy(bytes + filled, text_of(body, piece), part);
		}
		filled += part;
		advance(body, part);
	}
	return (ssize_t)filled;
}

bool
body_load(struct body *body)
{
	struct buf text = {0};
	size_t length = (size_t)body->length;
	body_ended_fn *ended = body->ended;
	bool is_read;

	body->ended = NULL; /* this is not its end */
	buf_reserve(&text, length);
	is_read = body_read(body, text.bytes, length) == (ssize_t)length;
	text.length = length;
	body_finish(body);
	body->ended = ended;
	if (!is_read) {
		body->length = length;
		tell_end(body);
		body->length = 0;
		buf_finish(&text);
		return false;
	}
	text.bytes[length] = '\0';
	body->text = text;
	return add_piece(body, false, NULL, 0, length);
}

static ssize_t
send_piece(const struct body *body, int socket, size_t limit)
{
	const struct body_piece *piece = &body->pieces[body->at];
	off_t offset = (off_t)piece->offset;
	size_t part = piece->length < limit ? (size_t)piece->length : limit;
	int flags = MSG_NOSIGNAL | (body->at + 1 < body->count ? MSG_MORE : 0);
	ssize_t sent;

	if (!piece->is_file)
		return send(socket, text_of(body, piece), part, flags);
	sent = sendfile(socket, body->file, &offset, part);
	if (sent == 0) {
		errno = EIO;
		return -1;
	}
	return sent;
}

ssize_t
body_send(struct body *body, int socket, size_t limit)
{
	size_t sent = 0;

	while (sent < limit && body->at < body->count) {
		ssize_t part = send_piece(body, socket, limit - sent);

		if (part < 0 && errno == EINTR)
			continue;
		if (part < 0)
			return sent && errno == EAGAIN ? (ssize_t)sent : -1;
		advance(body, (uint64_t)part);
		sent += (size_t)part;
	}
	return (ssize_t)sent;
}

/*
 * body: the bytes of a response, as a list of pieces that are read one after the other.
 *
 * A piece is text in memory or a part of one open file. So a page with an inserted tag is file,
 * text, file, and a response with two ranges is text, file, text, file, text. A file is never read
 * as a whole.
 */
#ifndef BODY_H
#define BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"

struct body_piece {
	bool is_file;
	const char *lent; /* text that belongs to the caller; NULL: it is in the body's text */
	uint64_t offset;  /* in the file, or in the text */
	uint64_t length;
};

enum { BODY_PIECES_MAX = 40 };

/* Hears that nothing more of a body is read. left is the number of bytes that were not. */
typedef void body_ended_fn(void *context, uint64_t left);

/* Made by body_init; the caller owns the memory and calls body_finish. Read the members only. */
struct body {
	int file;         /* -1 when there is none */
	bool is_borrowed; /* file belongs to the caller */
	struct buf text;
	uint64_t length; /* bytes that are not read yet */
	unsigned at;     /* the index of the current piece */
	unsigned count;
	body_ended_fn *ended; /* or NULL */
	void *ended_context;
	struct body_piece pieces[BODY_PIECES_MAX];
};

void body_init(struct body *body);
void body_finish(struct body *body);
/* Empties the body like body_finish, but keeps the memory of the text. */
void body_clear(struct body *body);

/*
 * Moves everything from one body to another, which must be finished or new. from is empty
 * afterwards. What was lent or borrowed is copied (a file by dup(2)), so the lender may take it back.
 */
void body_move(struct body *to, struct body *from);

/*
 * Calls fn once: when the body, wherever it was moved, is cleared or finished. fn must not use the body.
 * To be called for a body that is complete.
 */
void body_on_end(struct body *body, body_ended_fn *fn, void *context);

/* Takes the descriptor of a file that is open for reading, and closes the previous one. */
void body_set_file(struct body *body, int file);
/* The same, but the descriptor stays the caller's, who keeps it open until the body is cleared. */
void body_borrow_file(struct body *body, int file);
/* Gives the descriptor to the caller; the body still borrows it. */
int body_give_file(struct body *body);

/*
 * Adds a piece: a copy of text, or length bytes of the file from offset on. An empty piece is left
 * out. Returns false when there are BODY_PIECES_MAX already.
 */
bool body_add_text(struct body *body, struct slice text);
bool body_add_file(struct body *body, uint64_t offset, uint64_t length);
/* The same without a copy: text stays the caller's, who keeps it until the body is cleared. */
bool body_lend_text(struct body *body, struct slice text);

/*
 * Reads what is left into memory, so that the file is not needed any more, and closes it if it is the body's.
 * For bodies that are small. Returns false when the file cannot be read or has become shorter than its pieces.
 */
bool body_load(struct body *body);

/*
 * Copies up to size of the next bytes. Returns how many, 0 at the end, or -1 when the file cannot
 * be read or has become shorter than its pieces: then the connection must be closed.
 */
ssize_t body_read(struct body *body, char *bytes, size_t size);

/*
 * Sends up to limit of the next bytes to a socket, pieces of the file by sendfile(2). Returns how
 * many, 0 at the end; -1 with errno: EAGAIN when the socket is full, EIO when the file has become
 * shorter than its pieces.
 */
ssize_t body_send(struct body *body, int socket, size_t limit);

#endif

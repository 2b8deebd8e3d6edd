/*
 * inbox: puts the messages of pages together from their pieces, and limits what that takes.
 *
 * A piece is what libwebsockets passes at once. Short messages are put together for all pages at the
 * same time. Long ones take turns: INBOX_LARGE_MAX of them have a place, and the other pages are not
 * read until there is one. So thousands of pages need little memory, and lose nothing.
 */
#ifndef INBOX_H
#define INBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/loop.h"
#include "base/rate_limit.h"
#include "live/hub.h"
#include "live/protocol.h"
#include "live/queue.h"

enum {
	INBOX_SMALL_MAX = 8 * 1024,        /* bytes of a message that needs no place */
	INBOX_LARGE_MAX = 32,              /* places for larger ones */
	INBOX_LARGE_US = 10 * 1000 * 1000, /* how long a message may take, once it has a place */
};

/* The inbox of one page. Read the members only. */
struct inbox {
	struct queue_item item; /* in the queue of those that wait for a place */
	struct inboxes *inboxes;
	void *socket;
	enum protocol protocol;
	bool has_place;
	struct buf message; /* the beginning of an incomplete message */
	struct rate_state rate;
	struct loop_timer late; /* set while it has a place */
};

/* What all inboxes share: the places, and who waits for one. */
struct inboxes {
	struct loop *loop;
	const struct hub *hub;
	void (*read)(void *socket);  /* the page has a place and is to be read again */
	void (*close)(void *socket); /* its message took too long */
	size_t places;               /* that are taken */
	struct queue waiting;
};

/* Keeps the pointers. There is nothing to finish. */
void inboxes_init(struct inboxes *inboxes, struct loop *loop, const struct hub *hub,
	void (*read)(void *socket), void (*close)(void *socket));

/* Gives free places to those that wait. To be called in every round of the loop. */
void inboxes_admit(struct inboxes *inboxes);

/* socket is the argument of inboxes.read and inboxes.close. */
void inbox_init(struct inbox *inbox, struct inboxes *inboxes, enum protocol protocol, void *socket);
void inbox_finish(struct inbox *inbox);

enum inbox_verdict {
	INBOX_MORE,      /* the message is not complete */
	INBOX_COMPLETE,  /* inbox->message is the message; the caller then calls inbox_clear() */
	INBOX_TOO_LARGE, /* more than the protocol allows */
	INBOX_TOO_OFTEN, /* more pieces than any page needs */
};

/* Adds a piece; is_last: it is the last one of its message. */
enum inbox_verdict inbox_add(struct inbox *inbox, const char *bytes, size_t length, bool is_last);
void inbox_clear(struct inbox *inbox);

/* Whether the page is to be read. If not, inboxes.read will be called. */
bool inbox_may_read(struct inbox *inbox);

#endif

/*
 * messages: what is written to a page next, and what its hello means.
 *
 * A page has no queue. It has the number of the last batch of the journal that was sent to it, and
 * its next message is made of everything after that number. So a slow page costs nothing, changes
 * are merged, and a page that comes back after a minute is the same case as one that was slow for a
 * minute.
 *
 * A liveserve.v1 page can ask for a stamp: one hash of the states of all the addresses it uses.
 * When the page comes back with a number that the journal does not know (another run of the
 * program, or too long ago) and its stamp is still the same, nothing that it uses has changed and
 * it goes on; otherwise it has to reload.
 */
#ifndef MESSAGES_H
#define MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "live/journal.h"
#include "live/problems.h"
#include "live/protocol.h"

/*
 * Finds the state of what is shown at url (canonical): a hash that changes when the bytes or fields
 * that a browser gets for it change. Returns false when it is not known now.
 */
typedef bool messages_state_fn(void *context, struct slice url, uint64_t *state);

struct messages_options {
	const struct journal *journal;   /* pointer is kept */
	const struct problems *problems; /* pointer is kept; NULL: no file has a problem */
	messages_state_fn *find_state;   /* NULL: there are no stamps */
	void *context;                   /* of find_state */
	bool reloads;                    /* pages reload where they could update in place */
};

/* What all pages share. */
struct messages;

struct messages *messages_create(const struct messages_options *options);
void messages_destroy(struct messages *messages);
/* From now on pages reload where they could update in place, or no longer do. */
void messages_set_reloads(struct messages *messages, bool reloads);

/* How far one page has come. The members are for messages.c; hub reads protocol and is_known. */
struct messages_page {
	enum protocol protocol;
	bool is_known;        /* it gets changes: it has sent its hello, or its protocol has none */
	bool owes_hello;      /* the answer to its hello comes next */
	bool owes_reload;     /* what it missed is not known, so it has to reload */
	uint64_t sent_number; /* of the last batch that was sent to it */
	/*
	 * LiveReload: how many commands were sent for the batches after sent_number to this number.
	 */
	size_t commands_sent;
	uint64_t commands_number;
	struct buf stamp_urls; /* the addresses of which it waits for a stamp, each with a NUL */
};

/* A page has connected. It needs nothing of what has changed before. */
void messages_page_init(
	const struct messages *messages, struct messages_page *page, enum protocol protocol);
void messages_page_finish(struct messages_page *page);

/* Takes a hello of liveserve.v1: page gets what it missed since the number in the hello. */
void messages_take_hello(const struct messages *messages, struct messages_page *page,
	const struct protocol_message *hello);
/* Takes a hello of LiveReload, which has no number: page gets what changed since it connected. */
void messages_take_livereload_hello(struct messages_page *page);
/* Takes a list of the addresses that page uses: it gets their stamp. Empties message->urls. */
void messages_take_uses(struct messages_page *page, struct protocol_message *message);

/*
 * Adds the next message for page to text and counts it as sent. While is_paused, only answers to a
 * hello and stamps are written. Returns false, having added nothing, when there is no message;
 * after true the caller asks again.
 */
bool messages_next(
	struct messages *messages, struct messages_page *page, bool is_paused, struct buf *text);

enum { MESSAGES_URLS_OF_FILE = 2 };
/*
 * The canonical addresses of the file at path (relative to the root): its own, and that of its
 * folder when it is an index file. Returns how many; the caller frees each.
 */
size_t messages_urls_of(struct slice path, char *urls[MESSAGES_URLS_OF_FILE]);

#endif

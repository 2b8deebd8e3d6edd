/*
 * messages: decides what is sent to a page next.
 *
 * A page has no queue. It has the number of the last batch of the journal that was sent to it; its
 * next message contains everything after that number. So a slow page needs no memory, changes are
 * merged, and a page that reconnects after a minute is handled like a page that was slow for a
 * minute.
 *
 * A liveserve.v1 page gets a stamp: one hash of the states of all the addresses that it uses. It is
 * for a page that reconnects with a number that the journal does not know (from another run of the
 * program, or too old). If the stamp in its hello is still correct, nothing that the page uses has
 * changed. Otherwise the page has to reload. While the stamp is being made, the page gets nothing.
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
#include "live/stamps.h"
#include "names/index_names.h"
#include "names/url_set.h"

struct messages_options {
	const struct journal *journal;
	const struct problems *problems; /* NULL: no file has a problem */
	struct stamps *stamps;
	struct index_names index_names;
	bool reloads;   /* pages reload where they could update in place */
	bool is_unsure; /* pages ask for their document before they load it again: see hub.h */
};

/* What all pages share. */
struct messages;

/* Copies options and keeps all pointers in it. Never NULL. */
struct messages *messages_create(const struct messages_options *options);
void messages_destroy(struct messages *messages);
/* Sets messages_options.reloads and .is_unsure. */
void messages_reconfigure(struct messages *messages, bool reloads, bool is_unsure);

/*
 * From now on each page of liveserve.v1 is asked, as soon as it was told of everything, to say when it shows that.
 * Returns the number of the question, which is larger than those before.
 */
uint64_t messages_ask(struct messages *messages);
/* No page is asked from now on. */
void messages_stop_asking(struct messages *messages);

/* Sets the message that says how things are with the editor. Pages that see the editor get it, the newest alone. */
void messages_set_editor(struct messages *messages, struct slice text);

/* The state of one page. The members are for messages.c; hub reads protocol and is_known. */
struct messages_page {
	enum protocol protocol;
	bool sees_drafts;     /* what it loads is what editors have not saved; set by hub */
	bool sees_editor;     /* it is told of the editor; set by hub */
	bool gets_changes;    /* it gets changes: it has sent its hello, or its protocol has none */
	bool is_hello_due;    /* its next message is the answer to its hello */
	bool is_check_due;    /* LiveReload: its next message is the answer to its check */
	bool is_reload_due;   /* it has to reload, because what it missed is unknown */
	uint64_t sent_number; /* of the last batch that was sent to it */
	/*
	 * LiveReload: how many commands were sent for the batches after sent_number up to this
	 * number.
	 */
	size_t commands_sent;
	uint64_t commands_number;
	uint64_t editor_number;   /* of the message of messages_set_editor() that was sent to it */
	struct stamps_wait stamp; /* that it gets next */
	/* Its hello had a stamp: claimed is what it was, and check is what it should be. */
	struct stamps_wait check;
	uint64_t claimed;
	void *socket;         /* for stamps */
	uint64_t asked_round; /* of the last question that was sent to it */
	/* What it has answered last, and to which question; 0: to none. */
	uint64_t answered_round;
	struct buf errors, failed; /* of protocol_message */
	bool is_leaving;           /* it is about to load again */
};

/*
 * Initializes page, which has connected. It does not get earlier changes. socket is the argument of
 * the wake function of stamps.
 */
void messages_page_init(const struct messages *messages, struct messages_page *page,
	enum protocol protocol, void *socket);
void messages_page_finish(const struct messages *messages, struct messages_page *page);

/*
 * Processes a hello of liveserve.v1: page gets the changes since the number in the hello.
 * Takes hello->urls.
 */
void messages_take_hello(const struct messages *messages, struct messages_page *page,
	struct protocol_message *hello);
/*
 * Processes a hello of LiveReload, which has no number: page gets the changes since it connected.
 */
void messages_take_livereload_hello(struct messages_page *page);
/* Processes a check of LiveReload: page gets an answer, but no changes. */
void messages_take_livereload_check(struct messages_page *page);
/* Processes a list of the addresses that page uses: page gets their stamp. Takes message->urls. */
void messages_take_uses(const struct messages *messages, struct messages_page *page,
	struct protocol_message *message);
/* Processes leaving and settled. Takes message->errors and message->failed. */
void messages_take_answer(struct messages_page *page, struct protocol_message *message);

/*
 * Adds the next message for page to text and records it as sent. If is_paused, only answers to a
 * hello and stamps are added. Returns false, without adding anything, when there is no message.
 * After true there may be another one.
 */
bool messages_next(
	struct messages *messages, struct messages_page *page, bool is_paused, struct buf *text);
/* Returns false when messages_next() would add nothing; true when it may. It changes nothing. */
bool messages_may_have_next(const struct messages *messages, const struct messages_page *page);

/*
 * Adds the addresses that the last batch affects to the empty set urls, and sorts it. Returns false when anything may
 * have changed.
 */
bool messages_find_affected(const struct messages *messages, struct url_set *urls);

#endif

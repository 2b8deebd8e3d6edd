/*
 * hub: the open pages: which of them use a changed file, how many there are, and what they report.
 *
 * What is sent to a page is made in messages.c. The hub knows nothing of sockets: a page has a
 * pointer to one, which is handed to wake whenever the page may have a message.
 */
#ifndef HUB_H
#define HUB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "live/journal.h"
#include "live/problems.h"
#include "live/protocol.h"

struct hub;
struct hub_page;

/* What a page reports: an error in it, or a line of its console. Everything is borrowed. */
struct page_message {
	const char *level;   /* "error", "warn", "info", "log" or "debug" */
	struct slice page;   /* its address, or empty */
	const char *browser; /* NULL when it is not known */
	struct slice text;
	struct slice source; /* the place it comes from, or empty */
};

/*
 * Asks the socket of a page to call hub_next_message as soon as it can send. It must not call it at
 * once.
 */
typedef void hub_wake_fn(void *socket);

/*
 * Finds the state of what is shown at url (canonical): a hash that changes when what a browser gets
 * for it changes. Returns false when it is not known now.
 */
typedef bool hub_find_state_fn(void *context, struct slice url, uint64_t *state);

/* A page reports something. The console level and a rate limit for each page have let it pass. */
typedef void hub_said_fn(void *context, const struct page_message *said);

/* Which reports of pages are passed on. */
enum hub_console {
	HUB_CONSOLE_ERRORS,
	HUB_CONSOLE_ALL,
	HUB_CONSOLE_NONE,
};

/* What can be changed while pages are open. */
struct hub_settings {
	bool reloads; /* pages reload where they could update in place */
	enum hub_console console;
};

struct hub_options {
	const struct journal *journal;   /* pointer is kept */
	const struct problems *problems; /* pointer is kept; NULL: no file has a problem */
	hub_wake_fn *wake;
	hub_find_state_fn *find_state; /* NULL: a page that comes from another run reloads */
	hub_said_fn *said;             /* NULL: reports are dropped */
	void *context;                 /* of find_state and said */
	struct hub_settings settings;
};

struct hub *hub_create(const struct hub_options *options);
/* Every page must have left. NULL is fine. */
void hub_destroy(struct hub *hub);
void hub_reconfigure(struct hub *hub, const struct hub_settings *settings);

/* From hub_pause to hub_resume no page gets changes. Then each gets at once what it missed. */
void hub_pause(struct hub *hub);
void hub_resume(struct hub *hub);
bool hub_is_paused(const struct hub *hub);

/*
 * A page has connected. browser is the name of its browser, a string that outlives the page, or
 * NULL when it is not known. socket is handed to wake. The page lives until hub_leave.
 */
struct hub_page *hub_join(
	struct hub *hub, enum protocol protocol, const char *browser, void *socket);
void hub_leave(struct hub *hub, struct hub_page *page);

/*
 * A whole message of length bytes came from page. Returns false when it breaks the page's protocol:
 * the caller then closes the connection.
 */
bool hub_receive(struct hub *hub, struct hub_page *page, const char *text, size_t length);

/*
 * Adds the next message for page to text and counts it as sent. Returns false, having added
 * nothing, when there is none. After true there may be another: ask again.
 */
bool hub_next_message(struct hub *hub, struct hub_page *page, struct buf *text);

/*
 * A batch is new in the journal: wakes every page, unless the hub is paused: the list of what a
 * page uses is always a little old, so every page decides for itself. Returns how many pages use
 * something of the batch, or may: a page that has not sent its list counts.
 */
size_t hub_publish(struct hub *hub);

/*
 * How many pages use the file at path, or may. path is relative to the root; that of a folder ends
 * in '/'.
 */
size_t hub_pages_using(const struct hub *hub, struct slice path);

/* How many pages get changes: all but those that have not sent their hello yet. */
size_t hub_page_count(const struct hub *hub);

#endif

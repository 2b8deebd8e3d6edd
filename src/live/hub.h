/*
 * hub: the open pages: which of them use a changed file, how many there are, and what they report.
 *
 * messages.c composes what is sent to a page. The hub does not know what a socket is: it has a
 * pointer to one for each page, and passes it to wake whenever there may be a message for the page.
 */
#ifndef HUB_H
#define HUB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/loop.h"
#include "console/page_reports.h"
#include "live/journal.h"
#include "live/problems.h"
#include "live/protocol.h"
#include "names/index_names.h"
#include "watch/watch.h"

struct hub;
struct hub_page;

/*
 * Makes the socket of a page call hub_next_message() as soon as it can send. The function must not
 * call it itself.
 */
typedef void hub_wake_fn(void *socket);

/*
 * What the hub is given as the socket of a page when pages have connections of several kinds:
 * hub_wake_socket(), which is then hub_options.wake, calls the function of each.
 */
struct hub_socket {
	hub_wake_fn *wake;
	void *context; /* its argument */
};

/* A hub_wake_fn; socket is a struct hub_socket. */
void hub_wake_socket(void *socket);

/*
 * Finds the state of url (canonical): a hash that changes when the response to a GET of url
 * changes. WATCH_BUSY: it is called again after a round of the loop.
 */
typedef enum watch_verdict hub_find_state_fn(void *context, struct slice url, uint64_t *state);

/* Gets a report of a page that passed the console level and the limits of page_reports. */
typedef page_reports_fn hub_report_fn;

/* A page that has just said hello, in liveserve.v1. Everything is borrowed. */
struct hub_arrival {
	struct slice page;   /* its URL path, or empty */
	const char *browser; /* NULL when it is unknown */
	uint64_t peer;       /* of its visitor */
};

typedef void hub_arrived_fn(void *context, const struct hub_arrival *arrival);

/* What a page is shown that is for some pages only. */
enum hub_sight {
	HUB_SEES_DRAFTS = 1, /* what it loads is what editors have not saved: it is told of that */
	HUB_SEES_EDITOR = 2, /* it is told of the editor, and may have files opened there */
};

/* What the request of a page says of who has opened it. Zeroed: nothing. */
struct hub_visitor {
	uint64_t peer;      /* peer.key of the request, for the limits of reports */
	const char *device; /* NULL, or outlives the page (user_agent.h) */
	unsigned version;   /* of the browser; 0 when it is unknown */
	unsigned sees;      /* bits of enum hub_sight; they count in liveserve.v1 only */
	bool has_events;    /* it is connected by Server-Sent Events, not by a WebSocket */
};

/* What is known of an open page. The address is valid until control returns to the loop. */
struct hub_page_state {
	uint64_t id;          /* of this connection; no other has ever had it */
	struct slice address; /* its URL path; empty until its hello, and in the other protocols */
	const char *browser;  /* NULL when it is unknown; so is device */
	unsigned version;     /* of the browser; 0 when it is unknown */
	const char *device;
	uint64_t peer;
	enum protocol protocol;
	bool has_events;  /* of hub_visitor */
	bool is_greeted;  /* it gets changes */
	bool must_reload; /* it comes from another run, and what it missed is being found out */
	uint64_t number;  /* of the last batch that it was told of */
	uint64_t behind;  /* batches that it was not told of yet */
	bool has_uses;    /* it has said what it uses */
	size_t use_count;
	bool was_user; /* it uses something of the last batch, so it counts as told */
	struct slice
		last_error; /* its text, a NUL, and its source, which may be empty; empty: none */
	bool is_leaving;    /* it is about to load again */
	/* The last question of hub_ask that it has answered, and what it has said (protocol_message). */
	uint64_t answered_round;
	const struct buf *errors, *failed;
};

/* A page asks for a file to be opened in the editor. url is canonical; line and column are from 1. */
typedef void hub_show_fn(void *context, struct slice url, uint32_t line, uint32_t column);

typedef void hub_look_fn(void *context, const struct hub_page_state *page);

/*
 * A page has come or left, was told of a batch or has answered a question of hub_ask. left is the page that has
 * left, or NULL. It must not change the hub.
 */
typedef void hub_noted_fn(void *context, const struct hub_page_state *left);

/* Which reports of pages are passed on. */
enum hub_console {
	HUB_CONSOLE_ERRORS,
	HUB_CONSOLE_ALL,
	HUB_CONSOLE_NONE,
};

/* Calls add for each page of the site that the server makes of the file at path, with its name. */
typedef void hub_find_made_fn(
	void *context, struct slice path, void (*add)(void *to, struct slice page), void *to);

/* What can be changed while pages are open. */
struct hub_settings {
	bool reloads; /* pages reload where they could update in place */
	enum hub_console console;
	/*
	 * Other servers make documents, which may not be there yet, or browsers keep files, and do not ask for them: then
	 * a page asks for its document before it loads again.
	 */
	bool is_unsure;
};

struct hub_options {
	struct loop *loop; /* may be NULL for a few pages without find_state */
	const struct journal *journal;
	const struct problems *problems; /* NULL: no file has a problem */
	hub_wake_fn *wake;
	hub_find_state_fn *find_state; /* NULL: a page that comes from another run reloads */
	hub_report_fn *report;         /* NULL: reports are dropped */
	hub_arrived_fn *arrived;       /* NULL: not called */
	hub_noted_fn *noted;           /* NULL: not called */
	hub_show_fn *show; /* NULL: not called. Only pages that see the editor may ask */
	void *context;     /* of find_state, report, arrived, noted and show */
	struct index_names index_names;
	struct hub_settings settings;
};

/* Copies options and keeps all pointers in it. Never NULL. */
struct hub *hub_create(const struct hub_options *options);
/* Every page must have left. NULL is fine. */
void hub_destroy(struct hub *hub);
void hub_reconfigure(struct hub *hub, const struct hub_settings *settings);

/* Between hub_pause and hub_resume no page gets changes. Afterwards each gets what it missed. */
void hub_pause(struct hub *hub);
void hub_resume(struct hub *hub);
bool hub_is_paused(const struct hub *hub);

/*
 * While more changes are expected, only pages of liveserve.v1 are told at once: they take later ones in.
 * A message of the other protocols can only mean a reload, so there it waits for the last change.
 */
void hub_set_settling(struct hub *hub, bool is_settling);

/*
 * Adds a page that has connected. browser is the name of its browser, a string that must outlive
 * the page, or NULL when it is unknown. socket is the argument of wake for this page. The page is
 * valid until hub_leave().
 */
struct hub_page *hub_join(
	struct hub *hub, enum protocol protocol, const char *browser, void *socket);
/* Says who has opened the page; copied. At first nothing is known. */
void hub_set_visitor(struct hub_page *page, const struct hub_visitor *visitor);
void hub_leave(struct hub *hub, struct hub_page *page);

/*
 * Processes one whole message from page; length is in bytes. Returns false when the message
 * violates the page's protocol. The caller then closes the connection.
 */
bool hub_receive(struct hub *hub, struct hub_page *page, const char *text, size_t length);

/*
 * Adds the next message for page to text and records it as sent. Returns false, without adding
 * anything, when there is none. After true there may be another one, so the caller calls again.
 */
bool hub_next_message(struct hub *hub, struct hub_page *page, struct buf *text);
/* Returns false when hub_next_message() would add nothing; true when it may. It changes nothing. */
bool hub_may_have_message(const struct hub *hub, const struct hub_page *page);

/*
 * To be called after a batch was added to the journal. Wakes all pages, unless the hub is paused.
 * Every page gets every change and decides itself, because the list of what it uses may be out of
 * date here. Returns the number of pages that use something in the batch. A page that has not sent
 * its list counts.
 */
size_t hub_publish(struct hub *hub);

/* Tells the pages that see the editor how things are with it, by a message (points.h). Those that come later, too. */
void hub_set_editor(struct hub *hub, struct slice message);

/* Says which pages use files that they do not name. Without it, or with NULL, none do. */
void hub_set_find_made(struct hub *hub, hub_find_made_fn *fn, void *context);

/*
 * The number of pages that use the file at path, or are made of it; a page that has not sent its list counts. path is
 * relative to the root; that of a folder ends in '/'.
 */
size_t hub_pages_using(const struct hub *hub, struct slice path);

/*
 * The bytes of the messages from pages that are being processed. A caller that waits with the next
 * large message while there are many keeps the memory small.
 */
size_t hub_backlog(const struct hub *hub);

/* The number of pages that get changes: all but those whose hello has not arrived yet. */
size_t hub_page_count(const struct hub *hub);

/* Calls fn for each connected page, the newest first. fn must not change the hub. */
void hub_look(const struct hub *hub, hub_look_fn *fn, void *context);

/*
 * Asks each page of liveserve.v1, also those that come later, to say when it shows all that it was told of, and what is
 * wrong with it then. Returns the number of the question, which is larger than those before. A page that is told of
 * a change later has to be asked anew.
 */
uint64_t hub_ask(struct hub *hub);
/* Nobody wants to know any more. */
void hub_stop_asking(struct hub *hub);

#endif

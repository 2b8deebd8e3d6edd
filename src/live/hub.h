/*
 * hub: the open pages, and what each still has to be told.
 *
 * Room: site. A page has no queue: it has the number up to which it was told, and its next message
 * is whatever the journal holds since then. So a slow page costs nothing, changes merge by
 * themselves, and coming back after a minute is the same as having been slow for a minute.
 *
 * A page says which addresses it uses and is given a stamp: one hash of their states. When it comes
 * back from another run of the program, or with a number that is forgotten, and the stamp would be
 * the same now, then nothing that it uses has changed and it goes on from here; else it reloads.
 */
#ifndef HUB_H
#define HUB_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "watch/change.h"
#include "live/protocol.h"
#include "live/problems.h"
#include "live/journal.h"
#include "ui/event_text.h"

struct hub;
struct hub_page;

/* Asks the socket of a page to call hub_next_message when it can send. */
typedef void hub_wake_fn(void *socket);

/* Keeps a pointer to journal. */
struct hub *hub_create(struct journal *journal, hub_wake_fn *wake);
/*
 * How the state of what url shows is found: what static_files_state says. Until this is called, a page
 * that comes from elsewhere is always told to reload.
 */
typedef bool hub_state_fn(void *context, struct slice url, uint64_t *state);
void hub_set_state(struct hub *hub, hub_state_fn *state, void *context);

/* Whether pages reload from now on for what they could exchange in place, too. */
void hub_set_reloads(struct hub *hub, bool reloads);

/* Who knows what is wrong with changed files; until this is called, nothing is. Keeps the pointer.
 */
void hub_set_problems(struct hub *hub, const struct problems *problems);

/* Where goes what pages say: what log.h lets through, but of no page too much in a time. */
typedef void hub_said_fn(void *context, const struct page_message *said);
void hub_set_said(struct hub *hub, hub_said_fn *said, void *context);

/* Every page must have left. */
void hub_destroy(struct hub *hub);

/* From pause to resume no page is told of changes; then each is told at once what it missed. */
void hub_pause(struct hub *hub);
void hub_resume(struct hub *hub);
bool hub_is_paused(const struct hub *hub);

/* A page has connected; socket is handed to wake. The page lives until hub_leave. */
struct hub_page *hub_join(struct hub *hub, enum protocol protocol, void *socket);
void hub_leave(struct hub *hub, struct hub_page *page);

/* The page is shown by this browser, a text that lasts; NULL, as it is at first, for some. */
void hub_set_browser(struct hub_page *page, const char *browser);

/*
 * A whole message came from page. Returns false when it was nonsense: the connection is then
 * closed.
 */
bool hub_receive(struct hub *hub, struct hub_page *page, const char *text, size_t length);

/*
 * Adds the next message for page to text and takes it as told. Returns false, adding nothing, when
 * there is none; ask again until then.
 */
bool hub_next_message(struct hub *hub, struct hub_page *page, struct buf *text);

/*
 * A batch is new in the journal: wakes every page (unless paused), for a page's own list of what it
 * uses is always a little old. Returns how many use something of it, or may: pages that have not
 * said what they use count.
 */
size_t hub_publish(struct hub *hub);

/*
 * How many pages use the file at path (relative to the folder; that of a folder ends in '/'), or
 * may.
 */
size_t hub_pages_using(const struct hub *hub, struct slice path);

/* Pages that are told of changes: all that have said hello, or need not. */
size_t hub_page_count(const struct hub *hub);

#endif

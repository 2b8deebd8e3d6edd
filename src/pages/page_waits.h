/*
 * page_waits: answers those who wait until every open page shows the newest files (liveserve wait), and says which
 * pages are in trouble then.
 *
 * A page of liveserve.v1 is asked (hub_ask), and answers when it shows all that it was told of: it has loaded again or
 * was patched, and pictures and fonts are there. A page that loads again is waited for until its successor has
 * answered. A page that was closed is not. Pages of the other protocols cannot be asked, so they do not count.
 */
#ifndef PAGE_WAITS_H
#define PAGE_WAITS_H

#include "base/loop.h"
#include "http/response.h"
#include "live/hub.h"
#include "live/journal.h"
#include "live/problems.h"
#include "sources/error_place.h"

struct page_waits;

/* What is waited for in one site. */
struct page_waits_site {
	struct hub *hub;
	const struct journal *journal;
	const struct problems *problems;
	struct error_places *places; /* NULL: errors have no files */
};

struct page_waits_options {
	struct loop *loop;
	const struct page_waits_site *sites; /* copied; at least one */
	size_t site_count;
	/* Whether every change that was on disk when this is called was published. NULL: always. */
	bool (*is_quiet)(void *context);
	void *context;
};

/* Keeps all pointers but sites. Never NULL. */
struct page_waits *page_waits_create(const struct page_waits_options *options);
void page_waits_destroy(struct page_waits *waits); /* NULL is fine */

/* For hub_options.noted and hub_options.arrived of each site. NULL is fine. */
void page_waits_note(struct page_waits *waits, const struct hub_page_state *left);
void page_waits_note_arrival(struct page_waits *waits, const struct hub_arrival *arrival);

/*
 * Answers the owner. rest is
 *
 *   /ask                           201: a number, for the next request; the pages are asked
 *   /NUMBER/SINCE                  as lines, or as JSON with .json behind it:
 *   /NUMBER/SINCE/now              200 every page shows the newest files and is in order
 *                                  409 every page does, but one is in trouble
 *                                  410 no page is open
 *                                  202 that is not so yet
 *
 * SINCE is a number of the first site's journal: a newer one has to be there. Without /now the request is paused while
 * the answer would be 202, for some seconds. 404 for any other rest.
 */
void page_waits_respond(struct page_waits *waits, struct slice rest, struct response *response);

#endif

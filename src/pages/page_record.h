/*
 * page_record: an open page in words, and as JSON.
 */
#ifndef PAGE_RECORD_H
#define PAGE_RECORD_H

#include "base/buf.h"
#include "live/hub.h"
#include "sources/error_place.h"

/* Adds "Android, Chrome 156": what is known of device and browser; else "unknown browser". */
void page_record_add_name(struct buf *text, const struct hub_page_state *page);

/* Adds "by WebSocket" or "by Server-Sent Events": how the page is connected. */
void page_record_add_connection(struct buf *text, const struct hub_page_state *page);

/* Adds "0 open", "2 open, by WebSocket", "3 open, 2 by WebSocket, 1 by Server-Sent Events": the pages that get changes. */
void page_record_add_count(struct buf *text, const struct hub *hub);

/* Adds how far the page is behind: "connecting", "3 changes behind", "up to date" and the like. */
void page_record_add_state(struct buf *text, const struct hub_page_state *page);

/*
 * Adds members to an object that is not closed: what the page is, what it knows, and its last error. places finds the
 * files of errors; NULL: their URLs have to do.
 */
void page_record_add_members(
	struct buf *json, const struct hub_page_state *page, struct error_places *places);

/* Adds the member "open" to an object that is not closed: an array of objects with these members, of all pages. */
void page_record_add_list(struct buf *json, const struct hub *hub, struct error_places *places);

/*
 * Adds members to an object that is not closed: an error's text, the source as the page has said it, and if that can
 * be found out, the file, line and column.
 */
void page_record_add_error(
	struct buf *json, struct slice text, struct slice source, struct error_places *places);

#endif

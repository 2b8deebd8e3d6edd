/*
 * recent: the last events and the last requests, for the status page. Both are rings of a fixed size.
 */
#ifndef RECENT_H
#define RECENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "http/response.h"
#include "live/hub.h"
#include "ui/event_text.h"

enum {
	RECENT_EVENTS_MAX = 50,
	RECENT_REQUESTS_MAX = 50,
	RECENT_PAGES_MAX = 12, /* of one event; the others are counted */
	RECENT_PATH_MAX = 160, /* bytes; longer ones are cut */
};

/* A page that was open when something changed, and whether it was told. */
struct recent_page {
	char name[120];  /* "/about.html (Chrome)" */
	const char *why; /* it was not told: words for a list of such pages, static; NULL: it was */
};

struct recent_event {
	char *line; /* as in the terminal: the time and what happened; the code at an error is below it */
	enum event_kind kind;
	struct recent_page pages[RECENT_PAGES_MAX];
	size_t page_count; /* those that are not in pages, too */
};

struct recent_request {
	time_t when;
	int status; /* 0: another server answers */
	bool is_local;
	char method[12];
	char what[16]; /* Sec-Fetch-Dest: "document", "style"; "" when it is unknown */
	char path[RECENT_PATH_MAX + 4]; /* without its query, which may be a secret */
};

struct recent;

/* Never NULL. */
struct recent *recent_create(void);
void recent_destroy(struct recent *recent); /* NULL is fine */

/* Remembers what was printed. hub has just told its pages of it. */
void recent_note_event(struct recent *recent, const struct event *event, const struct hub *hub);
/* Remembers a request that was answered. */
void recent_note_request(
	struct recent *recent, const struct request *request, const struct response *response);

/* The event or request that was noted as the index-th before the newest (0); NULL when there is none. */
const struct recent_event *recent_get_event(const struct recent *recent, size_t index);
const struct recent_request *recent_get_request(const struct recent *recent, size_t index);

#endif

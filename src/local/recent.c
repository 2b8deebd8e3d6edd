/*
 * recent: see recent.h. A request costs a few copies of short texts, and no memory; an event costs one line.
 */
#include "local/recent.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "net/listener.h"

struct recent {
	struct recent_event *events[RECENT_EVENTS_MAX]; /* NULL: not used yet */
	struct recent_request requests[RECENT_REQUESTS_MAX];
	uint64_t event_count, request_count; /* that were noted so far */
};

struct recent *
recent_create(void)
{
	return mem_zero(sizeof(struct recent));
}

void
recent_destroy(struct recent *recent)
{
	if (!recent)
		return;
	for (size_t i = 0; i < RECENT_EVENTS_MAX && recent->events[i]; i++) {
		free(recent->events[i]->line);
		free(recent->events[i]);
	}
	free(recent);
}

/* Copies as much of text as fits, and cuts no character. */
static void
put(char *to, size_t size, struct slice text)
{
	size_t length = utf8_cut(text, size - 1);

	if (length)
		memcpy(to, text.at, length);
	to[length] = '\0';
}

/* ---- events ---- */

/* What is noted of each page. */
struct looking {
	struct recent_event *entry;
	const struct event *event;
};

/* Why the page was not told; NULL when it was. */
static const char *
reason_for(const struct event *event, const struct hub_page_state *page)
{
	if (event->is_hidden)
		return "Not told, because the name is hidden";
	if (!page->was_user)
		return "Not told, because not used by";
	return event->is_deferred ? "To be told after the pause" : NULL;
}

static void
note_page(void *context, const struct hub_page_state *page)
{
	const struct looking *looking = context;
	struct recent_event *entry = looking->entry;
	struct recent_page *noted;
	struct buf name = {0};

	if (!page->is_greeted || entry->page_count++ >= RECENT_PAGES_MAX)
		return;
	noted = &entry->pages[entry->page_count - 1];
	noted->why = reason_for(looking->event, page);
	log_add_short(&name, page->address.length ? page->address : SLICE_LITERAL("a page"), 80);
	buf_addf(&name, " (%s)", page->browser ? page->browser : "unknown browser");
	put(noted->name, sizeof(noted->name), buf_slice(&name));
	buf_finish(&name);
}

/* Whether pages are told of events of this kind. */
static bool
is_for_pages(enum event_kind kind)
{
	return kind == EVENT_CHANGED || kind == EVENT_CHANGED_ELSEWHERE ||
	       kind == EVENT_CHANGES_LOST || kind == EVENT_RELOAD_REQUESTED;
}

/* The place for the next event: a new one, or in the end that of the oldest. */
static struct recent_event *
next_event(struct recent *recent)
{
	struct recent_event **entry = &recent->events[recent->event_count++ % RECENT_EVENTS_MAX];

	if (!*entry)
		*entry = mem_zero(sizeof(**entry));
	return *entry;
}

void
recent_note_event(struct recent *recent, const struct event *event, const struct hub *hub)
{
	struct recent_event *entry = next_event(recent);
	struct looking looking = {.entry = entry, .event = event};
	struct buf line = {0};

	event_text_write(&line, event, time(NULL), false);
	line.bytes[--line.length] = '\0'; /* its newline */
	free(entry->line);
	entry->line = buf_take(&line);
	entry->kind = event->kind;
	entry->page_count = 0;
	if (is_for_pages(event->kind))
		hub_look(hub, note_page, &looking);
}

const struct recent_event *
recent_get_event(const struct recent *recent, size_t index)
{
	if (index >= recent->event_count || index >= RECENT_EVENTS_MAX)
		return NULL;
	return recent->events[(recent->event_count - 1 - index) % RECENT_EVENTS_MAX];
}

/* ---- requests ---- */

void
recent_note_request(
	struct recent *recent, const struct request *request, const struct response *response)
{
	struct recent_request
		*entry = &recent->requests[recent->request_count++ % RECENT_REQUESTS_MAX];

	entry->when = time(NULL);
	entry->status = response->status;
	entry->is_local = listener_peer_is_local(request->peer.key);
	put(entry->method, sizeof(entry->method), request->method_name);
	put(entry->what, sizeof(entry->what), request_get(request, REQUEST_SEC_FETCH_DEST));
	put(entry->path, sizeof(entry->path), request->path);
	if (request->path.length >= sizeof(entry->path))
		memcpy(entry->path + strlen(entry->path) - 3, "...", 3);
}

const struct recent_request *
recent_get_request(const struct recent *recent, size_t index)
{
	if (index >= recent->request_count || index >= RECENT_REQUESTS_MAX)
		return NULL;
	return &recent->requests[(recent->request_count - 1 - index) % RECENT_REQUESTS_MAX];
}

/*
 * page_record: see page_record.h. What pages say of themselves is escaped by json_writer.
 */
#include "pages/page_record.h"

#include <inttypes.h>

#include "base/json_writer.h"
#include "net/listener.h"

enum { URL_MAX = 1024, TEXT_MAX = 1024 }; /* bytes of texts from outside */

void
page_record_add_name(struct buf *text, const struct hub_page_state *page)
{
	if (page->device)
		buf_addf(text, "%s, ", page->device);
	buf_add_text(text, page->browser ? page->browser : "unknown browser");
	if (page->browser && page->version)
		buf_addf(text, " %u", page->version);
}

static const char *
connection_of(bool has_events)
{
	return has_events ? "by Server-Sent Events" : "by WebSocket";
}

void
page_record_add_connection(struct buf *text, const struct hub_page_state *page)
{
	buf_add_text(text, connection_of(page->has_events));
}

/* A hub_look_fn. */
static void
count_events(void *context, const struct hub_page_state *page)
{
	*(size_t *)context += page->is_greeted && page->has_events;
}

void
page_record_add_count(struct buf *text, const struct hub *hub)
{
	size_t count = hub_page_count(hub), events = 0;

	hub_look(hub, count_events, &events);
	buf_addf(text, "%zu open", count);
	if (events && events < count)
		buf_addf(text, ", %zu %s, %zu %s", count - events, connection_of(false), events,
			connection_of(true));
	else if (count)
		buf_addf(text, ", %s", connection_of(events));
}

void
page_record_add_state(struct buf *text, const struct hub_page_state *page)
{
	if (!page->is_greeted)
		buf_add_text(text, "connecting");
	else if (page->must_reload)
		buf_add_text(text, "comes from an earlier run, is compared");
	else if (page->behind)
		buf_addf(text, "%" PRIu64 " change%s behind", page->behind,
			page->behind == 1 ? "" : "s");
	else
		buf_add_text(text, "up to date");
}

static void
add_short_member(struct buf *json, const char *name, struct slice text, size_t most)
{
	json_add_name(json, name);
	json_add_short(json, text, most);
}

void
page_record_add_error(
	struct buf *json, struct slice text, struct slice source, struct error_places *places)
{
	struct error_place place = {0};

	add_short_member(json, "text", text, TEXT_MAX);
	if (source.length)
		add_short_member(json, "source", source, URL_MAX);
	if (places && source.length && error_place_find(places, source, &place)) {
		add_short_member(json, "file", buf_slice(&place.file), URL_MAX);
		json_add_number_member(json, "line", place.line);
		if (place.column)
			json_add_number_member(json, "column", place.column);
	}
	error_place_finish(&place);
}

static void
add_last_error(struct buf *json, const struct hub_page_state *page, struct error_places *places)
{
	struct slice source = page->last_error, text;

	if (!slice_split(&source, '\0', &text))
		return;
	json_add_name(json, "error");
	buf_add_char(json, '{');
	page_record_add_error(json, text, source, places);
	buf_add_char(json, '}');
}

void
page_record_add_members(
	struct buf *json, const struct hub_page_state *page, struct error_places *places)
{
	static const char *const protocols[] = {
		[PROTOCOL_LIVE_SERVER] = "live-server",
		[PROTOCOL_LIVERELOAD] = "LiveReload",
		[PROTOCOL_LIVESERVE] = "liveserve",
	};
	struct buf text = {0};

	if (page->address.length)
		add_short_member(json, "page", page->address, URL_MAX);
	page_record_add_name(&text, page);
	add_short_member(json, "name", buf_slice(&text), TEXT_MAX);
	if (page->browser)
		json_add_text_member(json, "browser", page->browser);
	if (page->device)
		json_add_text_member(json, "device", page->device);
	json_add_bool_member(json, "local", listener_peer_is_local(page->peer));
	json_add_text_member(json, "protocol", protocols[page->protocol]);
	json_add_text_member(json, "by", page->has_events ? "events" : "websocket");
	json_add_number_member(json, "version", page->number);
	buf_clear(&text);
	page_record_add_state(&text, page);
	add_short_member(json, "state", buf_slice(&text), TEXT_MAX);
	if (page->last_error.length)
		add_last_error(json, page, places);
	buf_finish(&text);
}

struct listing {
	struct buf *json;
	struct error_places *places;
	size_t count;
};

/* A hub_look_fn. */
static void
add_page(void *context, const struct hub_page_state *page)
{
	struct listing *listing = context;

	buf_add_text(listing->json, listing->count++ ? ",{" : "{");
	page_record_add_members(listing->json, page, listing->places);
	buf_add_char(listing->json, '}');
}

void
page_record_add_list(struct buf *json, const struct hub *hub, struct error_places *places)
{
	struct listing listing = {.json = json, .places = places};

	json_add_name(json, "open");
	buf_add_char(json, '[');
	hub_look(hub, add_page, &listing);
	buf_add_char(json, ']');
}

/*
 * listing_query: see listing_query.h. Owns the text of the filter.
 */
#define _GNU_SOURCE
#include "listing/listing_query.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "http/url.h"

/* Adds text, decoded (URL Standard 5.1). A '%' without two digits is that byte; a NUL is dropped. */
static void
decode(struct slice text, struct buf *value)
{
	for (size_t i = 0; i < text.length; i++) {
		char byte = text.at[i] == '+' ? ' ' : text.at[i];
		int high = -1, low = -1;

		if (byte == '%' && i + 2 < text.length) {
			high = slice_hex_value(text.at[i + 1]);
			low = slice_hex_value(text.at[i + 2]);
		}
		if (high >= 0 && low >= 0) {
			byte = (char)(high << 4 | low);
			i += 2;
		}
		if (byte)
			buf_add_char(value, byte);
	}
}

void
listing_query_init(struct listing_query *query, struct slice text)
{
	struct slice part, name;
	struct buf filter = {0};

	*query = (struct listing_query){0};
	if (text.length)
		slice_drop(&text, 1);
	while (slice_split(&text, '&', &part)) {
		slice_split(&part, '=', &name);
		if (slice_is(name, "sort"))
			query->order = folder_entries_order(part);
		if (slice_is(name, "filter")) {
			buf_clear(&filter);
			decode(part, &filter);
		}
	}
	query->filter = mem_copy(filter.length ? filter.bytes : "", filter.length);
	buf_finish(&filter);
}

void
listing_query_copy(struct listing_query *query, const struct listing_query *other)
{
	*query = *other;
	query->filter = mem_text(other->filter);
}

void
listing_query_finish(struct listing_query *query)
{
	free(query->filter);
	*query = (struct listing_query){0};
}

bool
listing_query_is_same(const struct listing_query *a, const struct listing_query *b)
{
	return a->order.key == b->order.key && a->order.is_descending == b->order.is_descending &&
	       strcmp(a->filter, b->filter) == 0;
}

void
listing_query_filter(const struct listing_query *query, struct folder_entries *entries)
{
	size_t kept = 0;

	if (!*query->filter)
		return;
	for (size_t i = 0; i < entries->count; i++) {
		if (strcasestr(entries->items[i].name, query->filter))
			entries->items[kept++] = entries->items[i];
		else
			free(entries->items[i].name);
	}
	entries->count = kept;
}

void
listing_query_add(const struct listing_query *query, const struct folder_entries_order *order,
	struct buf *html)
{
	struct buf filter = {0};

	buf_add_text(html, order->is_descending ? "?sort=-" : "?sort=");
	buf_add_text(html, folder_entries_key_names[order->key]);
	if (!*query->filter)
		return;
	/* As the path of a URL it is encoded, with a '/' in front. */
	url_from_path(slice_of(query->filter), &filter);
	buf_add_text(html, "&amp;filter=");
	buf_add_text(html, filter.bytes + 1);
	buf_finish(&filter);
}

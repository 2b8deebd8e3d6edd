/*
 * live_feed: see live_feed.h.
 */
#include "wire/live_feed.h"

#include <cjson/cJSON.h>

#include "base/hash.h"
#include "base/json_writer.h"

bool
live_feed_read(struct live_feed *feed, const struct packet_store *store, struct slice message)
{
	cJSON *json = cJSON_ParseWithLength(message.at, message.length);
	const cJSON *from = cJSON_GetObjectItemCaseSensitive(json, "from");
	bool is_right = cJSON_IsNumber(from) && from->valuedouble >= 0 &&
			from->valuedouble <= UINT32_MAX && !feed->has_begun;

	if (is_right)
		*feed = (struct live_feed){.has_begun = true,
			.next_row = (uint32_t)from->valuedouble,
			.next_mark = packet_store_marks(store).first,
			.clearings = packet_store_clearings(store)};
	cJSON_Delete(json);
	return is_right;
}

/* ---- parts of a message ---- */

static void
add_state(struct buf *json, const struct packet_store *store, const struct live_feed_state *state)
{
	buf_add_char(json, '{');
	json_add_text_member(json, "site", state->site);
	json_add_number_member(json, "port", state->port);
	json_add_text_member(json, "by", state->by);
	json_add_text_member(json, "how", state->how);
	json_add_number_member(json, "lost", state->lost);
	json_add_number_member(json, "gone", packet_store_gone(store));
	json_add_number_member(json, "first", packet_store_first(store));
	json_add_number_member(json, "last", packet_store_last(store));
	json_add_bool_member(json, "ended", state->has_ended);
	buf_add_char(json, '}');
}

static void
add_rows(struct live_feed *feed, const struct packet_store *store, struct buf *json)
{
	uint32_t first = packet_store_first(store), last = packet_store_last(store);

	if (feed->next_row < first)
		feed->next_row = first;
	if (feed->next_row > last)
		return;
	json_add_name(json, "rows");
	buf_add_char(json, '[');
	for (int i = 0; i < LIVE_FEED_ROWS && feed->next_row <= last; i++) {
		const struct stored_row *row = packet_store_row(store, feed->next_row++);
		struct stored_row_texts texts = packet_store_texts(store, row);

		if (i > 0)
			buf_add_char(json, ',');
		stored_row_add_json(json, row, &texts, packet_store_pieces(store, row));
	}
	buf_add_char(json, ']');
}

static void
add_mark(struct buf *json, const struct packet_store_mark *mark)
{
	buf_add_char(json, '{');
	json_add_number_member(json, "after", mark->after);
	json_add_name(json, "t");
	buf_add_char(json, '"');
	stored_row_add_time(json, mark->elapsed_ns);
	buf_add_char(json, '"');
	json_add_text_member(json, "text", mark->text);
	buf_add_char(json, '}');
}

/* A mark follows when the row before it was sent. */
static void
add_marks(struct live_feed *feed, const struct packet_store *store, struct buf *json)
{
	struct packet_store_range range = packet_store_marks(store);
	bool is_first = true;

	if (feed->next_mark < range.first)
		feed->next_mark = range.first;
	for (; feed->next_mark < range.end; feed->next_mark++) {
		const struct packet_store_mark *mark = packet_store_find_mark(
			store, feed->next_mark);

		if (mark->after >= feed->next_row)
			break;
		if (is_first)
			json_add_name(json, "marks");
		buf_add_char(json, is_first ? '[' : ',');
		add_mark(json, mark);
		is_first = false;
	}
	if (!is_first)
		buf_add_char(json, ']');
}

static void
add_changed_state(struct live_feed *feed, const struct packet_store *store,
	const struct live_feed_state *state, struct buf *json)
{
	struct buf text = {0};
	uint64_t hash;

	add_state(&text, store, state);
	hash = hash_bytes(buf_slice(&text));
	if (hash != feed->state_hash) {
		json_add_name(json, "state");
		buf_add_slice(json, buf_slice(&text));
	}
	feed->state_hash = hash;
	buf_finish(&text);
}

bool
live_feed_next(struct live_feed *feed, const struct packet_store *store,
	const struct live_feed_state *state, struct buf *json)
{
	size_t start = json->length;

	if (!feed->has_begun)
		return false;
	buf_add_char(json, '{');
	if (feed->clearings != packet_store_clearings(store)) {
		feed->clearings = packet_store_clearings(store);
		json_add_bool_member(json, "cleared", true);
	}
	add_changed_state(feed, store, state, json);
	add_rows(feed, store, json);
	add_marks(feed, store, json);
	if (json->length == start + 1) {
		json->length = start;
		return false;
	}
	buf_add_char(json, '}');
	return true;
}

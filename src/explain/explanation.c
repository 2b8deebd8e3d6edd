/*
 * explanation: see explanation.h. The facts of a packet are set once, then sentences are chosen.
 */
#include "explain/explanation.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "dissect/columns.h"
#include "explain/history.h"
#include "explain/message_sentences.h"
#include "explain/tcp_sentences.h"
#include "explain/telling.h"
#include "fs/lru.h"

struct connection {
	struct lru_item item;
	uint32_t id;
	struct history history;
};

struct explanation {
	struct explanation_options options;
	struct map connections; /* by id */
	struct lru lru;
	struct phrase_facts facts;
	struct buf room;
};

struct explanation *
explanation_create(const struct explanation_options *options)
{
	struct explanation *explanation = mem_zero(sizeof(*explanation));

	explanation->options = *options;
	return explanation;
}

static struct slice
key_of(const uint32_t *id)
{
	return (struct slice){(const char *)id, sizeof(*id)};
}

static void
forget(struct explanation *explanation, struct connection *connection)
{
	map_remove(&explanation->connections, key_of(&connection->id));
	lru_leave(&connection->item);
	free(connection);
}

void
explanation_destroy(struct explanation *explanation)
{
	if (!explanation)
		return;
	while (explanation->lru.oldest)
		forget(explanation, explanation->lru.oldest->thing);
	map_finish(&explanation->connections);
	phrase_facts_finish(&explanation->facts);
	buf_finish(&explanation->room);
	free(explanation);
}

static struct history *
find_history(struct explanation *explanation, uint32_t id)
{
	struct connection *connection = map_get(&explanation->connections, key_of(&id));

	if (!connection) {
		connection = mem_zero(sizeof(*connection));
		connection->id = id;
		map_set(&explanation->connections, key_of(&id), connection);
	}
	lru_use(&explanation->lru, &connection->item, connection, sizeof(*connection));
	if (explanation->lru.count > EXPLANATION_CONVERSATIONS_MAX)
		forget(explanation, explanation->lru.oldest->thing);
	return &connection->history;
}

/* ---- facts ---- */

static void
set_sides(struct explanation *explanation, struct telling *telling)
{
	const struct packet *packet = &telling->row->packet;
	uint16_t port = explanation->options.port;
	bool from = port && packet->source.port == port;
	bool to = port && packet->destination.port == port;
	bool is_served = from || to;
	enum sentence client = is_served ? SENTENCE_BROWSER : SENTENCE_CLIENT;
	enum sentence server = is_served ? SENTENCE_LIVESERVE : SENTENCE_SERVER;

	telling->is_from_server = from != to ? from : telling->row->tcp.side == TCP_SERVER;
	telling_set_part(telling, "who", telling->is_from_server ? server : client);
	telling_set_part(telling, "Who",
		(telling->is_from_server ? server : client) - SENTENCE_BROWSER +
			SENTENCE_BROWSER_FIRST);
	telling_set_part(telling, "other", telling->is_from_server ? client : server);
}

static void
set_header(struct phrase_facts *facts, const struct dissect_row *row)
{
	struct buf address = {0};

	packet_add_address(&address, &row->packet.source);
	phrase_set(facts, "address", buf_slice(&address));
	buf_finish(&address);
	phrase_set_number(facts, "source_port", row->packet.source.port);
	phrase_set_number(facts, "destination_port", row->packet.destination.port);
	phrase_set_number(facts, "raw_sequence", row->packet.sequence);
	phrase_set_number(facts, "sequence", row->tcp.sequence);
	phrase_set_number(facts, "acknowledgement", row->tcp.acknowledgement);
	phrase_set_number(facts, "window", row->tcp.window);
	phrase_set_number(facts, "length", row->tcp.length);
}

/* ---- packets ---- */

static void
explain_tcp(struct explanation *explanation, struct telling *telling, struct history *history)
{
	set_sides(explanation, telling);
	set_header(telling->facts, telling->row);
	history_add_pieces(history, telling->row);
	if (!tcp_sentences_begin(telling))
		message_sentences_tell(telling);
	tcp_sentences_end(telling);
	history_add(history, telling->row);
}

static void
explain_other(struct explanation *explanation, struct telling *telling)
{
	buf_clear(&explanation->room);
	columns_add_protocol(&explanation->room, telling->row);
	phrase_set(telling->facts, "protocol", buf_slice(&explanation->room));
	telling_add(
		telling, telling->row->verdict == PACKET_OTHER ? SENTENCE_OTHER : SENTENCE_UNKNOWN);
}

void
explanation_add(struct explanation *explanation, const struct dissect_row *row, struct buf *text)
{
	struct telling telling = {
		.row = row,
		.facts = &explanation->facts,
		.language = explanation->options.language,
		.text = text,
		.start = text->length,
		.room = &explanation->room,
	};
	struct history *history;

	phrase_facts_clear(&explanation->facts);
	if (row->verdict != PACKET_TCP) {
		explain_other(explanation, &telling);
		return;
	}
	history = find_history(explanation, row->conversation);
	telling.history = history;
	explain_tcp(explanation, &telling, history);
}

/*
 * dissector: see dissector.h. Connections are found by their two ends, in either order; new ones replace
 * the one that was used longest ago.
 */
#include "dissect/dissector.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "dissect/payload.h"
#include "dissect/tls_secrets.h"
#include "fs/lru.h"

enum { END_SIZE = 1 + 16 + 2, KEY_SIZE = 2 * END_SIZE };

struct conversation {
	struct lru_item item;
	char key[KEY_SIZE];
	uint32_t id;
	struct tcp_conversation tcp;
	struct payload *payload;
};

struct dissector {
	struct map conversations;
	struct lru lru;
	uint32_t packets, ids, messages;
	bool has_first;
	uint64_t first_ns;
	struct payload_said said;
	struct tls_secrets *secrets;
};

struct dissector *
dissector_create(void)
{
	struct dissector *dissector = mem_zero(sizeof(*dissector));

	dissector->secrets = tls_secrets_create();
	return dissector;
}

static void
forget(struct dissector *dissector, struct conversation *conversation)
{
	map_remove(&dissector->conversations, (struct slice){conversation->key, KEY_SIZE});
	lru_leave(&conversation->item);
	payload_destroy(conversation->payload);
	free(conversation);
}

void
dissector_destroy(struct dissector *dissector)
{
	if (!dissector)
		return;
	while (dissector->lru.oldest)
		forget(dissector, dissector->lru.oldest->thing);
	map_finish(&dissector->conversations);
	payload_said_finish(&dissector->said);
	tls_secrets_destroy(dissector->secrets);
	free(dissector);
}

/* ---- connections ---- */

static void
write_end(char *key, const struct packet_address *address)
{
	key[0] = (char)address->family;
	memcpy(key + 1, address->bytes, sizeof(address->bytes));
	memcpy(key + 1 + sizeof(address->bytes), &address->port, sizeof(address->port));
}

/* The same for both directions. */
static void
write_key(char *key, const struct packet *packet)
{
	char swapped[END_SIZE];

	write_end(key, &packet->source);
	write_end(key + END_SIZE, &packet->destination);
	if (memcmp(key, key + END_SIZE, END_SIZE) > 0) {
		memcpy(swapped, key, END_SIZE);
		memcpy(key, key + END_SIZE, END_SIZE);
		memcpy(key + END_SIZE, swapped, END_SIZE);
	}
}

static struct conversation *
add_conversation(struct dissector *dissector, const char *key)
{
	struct conversation *conversation = mem_zero(sizeof(*conversation));

	memcpy(conversation->key, key, KEY_SIZE);
	conversation->id = dissector->ids++;
	conversation->payload = payload_create(&dissector->messages, dissector->secrets);
	map_set(&dissector->conversations, (struct slice){conversation->key, KEY_SIZE},
		conversation);
	return conversation;
}

/* *is_reused is set when the packet begins a new connection between known ends. */
static struct conversation *
find_conversation(struct dissector *dissector, const struct packet *packet, bool *is_reused)
{
	struct conversation *conversation;
	char key[KEY_SIZE];

	write_key(key, packet);
	conversation = map_get(&dissector->conversations, (struct slice){key, KEY_SIZE});
	if (conversation && tcp_conversation_is_over(&conversation->tcp, packet)) {
		forget(dissector, conversation);
		conversation = NULL;
		*is_reused = true;
	}
	if (!conversation)
		conversation = add_conversation(dissector, key);
	lru_use(&dissector->lru, &conversation->item, conversation, sizeof(*conversation));
	if (dissector->lru.count > DISSECTOR_CONVERSATIONS_MAX)
		forget(dissector, dissector->lru.oldest->thing);
	return conversation;
}

static void
dissect_tcp(struct dissector *dissector, struct dissect_row *row)
{
	bool is_reused = false;
	struct conversation *conversation = find_conversation(dissector, &row->packet, &is_reused);

	row->conversation = conversation->id;
	tcp_conversation_add(
		&conversation->tcp, &row->packet, row->time_ns, row->number, &row->tcp);
	if (is_reused)
		row->tcp.notes |= TCP_PORTS_REUSED;
	payload_hear(conversation->payload, &row->packet, &row->tcp, row->number, &dissector->said);
}

void
dissector_packet(
	struct dissector *dissector, const struct pcapng_block *block, struct dissect_row *row)
{
	*row = (struct dissect_row){
		.number = ++dissector->packets,
		.time_ns = block->time_ns,
		.time_digits = block->time_digits,
		.length = block->wire_length,
		.said = &dissector->said,
	};
	if (!dissector->has_first) {
		dissector->has_first = true;
		dissector->first_ns = block->time_ns;
	}
	row->elapsed_ns = (int64_t)(block->time_ns - dissector->first_ns);
	payload_said_clear(&dissector->said);
	row->verdict = packet_read(&row->packet, block->link, block->bytes);
	if (row->verdict == PACKET_TCP)
		dissect_tcp(dissector, row);
}

size_t
dissector_secrets(struct dissector *dissector, struct slice lines)
{
	return tls_secrets_add(dissector->secrets, lines);
}

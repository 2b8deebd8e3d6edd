/*
 * packet_store: see packet_store.h. Rows are a ring; their texts and the packets lie in two byte_rings. A row
 * whose texts are gone is gone.
 */
#define _GNU_SOURCE
#include "wire/packet_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "explain/explanation.h"
#include "wire/connection_times.h"

/* How many packets a message has had. */
struct pieces {
	uint32_t message, count;
};

struct packet_store {
	struct dissector *dissector;
	struct connection_times *times;
	struct explanation *explanation;
	struct buf sentence; /* of the packet that is added */
	uint16_t ports[STORED_ROW_PORTS];

	struct stored_row *rows; /* PACKET_STORE_ROWS, by number */
	struct pieces *pieces;   /* as many, by message */
	struct byte_ring texts, packets;
	uint32_t first, last; /* numbers of rows */
	uint32_t gone;
	unsigned clearings;
	uint64_t first_ns, previous_ns; /* times of packets */
	bool has_packet;

	struct packet_store_mark *marks; /* PACKET_STORE_MARKS, by number */
	struct packet_store_range mark_range;
	uint32_t settled_marks; /* the number of the first one that is open */

	struct buf keys; /* lines; all of its memory is taken with the first one */

	struct packet_store_interface interfaces[PACKET_STORE_INTERFACES];
	size_t interface_count;
};

struct packet_store *
packet_store_create(const uint16_t ports[STORED_ROW_PORTS])
{
	struct packet_store *store = mem_zero(sizeof(*store));

	store->dissector = dissector_create();
	store->times = connection_times_create();
	store->explanation = explanation_create(
		&(struct explanation_options){.language = LANGUAGE_ENGLISH, .port = ports[0]});
	memcpy(store->ports, ports, sizeof(store->ports));
	store->rows = mem_array(PACKET_STORE_ROWS, sizeof(*store->rows));
	store->pieces = mem_array(PACKET_STORE_ROWS, sizeof(*store->pieces));
	store->marks = mem_array(PACKET_STORE_MARKS, sizeof(*store->marks));
	byte_ring_init(&store->texts, PACKET_STORE_TEXTS);
	byte_ring_init(&store->packets, PACKET_STORE_BYTES);
	store->first = 1;
	return store;
}

void
packet_store_destroy(struct packet_store *store)
{
	if (!store)
		return;
	dissector_destroy(store->dissector);
	connection_times_destroy(store->times);
	explanation_destroy(store->explanation);
	buf_finish(&store->sentence);
	byte_ring_finish(&store->texts);
	byte_ring_finish(&store->packets);
	if (store->keys.bytes)
		explicit_bzero(store->keys.bytes, store->keys.length);
	buf_finish(&store->keys);
	free(store->rows);
	free(store->pieces);
	free(store->marks);
	free(store);
}

/* ---- marks ---- */

static struct packet_store_mark *
mark_at(const struct packet_store *store, uint32_t number)
{
	return &store->marks[number % PACKET_STORE_MARKS];
}

static void
settle_mark(struct packet_store *store)
{
	struct packet_store_mark *mark = mark_at(store, store->settled_marks++);

	mark->after = store->last;
	mark->elapsed_ns = store->has_packet ? (int64_t)(mark->time_ns - store->first_ns) : 0;
}

/* A packet of that time has come: marks of before stand in front of it. */
static void
settle_marks_until(struct packet_store *store, uint64_t time_ns)
{
	while (packet_store_has_open_marks(store) &&
		mark_at(store, store->settled_marks)->time_ns < time_ns)
		settle_mark(store);
}

void
packet_store_mark(struct packet_store *store, uint64_t time_ns, const char *text)
{
	struct packet_store_mark *mark;

	if (store->mark_range.end - store->mark_range.first == PACKET_STORE_MARKS)
		store->mark_range.first++;
	if (store->settled_marks < store->mark_range.first)
		store->settled_marks = store->mark_range.first;
	mark = mark_at(store, store->mark_range.end++);
	mark->time_ns = time_ns;
	snprintf(mark->text, sizeof(mark->text), "%s", text);
}

bool
packet_store_has_open_marks(const struct packet_store *store)
{
	return store->settled_marks < store->mark_range.end;
}

void
packet_store_settle_marks(struct packet_store *store)
{
	while (packet_store_has_open_marks(store))
		settle_mark(store);
}

struct packet_store_range
packet_store_marks(const struct packet_store *store)
{
	return (struct packet_store_range){store->mark_range.first, store->settled_marks};
}

const struct packet_store_mark *
packet_store_find_mark(const struct packet_store *store, uint32_t number)
{
	return mark_at(store, number);
}

/* ---- packets ---- */

static struct stored_row *
row_at(const struct packet_store *store, uint32_t number)
{
	return &store->rows[number % PACKET_STORE_ROWS];
}

static void
count_pieces(struct packet_store *store, const struct payload_said *said)
{
	for (unsigned i = 0; i < said->part_count; i++)
		store->pieces[said->parts[i].id % PACKET_STORE_ROWS] = (struct pieces){
			said->parts[i].id, said->parts[i].pieces};
}

/* Forgets the rows that had to make room. */
static void
drop_rows(struct packet_store *store)
{
	uint32_t before = store->first;

	if (store->last - store->first >= PACKET_STORE_ROWS)
		store->first = store->last - PACKET_STORE_ROWS + 1;
	while (store->first <= store->last &&
		!byte_ring_get(&store->texts, row_at(store, store->first)->texts))
		store->first++;
	store->gone += store->first - before;
}

static uint64_t
write_packet(
	struct packet_store *store, const struct pcapng_block *block, const struct dissect_row *row)
{
	struct stored_packet packet;

	stored_packet_init(&packet, block, row);
	if (store->has_packet && row->time_ns > store->previous_ns)
		packet.base.since_previous_ns = row->time_ns - store->previous_ns;
	if (packet.base.is_tcp)
		connection_times_add(store->times, row, &packet.base.tcp);
	return stored_packet_write(&packet, &store->packets);
}

static void
add_packet(struct packet_store *store, const struct pcapng_block *block)
{
	struct dissect_row dissected;
	struct stored_row row;

	settle_marks_until(store, block->time_ns);
	dissector_packet(store->dissector, block, &dissected);
	stored_row_init(&row, &dissected, store->ports);
	buf_clear(&store->sentence);
	explanation_add(store->explanation, &dissected, &store->sentence);
	row.texts = stored_row_write_texts(&dissected, buf_slice(&store->sentence), &store->texts);
	row.packet = write_packet(store, block, &dissected);
	if (dissected.verdict == PACKET_TCP)
		count_pieces(store, dissected.said);
	if (!store->has_packet)
		store->first_ns = block->time_ns;
	store->has_packet = true;
	store->previous_ns = block->time_ns;
	*row_at(store, dissected.number) = row;
	store->last = dissected.number;
	drop_rows(store);
}

static void
add_interface(struct packet_store *store, const struct pcapng_block *block)
{
	struct packet_store_interface *interface;
	struct slice name = block->name;

	if (block->interface_id >= PACKET_STORE_INTERFACES)
		return;
	interface = &store->interfaces[block->interface_id];
	interface->link = block->link;
	snprintf(interface->name, sizeof(interface->name), "%.*s", (int)name.length,
		name.at ? name.at : "");
	if (block->interface_id >= store->interface_count)
		store->interface_count = block->interface_id + 1;
}

void
packet_store_add(struct packet_store *store, const struct pcapng_block *block)
{
	if (block->kind == PCAPNG_INTERFACE)
		add_interface(store, block);
	else if (block->kind == PCAPNG_PACKET)
		add_packet(store, block);
}

void
packet_store_clear(struct packet_store *store)
{
	store->first = store->last + 1;
	store->gone = 0;
	store->clearings++;
	store->mark_range.first = store->settled_marks = store->mark_range.end;
	byte_ring_clear(&store->texts);
	byte_ring_clear(&store->packets);
}

unsigned
packet_store_clearings(const struct packet_store *store)
{
	return store->clearings;
}

/* ---- keys ---- */

/* Drops the first lines, about half of them. */
static void
drop_keys(struct buf *keys)
{
	const char *half = keys->bytes + keys->length / 2;
	const char *end = memchr(half, '\n', keys->length - keys->length / 2);

	buf_drop(keys, end ? (size_t)(end + 1 - keys->bytes) : keys->length);
}

void
packet_store_add_key(struct packet_store *store, struct slice line)
{
	dissector_secrets(store->dissector, line);
	if (line.length >= PACKET_STORE_KEYS / 2)
		return; /* no key is that long */
	if (!store->keys.bytes)
		buf_reserve(&store->keys, PACKET_STORE_KEYS);
	if (store->keys.length + line.length + 1 > PACKET_STORE_KEYS)
		drop_keys(&store->keys);
	buf_add_slice(&store->keys, line);
	buf_add_char(&store->keys, '\n');
}

struct slice
packet_store_keys(const struct packet_store *store)
{
	return buf_slice(&store->keys);
}

/* ---- what is there ---- */

uint32_t
packet_store_first(const struct packet_store *store)
{
	return store->first;
}

uint32_t
packet_store_last(const struct packet_store *store)
{
	return store->last;
}

uint32_t
packet_store_gone(const struct packet_store *store)
{
	return store->gone;
}

const struct stored_row *
packet_store_row(const struct packet_store *store, uint32_t number)
{
	return number >= store->first && number <= store->last ? row_at(store, number) : NULL;
}

struct stored_row_texts
packet_store_texts(const struct packet_store *store, const struct stored_row *row)
{
	struct stored_row_texts texts = {0};

	stored_row_read_texts(row, &store->texts, &texts);
	return texts;
}

uint32_t
packet_store_pieces(const struct packet_store *store, const struct stored_row *row)
{
	const struct pieces *pieces = &store->pieces[row->message % PACKET_STORE_ROWS];

	return pieces->message == row->message ? pieces->count : row->piece;
}

bool
packet_store_packet(const struct packet_store *store, const struct stored_row *row,
	struct stored_packet *packet)
{
	return stored_packet_read(packet, &store->packets, row->packet);
}

size_t
packet_store_interfaces(
	const struct packet_store *store, const struct packet_store_interface **interfaces)
{
	*interfaces = store->interfaces;
	return store->interface_count;
}

/*
 * stored_packet: see stored_packet.h. In memory the struct comes first, then its bytes. Slices are set anew
 * when it is read.
 */
#include "wire/stored_packet.h"

#include <string.h>

/* ---- what is known ---- */

/*
 * Where the frames are. Those that begin in the packet are there as a whole or up to the packet's end, so
 * they are found from the end on.
 */
static void
find_frames(struct stored_packet *packet, const struct payload_said *said, size_t length)
{
	size_t end = length;

	if (said->part_count == PAYLOAD_PARTS_MAX)
		return; /* there may have been more */
	for (unsigned i = said->part_count; i-- > 0;) {
		const struct message *part = &said->parts[i];
		struct stored_message *message = &packet->messages[i];

		if (part->kind == MESSAGE_RECORD)
			continue;
		if (part->kind != MESSAGE_FRAME)
			return;
		message->from = part->first_packet == packet->base.number && part->bytes <= end
					? end - (size_t)part->bytes
					: 0;
		message->length = end - message->from;
		end = message->from;
	}
}

static void
add_messages(struct stored_packet *packet, const struct payload_said *said)
{
	for (unsigned i = 0; i < said->part_count; i++) {
		const struct message *part = &said->parts[i];

		packet->messages[i] = (struct stored_message){.id = part->id,
			.kind = part->kind,
			.first_packet = part->first_packet,
			.is_complete = part->is_complete};
	}
	packet->base.message_count = said->part_count;
	memcpy(packet->heads, said->heads, sizeof(packet->heads));
	packet->base.head_count = said->head_count;
	packet->head_bytes = buf_slice(&said->head_bytes);
	packet->plain = buf_slice(&said->plain);
	find_frames(
		packet, said, packet->plain.length ? packet->plain.length : packet->payload.length);
}

void
stored_packet_init(struct stored_packet *packet, const struct pcapng_block *block,
	const struct dissect_row *row)
{
	*packet = (struct stored_packet){
		.base = {.number = row->number,
			.interface = block->interface_id,
			.link = block->link,
			.wire_length = block->wire_length,
			.time_ns = block->time_ns,
			.since_first_ns = row->elapsed_ns > 0 ? (uint64_t)row->elapsed_ns : 0,
			.is_tcp = row->verdict == PACKET_TCP},
		.bytes = block->bytes,
	};
	if (!packet->base.is_tcp)
		return;
	packet->payload = row->packet.payload;
	add_messages(packet, row->said);
}

/* ---- memory ---- */

static char *
put(char *at, const void *bytes, size_t length)
{
	if (length)
		memcpy(at, bytes, length);
	return at + length;
}

static size_t
length_of(const struct stored_packet_base *base)
{
	return sizeof(*base) + base->message_count * sizeof(struct stored_message) +
	       base->head_count * sizeof(struct payload_head) + base->lengths[0] +
	       base->lengths[1] + base->lengths[2];
}

uint64_t
stored_packet_write(const struct stored_packet *packet, struct byte_ring *ring)
{
	struct stored_packet_base base = packet->base;
	uint64_t place;
	char *at;

	base.lengths[0] = packet->bytes.length;
	base.lengths[1] = packet->plain.length;
	base.lengths[2] = packet->head_bytes.length;
	base.payload_at = packet->payload.length ? (size_t)(packet->payload.at - packet->bytes.at)
						 : packet->bytes.length;
	base.payload_length = packet->payload.length;
	if (length_of(&base) > ring->size) {
		memset(base.lengths, 0, sizeof(base.lengths));
		base.message_count = base.head_count = 0;
		base.payload_at = base.payload_length = 0;
	}
	at = byte_ring_add(ring, length_of(&base), &place);
	at = put(at, &base, sizeof(base));
	at = put(at, packet->messages, base.message_count * sizeof(packet->messages[0]));
	at = put(at, packet->heads, base.head_count * sizeof(packet->heads[0]));
	at = put(at, packet->bytes.at, base.lengths[0]);
	at = put(at, packet->plain.at, base.lengths[1]);
	put(at, packet->head_bytes.at, base.lengths[2]);
	return place;
}

static const char *
get(void *to, const char *at, size_t length)
{
	memcpy(to, at, length);
	return at + length;
}

static struct slice
take(const char **at, size_t length)
{
	struct slice bytes = {*at, length};

	*at += length;
	return bytes;
}

bool
stored_packet_read(struct stored_packet *packet, const struct byte_ring *ring, uint64_t place)
{
	const char *at = byte_ring_get(ring, place);
	struct stored_packet_base *base = &packet->base;

	if (!at)
		return false;
	at = get(base, at, sizeof(*base));
	at = get(packet->messages, at, base->message_count * sizeof(packet->messages[0]));
	at = get(packet->heads, at, base->head_count * sizeof(packet->heads[0]));
	packet->bytes = take(&at, base->lengths[0]);
	packet->plain = take(&at, base->lengths[1]);
	packet->head_bytes = take(&at, base->lengths[2]);
	packet->payload = (struct slice){packet->bytes.at + base->payload_at, base->payload_length};
	return true;
}

struct slice
stored_packet_head(const struct stored_packet *packet, uint32_t message)
{
	for (unsigned i = 0; i < packet->base.head_count; i++) {
		const struct payload_head *head = &packet->heads[i];

		if (head->message == message)
			return (struct slice){packet->head_bytes.at + head->from, head->length};
	}
	return (struct slice){0};
}

/*
 * packet_view: see packet_view.h. As in Wireshark, a message is shown in the packet that it ends in. Its
 * head may have come in another one, which is looked up.
 */
#define _GNU_SOURCE
#include "wire/packet_view.h"

#include <string.h>

#include "base/json_writer.h"
#include "details/details.h"

/* ---- base64 (RFC 4648 4) ---- */

static void
add_base64(struct buf *text, struct slice bytes)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *at = (const unsigned char *)bytes.at;

	for (size_t left = bytes.length; left; left -= left < 3 ? left : 3, at += 3) {
		uint32_t group = (uint32_t)at[0] << 16 | (left > 1 ? (uint32_t)at[1] << 8 : 0) |
				 (left > 2 ? at[2] : 0);
		const char four[] = {digits[group >> 18], digits[group >> 12 & 63],
			left > 1 ? digits[group >> 6 & 63] : '=',
			left > 2 ? digits[group & 63] : '='};

		buf_add(text, four, sizeof(four));
	}
}

static void
add_base64_member(struct buf *json, const char *name, struct slice bytes)
{
	json_add_name(json, name);
	buf_add_char(json, '"');
	add_base64(json, bytes);
	buf_add_char(json, '"');
}

/* ---- messages ---- */

/* The bytes in which the messages of the packet are. */
static struct slice
stream_of(const struct stored_packet *packet)
{
	return packet->plain.length ? packet->plain : packet->payload;
}

/* The part of packet that belongs to the frame. */
static struct slice
frame_in(const struct stored_packet *packet, const struct stored_message *message)
{
	struct slice bytes = stream_of(packet);

	if (message->from > bytes.length || message->length > bytes.length - message->from)
		return (struct slice){0};
	return (struct slice){bytes.at + message->from, message->length};
}

/* The first bytes of the frame with this id, in the packet that it began in. */
static struct slice
frame_begin(const struct stored_packet *packet, uint32_t id)
{
	for (unsigned i = 0; i < packet->base.message_count; i++)
		if (packet->messages[i].id == id && packet->messages[i].kind == MESSAGE_FRAME)
			return frame_in(packet, &packet->messages[i]);
	return (struct slice){0};
}

/* Looks for the message's head or begin in the packets from its first one on. */
static struct slice
find_earlier(const struct packet_store *store, const struct stored_message *message,
	uint32_t number, struct stored_packet *earlier)
{
	struct slice bytes = {0};

	for (uint32_t i = message->first_packet; i < number && !bytes.length; i++) {
		const struct stored_row *row = packet_store_row(store, i);

		if (!row || row->message == 0 || !packet_store_packet(store, row, earlier))
			continue;
		bytes = message->kind == MESSAGE_FRAME ? frame_begin(earlier, message->id)
						       : stored_packet_head(earlier, message->id);
	}
	return bytes;
}

/* The same bytes in the packet itself, behind *at; absent when they came otherwise. */
static struct slice
find_in_packet(const struct stored_packet *packet, struct slice head, size_t *at)
{
	struct slice rest = packet->payload;
	const char *found;

	if (packet->plain.length || *at > rest.length)
		return (struct slice){0};
	slice_drop(&rest, *at);
	found = memmem(rest.at, rest.length, head.at, head.length);
	if (!found)
		return (struct slice){0};
	*at = (size_t)(found - packet->payload.at) + head.length;
	return (struct slice){found, head.length};
}

/* Returns false when there is nothing to show of the message. *earlier is room for a packet with its head. */
static bool
find_message(const struct packet_store *store, const struct stored_packet *packet,
	const struct stored_message *message, size_t *at, struct stored_packet *earlier,
	struct details_message *shown)
{
	bool begins_here = message->first_packet == packet->base.number;
	struct slice bytes = {0}, here = {0};

	if (!message->is_complete)
		return false;
	if (message->kind == MESSAGE_FRAME) {
		bytes = begins_here ? frame_in(packet, message) : bytes;
		shown->is_in_packet = bytes.length && !packet->plain.length;
	} else if (message->kind == MESSAGE_REQUEST || message->kind == MESSAGE_ANSWER) {
		bytes = stored_packet_head(packet, message->id);
		here = bytes.length ? find_in_packet(packet, bytes, at) : here;
		shown->is_in_packet = here.length;
	} else {
		return false;
	}
	if (!bytes.length)
		bytes = find_earlier(store, message, packet->base.number, earlier);
	shown->kind = message->kind == MESSAGE_FRAME ? DETAILS_WEBSOCKET : DETAILS_HTTP;
	shown->bytes = here.length ? here : bytes;
	return bytes.length;
}

static void
add_tree(struct buf *json, const struct packet_store *store, const struct stored_packet *packet)
{
	const struct stored_packet_base *base = &packet->base;
	struct details_message messages[PAYLOAD_PARTS_MAX] = {{0}};
	struct stored_packet earlier;
	const struct packet_store_interface *interfaces;
	size_t count = packet_store_interfaces(store, &interfaces), at = 0;
	struct details details = {
		.frame = {.number = base->number,
			.time_ns = base->time_ns,
			.since_previous_ns = base->since_previous_ns,
			.since_first_ns = base->since_first_ns,
			.length = base->wire_length,
			.link = base->link,
			.bytes = packet->bytes},
		.tcp = base->is_tcp ? &base->tcp : NULL,
		.messages = messages,
	};

	if (base->interface < count && interfaces[base->interface].name[0])
		details.frame.interface = interfaces[base->interface].name;
	for (unsigned i = 0; i < base->message_count; i++)
		if (find_message(store, packet, &packet->messages[i], &at, &earlier,
			    &messages[details.message_count]))
			details.message_count++;
	json_add_name(json, "tree");
	details_add(json, &details);
}

bool
packet_view_add(struct buf *json, const struct packet_store *store, uint32_t number)
{
	const struct stored_row *row = packet_store_row(store, number);
	struct stored_packet packet;
	struct stored_row_texts texts;

	if (!row || !packet_store_packet(store, row, &packet))
		return false;
	texts = packet_store_texts(store, row);
	buf_add_char(json, '{');
	json_add_number_member(json, "n", number);
	json_add_name(json, "sentence");
	json_add_text(json, texts.sentence);
	add_tree(json, store, &packet);
	add_base64_member(json, "bytes", packet.bytes);
	if (packet.plain.length)
		add_base64_member(json, "plain", packet.plain);
	buf_add_char(json, '}');
	return true;
}

/*
 * talk: see talk.h.
 */
#include "talk.h"

#include <string.h>

enum { IP_HEAD = 20, TCP_HEAD = 20, TCP_PLACE = IP_HEAD, OPTIONS = 8, STEP_NS = 100000 };

void
talk_init(struct talk *talk)
{
	*talk = (struct talk){.dissector = dissector_create(), .time_ns = 1700000000000000000};
	talk->ends[TCP_CLIENT] = (struct talk_end){1000, 1000};
	talk->ends[TCP_SERVER] = (struct talk_end){5000, 5000};
}

void
talk_finish(struct talk *talk)
{
	dissector_destroy(talk->dissector);
	buf_finish(&talk->packet);
}

static void
put(char *at, uint32_t number, unsigned size)
{
	for (unsigned i = 0; i < size; i++)
		at[i] = (char)(number >> 8 * (size - 1 - i));
}

static void
make_headers(char *head, const struct talk *talk, const struct talk_packet *packet,
	unsigned options, size_t length)
{
	static const char ip[IP_HEAD] = "\x45\0\0\0\0\0\0\0\x40\6\0\0\x7f\0\0\1\x7f\0\0\1";
	unsigned flags = packet->flags;
	bool is_client = packet->side == TCP_CLIENT;

	if (!flags)
		flags = PACKET_ACK | (length ? PACKET_PSH : 0);
	memcpy(head, ip, IP_HEAD);
	put(head + 2, (uint32_t)(IP_HEAD + TCP_HEAD + options + length), 2);
	put(head + TCP_PLACE, is_client ? TALK_CLIENT_PORT : TALK_SERVER_PORT, 2);
	put(head + TCP_PLACE + 2, is_client ? TALK_SERVER_PORT : TALK_CLIENT_PORT, 2);
	put(head + TCP_PLACE + 4, talk->ends[packet->side].next - (uint32_t)packet->back, 4);
	if (flags & PACKET_ACK)
		put(head + TCP_PLACE + 8,
			talk->ends[!packet->side].next - (uint32_t)packet->ack_back, 4);
	put(head + TCP_PLACE + 12, (uint32_t)(TCP_HEAD + options) / 4 << 12 | flags, 2);
	put(head + TCP_PLACE + 14,
		packet->window ? packet->window - (uint32_t)(packet->window == 1) : 512, 2);
	if (options)
		memcpy(head + TCP_PLACE + TCP_HEAD, "\2\4\xff\xd7\1\3\3\7", OPTIONS);
}

const struct dissect_row *
talk_send(struct talk *talk, const struct talk_packet *packet)
{
	size_t length = packet->length ? packet->length : packet->data ? strlen(packet->data) : 0;
	unsigned options = packet->has_mss ? OPTIONS : 0;
	char head[IP_HEAD + TCP_HEAD + OPTIONS] = {0};
	struct talk_end *end = &talk->ends[packet->side];
	struct pcapng_block block = {
		.kind = PCAPNG_PACKET, .link = PCAPNG_LINK_RAW, .time_digits = 9, .has_time = true};
	uint32_t next;

	make_headers(head, talk, packet, options, length);
	next = end->next - (uint32_t)packet->back + (uint32_t)length +
	       ((packet->flags & (PACKET_SYN | PACKET_FIN)) ? 1 : 0);
	if ((int32_t)(next - end->next) > 0)
		end->next = next;
	talk->time_ns += packet->after_ns ? packet->after_ns : STEP_NS;
	if (packet->is_lost)
		return &talk->row;
	buf_clear(&talk->packet);
	buf_add(&talk->packet, head, IP_HEAD + TCP_HEAD + options);
	buf_add(&talk->packet, packet->data ? packet->data : "", length);
	block.bytes = buf_slice(&talk->packet);
	block.wire_length = (uint32_t)talk->packet.length;
	block.time_ns = talk->time_ns;
	dissector_packet(talk->dissector, &block, &talk->row);
	return &talk->row;
}

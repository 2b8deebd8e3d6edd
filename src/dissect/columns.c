/*
 * columns: see columns.h.
 */
#include "dissect/columns.h"

#include <stdio.h>
#include <string.h>

enum {
	NUMBER_WIDTH = 5,
	TIME_WIDTH = 10,
	ADDRESS_WIDTH = 12,
	NANOSECOND_DIGITS = 9,
	OTHER_HEAD = 8, /* of UDP and of ICMP */
};

enum { PROTOCOL_ICMP = 1, PROTOCOL_TCP = 6, PROTOCOL_UDP = 17, PROTOCOL_ICMPV6 = 58 };

#define ARROW "\xe2\x86\x92" /* U+2192 in UTF-8 */

void
columns_add_time(struct buf *text, const struct dissect_row *row)
{
	uint64_t ns = row->elapsed_ns < 0 ? -(uint64_t)row->elapsed_ns : (uint64_t)row->elapsed_ns;
	uint64_t second = 1000000000;
	char fraction[NANOSECOND_DIGITS + 1];

	buf_addf(text, "%s%llu", row->elapsed_ns < 0 ? "-" : "", (unsigned long long)(ns / second));
	snprintf(fraction, sizeof(fraction), "%09u", (unsigned)(ns % second));
	if (row->time_digits)
		buf_addf(text, ".%.*s", (int)row->time_digits, fraction);
}

/* The protocol of a packet that is not TCP. */
static const char *
other_protocol(const struct packet *packet)
{
	switch (packet->ip_protocol) {
	case PROTOCOL_ICMP:
		return "ICMP";
	case PROTOCOL_TCP:
		return "TCP";
	case PROTOCOL_UDP:
		return "UDP";
	case PROTOCOL_ICMPV6:
		return "ICMPv6";
	default:
		return packet->source.family == 6 ? "IPv6" : "IPv4";
	}
}

void
columns_add_protocol(struct buf *text, const struct dissect_row *row)
{
	if (row->verdict == PACKET_TCP)
		buf_add_text(text, row->said->protocol && !row->said->has_segment_in_front
					   ? row->said->protocol
					   : "TCP");
	else
		buf_add_text(text,
			row->verdict == PACKET_OTHER ? other_protocol(&row->packet) : "unknown");
}

/* ---- TCP's own words ---- */

static void
add_flags(struct buf *text, const struct packet *packet)
{
	static const char *const names[] = {
		"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE"};
	bool is_first = true;

	buf_add_text(text, " [");
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!(packet->flags >> i & 1))
			continue;
		buf_add_text(text, is_first ? "" : ", ");
		buf_add_text(text, names[i]);
		is_first = false;
	}
	buf_add_text(text, is_first ? "<None>]" : "]");
}

static void
add_named(struct buf *text, const char *name, uint32_t number)
{
	buf_add_text(text, name);
	buf_add_number(text, number);
}

static void
add_option(struct buf *text, const struct dissect_row *row, unsigned kind, unsigned length,
	unsigned *sack_place)
{
	const struct packet *packet = &row->packet;

	if (kind == PACKET_OPTION_MSS && packet->has_mss)
		add_named(text, " MSS=", packet->mss);
	else if (kind == PACKET_OPTION_WINDOW_SCALE && packet->has_window_scale)
		add_named(text, " WS=",
			1U << (packet->window_scale < PACKET_SCALE_MAX ? packet->window_scale
								       : PACKET_SCALE_MAX));
	else if (kind == PACKET_OPTION_SACK_PERMITTED && packet->has_sack_permitted)
		buf_add_text(text, " SACK_PERM");
	else if (kind == PACKET_OPTION_FAST_OPEN)
		/* It asks for a cookie, or has one. */
		buf_add_text(text, length == 2 ? " TFO=R" : " TFO=C");
	else if (kind == PACKET_OPTION_TIMESTAMPS && packet->has_timestamps) {
		add_named(text, " TSval=", packet->timestamp);
		add_named(text, " TSecr=", packet->timestamp_echo);
	} else if (kind == PACKET_OPTION_SACK) {
		for (; *sack_place < packet->sack_count; ++*sack_place) {
			add_named(text, " SLE=", row->tcp.sacks[*sack_place].left);
			add_named(text, " SRE=", row->tcp.sacks[*sack_place].right);
		}
	}
}

/* The options, in the order in which they stand in the packet. */
static void
add_options(struct buf *text, const struct dissect_row *row)
{
	struct slice rest = row->packet.options;
	unsigned sack_place = 0;

	while (rest.length) {
		unsigned kind = (uint8_t)rest.at[0], length;

		if (kind == PACKET_OPTION_END)
			return;
		length = kind == PACKET_OPTION_NOP ? 1 : rest.length > 1 ? (uint8_t)rest.at[1] : 0;
		if (length == 0 || length > rest.length ||
			(length < 2 && kind != PACKET_OPTION_NOP))
			return;
		add_option(text, row, kind, length, &sack_place);
		slice_drop(&rest, length);
	}
}

static void
add_tcp_info(struct buf *text, const struct dissect_row *row)
{
	const struct packet *packet = &row->packet;

	buf_add_number(text, packet->source.port);
	add_named(text, " " ARROW " ", packet->destination.port);
	add_flags(text, packet);
	add_named(text, " Seq=", row->tcp.sequence);
	if (packet->flags & PACKET_ACK)
		add_named(text, " Ack=", row->tcp.acknowledgement);
	add_named(text, " Win=", row->tcp.window);
	if (packet->flags & PACKET_URG)
		add_named(text, " Urg=", packet->urgent_pointer);
	add_named(text, " Len=", row->tcp.length);
	add_options(text, row);
}

/* ---- what is not TCP ---- */

/* Of ICMP: why a packet has not arrived. */
static const char *
find_unreachable(const struct packet *packet)
{
	static const char *const codes[] = {"Network", "Host", "Protocol", "Port"};
	static const char *const codes_v6[] = {[3] = "Address", [4] = "Port"};
	unsigned type = slice_get8(packet->behind_ip, 0), code = slice_get8(packet->behind_ip, 1);

	if (packet->ip_protocol == PROTOCOL_ICMP && type == 3 &&
		code < sizeof(codes) / sizeof(codes[0]))
		return codes[code];
	if (packet->ip_protocol == PROTOCOL_ICMPV6 && type == 1 &&
		code < sizeof(codes_v6) / sizeof(codes_v6[0]))
		return codes_v6[code];
	return NULL;
}

static void
add_other_info(struct buf *text, const struct packet *packet)
{
	struct slice bytes = packet->behind_ip;
	const char *unreachable;

	if (bytes.length < OTHER_HEAD)
		return;
	if (packet->ip_protocol == PROTOCOL_UDP && slice_get16(bytes, 4) >= OTHER_HEAD) {
		buf_addf(text, "%u " ARROW " %u Len=%u", slice_get16(bytes, 0),
			slice_get16(bytes, 2), slice_get16(bytes, 4) - OTHER_HEAD);
		return;
	}
	unreachable = find_unreachable(packet);
	if (unreachable)
		buf_addf(text, "Destination %s (%s unreachable)",
			packet->ip_protocol == PROTOCOL_ICMP ? "unreachable" : "Unreachable",
			unreachable);
}

#define SEGMENT "[TCP segment of a reassembled PDU]"
#define LATE "[Reassembly error, protocol TCP: New fragment overlaps old data (retransmission?)]"

void
columns_add_info(struct buf *text, const struct dissect_row *row)
{
	const struct payload_said *said = row->said;

	if (row->verdict == PACKET_OTHER)
		add_other_info(text, &row->packet);
	if (row->verdict != PACKET_TCP)
		return;
	tcp_view_add_notes(text, &row->tcp);
	if (said->has_segment_in_front || (!said->info.length && !said->hides_tcp))
		add_tcp_info(text, row);
	if (said->has_segment_in_front)
		buf_add_text(text, " " SEGMENT);
	buf_add_slice(text, buf_slice(&said->info));
	if (said->is_late)
		buf_add_text(text, LATE);
	else if (said->is_segment && !said->has_segment_in_front)
		buf_addf(text, "%s" SEGMENT, said->hides_tcp ? "" : " ");
}

/* ---- the line ---- */

/* Adds blanks until what stands from start on is width bytes long: in front of it or behind it. */
static void
pad_left(struct buf *text, size_t start, size_t width)
{
	size_t length = text->length - start, missing = length < width ? width - length : 0;

	for (size_t i = 0; i < missing; i++)
		buf_add_char(text, ' ');
	memmove(text->bytes + start + missing, text->bytes + start, length);
	memset(text->bytes + start, ' ', missing);
}

static void
pad_right(struct buf *text, size_t start, size_t width)
{
	while (text->length - start < width)
		buf_add_char(text, ' ');
}

void
columns_add_line(struct buf *text, const struct dissect_row *row)
{
	size_t start = text->length;

	buf_add_number(text, row->number);
	pad_left(text, start, NUMBER_WIDTH);
	buf_add_char(text, ' ');
	start = text->length;
	columns_add_time(text, row);
	pad_left(text, start, TIME_WIDTH);
	buf_add_char(text, ' ');
	start = text->length;
	packet_add_address(text, &row->packet.source);
	pad_left(text, start, ADDRESS_WIDTH);
	buf_add_text(text, " " ARROW " ");
	start = text->length;
	packet_add_address(text, &row->packet.destination);
	pad_right(text, start, ADDRESS_WIDTH);
	buf_add_char(text, ' ');
	columns_add_protocol(text, row);
	buf_addf(text, " %u ", row->length);
	columns_add_info(text, row);
}

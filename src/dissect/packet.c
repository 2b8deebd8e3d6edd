/*
 * packet: see packet.h. Each layer takes its header off the front of the bytes that are left, and
 * says what the next layer is. The length that IP says cuts off what the link has padded.
 */
#include "dissect/packet.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include "capture/pcapng_block.h"

enum {
	ETHERNET_HEAD = 14,
	VLAN_TAG = 4,
	SLL_HEAD = 16,
	SLL2_HEAD = 20,
	IPV4_HEAD = 20,
	IPV6_HEAD = 40,
	TCP_HEAD = 20,
	TYPE_IPV4 = 0x0800,
	TYPE_IPV6 = 0x86dd,
	TYPE_VLAN = 0x8100,
	TYPE_VLAN_SERVICE = 0x88a8,
	PROTOCOL_TCP = 6,
	FRAGMENT_BITS = 0x3fff, /* "more fragments", and the offset */
	TCP_FLAGS = 0xfff,
};

/* Headers in front of TCP in IPv6 (RFC 8200, section 4). */
enum {
	EXTENSION_HOP_BY_HOP = 0,
	EXTENSION_ROUTING = 43,
	EXTENSION_DESTINATION = 60,
};

/* What is left of the packet, and how much of it was sent: less may have been captured. */
struct rest {
	struct slice bytes;
	size_t offset; /* of bytes in the packet */
	size_t sent;
};

static void
drop(struct rest *rest, size_t length)
{
	slice_drop(&rest->bytes, length);
	rest->offset += length;
	rest->sent -= length < rest->sent ? length : rest->sent;
}

/* ---- links ---- */

/* Takes a head of length bytes off the front, which has the type at offset. */
static bool
read_link_head(struct packet *packet, struct rest *rest, size_t length, size_t offset)
{
	if (rest->bytes.length < length)
		return false;
	packet->ether_type = (uint16_t)slice_get16(rest->bytes, offset);
	drop(rest, length);
	return true;
}

static bool
read_link(struct packet *packet, uint32_t link, struct rest *rest)
{
	bool is_read;

	switch (link) {
	case PCAPNG_LINK_ETHERNET:
		is_read = read_link_head(packet, rest, ETHERNET_HEAD, 12);
		break;
	case PCAPNG_LINK_SLL:
		is_read = read_link_head(packet, rest, SLL_HEAD, 14);
		break;
	case PCAPNG_LINK_SLL2:
		is_read = read_link_head(packet, rest, SLL2_HEAD, 0);
		break;
	case PCAPNG_LINK_RAW:
		if (!rest->bytes.length)
			return false;
		packet->ether_type = slice_get8(rest->bytes, 0) >> 4 == 6 ? TYPE_IPV6 : TYPE_IPV4;
		return true;
	default:
		return false;
	}
	while (is_read &&
		(packet->ether_type == TYPE_VLAN || packet->ether_type == TYPE_VLAN_SERVICE))
		is_read = read_link_head(packet, rest, VLAN_TAG, 2);
	return is_read;
}

/* ---- IP ---- */

static void
set_address(struct packet_address *address, unsigned family, const char *at)
{
	address->family = (uint8_t)family;
	memcpy(address->bytes, at, family == 4 ? 4 : 16);
}

/* length is what the header says behind itself, 0 when it does not know (segmentation offload). */
static void
set_sent(struct rest *rest, size_t length)
{
	rest->sent = length ? length : rest->bytes.length;
	if (rest->bytes.length > rest->sent)
		rest->bytes.length = rest->sent;
}

static enum packet_verdict
read_ipv4(struct packet *packet, struct rest *rest)
{
	size_t head, total;
	bool is_fragment;

	if (rest->bytes.length < IPV4_HEAD || slice_get8(rest->bytes, 0) >> 4 != 4)
		return PACKET_UNKNOWN;
	head = (size_t)(slice_get8(rest->bytes, 0) & 0xf) * 4;
	total = slice_get16(rest->bytes, 2);
	if (head < IPV4_HEAD || head > rest->bytes.length || (total && total < head))
		return PACKET_UNKNOWN;
	is_fragment = slice_get16(rest->bytes, 6) & FRAGMENT_BITS;
	packet->hop_limit = (uint8_t)slice_get8(rest->bytes, 8);
	packet->ip_protocol = (uint8_t)slice_get8(rest->bytes, 9);
	set_address(&packet->source, 4, rest->bytes.at + 12);
	set_address(&packet->destination, 4, rest->bytes.at + 16);
	drop(rest, head);
	set_sent(rest, total ? total - head : 0);
	if (total == head)
		return PACKET_OTHER;
	return packet->ip_protocol == PROTOCOL_TCP && !is_fragment ? PACKET_TCP : PACKET_OTHER;
}

/* Takes the headers between IPv6 and TCP off the front. Returns false when one is cut. */
static bool
read_extensions(struct packet *packet, struct rest *rest)
{
	while (packet->ip_protocol == EXTENSION_HOP_BY_HOP ||
		packet->ip_protocol == EXTENSION_ROUTING ||
		packet->ip_protocol == EXTENSION_DESTINATION) {
		size_t length;

		if (rest->bytes.length < 8)
			return false;
		length = ((size_t)slice_get8(rest->bytes, 1) + 1) * 8;
		if (length > rest->bytes.length)
			return false;
		packet->ip_protocol = (uint8_t)slice_get8(rest->bytes, 0);
		drop(rest, length);
	}
	return true;
}

static enum packet_verdict
read_ipv6(struct packet *packet, struct rest *rest)
{
	size_t length;

	if (rest->bytes.length < IPV6_HEAD || slice_get8(rest->bytes, 0) >> 4 != 6)
		return PACKET_UNKNOWN;
	length = slice_get16(rest->bytes, 4);
	packet->ip_protocol = (uint8_t)slice_get8(rest->bytes, 6);
	packet->hop_limit = (uint8_t)slice_get8(rest->bytes, 7);
	set_address(&packet->source, 6, rest->bytes.at + 8);
	set_address(&packet->destination, 6, rest->bytes.at + 24);
	drop(rest, IPV6_HEAD);
	set_sent(rest, length);
	if (!read_extensions(packet, rest))
		return PACKET_OTHER;
	return packet->ip_protocol == PROTOCOL_TCP ? PACKET_TCP : PACKET_OTHER;
}

/* ---- TCP ---- */

static void
read_sacks(struct packet *packet, struct slice value)
{
	while (value.length >= 8 && packet->sack_count < PACKET_SACKS_MAX) {
		packet->sacks[packet->sack_count++] = (struct packet_sack){
			slice_get32(value, 0), slice_get32(value, 4)};
		slice_drop(&value, 8);
	}
}

static void
read_option(struct packet *packet, unsigned kind, struct slice value)
{
	if (kind == PACKET_OPTION_MSS && value.length == 2) {
		packet->has_mss = true;
		packet->mss = (uint16_t)slice_get16(value, 0);
	} else if (kind == PACKET_OPTION_WINDOW_SCALE && value.length == 1) {
		packet->has_window_scale = true;
		packet->window_scale = (uint8_t)slice_get8(value, 0);
	} else if (kind == PACKET_OPTION_SACK_PERMITTED && value.length == 0) {
		packet->has_sack_permitted = true;
	} else if (kind == PACKET_OPTION_SACK) {
		read_sacks(packet, value);
	} else if (kind == PACKET_OPTION_TIMESTAMPS && value.length == 8) {
		packet->has_timestamps = true;
		packet->timestamp = slice_get32(value, 0);
		packet->timestamp_echo = slice_get32(value, 4);
	}
}

static void
read_options(struct packet *packet)
{
	struct slice rest = packet->options;

	while (rest.length) {
		unsigned kind = slice_get8(rest, 0);
		size_t length;

		if (kind == PACKET_OPTION_END)
			return;
		if (kind == PACKET_OPTION_NOP) {
			slice_drop(&rest, 1);
			continue;
		}
		length = rest.length > 1 ? slice_get8(rest, 1) : 0;
		if (length < 2 || length > rest.length)
			return;
		read_option(packet, kind, (struct slice){rest.at + 2, length - 2});
		slice_drop(&rest, length);
	}
}

static bool
read_tcp(struct packet *packet, struct rest *rest)
{
	size_t head;

	if (rest->bytes.length < TCP_HEAD)
		return false;
	head = (size_t)(slice_get8(rest->bytes, 12) >> 4) * 4;
	if (head < TCP_HEAD || head > rest->bytes.length)
		return false;
	packet->tcp_offset = (uint16_t)rest->offset;
	packet->tcp_head_length = (uint8_t)head;
	packet->source.port = (uint16_t)slice_get16(rest->bytes, 0);
	packet->destination.port = (uint16_t)slice_get16(rest->bytes, 2);
	packet->sequence = slice_get32(rest->bytes, 4);
	packet->acknowledgement = slice_get32(rest->bytes, 8);
	packet->flags = (uint16_t)(slice_get16(rest->bytes, 12) & TCP_FLAGS);
	packet->window = (uint16_t)slice_get16(rest->bytes, 14);
	packet->checksum = (uint16_t)slice_get16(rest->bytes, 16);
	packet->urgent_pointer = (uint16_t)slice_get16(rest->bytes, 18);
	packet->options = (struct slice){rest->bytes.at + TCP_HEAD, head - TCP_HEAD};
	read_options(packet);
	drop(rest, head);
	packet->payload = rest->bytes;
	packet->payload_length = (uint32_t)rest->sent;
	return true;
}

enum packet_verdict
packet_read(struct packet *packet, uint32_t link, struct slice bytes)
{
	struct rest rest = {bytes, 0, bytes.length};
	enum packet_verdict verdict = PACKET_UNKNOWN;

	*packet = (struct packet){0};
	if (!read_link(packet, link, &rest))
		return PACKET_UNKNOWN;
	packet->ip_offset = (uint16_t)rest.offset;
	if (packet->ether_type == TYPE_IPV4)
		verdict = read_ipv4(packet, &rest);
	else if (packet->ether_type == TYPE_IPV6)
		verdict = read_ipv6(packet, &rest);
	if (verdict == PACKET_OTHER)
		packet->behind_ip = rest.bytes;
	if (verdict == PACKET_TCP && !read_tcp(packet, &rest))
		verdict = PACKET_OTHER;
	return verdict;
}

/* ---- addresses ---- */

bool
packet_address_is(const struct packet_address *a, const struct packet_address *b)
{
	return a->family == b->family && a->port == b->port &&
	       memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

void
packet_add_address(struct buf *text, const struct packet_address *address)
{
	char name[INET6_ADDRSTRLEN];
	int family = address->family == 4 ? AF_INET : AF_INET6;

	if (address->family && inet_ntop(family, address->bytes, name, sizeof(name)))
		buf_add_text(text, name);
}

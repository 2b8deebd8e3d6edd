/*
 * ip_details: see ip_details.h. The order and the words of the lines are those of Wireshark 4.0.
 */
#include "details/ip_details.h"

#include <stdio.h>

enum { IPV4_HEAD = 20, IPV6_HEAD = 40, PROTOCOL_TCP = 6, WORD = 64 };
enum { DONT_FRAGMENT = 2, MORE_FRAGMENTS = 1 };

static const char *
protocol_name(unsigned protocol)
{
	return protocol == PROTOCOL_TCP ? "TCP" : "Unknown";
}

/* ---- differentiated services (RFC 2474, RFC 2597, RFC 3246), ECN (RFC 3168) ---- */

struct service {
	char name[WORD], description[WORD];
};

static struct service
service_of(unsigned codepoint)
{
	struct service service = {"Unknown", "Unknown"};
	unsigned class = codepoint >> 3, low = codepoint & 7;

	if (codepoint == 0) {
		snprintf(service.name, WORD, "CS0");
		snprintf(service.description, WORD, "Default");
	} else if (low == 0) {
		snprintf(service.name, WORD, "CS%u", class);
		snprintf(service.description, WORD, "Class Selector %u", class);
	} else if (class <= 4 && class > 0 && low % 2 == 0) {
		snprintf(service.name, WORD, "AF%u%u", class, low / 2);
		snprintf(service.description, WORD, "Assured Forwarding %u%u", class, low / 2);
	} else if (codepoint == 46) {
		snprintf(service.name, WORD, "EF PHB");
		snprintf(service.description, WORD, "Expedited Forwarding");
	}
	return service;
}

static const struct {
	const char *name, *description;
} congestion[] = {
	{"Not-ECT", "Not ECN-Capable Transport"},
	{"ECT(1)", "ECN-Capable Transport codepoint '01'"},
	{"ECT(0)", "ECN-Capable Transport codepoint '10'"},
	{"CE", "Congestion Experienced"},
};

/* The eight bits are in a field of width bits, shift from its lowest one, length bytes from at on. */
static void
add_services(struct detail_tree *tree, unsigned value, unsigned width, unsigned shift, size_t at,
	size_t length)
{
	char pattern[DETAIL_TREE_PATTERN];
	struct service service = service_of(value >> 2);
	struct detail_tree_bits bits = {value << shift, 0xfcu << shift, width};

	detail_tree_add(tree, at, length, "%s = Differentiated Services Codepoint: %s (%u)",
		detail_tree_pattern(pattern, bits), service.description, value >> 2);
	bits.mask = 3u << shift;
	detail_tree_add(tree, at, length, "%s = Explicit Congestion Notification: %s (%u)",
		detail_tree_pattern(pattern, bits), congestion[value & 3].description, value & 3);
}

/* ---- IPv4 ---- */

static void
add_fragment(struct detail_tree *tree, struct slice head)
{
	char pattern[DETAIL_TREE_PATTERN];
	unsigned flags = slice_get8(head, 6) >> 5;
	struct detail_tree_bits bits = {slice_get8(head, 6), 0xe0, 8};
	struct detail_tree_bits offset = {slice_get16(head, 6), 0x1fff, 16};

	detail_tree_open(tree, 6, 1, "%s = Flags: 0x%x%s%s", detail_tree_pattern(pattern, bits),
		flags, flags & DONT_FRAGMENT ? ", Don't fragment" : "",
		flags & MORE_FRAGMENTS ? ", More fragments" : "");
	bits.mask = 0x80;
	detail_tree_add(tree, 6, 1, "%s = Reserved bit: %s", detail_tree_pattern(pattern, bits),
		bits.value & bits.mask ? "Set" : "Not set");
	bits.mask = 0x40;
	detail_tree_add(tree, 6, 1, "%s = Don't fragment: %s", detail_tree_pattern(pattern, bits),
		bits.value & bits.mask ? "Set" : "Not set");
	bits.mask = 0x20;
	detail_tree_add(tree, 6, 1, "%s = More fragments: %s", detail_tree_pattern(pattern, bits),
		bits.value & bits.mask ? "Set" : "Not set");
	detail_tree_close(tree);
	detail_tree_add(tree, 6, 2, "%s = Fragment Offset: %u",
		detail_tree_pattern(pattern, offset), 8 * (offset.value & offset.mask));
}

static void
add_ipv4(struct detail_tree *tree, struct slice head, const char *source, const char *target)
{
	char pattern[DETAIL_TREE_PATTERN];
	struct detail_tree_bits bits = {slice_get8(head, 0), 0xf0, 8};
	unsigned length = 4 * (slice_get8(head, 0) & 0xf), services = slice_get8(head, 1);

	detail_tree_open(
		tree, 0, length, "Internet Protocol Version 4, Src: %s, Dst: %s", source, target);
	detail_tree_add(tree, 0, 1, "%s = Version: 4", detail_tree_pattern(pattern, bits));
	bits.mask = 0xf;
	detail_tree_add(tree, 0, 1, "%s = Header Length: %u bytes (%u)",
		detail_tree_pattern(pattern, bits), length, length / 4);
	detail_tree_open(tree, 1, 1, "Differentiated Services Field: 0x%02x (DSCP: %s, ECN: %s)",
		services, service_of(services >> 2).name, congestion[services & 3].name);
	add_services(tree, services, 8, 0, 1, 1);
	detail_tree_close(tree);
	detail_tree_add(tree, 2, 2, "Total Length: %u", slice_get16(head, 2));
	detail_tree_add(tree, 4, 2, "Identification: 0x%04x (%u)", slice_get16(head, 4),
		slice_get16(head, 4));
	add_fragment(tree, head);
	detail_tree_add(tree, 8, 1, "Time to Live: %u", slice_get8(head, 8));
	detail_tree_add(tree, 9, 1, "Protocol: %s (%u)", protocol_name(slice_get8(head, 9)),
		slice_get8(head, 9));
	detail_tree_add(tree, 10, 2, "Header Checksum: 0x%04x [validation disabled]",
		slice_get16(head, 10));
	detail_tree_add(tree, 0, 0, "[Header checksum status: Unverified]");
	detail_tree_add(tree, 12, 4, "Source Address: %s", source);
	detail_tree_add(tree, 16, 4, "Destination Address: %s", target);
	detail_tree_close(tree);
}

/* ---- IPv6 ---- */

static void
add_ipv6(struct detail_tree *tree, struct slice head, const char *source, const char *target)
{
	char pattern[DETAIL_TREE_PATTERN];
	uint32_t first = (uint32_t)slice_get16(head, 0) << 16 | slice_get16(head, 2);
	unsigned services = first >> 20 & 0xff;
	struct detail_tree_bits version = {slice_get8(head, 0), 0xf0, 8};
	struct detail_tree_bits traffic = {first, 0x0ff00000, 32};
	struct detail_tree_bits label = {first & 0xffffff, 0xfffff, 24};

	detail_tree_open(tree, 0, IPV6_HEAD, "Internet Protocol Version 6, Src: %s, Dst: %s",
		source, target);
	detail_tree_add(tree, 0, 1, "%s = Version: 6", detail_tree_pattern(pattern, version));
	detail_tree_open(tree, 0, 4, "%s = Traffic Class: 0x%02x (DSCP: %s, ECN: %s)",
		detail_tree_pattern(pattern, traffic), services, service_of(services >> 2).name,
		congestion[services & 3].name);
	add_services(tree, services, 32, 20, 0, 4);
	detail_tree_close(tree);
	detail_tree_add(tree, 1, 3, "%s = Flow Label: 0x%05x", detail_tree_pattern(pattern, label),
		label.value & label.mask);
	detail_tree_add(tree, 4, 2, "Payload Length: %u", slice_get16(head, 4));
	detail_tree_add(tree, 6, 1, "Next Header: %s (%u)", protocol_name(slice_get8(head, 6)),
		slice_get8(head, 6));
	detail_tree_add(tree, 7, 1, "Hop Limit: %u", slice_get8(head, 7));
	detail_tree_add(tree, 8, 16, "Source Address: %s", source);
	detail_tree_add(tree, 24, 16, "Destination Address: %s", target);
	detail_tree_close(tree);
}

void
ip_details_add(struct detail_tree *tree, const struct packet *packet, struct slice bytes)
{
	struct buf source = {0}, target = {0};

	if (bytes.length < packet->ip_offset)
		return;
	slice_drop(&bytes, packet->ip_offset);
	packet_add_address(&source, &packet->source);
	packet_add_address(&target, &packet->destination);
	tree->base = packet->ip_offset;
	if (packet->source.family == 4 && bytes.length >= IPV4_HEAD)
		add_ipv4(tree, bytes, source.bytes, target.bytes);
	else if (packet->source.family == 6 && bytes.length >= IPV6_HEAD)
		add_ipv6(tree, bytes, source.bytes, target.bytes);
	tree->base = 0;
	buf_finish(&source);
	buf_finish(&target);
}

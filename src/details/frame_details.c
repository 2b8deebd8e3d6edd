/*
 * frame_details: see frame_details.h. The order and the words of the lines are those of Wireshark 4.0.
 */
#include "details/frame_details.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "capture/pcapng_block.h"

enum {
	MAC_SIZE = 6,
	MAC_TEXT = 18,
	ETHERNET_HEAD = 14,
	SLL_HEAD = 16,
	SLL2_HEAD = 20,
	HARDWARE_ETHERNET = 1,
	HARDWARE_LOOPBACK = 772,
	NANOSECONDS = 1000000000,
};

/* ---- the packet ---- */

static const char *
encapsulation_of(uint32_t link)
{
	switch (link) {
	case PCAPNG_LINK_ETHERNET:
		return "Ethernet (1)";
	case PCAPNG_LINK_RAW:
		return "Raw IP (7)";
	case PCAPNG_LINK_SLL:
		return "Linux cooked-mode capture v1 (25)";
	case PCAPNG_LINK_SLL2:
		return "Linux cooked-mode capture v2 (210)";
	default:
		return "Unknown (0)";
	}
}

static void
add_arrival(struct detail_tree *tree, uint64_t ns)
{
	time_t seconds = (time_t)(ns / NANOSECONDS);
	char day[32], zone[32];
	struct tm time;

	localtime_r(&seconds, &time);
	strftime(day, sizeof(day), "%b %e, %Y %H:%M:%S", &time);
	strftime(zone, sizeof(zone), "%Z", &time);
	detail_tree_add(
		tree, 0, 0, "Arrival Time: %s.%09" PRIu64 " %s", day, ns % NANOSECONDS, zone);
	detail_tree_add(tree, 0, 0, "Epoch Time: %" PRIu64 ".%09" PRIu64 " seconds",
		ns / NANOSECONDS, ns % NANOSECONDS);
}

static void
add_since(struct detail_tree *tree, const char *what, uint64_t ns)
{
	detail_tree_add(tree, 0, 0, "[Time %s: %" PRIu64 ".%09" PRIu64 " seconds]", what,
		ns / NANOSECONDS, ns % NANOSECONDS);
}

static void
add_frame(struct detail_tree *tree, const struct frame_details *frame)
{
	uint64_t sent = frame->length, captured = frame->bytes.length;

	detail_tree_open(tree, 0, captured,
		"Frame %" PRIu32 ": %" PRIu64 " bytes on wire (%" PRIu64 " bits), %" PRIu64
		" bytes captured (%" PRIu64 " bits)%s%s%s",
		frame->number, sent, 8 * sent, captured, 8 * captured,
		frame->interface ? " on interface " : "", frame->interface ? frame->interface : "",
		frame->interface ? ", id 0" : "");
	if (frame->interface) {
		detail_tree_open(tree, 0, 0, "Interface id: 0 (%s)", frame->interface);
		detail_tree_add(tree, 0, 0, "Interface name: %s", frame->interface);
		detail_tree_close(tree);
	}
	detail_tree_add(tree, 0, 0, "Encapsulation type: %s", encapsulation_of(frame->link));
	add_arrival(tree, frame->time_ns);
	add_since(tree, "delta from previous captured frame", frame->since_previous_ns);
	add_since(tree, "since reference or first frame", frame->since_first_ns);
	detail_tree_add(tree, 0, 0, "Frame Number: %" PRIu32, frame->number);
	detail_tree_add(
		tree, 0, 0, "Frame Length: %" PRIu64 " bytes (%" PRIu64 " bits)", sent, 8 * sent);
	detail_tree_add(tree, 0, 0, "Capture Length: %" PRIu64 " bytes (%" PRIu64 " bits)",
		captured, 8 * captured);
	detail_tree_close(tree);
}

/* ---- links ---- */

/* An address whose first half is zero is shown as Wireshark does, for which 00:00:00 is a maker. */
static const char *
mac_name(char text[MAC_TEXT], struct slice bytes, size_t at, bool is_plain)
{
	bool is_zero = !is_plain && slice_get16(bytes, at) == 0 && slice_get8(bytes, at + 2) == 0;

	snprintf(text, MAC_TEXT, "%02x:%02x:%02x%c%02x:%02x:%02x", slice_get8(bytes, at),
		slice_get8(bytes, at + 1), slice_get8(bytes, at + 2), is_zero ? '_' : ':',
		slice_get8(bytes, at + 3), slice_get8(bytes, at + 4), slice_get8(bytes, at + 5));
	return text;
}

static void
add_mac(struct detail_tree *tree, struct slice bytes, size_t at, const char *what)
{
	char name[MAC_TEXT], plain[MAC_TEXT], pattern[DETAIL_TREE_PATTERN];
	struct detail_tree_bits local = {slice_get8(bytes, at) << 16, 0x020000, 24};
	struct detail_tree_bits group = {slice_get8(bytes, at) << 16, 0x010000, 24};

	mac_name(name, bytes, at, false);
	mac_name(plain, bytes, at, true);
	detail_tree_open(tree, at, MAC_SIZE, "%s: %s (%s)", what, name, plain);
	detail_tree_add(tree, at, MAC_SIZE, "Address: %s (%s)", name, plain);
	detail_tree_add(tree, at, 3, "%s = LG bit: %s", detail_tree_pattern(pattern, local),
		local.value & local.mask
			? "Locally administered address (this is NOT the factory default)"
			: "Globally unique address (factory default)");
	detail_tree_add(tree, at, 3, "%s = IG bit: %s", detail_tree_pattern(pattern, group),
		group.value & group.mask ? "Group address (multicast/broadcast)"
					 : "Individual address (unicast)");
	detail_tree_close(tree);
}

static void
add_type(struct detail_tree *tree, struct slice bytes, size_t at, const char *what)
{
	unsigned type = slice_get16(bytes, at);
	const char *name = type == 0x0800   ? "IPv4"
			   : type == 0x86dd ? "IPv6"
			   : type == 0x8100 ? "802.1Q Virtual LAN"
					    : "Unknown";

	detail_tree_add(tree, at, 2, "%s: %s (0x%04x)", what, name, type);
}

static void
add_ethernet(struct detail_tree *tree, struct slice bytes)
{
	char source[MAC_TEXT], plain_source[MAC_TEXT], target[MAC_TEXT], plain_target[MAC_TEXT];

	detail_tree_open(tree, 0, ETHERNET_HEAD, "Ethernet II, Src: %s (%s), Dst: %s (%s)",
		mac_name(source, bytes, MAC_SIZE, false),
		mac_name(plain_source, bytes, MAC_SIZE, true), mac_name(target, bytes, 0, false),
		mac_name(plain_target, bytes, 0, true));
	add_mac(tree, bytes, 0, "Destination");
	add_mac(tree, bytes, MAC_SIZE, "Source");
	add_type(tree, bytes, 2 * MAC_SIZE, "Type");
	detail_tree_close(tree);
}

/* Where the fields of a Linux cooked capture are (LINKTYPE_LINUX_SLL, LINKTYPE_LINUX_SLL2). */
static void
add_cooked_type(struct detail_tree *tree, size_t at, size_t length, unsigned type)
{
	static const char *const names[] = {
		"Unicast to us", "Broadcast", "Multicast", "Unicast to another host", "Sent by us"};

	detail_tree_add(tree, at, length, "Packet type: %s (%u)",
		type < sizeof(names) / sizeof(*names) ? names[type] : "Unknown", type);
}

static void
add_cooked_hardware(struct detail_tree *tree, struct slice bytes, size_t at)
{
	unsigned type = slice_get16(bytes, at);

	detail_tree_add(tree, at, 2, "Link-layer address type: %s (%u)",
		type == HARDWARE_LOOPBACK   ? "Loopback"
		: type == HARDWARE_ETHERNET ? "Ethernet"
					    : "Unknown",
		type);
}

static void
add_cooked_address(struct detail_tree *tree, struct slice bytes, size_t at, size_t length)
{
	char name[MAC_TEXT], plain[MAC_TEXT];

	if (length != MAC_SIZE)
		return;
	detail_tree_add(tree, at, MAC_SIZE, "Source: %s (%s)", mac_name(name, bytes, at, false),
		mac_name(plain, bytes, at, true));
	detail_tree_add(tree, at + MAC_SIZE, 2, "Unused: %04x", slice_get16(bytes, at + MAC_SIZE));
}

static void
add_cooked(struct detail_tree *tree, struct slice bytes)
{
	detail_tree_open(tree, 0, SLL_HEAD, "Linux cooked capture v1");
	add_cooked_type(tree, 0, 2, slice_get16(bytes, 0));
	add_cooked_hardware(tree, bytes, 2);
	detail_tree_add(tree, 4, 2, "Link-layer address length: %u", slice_get16(bytes, 4));
	add_cooked_address(tree, bytes, 6, slice_get16(bytes, 4));
	add_type(tree, bytes, 14, "Protocol");
	detail_tree_close(tree);
}

static void
add_cooked_2(struct detail_tree *tree, struct slice bytes)
{
	detail_tree_open(tree, 0, SLL2_HEAD, "Linux cooked capture v2");
	add_type(tree, bytes, 0, "Protocol");
	detail_tree_add(tree, 4, 4, "Interface index: %" PRIu32,
		(uint32_t)slice_get16(bytes, 4) << 16 | slice_get16(bytes, 6));
	add_cooked_hardware(tree, bytes, 8);
	add_cooked_type(tree, 10, 1, slice_get8(bytes, 10));
	detail_tree_add(tree, 11, 1, "Link-layer address length: %u", slice_get8(bytes, 11));
	add_cooked_address(tree, bytes, 12, slice_get8(bytes, 11));
	detail_tree_close(tree);
}

void
frame_details_add(
	struct detail_tree *tree, const struct packet *packet, const struct frame_details *frame)
{
	add_frame(tree, frame);
	tree->base = packet->link_offset;
	if (frame->link == PCAPNG_LINK_ETHERNET && frame->bytes.length >= ETHERNET_HEAD)
		add_ethernet(tree, frame->bytes);
	else if (frame->link == PCAPNG_LINK_SLL && frame->bytes.length >= SLL_HEAD)
		add_cooked(tree, frame->bytes);
	else if (frame->link == PCAPNG_LINK_SLL2 && frame->bytes.length >= SLL2_HEAD)
		add_cooked_2(tree, frame->bytes);
	tree->base = 0;
}

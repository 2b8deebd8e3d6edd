/*
 * capture_filter: see capture_filter.h.
 *
 * Its one idea: the program first writes three facts about a packet into its scratch memory (the two
 * ports, and at which ends this machine is), then each socket has a few tests of its own, which either
 * accept the packet or go on to the next. All offsets begin at the header of IP, so the program is right
 * on every kind of link.
 */
#define _GNU_SOURCE
#include "capture/capture_filter.h"

#include <net/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <string.h>

/* Words of the scratch memory. */
enum { SOURCE_PORT, DESTINATION_PORT, ENDS };

/* Bits of ENDS. */
enum {
	END_LOOPBACK = 1, /* the packet is on loopback */
	END_IN = 2,       /* it has come in, for an address of this machine */
	END_OUT = 4,      /* it goes out, from an address of this machine */
};

enum {
	AT_IP = SKF_NET_OFF,
	WHOLE_PACKET = 256 * 1024,
	V4_FRAGMENT = AT_IP + 6,
	V4_PROTOCOL = AT_IP + 9,
	V4_SOURCE = AT_IP + 12,
	V4_DESTINATION = AT_IP + 16,
	V6_NEXT_HEADER = AT_IP + 6,
	V6_SOURCE = AT_IP + 8,
	V6_DESTINATION = AT_IP + 24,
	V6_HEADER = 40,
	FRAGMENT_OFFSET = 0x1fff, /* bits of V4_FRAGMENT */
};

/* ---- instructions ---- */

static void
add(struct capture_filter *filter, unsigned code, uint32_t value, unsigned if_true,
	unsigned if_false)
{
	filter->code[filter->length++] = (struct sock_filter){
		(uint16_t)code, (uint8_t)if_true, (uint8_t)if_false, value};
}

static void
load(struct capture_filter *filter, unsigned size, int offset)
{
	add(filter, BPF_LD | size | BPF_ABS, (uint32_t)offset, 0, 0);
}

/* Loads what the kernel knows of the packet. */
static void
load_fact(struct capture_filter *filter, int fact)
{
	load(filter, BPF_W, SKF_AD_OFF + fact);
}

static void
load_word(struct capture_filter *filter, unsigned word)
{
	add(filter, BPF_LD | BPF_MEM, word, 0, 0);
}

static void
store(struct capture_filter *filter, unsigned word)
{
	add(filter, BPF_ST, word, 0, 0);
}

static void
accept_packet(struct capture_filter *filter)
{
	add(filter, BPF_RET | BPF_K, WHOLE_PACKET, 0, 0);
}

static void
reject_packet(struct capture_filter *filter)
{
	add(filter, BPF_RET | BPF_K, 0, 0, 0);
}

static void
reject_unless(struct capture_filter *filter, uint32_t value)
{
	add(filter, BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0);
	reject_packet(filter);
}

/* A jump whose target is not written yet: when the test is false, to where aim() is called. */
static unsigned short
jump_unless(struct capture_filter *filter, unsigned test, uint32_t value)
{
	add(filter, BPF_JMP | test | BPF_K, value, 0, 0);
	return (unsigned short)(filter->length - 1);
}

static void
aim(struct capture_filter *filter, unsigned short jump)
{
	filter->code[jump].jf = (uint8_t)(filter->length - jump - 1);
}

/* A jump of any length: over what is written until aim_far() is called. */
static unsigned short
jump_far(struct capture_filter *filter)
{
	add(filter, BPF_JMP | BPF_JA, 0, 0, 0);
	return (unsigned short)(filter->length - 1);
}

static void
aim_far(struct capture_filter *filter, unsigned short jump)
{
	filter->code[jump].k = (uint32_t)(filter->length - jump - 1);
}

/* ---- facts of a packet ---- */

static uint32_t
word_of(const struct watched_address *address, size_t index)
{
	uint32_t word;

	memcpy(&word, address->bytes + index * sizeof(word), sizeof(word));
	return ntohl(word);
}

/*
 * Goes on when the address at offset is this one. Otherwise jumps; *count jumps are added to jumps, for
 * the caller to aim.
 */
static void
test_address(struct capture_filter *filter, const struct watched_address *address, int offset,
	unsigned short *jumps, size_t *count)
{
	size_t words = address->family == AF_INET ? 1 : 4;

	for (size_t i = 0; i < words; i++) {
		load(filter, BPF_W, offset + (int)(i * sizeof(uint32_t)));
		jumps[(*count)++] = jump_unless(filter, BPF_JEQ, word_of(address, i));
	}
}

/* Sets ENDS to end if the address at offset is one of this machine. */
static void
set_end_if_own(struct capture_filter *filter, int family, int offset, unsigned end)
{
	struct watched_address own[WATCHED_ADDRESSES_MAX];
	size_t own_count = watched_addresses_of_machine(family, own);

	for (size_t i = 0; i < own_count; i++) {
		unsigned short jumps[4];
		size_t count = 0;

		test_address(filter, &own[i], offset, jumps, &count);
		add(filter, BPF_LD | BPF_IMM, end, 0, 0);
		store(filter, ENDS);
		while (count)
			aim(filter, jumps[--count]);
	}
}

/* For a packet that is not on loopback. A packet of other machines that is forwarded has no end here. */
static void
set_ends(struct capture_filter *filter, int family)
{
	bool is_v4 = family == AF_INET;
	unsigned short to_next;

	load_fact(filter, SKF_AD_PKTTYPE);
	add(filter, BPF_JMP | BPF_JEQ | BPF_K, PACKET_HOST, 1, 0);
	to_next = jump_far(filter);
	set_end_if_own(filter, family, is_v4 ? V4_DESTINATION : V6_DESTINATION, END_IN);
	aim_far(filter, to_next);
	load_fact(filter, SKF_AD_PKTTYPE);
	add(filter, BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 1, 0);
	to_next = jump_far(filter);
	set_end_if_own(filter, family, is_v4 ? V4_SOURCE : V6_SOURCE, END_OUT);
	aim_far(filter, to_next);
}

/* Leaves each packet of loopback, which the kernel shows as it goes out and as it comes in, only once. */
static void
read_link(struct capture_filter *filter)
{
	unsigned short to_end;

	add(filter, BPF_LD | BPF_IMM, 0, 0, 0);
	store(filter, ENDS);
	load_fact(filter, SKF_AD_HATYPE);
	to_end = jump_unless(filter, BPF_JEQ, ARPHRD_LOOPBACK);
	load_fact(filter, SKF_AD_PKTTYPE);
	add(filter, BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 0, 1);
	reject_packet(filter);
	add(filter, BPF_LD | BPF_IMM, END_LOOPBACK, 0, 0);
	store(filter, ENDS);
	aim(filter, to_end);
}

/* The first header behind that of IP begins at X from AT_IP. */
static void
read_ports(struct capture_filter *filter)
{
	add(filter, BPF_LD | BPF_H | BPF_IND, (uint32_t)AT_IP, 0, 0);
	store(filter, SOURCE_PORT);
	add(filter, BPF_LD | BPF_H | BPF_IND, (uint32_t)(AT_IP + 2), 0, 0);
	store(filter, DESTINATION_PORT);
}

static void
read_header(struct capture_filter *filter, int family)
{
	if (family == AF_INET) {
		load(filter, BPF_B, V4_PROTOCOL);
		reject_unless(filter, IPPROTO_TCP);
		load(filter, BPF_H, V4_FRAGMENT);
		add(filter, BPF_JMP | BPF_JSET | BPF_K, FRAGMENT_OFFSET, 0, 1);
		reject_packet(filter);
		add(filter, BPF_LDX | BPF_B | BPF_MSH, (uint32_t)AT_IP, 0, 0);
	} else {
		load(filter, BPF_B, V6_NEXT_HEADER);
		reject_unless(filter, IPPROTO_TCP);
		add(filter, BPF_LDX | BPF_IMM, V6_HEADER, 0, 0);
	}
	read_ports(filter);
}

/* ---- sockets ---- */

/* What one socket accepts at one end of a packet. */
struct rule {
	unsigned ends; /* one of these bits is needed in ENDS */
	unsigned port_word;
	uint16_t port;
	const struct watched_address *address; /* NULL: any */
	int offset;                            /* of the address */
};

static void
accept_by_rule(struct capture_filter *filter, const struct rule *rule)
{
	unsigned short jumps[6];
	size_t count = 0;

	load_word(filter, ENDS);
	jumps[count++] = jump_unless(filter, BPF_JSET, rule->ends);
	load_word(filter, rule->port_word);
	jumps[count++] = jump_unless(filter, BPF_JEQ, rule->port);
	if (rule->address)
		test_address(filter, rule->address, rule->offset, jumps, &count);
	accept_packet(filter);
	while (count)
		aim(filter, jumps[--count]);
}

/* address is NULL for all addresses of the family. */
static void
accept_socket(struct capture_filter *filter, int family, const struct watched_address *address,
	uint16_t port)
{
	bool is_v4 = family == AF_INET;
	bool is_everywhere = !address || !watched_address_is_loopback(address);
	const struct rule from = {
		.ends = END_LOOPBACK | (is_everywhere ? END_OUT : 0u),
		.port_word = SOURCE_PORT,
		.port = port,
		.address = address,
		.offset = is_v4 ? V4_SOURCE : V6_SOURCE,
	};
	const struct rule to = {
		.ends = END_LOOPBACK | (is_everywhere ? END_IN : 0u),
		.port_word = DESTINATION_PORT,
		.port = port,
		.address = address,
		.offset = is_v4 ? V4_DESTINATION : V6_DESTINATION,
	};

	accept_by_rule(filter, &from);
	accept_by_rule(filter, &to);
}

static void
accept_sockets(struct capture_filter *filter, const struct watched_sockets *sockets, int family,
	bool is_own_network)
{
	for (size_t i = 0; i < sockets->count; i++) {
		const struct watched_socket *socket = &sockets->items[i];
		struct watched_address address = watched_socket_address(socket);
		bool is_any = watched_address_is_any(&address);

		if (address.family == family || (is_any && socket->has_both_families))
			accept_socket(filter, family, is_any || is_own_network ? NULL : &address,
				watched_socket_port(socket));
	}
}

static bool
are_all_loopback(const struct watched_sockets *sockets)
{
	for (size_t i = 0; i < sockets->count; i++) {
		struct watched_address address = watched_socket_address(&sockets->items[i]);

		if (!watched_address_is_loopback(&address))
			return false;
	}
	return true;
}

void
capture_filter_write(
	struct capture_filter *filter, const struct watched_sockets *sockets, bool is_own_network)
{
	static const struct {
		int family;
		uint32_t protocol;
	} families[] = {{AF_INET, ETH_P_IP}, {AF_INET6, ETH_P_IPV6}};

	filter->length = 0;
	filter->is_loopback_only = is_own_network || are_all_loopback(sockets);
	read_link(filter);
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		unsigned short to_next;

		load_fact(filter, SKF_AD_PROTOCOL);
		add(filter, BPF_JMP | BPF_JEQ | BPF_K, families[i].protocol, 1, 0);
		to_next = jump_far(filter);
		read_header(filter, families[i].family);
		if (!filter->is_loopback_only)
			set_ends(filter, families[i].family);
		accept_sockets(filter, sockets, families[i].family, is_own_network);
		reject_packet(filter);
		aim_far(filter, to_next);
	}
	reject_packet(filter);
}

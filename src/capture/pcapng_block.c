/*
 * pcapng_block: see pcapng_block.h. The body of a block is read by offsets that were checked against its
 * length.
 */
#include "capture/pcapng_block.h"

#include "base/mem.h"

enum {
	SECTION_BODY = 16, /* bytes of the body before the options */
	INTERFACE_BODY = 8,
	PACKET_BODY = 20,
	STATISTICS_BODY = 12,
	SECRETS_BODY = 8,
};

enum { RESOLUTION_DEFAULT = 6, RESOLUTION_IS_BINARY = 0x80 };

static const uint64_t powers_of_ten[] = {
	1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};

/* ---- numbers ---- */

uint64_t
pcapng_block_number(const struct pcapng_section *section, const char *at, unsigned size)
{
	uint64_t number = 0;

	for (unsigned i = 0; i < size; i++)
		number = number << 8 | (uint8_t)at[section->is_big_endian ? i : size - 1 - i];
	return number;
}

static uint32_t
get32(const struct pcapng_section *section, const char *at)
{
	return (uint32_t)pcapng_block_number(section, at, 4);
}

static size_t
padded(size_t length)
{
	return (length + 3) & ~(size_t)3;
}

/* 10 to the power of exponent, which may be any number. */
static uint64_t
power_of_ten(unsigned exponent)
{
	uint64_t power = 1;

	while (exponent-- && power <= UINT64_MAX / 10)
		power *= 10;
	return power;
}

/* The time of a block in nanoseconds since 1970, for units of the interface. */
static uint64_t
to_nanoseconds(const struct pcapng_interface *interface, uint64_t units)
{
	unsigned exponent = interface->resolution & ~(unsigned)RESOLUTION_IS_BINARY;
	uint64_t offset = (uint64_t)interface->offset_seconds * powers_of_ten[9];

	if (interface->resolution & RESOLUTION_IS_BINARY) {
		uint64_t seconds, fraction;

		if (exponent > 63)
			return offset;
		seconds = units >> exponent;
		fraction = units - (seconds << exponent);
		/* With at most 32 bits of the fraction nothing overflows. */
		if (exponent > 32) {
			fraction >>= exponent - 32;
			exponent = 32;
		}
		return offset + seconds * powers_of_ten[9] +
		       (fraction * powers_of_ten[9] >> exponent);
	}
	if (exponent > 9)
		return offset + units / power_of_ten(exponent - 9);
	return offset + units * powers_of_ten[9 - exponent];
}

/* Wireshark shows whole, 1, 2, 3, 6 or 9 digits; the finest that the resolution needs. */
static unsigned
digits_of(const struct pcapng_interface *interface)
{
	unsigned exponent = interface->resolution & ~(unsigned)RESOLUTION_IS_BINARY;

	/* Ten bits are about three digits. */
	if (interface->resolution & RESOLUTION_IS_BINARY)
		exponent = exponent * 3 / 10;
	return exponent > 9 ? 9 : exponent;
}

/* ---- options ---- */

struct option {
	unsigned code;
	struct slice value;
};

/* Takes the next option off the front. Returns false at the end, also when one is longer than it may be. */
static bool
next_option(const struct pcapng_section *section, struct slice *options, struct option *option)
{
	size_t length;

	if (options->length < 4)
		return false;
	option->code = (unsigned)pcapng_block_number(section, options->at, 2);
	length = (size_t)pcapng_block_number(section, options->at + 2, 2);
	if (option->code == PCAPNG_OPTION_END || options->length - 4 < length)
		return false;
	option->value = (struct slice){options->at + 4, length};
	length = padded(length);
	slice_drop(options, length < options->length - 4 ? length + 4 : options->length);
	return true;
}

static uint64_t
option_number(const struct pcapng_section *section, const struct option *option)
{
	return option->value.length == 8 ? pcapng_block_number(section, option->value.at, 8) : 0;
}

/* What stands in body from start on. */
static struct slice
rest_from(struct slice body, size_t start)
{
	slice_drop(&body, start);
	return body;
}

static void
set_comment(struct pcapng_block *block, const struct option *option)
{
	if (option->code == PCAPNG_OPTION_COMMENT && !block->comment.at)
		block->comment = option->value;
}

/* ---- blocks ---- */

static bool
fail(struct pcapng_section *section, const char *error)
{
	section->error = error;
	return false;
}

static bool
read_section(struct pcapng_section *section, struct slice body, struct pcapng_block *block)
{
	struct slice options;
	struct option option;

	if (body.length < SECTION_BODY)
		return fail(section, "a section header is too short");
	if (pcapng_block_number(section, body.at + 4, 2) != 1)
		return fail(section, "it is of a later version of the format");
	block->kind = PCAPNG_SECTION;
	section->interface_count = 0;
	options = rest_from(body, SECTION_BODY);
	while (next_option(section, &options, &option)) {
		set_comment(block, &option);
		if (option.code == PCAPNG_OPTION_SECTION_OS)
			block->os = option.value;
		if (option.code == PCAPNG_OPTION_SECTION_USER_APPL)
			block->user_appl = option.value;
	}
	return true;
}

static void
describe_interface(const struct pcapng_section *section, uint32_t id, struct pcapng_block *block)
{
	block->interface_id = id;
	block->link = section->interfaces[id].link;
	block->time_digits = digits_of(&section->interfaces[id]);
}

static bool
read_interface(struct pcapng_section *section, struct slice body, struct pcapng_block *block)
{
	struct pcapng_interface interface = {.resolution = RESOLUTION_DEFAULT};
	struct slice options;
	struct option option;

	if (body.length < INTERFACE_BODY)
		return fail(section, "the description of an interface is too short");
	if (section->interface_count >= PCAPNG_INTERFACES_MAX)
		return fail(section, "it has more than 1024 interfaces");
	block->kind = PCAPNG_INTERFACE;
	interface.link = (uint32_t)pcapng_block_number(section, body.at, 2);
	interface.snap_length = get32(section, body.at + 4);
	options = rest_from(body, INTERFACE_BODY);
	while (next_option(section, &options, &option)) {
		set_comment(block, &option);
		if (option.code == PCAPNG_OPTION_INTERFACE_NAME)
			block->name = option.value;
		if (option.code == PCAPNG_OPTION_INTERFACE_RESOLUTION && option.value.length == 1)
			interface.resolution = (uint8_t)option.value.at[0];
		if (option.code == PCAPNG_OPTION_INTERFACE_OFFSET)
			interface.offset_seconds = (int64_t)option_number(section, &option);
	}
	section->interfaces = mem_grow(section->interfaces, section->interface_count,
		&section->interface_capacity, sizeof(*section->interfaces));
	section->interfaces[section->interface_count++] = interface;
	describe_interface(section, (uint32_t)section->interface_count - 1, block);
	return true;
}

/* Sets what a packet of the interface id has, but its bytes. */
static bool
set_interface(struct pcapng_section *section, uint32_t id, struct pcapng_block *block)
{
	if (id >= section->interface_count)
		return fail(section, "a block is of an interface that it does not describe");
	describe_interface(section, id, block);
	return true;
}

static uint64_t
get_time(const struct pcapng_section *section, uint32_t id, const char *at)
{
	/* Two halves, the higher one first in either byte order. */
	uint64_t units = pcapng_block_number(section, at, 4) << 32 |
			 pcapng_block_number(section, at + 4, 4);

	return to_nanoseconds(&section->interfaces[id], units);
}

/* Reads what an Enhanced Packet Block and the obsolete one have in common. */
static bool
read_packet_of(struct pcapng_section *section, uint32_t interface_id, struct slice body,
	struct pcapng_block *block)
{
	struct slice options;
	struct option option;
	size_t captured = get32(section, body.at + 12);

	if (!set_interface(section, interface_id, block))
		return false;
	if (captured > body.length - PACKET_BODY)
		return fail(section, "a packet is longer than its block");
	block->kind = PCAPNG_PACKET;
	block->has_time = true;
	block->time_ns = get_time(section, block->interface_id, body.at + 4);
	block->wire_length = get32(section, body.at + 16);
	block->bytes = (struct slice){body.at + PACKET_BODY, captured};
	captured = padded(captured) + PACKET_BODY;
	options = rest_from(body, captured < body.length ? captured : body.length);
	while (next_option(section, &options, &option))
		set_comment(block, &option);
	return true;
}

static bool
read_packet(struct pcapng_section *section, struct slice body, struct pcapng_block *block)
{
	if (body.length < PACKET_BODY)
		return fail(section, "a packet block is too short");
	return read_packet_of(section, get32(section, body.at), body, block);
}

static bool
read_old_packet(struct pcapng_section *section, struct slice body, struct pcapng_block *block)
{
	if (body.length < PACKET_BODY)
		return fail(section, "a packet block is too short");
	return read_packet_of(
		section, (uint32_t)pcapng_block_number(section, body.at, 2), body, block);
}

static bool
read_simple_packet(struct pcapng_section *section, struct slice body, struct pcapng_block *block)
{
	size_t captured;

	if (body.length < 4)
		return fail(section, "a packet block is too short");
	if (!set_interface(section, 0, block))
		return false;
	block->kind = PCAPNG_PACKET;
	block->wire_length = get32(section, body.at);
	captured = block->wire_length;
	if (section->interfaces[0].snap_length && captured > section->interfaces[0].snap_length)
		captured = section->interfaces[0].snap_length;
	if (captured > body.length - 4)
		return fail(section, "a packet is longer than its block");
	block->bytes = (struct slice){body.at + 4, captured};
	return true;
}

static bool
read_secrets(struct pcapng_section *section, struct slice body, struct pcapng_block *block)
{
	size_t length;

	if (body.length < SECRETS_BODY)
		return fail(section, "a block of secrets is too short");
	length = get32(section, body.at + 4);
	if (length > body.length - SECRETS_BODY)
		return fail(section, "secrets are longer than their block");
	block->kind = PCAPNG_SECRETS;
	block->secrets_type = get32(section, body.at);
	block->bytes = (struct slice){body.at + SECRETS_BODY, length};
	return true;
}

static bool
read_statistics(struct pcapng_section *section, struct slice body, struct pcapng_block *block)
{
	struct slice options;
	struct option option;

	if (body.length < STATISTICS_BODY)
		return fail(section, "a block of statistics is too short");
	if (!set_interface(section, get32(section, body.at), block))
		return false;
	block->kind = PCAPNG_STATISTICS;
	block->time_ns = get_time(section, block->interface_id, body.at + 4);
	options = rest_from(body, STATISTICS_BODY);
	while (next_option(section, &options, &option)) {
		set_comment(block, &option);
		if (option.code == PCAPNG_OPTION_STATISTICS_RECEIVED)
			block->received = option_number(section, &option);
		if (option.code == PCAPNG_OPTION_STATISTICS_DROPPED) {
			block->dropped = option_number(section, &option);
			block->has_dropped = true;
		}
	}
	return true;
}

/* ---- the table of types ---- */

typedef bool read_fn(struct pcapng_section *section, struct slice body, struct pcapng_block *block);

static read_fn *
find_reader(uint32_t type)
{
	static read_fn *const readers[] = {
		[1] = read_interface,
		[2] = read_old_packet,
		[3] = read_simple_packet,
		[5] = read_statistics,
		[6] = read_packet,
		[10] = read_secrets,
	};

	if (type == PCAPNG_SECTION_HEADER)
		return read_section;
	return type < sizeof(readers) / sizeof(readers[0]) ? readers[type] : NULL;
}

bool
pcapng_block_is_known(uint32_t type)
{
	return find_reader(type);
}

bool
pcapng_block_read(struct pcapng_section *section, uint32_t type, struct slice body,
	struct pcapng_block *block)
{
	*block = (struct pcapng_block){0};
	return find_reader(type)(section, body, block);
}

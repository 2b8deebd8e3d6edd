/*
 * pcapng_write: see pcapng_write.h. A block's length stands at both of its ends, so the first one is
 * set when the last one is written.
 */
#include "capture/pcapng_write.h"

#include <string.h>

enum {
	BLOCK_INTERFACE = 1,
	BLOCK_STATISTICS = 5,
	BLOCK_PACKET = 6,
	BLOCK_SECRETS = 10,
};
static const uint32_t BYTE_ORDER_MAGIC = 0x1a2b3c4d;

enum { OPTION_LENGTH_MAX = 65535 };

enum { RESOLUTION_NANOSECONDS = 9 };

static void
add16(struct buf *file, unsigned number)
{
	uint16_t value = (uint16_t)number;

	buf_add(file, &value, sizeof(value));
}

static void
add32(struct buf *file, uint32_t number)
{
	buf_add(file, &number, sizeof(number));
}

/* A time or a 64-bit word in two halves, the higher one first in either byte order. */
static void
add_halves(struct buf *file, uint64_t number)
{
	add32(file, (uint32_t)(number >> 32));
	add32(file, (uint32_t)number);
}

/* Adds bytes, and zeros up to a multiple of four. */
static void
add_padded(struct buf *file, struct slice bytes)
{
	if (bytes.length)
		buf_add_slice(file, bytes);
	while (bytes.length++ % 4)
		buf_add_char(file, 0);
}

static void
add_option(struct buf *file, unsigned code, struct slice value)
{
	if (value.length > OPTION_LENGTH_MAX)
		value.length = OPTION_LENGTH_MAX;
	add16(file, code);
	add16(file, (unsigned)value.length);
	add_padded(file, value);
}

static void
add_text_option(struct buf *file, unsigned code, const char *text)
{
	if (text)
		add_option(file, code, slice_of(text));
}

static void
add_number_option(struct buf *file, unsigned code, uint64_t number)
{
	add_option(file, code, (struct slice){(const char *)&number, sizeof(number)});
}

static void
add_comment(struct buf *file, struct slice comment)
{
	if (comment.at)
		add_option(file, PCAPNG_OPTION_COMMENT, comment);
}

/* Returns where the block begins, for end_block(). */
static size_t
begin_block(struct buf *file, uint32_t type)
{
	size_t start = file->length;

	add32(file, type);
	add32(file, 0);
	return start;
}

static void
end_block(struct buf *file, size_t start)
{
	uint32_t length = (uint32_t)(file->length - start) + 4;

	memcpy(file->bytes + start + 4, &length, sizeof(length));
	add32(file, length);
}

static void
end_options(struct buf *file)
{
	add16(file, PCAPNG_OPTION_END);
	add16(file, 0);
}

void
pcapng_write_section(struct buf *file, const char *os, const char *user_appl, struct slice comment)
{
	size_t start = begin_block(file, PCAPNG_SECTION_HEADER);

	add32(file, BYTE_ORDER_MAGIC);
	add16(file, 1);
	add16(file, 0);
	add_halves(file, UINT64_MAX); /* the length of the section: not known */
	add_comment(file, comment);
	add_text_option(file, PCAPNG_OPTION_SECTION_OS, os);
	add_text_option(file, PCAPNG_OPTION_SECTION_USER_APPL, user_appl);
	end_options(file);
	end_block(file, start);
}

void
pcapng_write_interface(struct buf *file, uint32_t link, uint32_t snap_length, const char *name)
{
	static const char resolution[] = {RESOLUTION_NANOSECONDS};
	size_t start = begin_block(file, BLOCK_INTERFACE);

	add16(file, link);
	add16(file, 0);
	add32(file, snap_length);
	add_text_option(file, PCAPNG_OPTION_INTERFACE_NAME, name);
	add_option(file, PCAPNG_OPTION_INTERFACE_RESOLUTION, (struct slice){resolution, 1});
	end_options(file);
	end_block(file, start);
}

void
pcapng_write_packet(struct buf *file, const struct pcapng_packet *packet)
{
	size_t start = begin_block(file, BLOCK_PACKET);
	uint32_t captured = (uint32_t)packet->bytes.length;

	add32(file, packet->interface_id);
	add_halves(file, packet->time_ns);
	add32(file, captured);
	add32(file, packet->wire_length ? packet->wire_length : captured);
	add_padded(file, packet->bytes);
	if (packet->comment.at) {
		add_comment(file, packet->comment);
		end_options(file);
	}
	end_block(file, start);
}

void
pcapng_write_secrets(struct buf *file, uint32_t type, struct slice secrets)
{
	size_t start = begin_block(file, BLOCK_SECRETS);

	add32(file, type);
	add32(file, (uint32_t)secrets.length);
	add_padded(file, secrets);
	end_block(file, start);
}

void
pcapng_write_statistics(struct buf *file, uint32_t interface_id, uint64_t time_ns,
	uint64_t received, uint64_t dropped)
{
	size_t start = begin_block(file, BLOCK_STATISTICS);

	add32(file, interface_id);
	add_halves(file, time_ns);
	add_number_option(file, PCAPNG_OPTION_STATISTICS_RECEIVED, received);
	add_number_option(file, PCAPNG_OPTION_STATISTICS_DROPPED, dropped);
	end_options(file);
	end_block(file, start);
}

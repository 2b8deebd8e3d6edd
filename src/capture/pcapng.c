/*
 * pcapng: see pcapng.h. A block is: type, length, body, and the length again. The reader waits until a
 * whole block is there; pcapng_block reads its body.
 */
#include "capture/pcapng.h"

#include <stdlib.h>

enum {
	BLOCK_HEAD = 8,    /* type and length */
	BLOCK_AROUND = 12, /* these and the length at the end */
	CAPACITY_KEPT = 1 << 20,
};
static const uint32_t BYTE_ORDER_MAGIC = 0x1a2b3c4d;

static uint32_t
get32(const struct pcapng *reader, const char *at)
{
	return (uint32_t)pcapng_block_number(&reader->section, at, 4);
}

static bool
fail(struct pcapng *reader, const char *error)
{
	reader->section.error = error;
	return false;
}

/* What stands in bytes from start on. */
static struct slice
rest_from(struct slice bytes, size_t start)
{
	slice_drop(&bytes, start);
	return bytes;
}

void
pcapng_init(struct pcapng *reader)
{
	*reader = (struct pcapng){0};
}

void
pcapng_finish(struct pcapng *reader)
{
	buf_finish(&reader->held);
	free(reader->section.interfaces);
	*reader = (struct pcapng){0};
}

/* Much memory that was needed once is given back. */
static void
drop_taken(struct pcapng *reader)
{
	if (reader->taken == reader->held.length && reader->held.capacity > CAPACITY_KEPT)
		buf_finish(&reader->held);
	else if (reader->taken)
		buf_drop(&reader->held, reader->taken);
	reader->taken = 0;
}

void
pcapng_feed(struct pcapng *reader, struct slice bytes)
{
	size_t skipped = reader->to_skip < bytes.length ? (size_t)reader->to_skip : bytes.length;

	if (reader->section.error)
		return;
	reader->to_skip -= skipped;
	slice_drop(&bytes, skipped);
	if (reader->taken * 2 >= reader->held.length)
		drop_taken(reader);
	if (bytes.length)
		buf_add_slice(&reader->held, bytes);
}

size_t
pcapng_unread(const struct pcapng *reader)
{
	return reader->held.length - reader->taken;
}

/* Reads the byte order of the section header at the front. */
static bool
read_byte_order(struct pcapng *reader, const char *magic)
{
	reader->section.is_big_endian = false;
	if (get32(reader, magic) == BYTE_ORDER_MAGIC)
		return true;
	reader->section.is_big_endian = true;
	if (get32(reader, magic) == BYTE_ORDER_MAGIC)
		return true;
	return fail(reader, "a section header has no byte order");
}

/* Whether bytes begin as a file of the older format. */
static bool
begins_classic(struct pcapng *reader, const char *at)
{
	static const uint32_t magics[] = {0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34};

	for (int order = 0; order < 2; order++) {
		reader->section.is_big_endian = order;
		for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
			if (get32(reader, at) == magics[i])
				return true;
	}
	return false;
}

/* Reads the head of the block at the front of bytes. */
static enum pcapng_verdict
read_head(struct pcapng *reader, struct slice bytes, uint32_t *type, uint32_t *length)
{
	if (bytes.length >= 4 && !reader->has_section &&
		get32(reader, bytes.at) != PCAPNG_SECTION_HEADER) {
		reader->is_classic = begins_classic(reader, bytes.at);
		fail(reader, "it does not begin as a pcapng file");
		return PCAPNG_WRONG;
	}
	if (bytes.length < BLOCK_HEAD)
		return PCAPNG_MORE;
	/* The type of a section header reads the same in both byte orders. */
	*type = get32(reader, bytes.at);
	if (*type == PCAPNG_SECTION_HEADER) {
		if (bytes.length < BLOCK_AROUND)
			return PCAPNG_MORE;
		if (!read_byte_order(reader, bytes.at + BLOCK_HEAD))
			return PCAPNG_WRONG;
	}
	*length = get32(reader, bytes.at + 4);
	if (*length >= BLOCK_AROUND && *length % 4 == 0)
		return PCAPNG_BLOCK;
	fail(reader, "a block has a wrong length");
	return PCAPNG_WRONG;
}

/* Leaves out the block at the front, which may be longer than what has come of it. */
static void
skip(struct pcapng *reader, uint32_t length)
{
	size_t there = reader->held.length - reader->taken;

	reader->taken += length < there ? length : there;
	reader->to_skip = length < there ? 0 : length - there;
}

/* Reads the block at the front, which is of a known type. */
static enum pcapng_verdict
read_block(struct pcapng *reader, struct slice bytes, uint32_t type, uint32_t length,
	struct pcapng_block *block)
{
	if (length > PCAPNG_BLOCK_MAX) {
		fail(reader, "a block is longer than 16 MiB");
		return PCAPNG_WRONG;
	}
	if (bytes.length < length)
		return PCAPNG_MORE;
	if (get32(reader, bytes.at + length - 4) != length) {
		fail(reader, "a block has a wrong length");
		return PCAPNG_WRONG;
	}
	reader->taken += length;
	bytes = (struct slice){bytes.at + BLOCK_HEAD, length - BLOCK_AROUND};
	reader->has_section = true; /* the first one is, or read_head() had refused it */
	return pcapng_block_read(&reader->section, type, bytes, block) ? PCAPNG_BLOCK
								       : PCAPNG_WRONG;
}

enum pcapng_verdict
pcapng_next(struct pcapng *reader, struct pcapng_block *block)
{
	while (!reader->section.error) {
		struct slice bytes = rest_from(buf_slice(&reader->held), reader->taken);
		uint32_t type = 0, length = 0;
		enum pcapng_verdict verdict = read_head(reader, bytes, &type, &length);

		if (verdict != PCAPNG_BLOCK)
			return verdict;
		if (pcapng_block_is_known(type))
			return read_block(reader, bytes, type, length, block);
		skip(reader, length);
	}
	return PCAPNG_WRONG;
}

const char *
pcapng_error(const struct pcapng *reader)
{
	return reader->section.error;
}

bool
pcapng_is_classic(const struct pcapng *reader)
{
	return reader->is_classic;
}

bool
pcapng_is_at_end(const struct pcapng *reader)
{
	return reader->held.length == reader->taken && reader->to_skip == 0;
}

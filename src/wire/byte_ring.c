/*
 * byte_ring: see byte_ring.h. Places count on and on, so a piece is there as long as no more than size bytes
 * were written since.
 */
#define _GNU_SOURCE
#include "wire/byte_ring.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
byte_ring_init(struct byte_ring *ring, size_t size)
{
	*ring = (struct byte_ring){.bytes = mem_zero(size), .size = size};
}

void
byte_ring_finish(struct byte_ring *ring)
{
	if (!ring->bytes)
		return;
	explicit_bzero(ring->bytes, ring->touched);
	free(ring->bytes);
	*ring = (struct byte_ring){0};
}

void
byte_ring_clear(struct byte_ring *ring)
{
	uint64_t written = ring->written;
	size_t size = ring->size;

	byte_ring_finish(ring);
	byte_ring_init(ring, size);
	/* Places of before are gone, too. */
	ring->written = written + 2 * (uint64_t)size - written % size;
}

char *
byte_ring_add(struct byte_ring *ring, size_t length, uint64_t *place)
{
	size_t at = (size_t)(ring->written % ring->size);

	if (ring->size - at < length) {
		ring->written += ring->size - at;
		at = 0;
	}
	*place = ring->written;
	ring->written += length;
	if (at + length > ring->touched)
		ring->touched = at + length;
	return ring->bytes + at;
}

const char *
byte_ring_get(const struct byte_ring *ring, uint64_t place)
{
	if (ring->written - place > ring->size)
		return NULL;
	return ring->bytes + place % ring->size;
}

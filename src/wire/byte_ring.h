/*
 * byte_ring: fixed memory for pieces of bytes of any length; a new piece takes the place of the oldest ones.
 */
#ifndef BYTE_RING_H
#define BYTE_RING_H

#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

/* Made by byte_ring_init; the caller owns the struct. */
struct byte_ring {
	char *bytes;
	size_t size,
		touched; /* touched: of them were written at some time, from the first one on */
	uint64_t
		written; /* bytes since the beginning, and those that were left out at the end of the memory */
};

/* size: bytes in all. The memory is taken from the system as it is used. */
void byte_ring_init(struct byte_ring *ring, size_t size);
/* Overwrites the bytes with zeros before they are freed: they can be secret. */
void byte_ring_finish(struct byte_ring *ring);
/* Forgets all pieces, and gives their memory back. */
void byte_ring_clear(struct byte_ring *ring);

/*
 * Makes room for a piece of at most ring->size bytes, which the caller writes at once. Sets *place to
 * where byte_ring_get will find it.
 */
char *byte_ring_add(struct byte_ring *ring, size_t length, uint64_t *place);

/* The piece, valid until the next byte_ring_add; NULL when it is gone. */
const char *byte_ring_get(const struct byte_ring *ring, uint64_t place);

#endif

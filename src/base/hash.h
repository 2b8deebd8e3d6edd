/*
 * hash: a 64-bit hash of bytes (XXH3), for tables and for comparing contents.
 *
 * Two different contents have the same hash with a chance of 1 in 2^64. An attacker can make such
 * contents, so this is no protection. The hash of the same bytes is the same in every run and on
 * every machine.
 */
#ifndef HASH_H
#define HASH_H

#include <stdint.h>

#include "base/slice.h"

uint64_t hash_bytes(struct slice bytes);

/*
 * Hashes several pieces: hash is that of the pieces before. The result also depends on where one
 * piece ends and the next begins.
 */
uint64_t hash_more(uint64_t hash, struct slice bytes);

/* What a table finds by its hash; the first member of a struct, one piece of memory of mem.h. */
struct hash_item {
	struct hash_item *next; /* in the same bucket */
	uint64_t hash;
};

/*
 * A table of items, in buckets. It grows and shrinks by one bucket at a time, so no call takes
 * long, however many items there are. Zeroed, it is empty.
 */
struct hash_table {
	struct hash_item **buckets;
	size_t bucket_count, capacity; /* capacity: the buckets that there is memory for */
	size_t count;                  /* of the items */
};

/* Frees the table and all items in it. It is then empty and may be used again. */
void hash_table_finish(struct hash_table *table);

/* The first item of the bucket for hash; next leads to the others. NULL when it is empty. */
struct hash_item *hash_table_first(const struct hash_table *table, uint64_t hash);

/* Takes item, whose hash is set. */
void hash_table_add(struct hash_table *table, struct hash_item *item);
/* Removes item, which is in the table; the caller frees it. */
void hash_table_remove(struct hash_table *table, struct hash_item *item);

/* How far hash_table_next() has come; zeroed at the start. */
struct hash_table_place {
	size_t bucket, skipped;
};

/*
 * The next of all items, in no particular order; NULL at the end. If the table is changed in
 * between, some items may be returned twice and others not at all.
 */
struct hash_item *hash_table_next(const struct hash_table *table, struct hash_table_place *place);

#endif

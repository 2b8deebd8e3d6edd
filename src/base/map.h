/*
 * map: from bytes to a pointer.
 *
 * Room: ground. Open addressing with linear probing; keys are copied, values belong to the caller.
 * A zeroed struct map is an empty one.
 */
#ifndef MAP_H
#define MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct map {
	struct map_entry *entries;
	size_t count;
	size_t capacity;
};

/* Forgets the keys; the values stay with the caller. */
void map_finish(struct map *map);
void *map_get(const struct map *map, struct slice key);
/* Sets or replaces; value is not NULL. */
void map_set(struct map *map, struct slice key, void *value);
/* Returns what was there, or NULL. */
void *map_remove(struct map *map, struct slice key);
/*
 * Steps through the values: *at starts at 0; NULL at the end. The map must not change meanwhile.
 */
void *map_next(const struct map *map, size_t *at);
/* The key of the value that map_next returned last; valid until the map changes. */
struct slice map_key(const struct map *map, size_t at);

/* A 64-bit hash of bytes, for tables and for telling contents apart; not against an attacker. */
uint64_t map_hash(uint64_t seed, const void *bytes, size_t length);

#endif

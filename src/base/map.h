/*
 * map: from bytes to a pointer.
 *
 * Keys are copied; values belong to the caller. Its memory grows and shrinks with the number of keys,
 * a little at a time (struct hash_table), so no call takes long.
 */
#ifndef MAP_H
#define MAP_H

#include <stddef.h>

#include "base/hash.h"
#include "base/slice.h"

/* A zeroed struct map is an empty one. */
struct map {
	struct hash_table entries; /* entries.count: of the keys */
};

/* Frees the keys, not the values. */
void map_finish(struct map *map);
/* The value of key; NULL when there is none. */
void *map_get(const struct map *map, struct slice key);
/* Sets or replaces the value of key; value is not NULL. */
void map_set(struct map *map, struct slice key, void *value);
/* Removes key. Returns its value, or NULL when there was none. */
void *map_remove(struct map *map, struct slice key);
/*
 * Returns the next value, in no particular order, and advances *place, which starts zeroed. Returns
 * NULL at the end. The map must not be changed in between. *key is set to the key of the value, which
 * is valid until the map changes; key may be NULL.
 */
void *map_next(const struct map *map, struct hash_table_place *place, struct slice *key);

#endif

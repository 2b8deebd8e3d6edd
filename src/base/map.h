/*
 * map: from bytes to a pointer.
 *
 * Open addressing with linear probing. Keys are copied; values belong to the caller.
 */
#ifndef MAP_H
#define MAP_H

#include <stddef.h>

#include "base/slice.h"

/* A zeroed struct map is an empty one. */
struct map {
	struct map_entry *entries;
	size_t count;
	size_t capacity;
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
 * Returns the next value, in no particular order, and advances *at, which starts at 0. Returns NULL
 * at the end. The map must not be changed in between.
 */
void *map_next(const struct map *map, size_t *at);
/* The key of the value that map_next() returned last. Valid until the map changes. */
struct slice map_key(const struct map *map, size_t at);

#endif

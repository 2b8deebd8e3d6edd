/*
 * map: see map.h. Removal shifts the following entries back, so there are no tombstones and a
 * table that lives for days does not grow slow.
 */
#include "base/map.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

struct map_entry {
	uint64_t hash;
	char *key;
	size_t length;
	void *value;
};

void
map_finish(struct map *map)
{
	for (size_t i = 0; i < map->capacity; i++)
		free(map->entries[i].key);
	free(map->entries);
	*map = (struct map){0};
}

/* The entry of key, or the free one where it would go. Capacity is a power of two, never full. */
static size_t
find(const struct map *map, uint64_t hash, struct slice key)
{
	size_t at = hash & (map->capacity - 1);

	while (map->entries[at].value) {
		const struct map_entry *entry = &map->entries[at];

		if (entry->hash == hash && entry->length == key.length &&
			memcmp(entry->key, key.at, key.length) == 0)
			break;
		at = (at + 1) & (map->capacity - 1);
	}
	return at;
}

void *
map_get(const struct map *map, struct slice key)
{
	if (map->count == 0)
		return NULL;
	return map->entries[find(map, hash_bytes(key), key)].value;
}

static void
grow(struct map *map)
{
	struct map old = *map;

	map->capacity = old.capacity ? old.capacity * 2 : 16;
	map->entries = mem_array(map->capacity, sizeof(*map->entries));
	for (size_t i = 0; i < old.capacity; i++) {
		struct map_entry *entry = &old.entries[i];

		if (entry->value)
			map->entries[find(map, entry->hash,
				(struct slice){entry->key, entry->length})] = *entry;
	}
	free(old.entries);
}

void
map_set(struct map *map, struct slice key, void *value)
{
	uint64_t hash = hash_bytes(key);
	struct map_entry *entry;

	if (map->count + map->count / 2 >= map->capacity)
		grow(map);
	entry = &map->entries[find(map, hash, key)];
	if (!entry->value) {
		entry->hash = hash;
		entry->key = mem_copy(key.at, key.length);
		entry->length = key.length;
		map->count++;
	}
	entry->value = value;
}

void *
map_remove(struct map *map, struct slice key)
{
	size_t mask = map->capacity - 1;
	size_t hole, at;
	void *value;

	if (map->count == 0)
		return NULL;
	hole = find(map, hash_bytes(key), key);
	value = map->entries[hole].value;
	if (!value)
		return NULL;
	free(map->entries[hole].key);
	map->count--;
	for (at = (hole + 1) & mask; map->entries[at].value; at = (at + 1) & mask) {
		size_t home = map->entries[at].hash & mask;

		/* An entry may move back to the hole unless its home lies after the hole. */
		if (((at - home) & mask) >= ((at - hole) & mask)) {
			map->entries[hole] = map->entries[at];
			hole = at;
		}
	}
	map->entries[hole] = (struct map_entry){0};
	return value;
}

void *
map_next(const struct map *map, size_t *at)
{
	while (*at < map->capacity) {
		void *value = map->entries[(*at)++].value;

		if (value)
			return value;
	}
	return NULL;
}

struct slice
map_key(const struct map *map, size_t at)
{
	return (struct slice){map->entries[at - 1].key, map->entries[at - 1].length};
}

/*
 * map: see map.h. Owns its entries, each one piece of memory with its key.
 */
#include "base/map.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct map_entry {
	struct hash_item item;
	void *value;
	size_t length;
	char key[];
};

void
map_finish(struct map *map)
{
	hash_table_finish(&map->entries);
}

static struct map_entry *
find(const struct map *map, uint64_t hash, struct slice key)
{
	struct hash_item *item = hash_table_first(&map->entries, hash);

	for (; item; item = item->next) {
		struct map_entry *entry = (void *)item;

		if (item->hash == hash && entry->length == key.length &&
			(key.length == 0 || memcmp(entry->key, key.at, key.length) == 0))
			return entry;
	}
	return NULL;
}

void *
map_get(const struct map *map, struct slice key)
{
	const struct map_entry *entry = map->entries.count ? find(map, hash_bytes(key), key) : NULL;

	return entry ? entry->value : NULL;
}

void
map_set(struct map *map, struct slice key, void *value)
{
	uint64_t hash = hash_bytes(key);
	struct map_entry *entry = find(map, hash, key);

	if (!entry) {
		entry = mem_zero(sizeof(*entry) + key.length);
		entry->item.hash = hash;
		entry->length = key.length;
		if (key.length)
			memcpy(entry->key, key.at, key.length);
		hash_table_add(&map->entries, &entry->item);
	}
	entry->value = value;
}

void *
map_remove(struct map *map, struct slice key)
{
	struct map_entry *entry = map->entries.count ? find(map, hash_bytes(key), key) : NULL;
	void *value;

	if (!entry)
		return NULL;
	value = entry->value;
	hash_table_remove(&map->entries, &entry->item);
	free(entry);
	return value;
}

void *
map_next(const struct map *map, struct hash_table_place *place, struct slice *key)
{
	const struct map_entry *entry = (void *)hash_table_next(&map->entries, place);

	if (entry && key)
		*key = (struct slice){entry->key, entry->length};
	return entry ? entry->value : NULL;
}

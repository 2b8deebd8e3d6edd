/*
 * hash: see hash.h. libxxhash is compiled in from its header: for the usual short keys, a call into
 * a library would take longer than the hash itself.
 */
#include "base/hash.h"

#include <stdlib.h>

#include "base/mem.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t
hash_bytes(struct slice bytes)
{
	return XXH3_64bits(bytes.at, bytes.length);
}

uint64_t
hash_more(uint64_t hash, struct slice bytes)
{
	return XXH3_64bits_withSeed(bytes.at, bytes.length, hash);
}

/* ---- tables ---- */

enum { BUCKETS_MIN = 16 };

void
hash_table_finish(struct hash_table *table)
{
	for (size_t i = 0; i < table->bucket_count; i++) {
		struct hash_item *item = table->buckets[i];

		while (item) {
			struct hash_item *next = item->next;

			free(item);
			item = next;
		}
	}
	free(table->buckets);
	*table = (struct hash_table){0};
}

/* The smallest one that is not below count. */
static size_t
power_of_two(size_t count)
{
	return count < 2 ? 1 : (size_t)1 << (64 - __builtin_clzll(count - 1));
}

/*
 * Linear hashing: of the buckets that a power of two has, the last ones are still missing. Their
 * items are in the bucket with half of the power subtracted.
 */
static struct hash_item **
bucket_of(const struct hash_table *table, uint64_t hash)
{
	size_t power = power_of_two(table->bucket_count), at = hash & (power - 1);

	return &table->buckets[at < table->bucket_count ? at : at - power / 2];
}

static void
put(const struct hash_table *table, struct hash_item *item)
{
	struct hash_item **bucket = bucket_of(table, item->hash);

	item->next = *bucket;
	*bucket = item;
}

static void
put_all(const struct hash_table *table, struct hash_item *item)
{
	while (item) {
		struct hash_item *next = item->next;

		put(table, item);
		item = next;
	}
}

static void
set_capacity(struct hash_table *table, size_t capacity)
{
	table->buckets = mem_resize(table->buckets, capacity * sizeof(struct hash_item *));
	table->capacity = capacity;
}

/* Adds a bucket, which gets its part of the items of another one. */
static void
split_bucket(struct hash_table *table)
{
	struct hash_item **split, *items;

	if (table->bucket_count == table->capacity)
		set_capacity(table, table->capacity ? table->capacity * 2 : BUCKETS_MIN);
	table->buckets[table->bucket_count++] = NULL;
	if (table->bucket_count == 1)
		return;
	split = &table->buckets[table->bucket_count - 1 - power_of_two(table->bucket_count) / 2];
	items = *split;
	*split = NULL;
	put_all(table, items);
}

/* Removes the last bucket, and gives its items to the one that it was split from. */
static void
join_bucket(struct hash_table *table)
{
	put_all(table, table->buckets[--table->bucket_count]);
	if (table->capacity > BUCKETS_MIN && table->bucket_count <= table->capacity / 4)
		set_capacity(table, table->capacity / 2);
}

struct hash_item *
hash_table_first(const struct hash_table *table, uint64_t hash)
{
	return table->count ? *bucket_of(table, hash) : NULL;
}

void
hash_table_add(struct hash_table *table, struct hash_item *item)
{
	if (table->count == table->bucket_count)
		split_bucket(table);
	put(table, item);
	table->count++;
}

void
hash_table_remove(struct hash_table *table, struct hash_item *item)
{
	struct hash_item **place = bucket_of(table, item->hash);

	while (*place != item)
		place = &(*place)->next;
	*place = item->next;
	table->count--;
	/* Two at a time, so that it is never far too large. */
	for (int i = 0; i < 2; i++)
		if (table->bucket_count > BUCKETS_MIN && table->count < table->bucket_count / 2)
			join_bucket(table);
}

struct hash_item *
hash_table_next(const struct hash_table *table, struct hash_table_place *place)
{
	for (; place->bucket < table->bucket_count; place->bucket++, place->skipped = 0) {
		struct hash_item *item = table->buckets[place->bucket];

		for (size_t i = 0; item && i < place->skipped; i++)
			item = item->next;
		if (item) {
			place->skipped++;
			return item;
		}
	}
	return NULL;
}

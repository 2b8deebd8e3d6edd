/*
 * url_set: see url_set.h. A set owns an array of hashes.
 */
#include "names/url_set.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"

void
url_set_finish(struct url_set *set)
{
	free(set->hashes);
	*set = (struct url_set){0};
}

void
url_set_add(struct url_set *set, struct slice url)
{
	set->hashes = mem_grow(set->hashes, set->count, &set->capacity, sizeof(*set->hashes));
	set->hashes[set->count++] = hash_bytes(url);
}

static int
compare(const void *a, const void *b)
{
	uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;

	return (one > other) - (one < other);
}

void
url_set_sort(struct url_set *set)
{
	if (set->count == 0) {
		url_set_finish(set);
		return;
	}
	qsort(set->hashes, set->count, sizeof(*set->hashes), compare);
	set->hashes = mem_resize(set->hashes, set->count * sizeof(*set->hashes));
	set->capacity = set->count;
}

size_t
url_set_size(const struct url_set *set)
{
	return set->capacity * sizeof(*set->hashes);
}

static bool
has(const struct url_set *set, uint64_t hash)
{
	return set->count && bsearch(&hash, set->hashes, set->count, sizeof(*set->hashes), compare);
}

bool
url_set_intersects(const struct url_set *a, const struct url_set *b)
{
	const struct url_set *small = a->count < b->count ? a : b;
	const struct url_set *large = small == a ? b : a;

	for (size_t i = 0; i < small->count; i++)
		if (has(large, small->hashes[i]))
			return true;
	return false;
}

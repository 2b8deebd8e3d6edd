/*
 * url_set: see url_set.h.
 */
#include "live/url_set.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"

void
url_set_finish(struct url_set *uses)
{
	free(uses->hashes);
	*uses = (struct url_set){0};
}

void
url_set_add(struct url_set *uses, struct slice url)
{
	uses->hashes = mem_grow(uses->hashes, uses->count, &uses->capacity, sizeof(*uses->hashes));
	uses->hashes[uses->count++] = hash_bytes(url);
}

static int
compare(const void *a, const void *b)
{
	uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;

	return (one > other) - (one < other);
}

void
url_set_seal(struct url_set *uses)
{
	if (uses->count == 0) {
		url_set_finish(uses);
		return;
	}
	qsort(uses->hashes, uses->count, sizeof(*uses->hashes), compare);
	uses->hashes = mem_resize(uses->hashes, uses->count * sizeof(*uses->hashes));
	uses->capacity = uses->count;
}

static bool
has(const struct url_set *uses, uint64_t hash)
{
	return uses->count &&
	       bsearch(&hash, uses->hashes, uses->count, sizeof(*uses->hashes), compare);
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

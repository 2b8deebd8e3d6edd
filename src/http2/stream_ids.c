/*
 * stream_ids: see stream_ids.h. Owns nothing.
 */
#include "http2/stream_ids.h"

#include <stdbool.h>

static uint32_t
bit_of(uint32_t id)
{
	return id / 2 % STREAM_IDS_WINDOW;
}

static bool
has(const uint64_t *bits, uint32_t id)
{
	uint32_t bit = bit_of(id);

	return bits[bit / 64] >> bit % 64 & 1;
}

static void
set(uint64_t *bits, uint32_t id, bool value)
{
	uint32_t bit = bit_of(id);
	uint64_t mask = (uint64_t)1 << bit % 64;

	if (value)
		bits[bit / 64] |= mask;
	else
		bits[bit / 64] &= ~mask;
}

enum stream_ids_state
stream_ids_get(const struct stream_ids *ids, uint32_t id)
{
	bool is_known = id % 2 == 1 && id <= ids->last && (ids->last - id) / 2 < STREAM_IDS_WINDOW;

	if (!is_known)
		return STREAM_IDS_UNKNOWN;
	if (has(ids->skipped, id))
		return STREAM_IDS_SKIPPED;
	return has(ids->ended, id) ? STREAM_IDS_ENDED : STREAM_IDS_OPEN;
}

void
stream_ids_open(struct stream_ids *ids, uint32_t id)
{
	uint32_t next = ids->last ? ids->last + 2 : 1;

	if (id % 2 == 0 || id <= ids->last)
		return;
	if ((id - next) / 2 >= STREAM_IDS_WINDOW)
		next = id - 2 * (STREAM_IDS_WINDOW - 1);
	for (; next <= id; next += 2) {
		set(ids->skipped, next, next != id);
		set(ids->ended, next, false);
	}
	ids->last = id;
}

void
stream_ids_end(struct stream_ids *ids, uint32_t id)
{
	if (stream_ids_get(ids, id) == STREAM_IDS_OPEN)
		set(ids->ended, id, true);
}

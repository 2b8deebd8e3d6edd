/*
 * tries: see tries.h. A table that is searched from its front: that is nothing beside the time that
 * one password takes.
 */
#include "security/tries.h"

#include <string.h>

/* The row of peer, or -1. */
static int
find(const struct tries *tries, uint64_t peer)
{
	for (int i = 0; i < TRIES_ADDRESSES; i++)
		if (tries->rows[i].peer == peer)
			return i;
	return -1;
}

/* The row of peer, which is a new one in place of the quietest if there was none. */
static int
find_or_add(struct tries *tries, uint64_t peer, uint64_t now_us)
{
	int row = find(tries, peer), quietest = 0;

	if (row >= 0)
		return row;
	for (int i = 1; i < TRIES_ADDRESSES; i++)
		if (tries->rows[i].last_us < tries->rows[quietest].last_us)
			quietest = i;
	memset(&tries->rows[quietest], 0, sizeof(tries->rows[quietest]));
	tries->rows[quietest].peer = peer;
	tries->rows[quietest].last_us = now_us;
	return quietest;
}

unsigned
tries_wrong(const struct tries *tries, uint64_t peer, uint64_t now_us)
{
	int row = find(tries, peer);
	uint64_t forgotten;

	if (row < 0)
		return 0;
	forgotten = (now_us - tries->rows[row].last_us) / ((uint64_t)TRIES_FORGET_MS * 1000);
	return forgotten < tries->rows[row].count ? tries->rows[row].count - (unsigned)forgotten
						  : 0;
}

void
tries_add_wrong(struct tries *tries, uint64_t peer, uint64_t now_us)
{
	unsigned count = tries_wrong(tries, peer, now_us);
	int row = find_or_add(tries, peer, now_us);

	tries->rows[row].last_us = now_us;
	/* More than this would only be remembered for longer. */
	tries->rows[row].count = count < 2 * TRIES_FREE ? count + 1 : count;
}

void
tries_begin(struct tries *tries, uint64_t peer, uint64_t now_us)
{
	int row = find(tries, peer);

	if (row >= 0)
		tries->rows[row].begun_us = now_us;
}

bool
tries_is_early(const struct tries *tries, uint64_t peer, uint64_t now_us)
{
	return tries_wrong(tries, peer, now_us) >= TRIES_FREE &&
	       now_us - tries->rows[find(tries, peer)].last_us < (uint64_t)TRIES_EARLY_MS * 1000;
}

uint64_t
tries_next_us(const struct tries *tries, uint64_t peer, uint64_t now_us)
{
	unsigned count = tries_wrong(tries, peer, now_us);
	unsigned wait_ms = TRIES_WAIT_FIRST_MS;

	if (count < TRIES_FREE)
		return 0;
	for (unsigned i = TRIES_FREE; i < count && wait_ms < TRIES_WAIT_MAX_MS; i++)
		wait_ms *= 2;
	if (wait_ms > TRIES_WAIT_MAX_MS)
		wait_ms = TRIES_WAIT_MAX_MS;
	return tries->rows[find(tries, peer)].begun_us + (uint64_t)wait_ms * 1000;
}

bool
tries_allow_repeat(struct tries *tries, uint64_t peer, uint64_t now_us)
{
	static const struct rate_limit limit = {.burst = TRIES_REPEATS, .a_second = 1};

	return rate_limit_take(
		&tries->rows[find_or_add(tries, peer, now_us)].repeats, &limit, now_us);
}

/*
 * rate_limit: see rate_limit.h. A full bucket holds burst tokens, and each one that is missing
 * takes price_us to come back.
 */
#include "base/rate_limit.h"

/* When the bucket would be full again after one more token; 0 when there is none. */
static uint64_t
full_after(const struct rate_state *rate, const struct rate_limit *limit, uint64_t now_us)
{
	uint64_t price_us = 1000 * 1000 / limit->a_second;
	uint64_t full_at_us = rate->full_at_us > now_us ? rate->full_at_us : now_us;

	full_at_us += price_us;
	return full_at_us > now_us + limit->burst * price_us ? 0 : full_at_us;
}

bool
rate_limit_take(struct rate_state *rate, const struct rate_limit *limit, uint64_t now_us)
{
	uint64_t full_at_us = full_after(rate, limit, now_us);

	if (full_at_us)
		rate->full_at_us = full_at_us;
	return full_at_us;
}

bool
rate_limits_take(struct rate_sources *sources, const struct rate_limits *limits, uint64_t source,
	uint64_t now_us)
{
	struct rate_state *own = &sources->of[source % RATE_SOURCES];

	return full_after(own, &limits->each, now_us) &&
	       rate_limit_take(&sources->all, &limits->all, now_us) &&
	       rate_limit_take(own, &limits->each, now_us);
}

/*
 * rate_limit: see rate_limit.h. A full bucket holds burst tokens, and each one that is missing
 * takes price_us to come back.
 */
#include "base/rate_limit.h"

bool
rate_limit_take(struct rate_state *rate, const struct rate_limit *limit, uint64_t now_us)
{
	uint64_t price_us = 1000 * 1000 / limit->a_second;
	uint64_t full_at_us = rate->full_at_us > now_us ? rate->full_at_us : now_us;

	if (full_at_us + price_us > now_us + limit->burst * price_us)
		return false;
	rate->full_at_us = full_at_us + price_us;
	return true;
}

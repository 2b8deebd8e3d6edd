/*
 * rate_limit: see rate_limit.h.
 */
#include "base/rate_limit.h"

bool
rate_limit_take(struct rate_state *rate, const struct rate_limit *limit, uint64_t now_us)
{
	uint64_t price_us = 1000 * 1000 / limit->a_second;
	uint64_t begin_us = rate->paid_until_us > now_us ? rate->paid_until_us : now_us;

	if (begin_us + price_us > now_us + limit->burst * price_us)
		return false;
	rate->paid_until_us = begin_us + price_us;
	return true;
}

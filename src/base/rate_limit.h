/*
 * rate_limit: how often somebody may do something.
 *
 * Room: rules. A token bucket in one number: the moment up to which all that was taken is paid for.
 */
#ifndef RATE_LIMIT_H
#define RATE_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

struct rate_limit {
	unsigned burst;    /* so many at once after a rest, 1 at least */
	unsigned a_second; /* and so many on end, 1 at least */
};

/* Memory of one who is limited; zeroed is rested. */
struct rate_state {
	uint64_t paid_until_us;
};

/* Whether one more may be now (microseconds of a clock that only goes on); if so it is taken. */
bool rate_limit_take(struct rate_state *rate, const struct rate_limit *limit, uint64_t now_us);

#endif

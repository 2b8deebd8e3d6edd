/*
 * rate_limit: limits how often something may happen.
 *
 * A token bucket, kept as one number: the time at which the bucket is full again.
 */
#ifndef RATE_LIMIT_H
#define RATE_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

struct rate_limit {
	unsigned burst;    /* how many at once after a pause, at least 1 */
	unsigned a_second; /* how many per second after the burst, at least 1 */
};

/* The state of one client. Zeroed at first. */
struct rate_state {
	uint64_t full_at_us;
};

/*
 * Takes one token and returns true, if the limit allows it now; else returns false. now_us is the
 * time of a monotonic clock in microseconds.
 */
bool rate_limit_take(struct rate_state *rate, const struct rate_limit *limit, uint64_t now_us);

#endif

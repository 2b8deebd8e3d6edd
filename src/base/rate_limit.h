/*
 * rate_limit: how often somebody may do something.
 *
 * A token bucket in one number: the moment up to which everything that was taken is paid for.
 */
#ifndef RATE_LIMIT_H
#define RATE_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

struct rate_limit {
	unsigned burst;    /* how many at once after a pause, at least 1 */
	unsigned a_second; /* how many per second after those, at least 1 */
};

/* The state of one who is limited. Zeroed at first. */
struct rate_state {
	uint64_t paid_until_us;
};

/*
 * Takes one, if the limit allows one more now. now_us is a monotonic clock in microseconds. Returns
 * whether it was taken.
 */
bool rate_limit_take(struct rate_state *rate, const struct rate_limit *limit, uint64_t now_us);

#endif

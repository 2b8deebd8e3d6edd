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

/* A limit for each source of something, and one for all sources together. */
struct rate_limits {
	struct rate_limit each, all;
};

enum { RATE_SOURCES = 64 };

/* The states of all sources. Zeroed at first. */
struct rate_sources {
	struct rate_state of[RATE_SOURCES];
	struct rate_state all;
};

/*
 * Takes one token of source and one of all, and returns true, if both limits allow it now; else takes
 * none and returns false. source is any number, such as the key of a struct peer. Sources whose numbers are equal
 * modulo RATE_SOURCES share their tokens, so the memory is bounded.
 */
bool rate_limits_take(struct rate_sources *sources, const struct rate_limits *limits,
	uint64_t source, uint64_t now_us);

#endif

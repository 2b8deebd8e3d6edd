/*
 * timeouts: queues of timeouts, in each of which all timeouts have the same limit.
 *
 * The first timeout of a queue always expires first. So entering, leaving and moving take constant
 * time, and one timer is enough for all queues.
 */
#ifndef TIMEOUTS_H
#define TIMEOUTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/loop.h"

enum { TIMEOUTS_QUEUES_MAX = 4 };

/* A member of the struct that waits. The members are private, but for queue. */
struct timeout {
	struct timeout *next, *previous;
	uint64_t since_us;
	unsigned queue;
};

/* Called when a timeout has expired. The function must move it or make it leave. */
typedef void timeouts_fn(struct timeout *timeout);

/* Made by timeouts_init. */
struct timeouts {
	struct loop *loop;
	struct loop_timer timer;
	timeouts_fn *fn;
	const unsigned *limits_ms;
	unsigned count;
	struct {
		struct timeout *first, *last;
	} queues[TIMEOUTS_QUEUES_MAX];
};

/* limits_ms has the limit of each of count queues. Keeps pointers to loop and limits_ms. */
void timeouts_init(struct timeouts *timeouts, struct loop *loop, const unsigned *limits_ms,
	unsigned count, timeouts_fn *fn);
/* All timeouts must have left. */
void timeouts_finish(struct timeouts *timeouts);

/* Puts it into a queue. Its time begins now. */
void timeouts_enter(struct timeouts *timeouts, struct timeout *timeout, unsigned queue);
void timeouts_leave(struct timeouts *timeouts, struct timeout *timeout);
/* Leaves its queue and enters another or the same one. Its time begins again. */
void timeouts_move(struct timeouts *timeouts, struct timeout *timeout, unsigned queue);

/* Any timeout that is in a queue; NULL when there is none. */
struct timeout *timeouts_any(const struct timeouts *timeouts);
/* The one that has been in a queue for the longest time; NULL when there is none. */
struct timeout *timeouts_first(const struct timeouts *timeouts, unsigned queue);

#endif

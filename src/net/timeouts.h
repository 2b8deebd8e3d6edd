/*
 * timeouts: queues of things that wait, each with a limit of its own.
 *
 * All waits in a queue have the same limit, so the first of a queue is always the next to run out.
 * Entering, leaving and moving cost the same however many wait, and one timer serves all queues.
 */
#ifndef TIMEOUTS_H
#define TIMEOUTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/loop.h"

enum { TIMEOUTS_QUEUES_MAX = 4 };

/* In the struct of what waits. */
struct timeout {
	struct timeout *next, *previous;
	uint64_t since_us;
	unsigned queue;
};

/* Called when the wait is over. It must move or leave. */
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

/* Keeps pointers to loop and limits_ms, which has the limit of each of count queues. */
void timeouts_init(struct timeouts *timeouts, struct loop *loop, const unsigned *limits_ms,
	unsigned count, timeouts_fn *fn);
/* All must have left. */
void timeouts_finish(struct timeouts *timeouts);

/* From now on it waits in that queue, in which its time begins now. */
void timeouts_enter(struct timeouts *timeouts, struct timeout *timeout, unsigned queue);
void timeouts_leave(struct timeouts *timeouts, struct timeout *timeout);
/* Leaves its queue and enters that one, which may be the same. */
void timeouts_move(struct timeouts *timeouts, struct timeout *timeout, unsigned queue);

/* One that waits; NULL when none does. */
struct timeout *timeouts_any(const struct timeouts *timeouts);

#endif

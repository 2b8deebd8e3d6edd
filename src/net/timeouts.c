/*
 * timeouts: see timeouts.h.
 *
 * When the first timeout of a queue leaves, the timer is not changed. It may then be too early,
 * finds no expired timeout, and is set again.
 */
#include "net/timeouts.h"

#include <stddef.h>

/* How long expired ones may block the loop. The rest is for its next round. */
enum { SLICE_US = 1000 };

static void expire(void *context);

static uint64_t
limit_us(const struct timeouts *timeouts, unsigned queue)
{
	return (uint64_t)timeouts->limits_ms[queue] * 1000;
}

void
timeouts_init(struct timeouts *timeouts, struct loop *loop, const unsigned *limits_ms,
	unsigned count, timeouts_fn *fn)
{
	*timeouts = (struct timeouts){
		.loop = loop, .limits_ms = limits_ms, .count = count, .fn = fn};
}

void
timeouts_finish(struct timeouts *timeouts)
{
	loop_timer_clear(timeouts->loop, &timeouts->timer);
}

void
timeouts_enter(struct timeouts *timeouts, struct timeout *timeout, unsigned queue)
{
	uint64_t limit = limit_us(timeouts, queue);

	timeout->queue = queue;
	timeout->since_us = loop_now();
	timeout->next = NULL;
	timeout->previous = timeouts->queues[queue].last;
	if (timeout->previous)
		timeout->previous->next = timeout;
	else
		timeouts->queues[queue].first = timeout;
	timeouts->queues[queue].last = timeout;
	if (!timeouts->timer.is_set || timeouts->timer.due_us > timeout->since_us + limit)
		loop_timer_set(timeouts->loop, &timeouts->timer, limit, expire, timeouts);
}

void
timeouts_leave(struct timeouts *timeouts, struct timeout *timeout)
{
	if (timeout->previous)
		timeout->previous->next = timeout->next;
	else
		timeouts->queues[timeout->queue].first = timeout->next;
	if (timeout->next)
		timeout->next->previous = timeout->previous;
	else
		timeouts->queues[timeout->queue].last = timeout->previous;
	timeout->next = timeout->previous = NULL;
}

void
timeouts_move(struct timeouts *timeouts, struct timeout *timeout, unsigned queue)
{
	timeouts_leave(timeouts, timeout);
	timeouts_enter(timeouts, timeout, queue);
}

struct timeout *
timeouts_any(const struct timeouts *timeouts)
{
	for (unsigned i = 0; i < timeouts->count; i++)
		if (timeouts->queues[i].first)
			return timeouts->queues[i].first;
	return NULL;
}

struct timeout *
timeouts_first(const struct timeouts *timeouts, unsigned queue)
{
	return timeouts->queues[queue].first;
}

/* The earliest time at which a timeout expires; UINT64_MAX when there is none. */
static uint64_t
next_expiry_us(const struct timeouts *timeouts)
{
	uint64_t next = UINT64_MAX;

	for (unsigned i = 0; i < timeouts->count; i++) {
		const struct timeout *first = timeouts->queues[i].first;
		uint64_t expiry = first ? first->since_us + limit_us(timeouts, i) : UINT64_MAX;

		next = expiry < next ? expiry : next;
	}
	return next;
}

static void
expire(void *context)
{
	struct timeouts *timeouts = context;
	uint64_t now = loop_now(), end = now + SLICE_US, next;

	for (unsigned i = 0; i < timeouts->count; i++) {
		struct timeout *first;

		while ((first = timeouts->queues[i].first) &&
			first->since_us + limit_us(timeouts, i) <= now && loop_now() < end)
			timeouts->fn(first);
	}
	next = next_expiry_us(timeouts);
	if (next != UINT64_MAX)
		loop_timer_set(timeouts->loop, &timeouts->timer, next > now ? next - now : 0,
			expire, timeouts);
}

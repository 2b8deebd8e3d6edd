/*
 * clock: runs a loop until a condition is true. If that takes more than five seconds (in valgrind:
 * 100), the test fails. On a busy machine it may take longer.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/loop.h"

/* How much longer things take now than on a machine that has nothing else to do: 1 or more. */
unsigned clock_slowness(void);

typedef bool clock_until_fn(void *context);

/* Fails the test when is_true(context) has not become true in time. */
void clock_wait(struct loop *loop, clock_until_fn *is_true, void *context);

/* A text as the context of a condition, which does not change it. */
static inline void *
clock_text(const char *text)
{
	return (void *)(uintptr_t)text;
}

/* Handles all events that are due, and those that follow from them. Never waits. */
void clock_drain(struct loop *loop);

#endif

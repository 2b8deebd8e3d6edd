/*
 * clock: runs a loop until a condition is true. If that takes more than five seconds (in valgrind:
 * 100), the test fails.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdbool.h>

#include "base/loop.h"

typedef bool clock_until_fn(void *context);

/* Fails the test when is_true(context) has not become true in time. */
void clock_wait(struct loop *loop, clock_until_fn *is_true, void *context);

/* Handles all events that are due, and those that follow from them. Never waits. */
void clock_drain(struct loop *loop);

#endif

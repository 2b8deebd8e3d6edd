/*
 * clock: runs a loop until something is true, or five seconds are over: then the test has failed.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdbool.h>

#include "base/loop.h"

typedef bool clock_until_fn(void *context);

/* Fails the test when is_true(context) has not become true in time. */
void clock_wait(struct loop *loop, clock_until_fn *is_true, void *context);

/* Calls back for all that is due, and for what comes of it; never waits. */
void clock_drain(struct loop *loop);

#endif

/*
 * clock: see clock.h.
 */
#include "clock.h"

#include <sys/poll.h>

#include "test.h"
#include "valgrind.h"

enum { FAILURE_US = 5 * 1000 * 1000, VALGRIND_FACTOR = 20 };

void
clock_wait(struct loop *loop, clock_until_fn *is_true, void *context)
{
	uint64_t end = loop_now() + FAILURE_US;

	if (valgrind_runs())
		end += FAILURE_US * (VALGRIND_FACTOR - 1);
	while (!is_true(context)) {
		struct pollfd ready = {.fd = loop_fd(loop), .events = POLLIN};
		uint64_t now = loop_now();

		if (now >= end)
			fail_msg("five seconds are over");
		if (poll(&ready, 1, (int)((end - now) / 1000) + 1) > 0)
			loop_dispatch(loop);
	}
}

void
clock_drain(struct loop *loop)
{
	struct pollfd ready = {.fd = loop_fd(loop), .events = POLLIN};

	while (poll(&ready, 1, 0) > 0)
		loop_dispatch(loop);
}

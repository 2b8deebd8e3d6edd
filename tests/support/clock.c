/*
 * clock: see clock.h.
 */
#define _GNU_SOURCE
#include "clock.h"

#include <stdlib.h>
#include <poll.h>
#include <unistd.h>

#include "test.h"
#include "valgrind.h"

enum { FAILURE_US = 5 * 1000 * 1000, VALGRIND_FACTOR = 20 };

unsigned
clock_slowness(void)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	double minute = 0;

	if (getloadavg(&minute, 1) != 1 || processors < 1 || minute < (double)processors)
		return 1;
	return (unsigned)(2 * minute / (double)processors) + 1;
}

void
clock_wait(struct loop *loop, clock_until_fn *is_true, void *context)
{
	uint64_t begun = loop_now(), most = FAILURE_US, end;

	if (valgrind_runs())
		most *= VALGRIND_FACTOR;
	end = begun + most;
	while (!is_true(context)) {
		struct pollfd ready = {.fd = loop_fd(loop), .events = POLLIN};
		uint64_t now = loop_now();

		if (now >= end)
			end = begun + most * clock_slowness();
		if (now >= end)
			fail_msg("five seconds, or more on a busy machine, are over");
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

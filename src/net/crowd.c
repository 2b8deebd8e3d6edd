/*
 * crowd: see crowd.h. It only counts; the connections belong to others.
 */
#include "net/crowd.h"

#include "base/mem.h"

enum { LEFT_FACTOR = 8 }; /* a crowd has left when one of so many is there */

void
crowd_init(struct crowd *crowd, struct loop *loop)
{
	*crowd = (struct crowd){.loop = loop};
}

void
crowd_finish(struct crowd *crowd)
{
	if (crowd->timer.is_set)
		loop_timer_clear(crowd->loop, &crowd->timer);
}

static bool
has_left(const struct crowd *crowd)
{
	return crowd->most >= CROWD_MIN && crowd->count <= crowd->most / LEFT_FACTOR;
}

/* If the crowd has come back meanwhile, it needs the memory. */
static void
is_quiet(void *context)
{
	struct crowd *crowd = context;

	if (!has_left(crowd))
		return;
	crowd->most = crowd->count;
	mem_give_back();
}

void
crowd_enter(struct crowd *crowd)
{
	if (++crowd->count > crowd->most)
		crowd->most = crowd->count;
}

void
crowd_leave(struct crowd *crowd)
{
	crowd->count--;
	if (has_left(crowd) && !crowd->timer.is_set)
		loop_timer_set(crowd->loop, &crowd->timer, CROWD_QUIET_US, is_quiet, crowd);
}

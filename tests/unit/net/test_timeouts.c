/*
 * Three things in two queues of a few milliseconds.
 */
#include "support/test.h"

#include <string.h>

#include "net/timeouts.h"
#include "support/clock.h"

enum { SHORT, LONG };

static const unsigned limits_ms[] = {[SHORT] = 5, [LONG] = 60};

static struct {
	struct loop *loop;
	struct timeouts timeouts;
	struct timeout things[3];
	char over[8]; /* whose time was over, in order */
	bool moves;   /* the first one whose time is over waits once more, in the long queue */
} here;

static void
is_over(struct timeout *timeout)
{
	here.over[strlen(here.over)] = (char)('a' + (timeout - here.things));
	if (here.moves)
		timeouts_move(&here.timeouts, timeout, LONG);
	else
		timeouts_leave(&here.timeouts, timeout);
	here.moves = false;
}

static bool
has_three(void *context)
{
	(void)context;
	return strlen(here.over) >= 3;
}

static bool
is_empty(void *context)
{
	(void)context;
	return !timeouts_any(&here.timeouts);
}

static int
enter(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	here.loop = loop_create();
	timeouts_init(&here.timeouts, here.loop, limits_ms, 2, is_over);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	assert_null(timeouts_any(&here.timeouts));
	timeouts_finish(&here.timeouts);
	loop_destroy(here.loop);
	return 0;
}

static void
the_shorter_wait_ends_first(void **state)
{
	(void)state;
	timeouts_enter(&here.timeouts, &here.things[0], LONG);
	timeouts_enter(&here.timeouts, &here.things[1], SHORT);
	timeouts_enter(&here.timeouts, &here.things[2], SHORT);
	clock_wait(here.loop, has_three, NULL);
	assert_string_equal(here.over, "bca");
}

static void
to_move_is_to_wait_anew(void **state)
{
	(void)state;
	here.moves = true;
	timeouts_enter(&here.timeouts, &here.things[0], SHORT);
	timeouts_enter(&here.timeouts, &here.things[1], SHORT);
	clock_wait(here.loop, is_empty, NULL);
	assert_string_equal(here.over, "aba");
}

static void
what_leaves_is_not_called(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		timeouts_enter(&here.timeouts, &here.things[i], SHORT);
	timeouts_leave(&here.timeouts, &here.things[1]);
	timeouts_leave(&here.timeouts, &here.things[0]);
	assert_ptr_equal(timeouts_any(&here.timeouts), &here.things[2]);
	clock_wait(here.loop, is_empty, NULL);
	assert_string_equal(here.over, "c");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_shorter_wait_ends_first),
		TEST(to_move_is_to_wait_anew),
		TEST(what_leaves_is_not_called),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

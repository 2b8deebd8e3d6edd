/*
 * Three timeouts in two queues of a few milliseconds.
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
	struct timeout items[3];
	char expired[8]; /* a letter for each, in order */
	bool moves;      /* the first one that expires moves to the long queue */
} here;

static void
expire(struct timeout *timeout)
{
	here.expired[strlen(here.expired)] = (char)('a' + (timeout - here.items));
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
	return strlen(here.expired) >= 3;
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
	timeouts_init(&here.timeouts, here.loop, limits_ms, 2, expire);
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
	timeouts_enter(&here.timeouts, &here.items[0], LONG);
	timeouts_enter(&here.timeouts, &here.items[1], SHORT);
	timeouts_enter(&here.timeouts, &here.items[2], SHORT);
	clock_wait(here.loop, has_three, NULL);
	assert_string_equal(here.expired, "bca");
}

static void
moving_begins_a_new_wait(void **state)
{
	(void)state;
	here.moves = true;
	timeouts_enter(&here.timeouts, &here.items[0], SHORT);
	timeouts_enter(&here.timeouts, &here.items[1], SHORT);
	clock_wait(here.loop, is_empty, NULL);
	assert_string_equal(here.expired, "aba");
}

static void
one_that_has_left_does_not_expire(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		timeouts_enter(&here.timeouts, &here.items[i], SHORT);
	timeouts_leave(&here.timeouts, &here.items[1]);
	timeouts_leave(&here.timeouts, &here.items[0]);
	assert_ptr_equal(timeouts_any(&here.timeouts), &here.items[2]);
	clock_wait(here.loop, is_empty, NULL);
	assert_string_equal(here.expired, "c");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_shorter_wait_ends_first),
		TEST(moving_begins_a_new_wait),
		TEST(one_that_has_left_does_not_expire),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "support/test.h"

#include "base/mem.h"
#include "net/crowd.h"
#include "support/clock.h"
#include "support/wrap_loop.h"

static struct {
	struct loop *loop;
	struct crowd crowd;
	unsigned given_back;
} here;

void __wrap_mem_give_back(void);

void
__wrap_mem_give_back(void)
{
	here.given_back++;
}

void
__wrap_loop_timer_set(struct loop *loop, struct loop_timer *timer, uint64_t delay_us,
	loop_timer_fn *fn, void *context)
{
	__real_loop_timer_set(loop, timer, delay_us / 1000, fn, context);
}

static int
enter(void **state)
{
	(void)state;
	here.loop = loop_create();
	here.given_back = 0;
	crowd_init(&here.crowd, here.loop);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	crowd_finish(&here.crowd);
	loop_destroy(here.loop);
	return 0;
}

static void
come(int count)
{
	for (; count > 0; count--)
		crowd_enter(&here.crowd);
}

static void
go(int count)
{
	for (; count > 0; count--)
		crowd_leave(&here.crowd);
}

static bool
is_quiet(void *context)
{
	(void)context;
	return !here.crowd.timer.is_set;
}

static void
memory_is_given_back_once(void **state)
{
	(void)state;
	come(1000);
	go(995);
	assert_int_equal(here.given_back, 0); /* not while it is leaving */
	go(5);
	clock_wait(here.loop, is_quiet, NULL);
	assert_int_equal(here.given_back, 1);
	for (int i = 0; i < 1000; i++) {
		come(10);
		go(10);
	}
	assert_false(here.crowd.timer.is_set);
	come(200);
	go(200);
	clock_wait(here.loop, is_quiet, NULL);
	assert_int_equal(here.given_back, 2);
}

static void
no_crowd_no_work(void **state)
{
	(void)state;
	for (int i = 0; i < 1000; i++) {
		come(CROWD_MIN - 1);
		go(CROWD_MIN - 1);
	}
	assert_false(here.crowd.timer.is_set);
	come(100);
	go(50);
	assert_false(here.crowd.timer.is_set);
}

static void
crowd_that_comes_back_keeps_it(void **state)
{
	(void)state;
	come(1000);
	go(1000);
	come(500);
	clock_wait(here.loop, is_quiet, NULL);
	assert_int_equal(here.given_back, 0);
	go(500);
	clock_wait(here.loop, is_quiet, NULL);
	assert_int_equal(here.given_back, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(memory_is_given_back_once, enter, leave),
		cmocka_unit_test_setup_teardown(no_crowd_no_work, enter, leave),
		cmocka_unit_test_setup_teardown(crowd_that_comes_back_keeps_it, enter, leave),
	};

	return cmocka_run_group_tests_name("crowd", tests, NULL, NULL);
}

#include "support/test.h"

#include <string.h>

#include "security/tries.h"

enum { SECOND = 1000 * 1000 };

static struct tries tries;

static int
enter(void **state)
{
	(void)state;
	memset(&tries, 0, sizeof(tries));
	return 0;
}

/* The wait after one more wrong try at now, in milliseconds. */
static unsigned
wait_after(uint64_t peer, uint64_t now)
{
	uint64_t next;

	tries_begin(&tries, peer, now);
	tries_add_wrong(&tries, peer, now);
	next = tries_next_us(&tries, peer, now);
	return next > now ? (unsigned)((next - now) / 1000) : 0;
}

static void
the_first_ones_are_free(void **state)
{
	static const unsigned waits[] = {0, 0, 0, 0, 100, 200, 300, 300, 300, 300, 300, 300};

	(void)state;
	assert_int_equal(tries_next_us(&tries, 7, SECOND), 0);
	for (size_t i = 0; i < ROWS(waits); i++)
		assert_int_equal(wait_after(7, SECOND), waits[i]);
	assert_int_equal(wait_after(8, SECOND), 0); /* another address */
}

static void
quiet_forgets(void **state)
{
	uint64_t now = SECOND;

	(void)state;
	for (int i = 0; i < 1000; i++)
		tries_add_wrong(&tries, 7, now);
	tries_begin(&tries, 7, now);
	assert_true(tries_next_us(&tries, 7, now) > now);
	assert_int_equal(tries_wrong(&tries, 7, now), 2 * TRIES_FREE);
	now += (uint64_t)TRIES_FORGET_MS * 1000;
	assert_int_equal(tries_wrong(&tries, 7, now), 2 * TRIES_FREE - 1);
	now += (uint64_t)TRIES_FORGET_MS * 1000 * 5;
	assert_int_equal(tries_wrong(&tries, 7, now), TRIES_FREE - 1);
	assert_int_equal(tries_next_us(&tries, 7, now), 0);
	assert_int_equal(wait_after(7, now), 100);
	now += (uint64_t)TRIES_FORGET_MS * 1000 * 100;
	assert_int_equal(tries_wrong(&tries, 7, now), 0);
}

static void
nobody_types_so_fast(void **state)
{
	const uint64_t window = (uint64_t)TRIES_EARLY_MS * 1000;

	(void)state;
	for (int i = 0; i < TRIES_FREE; i++) {
		assert_false(tries_is_early(&tries, 7, SECOND));
		tries_add_wrong(&tries, 7, SECOND);
	}
	assert_true(tries_is_early(&tries, 7, SECOND));
	assert_true(tries_is_early(&tries, 7, SECOND + window - 1));
	assert_false(tries_is_early(&tries, 7, SECOND + window));
	assert_false(tries_is_early(&tries, 8, SECOND));
}

/* The time of a check counts: from one beginning to the next. */
static void
slow_checks_do_not_wait_in_addition(void **state)
{
	(void)state;
	for (int i = 0; i < 100; i++)
		tries_add_wrong(&tries, 7, 2 * SECOND);
	tries_begin(&tries, 7, SECOND);
	tries_begin(&tries, 8, SECOND); /* nothing is known of it */
	assert_int_equal(
		tries_next_us(&tries, 7, 2 * SECOND), SECOND + (uint64_t)TRIES_WAIT_MAX_MS * 1000);
	assert_int_equal(tries_next_us(&tries, 8, 2 * SECOND), 0);
}

static void
the_quietest_address_is_forgotten(void **state)
{
	(void)state;
	for (uint64_t peer = 1; peer <= TRIES_ADDRESSES; peer++)
		tries_add_wrong(&tries, peer, peer);
	tries_add_wrong(&tries, 1, TRIES_ADDRESSES + 1);
	tries_add_wrong(&tries, 1000, TRIES_ADDRESSES + 2);
	assert_int_equal(tries_wrong(&tries, 1, TRIES_ADDRESSES + 2), 2);
	assert_int_equal(tries_wrong(&tries, 2, TRIES_ADDRESSES + 2), 0);
	assert_int_equal(tries_wrong(&tries, 3, TRIES_ADDRESSES + 2), 1);
	assert_int_equal(tries_wrong(&tries, 1000, TRIES_ADDRESSES + 2), 1);
}

static void
repeats_are_no_tries(void **state)
{
	(void)state;
	for (int i = 0; i < TRIES_REPEATS; i++)
		assert_true(tries_allow_repeat(&tries, 7, SECOND));
	assert_false(tries_allow_repeat(&tries, 7, SECOND));
	assert_true(tries_allow_repeat(&tries, 8, SECOND));
	assert_true(tries_allow_repeat(&tries, 7, 2 * SECOND));
	assert_false(tries_allow_repeat(&tries, 7, 2 * SECOND));
	assert_int_equal(tries_wrong(&tries, 7, 2 * SECOND), 0);
	assert_int_equal(tries_next_us(&tries, 7, 2 * SECOND), 0);
}

#define TEST(function) cmocka_unit_test_setup(function, enter)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(the_first_ones_are_free),
		TEST(quiet_forgets),
		TEST(nobody_types_so_fast),
		TEST(slow_checks_do_not_wait_in_addition),
		TEST(the_quietest_address_is_forgotten),
		TEST(repeats_are_no_tries),
	};

	return cmocka_run_group_tests_name("tries", tests, NULL, NULL);
}

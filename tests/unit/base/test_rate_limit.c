/*
 * How many tokens are given at each time of a simulated clock.
 */
#include "support/test.h"

#include "base/rate_limit.h"

static unsigned
taken_of(struct rate_state *rate, const struct rate_limit *limit, unsigned count, uint64_t now_us)
{
	unsigned taken = 0;

	for (unsigned i = 0; i < count; i++)
		taken += rate_limit_take(rate, limit, now_us);
	return taken;
}

static void
bursts(void **state)
{
	static const struct {
		struct rate_limit limit;
		uint64_t pause_us; /* after a burst */
		unsigned then;     /* tokens that are given again */
	} rows[] = {
		{{5, 10}, 0, 0},
		{{5, 10}, 99 * 1000, 0},
		{{5, 10}, 100 * 1000, 1},
		{{5, 10}, 250 * 1000, 2},
		{{5, 10}, 500 * 1000, 5},
		{{5, 10}, 3600ULL * 1000 * 1000, 5},
		{{1, 1}, 999 * 1000, 0},
		{{1, 1}, 1000 * 1000, 1},
		{{1000, 1000000}, 1, 1},
		{{1000, 1}, 2000 * 1000, 2},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		uint64_t now = 123456789;
		struct rate_state rate = {0};

		print_message("row %zu\n", i);
		assert_int_equal(taken_of(&rate, &rows[i].limit, 5000, now), rows[i].limit.burst);
		now += rows[i].pause_us;
		assert_int_equal(taken_of(&rate, &rows[i].limit, 5000, now), rows[i].then);
	}
}

/* A refusal costs nothing: a client that asks all the time still gets what the limit allows. */
static void
continuous_requests(void **state)
{
	const struct rate_limit limit = {20, 50};
	struct rate_state rate = {0};
	unsigned taken = 0;

	(void)state;
	for (uint64_t now = 0; now < 10 * 1000 * 1000; now += 100)
		taken += rate_limit_take(&rate, &limit, now);
	assert_in_range(taken, 20 + 10 * 50 - 1, 20 + 10 * 50);
}

static void
slower_than_the_limit(void **state)
{
	const struct rate_limit limit = {1, 10};
	struct rate_state rate = {0};

	(void)state;
	for (uint64_t now = 0; now < 10 * 1000 * 1000; now += 100 * 1000)
		assert_true(rate_limit_take(&rate, &limit, now));
}

/* One source cannot take the tokens of another, until there are none at all. */
static void
sources(void **state)
{
	const struct rate_limits limits = {.each = {5, 1}, .all = {12, 2}};
	struct rate_sources rates = {0};
	unsigned taken[4] = {0};

	(void)state;
	for (unsigned source = 0; source < ROWS(taken); source++)
		for (unsigned i = 0; i < 1000; i++)
			taken[source] += rate_limits_take(&rates, &limits, source, 1000);
	assert_int_equal(taken[0], 5);
	assert_int_equal(taken[1], 5);
	assert_int_equal(taken[2], 2);
	assert_int_equal(taken[3], 0);
	/* What all have refused has cost the source nothing. */
	for (unsigned i = 0; i < 1000; i++)
		taken[3] += rate_limits_take(&rates, &limits, 3, 1000 + 10 * 1000 * 1000);
	assert_int_equal(taken[3], 5);
}

/* However many sources there are. */
static void
all_sources(void **state)
{
	const struct rate_limits limits = {.each = {5, 1}, .all = {12, 2}};
	struct rate_sources rates = {0};
	unsigned taken = 0;

	(void)state;
	for (uint64_t source = 0; source < 1000 * 1000; source++)
		taken += rate_limits_take(&rates, &limits, source * 0x9e3779b97f4a7c15, source);
	assert_in_range(taken, 12, 14);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(bursts),
		cmocka_unit_test(continuous_requests),
		cmocka_unit_test(slower_than_the_limit),
		cmocka_unit_test(sources),
		cmocka_unit_test(all_sources),
	};

	return cmocka_run_group_tests_name("rate_limit", tests, NULL, NULL);
}

/*
 * What the pool keeps, for whom, and when it lets go.
 */
#include "support/test.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/timeouts.h"
#include "support/clock.h"
#include "support/folder.h"
#include "upstream/pool.h"

static struct {
	struct loop *loop;
	struct pool *pool;
	struct destination one, other; /* only their addresses count */
	size_t descriptors;
	unsigned limit_ms;
} here;

void __real_timeouts_init(struct timeouts *timeouts, struct loop *loop, const unsigned *limits,
	unsigned count, timeouts_fn *fn);
void __wrap_timeouts_init(struct timeouts *timeouts, struct loop *loop, const unsigned *limits,
	unsigned count, timeouts_fn *fn);

void
__wrap_timeouts_init(struct timeouts *timeouts, struct loop *loop, const unsigned *limits,
	unsigned count, timeouts_fn *fn)
{
	assert_int_equal(limits[0], POOL_IDLE_MS);
	__real_timeouts_init(timeouts, loop, &here.limit_ms, count, fn);
}

static int
enter(void **state)
{
	(void)state;
	here.descriptors = folder_open_descriptors();
	here.limit_ms = 3600 * 1000;
	here.loop = loop_create();
	here.pool = pool_create(here.loop);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	pool_destroy(here.pool);
	loop_destroy(here.loop);
	assert_int_equal(folder_open_descriptors(), here.descriptors);
	return 0;
}

/* Puts one end of a connection into the pool. *kept is its number. Returns the other end. */
static int
put(const struct destination *destination, int *kept)
{
	int pair[2];

	assert_return_code(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), errno);
	*kept = pair[0];
	pool_put(here.pool, destination, pair[0]);
	return pair[1];
}

/* A clock_until_fn. What was not read makes it a reset. */
static bool
is_closed(void *context)
{
	char byte;

	return recv(*(int *)context, &byte, 1, MSG_PEEK) == 0 || errno == ECONNRESET;
}

static void
assert_closed(int other)
{
	assert_true(is_closed(&other));
	close(other);
}

static void
the_last_one_is_taken_first(void **state)
{
	int first, second, third;
	int ends[] = {put(&here.one, &first), put(&here.other, &second), put(&here.one, &third)};

	(void)state;
	assert_int_equal(pool_take(here.pool, &here.one), third);
	assert_int_equal(pool_take(here.pool, &here.one), first);
	assert_int_equal(pool_take(here.pool, &here.one), -1);
	assert_int_equal(pool_take(here.pool, &here.other), second);
	for (size_t i = 0; i < ROWS(ends); i++)
		close(ends[i]);
	close(first);
	close(second);
	close(third);
}

static void
time_is_limited(void **state)
{
	int kept, end;

	(void)state;
	here.limit_ms = 1;
	end = put(&here.one, &kept);
	clock_wait(here.loop, is_closed, &end);
	assert_int_equal(pool_take(here.pool, &here.one), -1);
	close(end);
}

/* What speaks although nobody has asked is closed, when the loop sees it or when it is taken. */
static void
what_speaks_is_closed(void **state)
{
	int kept, end;

	(void)state;
	end = put(&here.one, &kept);
	assert_int_equal(send(end, "x", 1, 0), 1);
	clock_wait(here.loop, is_closed, &end);
	close(end);
	end = put(&here.one, &kept);
	assert_int_equal(send(end, "x", 1, 0), 1);
	assert_int_equal(pool_take(here.pool, &here.one), -1);
	assert_closed(end);
	end = put(&here.one, &kept);
	shutdown(end, SHUT_WR);
	assert_int_equal(pool_take(here.pool, &here.one), -1);
	assert_closed(end);
}

static void
room_is_made(void **state)
{
	int first, second, end;

	(void)state;
	pool_make_room(here.pool, &here.one);
	end = put(&here.one, &first);
	close(put(&here.other, &second));
	pool_make_room(here.pool, &here.one);
	assert_closed(end);
	pool_make_room(here.pool, &here.one);
}

static void
the_oldest_is_closed_for_a_new_one(void **state)
{
	int kept, ends[POOL_MAX + 1];

	(void)state;
	for (size_t i = 0; i < POOL_MAX + 1; i++)
		ends[i] = put(&here.one, &kept);
	assert_closed(ends[0]);
	assert_int_equal(pool_take(here.pool, &here.one), kept);
	close(kept);
	for (size_t i = 1; i < POOL_MAX + 1; i++)
		close(ends[i]);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_last_one_is_taken_first),
		TEST(time_is_limited),
		TEST(what_speaks_is_closed),
		TEST(room_is_made),
		TEST(the_oldest_is_closed_for_a_new_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

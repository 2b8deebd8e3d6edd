/*
 * When names are looked up again. The look-ups themselves are replaced, and so is the clock.
 */
#include "support/test.h"

#include <string.h>

#include "upstream/destination.h"
#include "support/wrap_loop.h"

static struct {
	uint64_t now_us;
	resolver_fn *fn;
	void *context;
	int asked;
	int told; /* calls of the destination_fn */
	struct upstream upstream;
	struct destinations *destinations;
	struct destination *destination;
} here;

struct resolver *__wrap_resolver_create(struct loop *loop, const struct resolver_name *names,
	size_t count, resolver_fn *fn, void *context);
void __wrap_resolver_destroy(struct resolver *resolver);
bool __wrap_resolver_ask(struct resolver *resolver, size_t index);

uint64_t
__wrap_loop_now(void)
{
	return here.now_us;
}

struct resolver *
__wrap_resolver_create(struct loop *loop, const struct resolver_name *names, size_t count,
	resolver_fn *fn, void *context)
{
	(void)loop;
	(void)names;
	(void)count;
	here.fn = fn;
	here.context = context;
	return (struct resolver *)&here;
}

void
__wrap_resolver_destroy(struct resolver *resolver)
{
	(void)resolver;
}

bool
__wrap_resolver_ask(struct resolver *resolver, size_t index)
{
	(void)resolver;
	assert_int_equal(index, 0);
	here.asked++;
	return true;
}

static void
told(void *context, struct destination *destination)
{
	(void)context;
	assert_ptr_equal(destination, here.destination);
	here.told++;
}

static int
enter(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	here.now_us = 1000000;
	assert_int_equal(upstream_read(&here.upstream, "/=http://name.test"), UPSTREAM_OK);
	here.destinations = destinations_create(NULL, &here.upstream, 1, told, NULL);
	here.destination = destinations_at(here.destinations, 0);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	destinations_destroy(here.destinations);
	upstream_finish(&here.upstream);
	return 0;
}

static void
answer_look_up(size_t count)
{
	const struct connector_addresses addresses = {.count = count};

	here.fn(here.context, 0, &addresses);
}

static void
pass(unsigned ms)
{
	here.now_us += (uint64_t)ms * 1000;
}

static void
a_name_is_looked_up_at_the_first_request(void **state)
{
	(void)state;
	assert_int_equal(here.asked, 0);
	assert_int_equal(destination_find(here.destination), DESTINATION_AWAITED);
	assert_int_equal(destination_find(here.destination), DESTINATION_AWAITED);
	assert_int_equal(here.asked, 1);
	answer_look_up(1);
	assert_int_equal(here.told, 1);
	assert_int_equal(destination_find(here.destination), DESTINATION_KNOWN);
	assert_int_equal(here.asked, 1);
}

static void
old_addresses_are_used_while_new_ones_are_looked_up(void **state)
{
	(void)state;
	destination_find(here.destination);
	answer_look_up(1);
	pass(DESTINATION_FRESH_MS);
	assert_int_equal(destination_find(here.destination), DESTINATION_KNOWN);
	assert_int_equal(here.asked, 2);
	answer_look_up(0);
	assert_int_equal(destination_find(here.destination), DESTINATION_KNOWN);
	assert_int_equal(here.asked, 2);
}

static void
an_unknown_name_is_asked_for_now_and_then(void **state)
{
	(void)state;
	destination_find(here.destination);
	answer_look_up(0);
	for (int i = 0; i < 10; i++)
		assert_int_equal(destination_find(here.destination), DESTINATION_UNKNOWN);
	assert_int_equal(here.asked, 1);
	pass(DESTINATION_RETRY_MS);
	assert_int_equal(destination_find(here.destination), DESTINATION_AWAITED);
	assert_int_equal(here.asked, 2);
}

static void
addresses_that_do_not_accept_are_looked_up_sooner(void **state)
{
	(void)state;
	destination_find(here.destination);
	answer_look_up(1);
	destination_distrust(here.destination);
	destination_find(here.destination);
	assert_int_equal(here.asked, 1);
	pass(DESTINATION_RETRY_MS);
	destination_find(here.destination);
	assert_int_equal(here.asked, 2);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_name_is_looked_up_at_the_first_request),
		TEST(old_addresses_are_used_while_new_ones_are_looked_up),
		TEST(an_unknown_name_is_asked_for_now_and_then),
		TEST(addresses_that_do_not_accept_are_looked_up_sooner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * byte_ring: what is written is there until newer pieces take its place.
 */
#include "test.h"

#include <string.h>

#include "wire/byte_ring.h"

static uint64_t
put(struct byte_ring *ring, const char *text)
{
	uint64_t place;
	char *at = byte_ring_add(ring, strlen(text), &place);

	memcpy(at, text, strlen(text));
	return place;
}

static void
assert_piece(const struct byte_ring *ring, uint64_t place, const char *text)
{
	const char *at = byte_ring_get(ring, place);

	assert_non_null(at);
	assert_memory_equal(at, text, strlen(text));
}

static void
the_oldest_go_first(void **state)
{
	struct byte_ring ring;
	uint64_t a, b, c, d;

	(void)state;
	byte_ring_init(&ring, 16);
	a = put(&ring, "abcdef");
	b = put(&ring, "ghijkl");
	assert_piece(&ring, a, "abcdef");
	c = put(&ring, "mnopqr"); /* does not fit behind b, so it takes the place of a */
	assert_null(byte_ring_get(&ring, a));
	assert_piece(&ring, b, "ghijkl");
	assert_piece(&ring, c, "mnopqr");
	d = put(&ring, "0123456789abcdef"); /* as large as all of it */
	assert_null(byte_ring_get(&ring, b));
	assert_null(byte_ring_get(&ring, c));
	assert_piece(&ring, d, "0123456789abcdef");
	byte_ring_finish(&ring);
}

static void
nothing_is_there_after_clear(void **state)
{
	struct byte_ring ring;
	uint64_t places[40];

	(void)state;
	byte_ring_init(&ring, 64);
	for (int i = 0; i < 40; i++)
		places[i] = put(&ring, "seven b");
	byte_ring_clear(&ring);
	for (int i = 0; i < 40; i++)
		assert_null(byte_ring_get(&ring, places[i]));
	assert_piece(&ring, put(&ring, "again"), "again");
	byte_ring_finish(&ring);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_oldest_go_first),
		cmocka_unit_test(nothing_is_there_after_clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "support/test.h"

#include "http2/stream_ids.h"

enum { HIGHEST = 0x7fffffff };

static struct stream_ids ids;

static int
begin(void **state)
{
	(void)state;
	ids = (struct stream_ids){0};
	return 0;
}

static void
expect(uint32_t id, enum stream_ids_state state)
{
	if (stream_ids_get(&ids, id) != state)
		fail_msg("%u: %d, not %d", id, stream_ids_get(&ids, id), state);
}

static void
streams_are_opened_and_ended(void **state)
{
	(void)state;
	expect(1, STREAM_IDS_UNKNOWN);
	stream_ids_open(&ids, 1);
	expect(1, STREAM_IDS_OPEN);
	expect(3, STREAM_IDS_UNKNOWN);
	stream_ids_open(&ids, 3);
	stream_ids_end(&ids, 1);
	expect(1, STREAM_IDS_ENDED);
	expect(3, STREAM_IDS_OPEN);
	stream_ids_open(&ids, 1); /* trailers, or a mistake: nothing changes */
	expect(1, STREAM_IDS_ENDED);
}

static void
numbers_are_passed_over(void **state)
{
	(void)state;
	stream_ids_open(&ids, 5);
	expect(1, STREAM_IDS_SKIPPED);
	expect(3, STREAM_IDS_SKIPPED);
	expect(5, STREAM_IDS_OPEN);
	stream_ids_open(&ids, 9);
	expect(5, STREAM_IDS_OPEN);
	expect(7, STREAM_IDS_SKIPPED);
	stream_ids_end(&ids, 7); /* is not open */
	expect(7, STREAM_IDS_SKIPPED);
}

static void
what_a_client_cannot_open_is_unknown(void **state)
{
	static const uint32_t rows[] = {0, 2, 4, HIGHEST - 1};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		stream_ids_open(&ids, rows[i]);
		stream_ids_end(&ids, rows[i]);
		expect(rows[i], STREAM_IDS_UNKNOWN);
	}
	stream_ids_end(&ids, 7);
	expect(7, STREAM_IDS_UNKNOWN);
	stream_ids_open(&ids, 1);
	expect(1, STREAM_IDS_OPEN);
}

/* The place of an old stream is used again, and nothing of the old one is left in it. */
static void
old_streams_are_forgotten(void **state)
{
	uint32_t id;

	(void)state;
	for (id = 1; id < 10 * STREAM_IDS_WINDOW; id += 2) {
		stream_ids_open(&ids, id);
		expect(id, STREAM_IDS_OPEN);
		stream_ids_end(&ids, id);
		expect(id, STREAM_IDS_ENDED);
		if (id > 2 * STREAM_IDS_WINDOW) {
			expect(id - 2 * (STREAM_IDS_WINDOW - 1), STREAM_IDS_ENDED);
			expect(id - 2 * STREAM_IDS_WINDOW, STREAM_IDS_UNKNOWN);
		}
	}
}

static void
a_wide_gap_takes_no_time(void **state)
{
	static const uint32_t rows[] = {1 + 2 * STREAM_IDS_WINDOW, HIGHEST};

	(void)state;
	stream_ids_open(&ids, 1);
	for (size_t i = 0; i < ROWS(rows); i++) {
		stream_ids_open(&ids, rows[i]);
		expect(rows[i], STREAM_IDS_OPEN);
		expect(rows[i] - 2, STREAM_IDS_SKIPPED);
		expect(rows[i] - 2 * (STREAM_IDS_WINDOW - 1), STREAM_IDS_SKIPPED);
		expect(rows[i] - 2 * STREAM_IDS_WINDOW, STREAM_IDS_UNKNOWN);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(streams_are_opened_and_ended, begin),
		cmocka_unit_test_setup(numbers_are_passed_over, begin),
		cmocka_unit_test_setup(what_a_client_cannot_open_is_unknown, begin),
		cmocka_unit_test_setup(old_streams_are_forgotten, begin),
		cmocka_unit_test_setup(a_wide_gap_takes_no_time, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

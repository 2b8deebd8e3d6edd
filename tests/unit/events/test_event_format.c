/*
 * The bytes of events (WHATWG HTML 9.2.5).
 */
#include "support/test.h"

#include "events/event_format.h"

static void
events(void **state)
{
	static const struct {
		const char *name, *data, *expected;
	} rows[] = {
		{NULL, "{\"type\":\"hello\"}", "data: {\"type\":\"hello\"}\n\n"},
		{"key", "a1", "event: key\ndata: a1\n\n"},
		{NULL, "", "data: \n\n"},
		{NULL, " x", "data:  x\n\n"},
		{NULL, "a\nb", "data: a\ndata: b\n\n"},
		{NULL, "a\r\nb\rc\n", "data: a\ndata: b\ndata: c\ndata: \n\n"},
		{NULL, "a\n\nb", "data: a\ndata: \ndata: b\n\n"},
		{"x", "a\ndata: b", "event: x\ndata: a\ndata: data: b\n\n"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf text = {0};

		event_format_add(&text, rows[i].name, slice_of(rows[i].data));
		assert_string_equal(text.bytes, rows[i].expected);
		buf_finish(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

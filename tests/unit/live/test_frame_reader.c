/*
 * Frames of a client, in whatever pieces their bytes come.
 */
#include "support/test.h"

#include <string.h>

#include "live/frame_reader.h"

enum { MESSAGE_MAX = 300 };

/* What the bytes lead to, as one character each: M(essage), P(ing), O (pong), C(lose), W(rong). */
static void
read_all(const char *bytes, size_t length, size_t step, char *events, unsigned *status)
{
	struct frame_reader reader = {0};

	for (size_t at = 0; at < length; at += step) {
		struct slice piece = {bytes + at, length - at < step ? length - at : step};

		while (piece.length) {
			enum frame_event event = frame_reader_next(&reader, &piece, MESSAGE_MAX);

			if (event == FRAME_INCOMPLETE)
				continue;
			*events++ = "-MPOCW"[event];
			if (event == FRAME_MESSAGE)
				buf_finish(&reader.message);
			if (event == FRAME_WRONG || event == FRAME_CLOSE)
				*status = reader.status;
		}
	}
	*events = '\0';
	frame_reader_finish(&reader);
}

#define BYTES(text) text, sizeof(text) - 1
#define MASK "\1\2\3\4"
#define PING_A "\x89\x81" MASK "`" /* "a" */
#define TEXT_A "\x81\x81" MASK "`"
#define OPEN_A "\x01\x81" MASK "`" /* the first of several */
#define MORE_A "\x00\x81" MASK "`"
#define LAST_A "\x80\x81" MASK "`"
#define CLOSE_1000 "\x88\x82" MASK "\x02\xea"

static const struct {
	const char *bytes;
	size_t length;
	const char *events;
	unsigned status;
} rows[] = {
	{BYTES(TEXT_A TEXT_A), "MM", 0},
	{BYTES("\x81\x80" MASK "\x89\x80" MASK), "MP", 0},
	{BYTES(OPEN_A PING_A MORE_A "\x8a\x80" MASK LAST_A), "POM", 0},
	{BYTES(CLOSE_1000), "C", 1000},
	{BYTES("\x88\x80" MASK), "C", 1000},
	{BYTES("\x88\x81" MASK "\x02"), "C", 1002},
	{BYTES("\x88\x82" MASK "\x02\xef"), "C", 1002},     /* 1005 */
	{BYTES("\x88\x83" MASK "\x02\xea\xfc"), "C", 1007}, /* 0xff as the reason */
	/* Frames that are not masked, first, later, between and last. */
	{BYTES("\x81\x01"), "W", 1002},
	{BYTES("\x81\x01"
	       "a"),
		"W", 1002},
	{BYTES("\x81\x7e\x01"), "W", 1002},
	{BYTES("\x89\x00"), "W", 1002},
	{BYTES("\x88\x00"), "W", 1002},
	{BYTES(TEXT_A "\x81\x01"
		      "a"),
		"MW", 1002},
	{BYTES(TEXT_A PING_A "\x8a\x00"), "MPW", 1002},
	{BYTES(TEXT_A "\x88\x02\x03\xe8"), "MW", 1002},
	{BYTES(OPEN_A "\x80\x01"
		      "a"),
		"W", 1002},
	{BYTES(OPEN_A "\x89\x00"), "W", 1002},
	/* What follows is read again. */
	{BYTES("\x81\x01"
	       "a" CLOSE_1000),
		"WC", 1000},
	{BYTES("\x82\x81" MASK "`" CLOSE_1000), "WC", 1000},
	{BYTES("\x82\x81" MASK "`"), "W", 1003},
	{BYTES("\xc1\x81" MASK "`"), "W", 1002},
	{BYTES("\x83\x81" MASK "`"), "W", 1002},
	{BYTES("\x8b\x81" MASK "`"), "W", 1002},
	{BYTES("\x09\x81" MASK "`"), "W", 1002},
	{BYTES(LAST_A), "W", 1002},
	{BYTES(OPEN_A TEXT_A), "W", 1002},
	{BYTES("\x89\xfe\x00\x7e" MASK), "W", 0},
	{BYTES("\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff" MASK), "W", 0},
	{BYTES("\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff" MASK), "W", 1009},
	{BYTES("\x81\xfe\x01\x2d" MASK), "W", 1009}, /* 301 */
	{BYTES("\x81\x81" MASK "\xfe"), "W", 1007},
};

static void
in_pieces(void **state)
{
	static const size_t steps[] = {1, 2, 3, 5, 1000};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		for (size_t j = 0; j < ROWS(steps); j++) {
			char events[20];
			unsigned status = 0;

			read_all(rows[i].bytes, rows[i].length, steps[j], events, &status);
			if (strcmp(events, rows[i].events) != 0 || status != rows[i].status)
				fail_msg("row %zu in steps of %zu: %s %u", i, steps[j], events,
					status);
		}
}

static void
texts(void **state)
{
	static const char bytes[] = OPEN_A PING_A MORE_A LAST_A;
	struct slice rest = {bytes, sizeof(bytes) - 1};
	struct frame_reader reader = {0};

	(void)state;
	assert_int_equal(frame_reader_next(&reader, &rest, MESSAGE_MAX), FRAME_PING);
	assert_int_equal(reader.control.length, 1);
	assert_int_equal(reader.control.bytes[0], 'a');
	assert_int_equal(frame_reader_next(&reader, &rest, MESSAGE_MAX), FRAME_MESSAGE);
	assert_int_equal(reader.message.length, 3);
	assert_memory_equal(reader.message.bytes, "aaa", 3);
	assert_int_equal(rest.length, 0);
	frame_reader_finish(&reader);
}

static void
too_many(void **state)
{
	struct frame_reader reader = {0};
	unsigned count = 0;

	(void)state;
	for (;; count++) {
		struct slice piece = {BYTES(PING_A)};

		if (frame_reader_next(&reader, &piece, MESSAGE_MAX) == FRAME_WRONG)
			break;
		assert_true(count < 10 * 1000 * 1000);
	}
	assert_true(count >= 20 * 1000);
	assert_int_equal(reader.status, 1008);
	frame_reader_finish(&reader);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_pieces),
		cmocka_unit_test(texts),
		cmocka_unit_test(too_many),
	};

	return cmocka_run_group_tests_name("frame_reader", tests, NULL, NULL);
}

#include "support/test.h"

#include "base/buf.h"
#include "http2/frame_limits.h"

enum {
	DATA,
	HEADERS,
	PRIORITY,
	RST_STREAM,
	SETTINGS,
	PUSH_PROMISE,
	PING,
	GOAWAY,
	WINDOW_UPDATE,
	CONTINUATION
};
enum { ACK = 1, END_STREAM = 1, END_HEADERS = 4 };
enum { SECOND = 1000 * 1000 };

static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

static struct frame_limits limits;
static uint32_t stream; /* of the next frame */

static int
begin(void **state)
{
	(void)state;
	frame_limits_init(&limits);
	stream = 1;
	assert_true(frame_limits_is_inside(&limits, &(unsigned){0}));
	assert_null(frame_limits_read(&limits, slice_of(preface), SECOND));
	assert_false(frame_limits_is_inside(&limits, &(unsigned){0}));
	return 0;
}

static void
add_frame(struct buf *bytes, unsigned type, unsigned flags, uint32_t length)
{
	const char head[FRAME_LIMITS_HEAD] = {(char)(length >> 16), (char)(length >> 8),
		(char)length, (char)type, (char)flags, (char)(stream >> 24), (char)(stream >> 16),
		(char)(stream >> 8), (char)stream};

	buf_add(bytes, head, sizeof(head));
	for (uint32_t i = 0; i < length; i++)
		buf_add_char(bytes, (char)i);
}

/* Returns how many frames it takes until there are too many; at most most. Each HEADERS opens a stream. */
static unsigned
flood(unsigned type, unsigned flags, uint32_t length, unsigned most, uint64_t now_us,
	const char **name)
{
	struct buf frame = {0};
	unsigned count = 0;

	*name = NULL;
	while (!*name && count < most) {
		buf_clear(&frame);
		stream += type == HEADERS ? 2 : 0;
		add_frame(&frame, type, flags, length);
		*name = frame_limits_read(&limits, buf_slice(&frame), now_us);
		count++;
	}
	if (*name) { /* the rest of that frame is not read any more, so that more can be tried */
		struct slice rest = buf_slice(&frame);

		slice_drop(&rest, FRAME_LIMITS_HEAD);
		frame_limits_read(&limits, rest, now_us);
	}
	buf_finish(&frame);
	return count;
}

static void
floods_are_noticed(void **state)
{
	static const struct {
		unsigned type, flags;
		uint32_t length;
		unsigned burst, a_second;
		const char *name;
	} rows[] = {
		{RST_STREAM, 0, 4, 1000, 100, "too many cancelled requests"},
		{SETTINGS, 0, 0, 32, 2, "too many SETTINGS frames"},
		{SETTINGS, 0, 180, 32, 2, "too many SETTINGS frames"},
		{PING, 0, 8, 500, 50, "too many PING frames"},
		{PING, ACK, 8, 500, 50, "too many PING frames"},
		{WINDOW_UPDATE, 0, 4, 2000, 100, "too many WINDOW_UPDATE frames"},
		{DATA, 0, 0, 1000, 200, "too many DATA frames with hardly any data"},
		{DATA, 0, 63, 1000, 200, "too many DATA frames with hardly any data"},
		{PRIORITY, 0, 5, 1000, 100, "too many frames that ask for nothing"},
		{GOAWAY, 0, 8, 1000, 100, "too many frames that ask for nothing"},
		{SETTINGS, ACK, 0, 1000, 100, "too many frames that ask for nothing"},
		{0x10, 0, 9, 1000, 100, "too many frames that ask for nothing"},
		{0xff, 0xff, 0, 1000, 100, "too many frames that ask for nothing"},
	};

	for (size_t i = 0; i < ROWS(rows); i++) {
		const char *name;

		begin(state);
		assert_int_equal(flood(rows[i].type, rows[i].flags, rows[i].length, 10000,
					 10 * SECOND, &name),
			rows[i].burst + 1);
		assert_string_equal(name, rows[i].name);
		assert_int_equal(limits.error, FRAME_LIMITS_ENHANCE_YOUR_CALM);
		/* A second later there may be some more. */
		assert_int_equal(flood(rows[i].type, rows[i].flags, rows[i].length, 10000,
					 11 * SECOND, &name),
			rows[i].a_second + 1);
	}
}

static void
what_is_needed_is_no_flood(void **state)
{
	const char *name;

	(void)state;
	flood(HEADERS, END_HEADERS | END_STREAM, 40, 50000, SECOND, &name);
	assert_null(name);
	flood(HEADERS, END_HEADERS, 40, 1, SECOND, &name);
	flood(DATA, 0, 64, 50000, SECOND, &name);
	assert_null(name);
	for (int i = 0; i < 50000; i++) {
		flood(HEADERS, END_HEADERS, 40, 1, SECOND, &name);
		assert_null(name);
		flood(DATA, END_STREAM, 0, 1, SECOND, &name);
		assert_null(name);
	}
	for (int i = 0; i < 10000; i++) { /* two for each DATA frame that was taken */
		frame_limits_earn(&limits, 1);
		flood(WINDOW_UPDATE, 0, 4, 2, SECOND, &name);
		assert_null(name);
	}
	for (int i = 0; i < 10000; i++)
		frame_limits_earn(&limits, 16384);
	assert_int_equal(flood(WINDOW_UPDATE, 0, 4, 100000, SECOND, &name),
		FRAME_LIMITS_CREDIT_MAX + 2000 + 1);
}

static void
header_blocks_have_an_end(void **state)
{
	const char *name;

	for (int i = 0; i < 100; i++) {
		flood(HEADERS, 0, 10, 1, SECOND, &name);
		assert_true(frame_limits_is_inside(&limits, &(unsigned){0}));
		flood(CONTINUATION, 0, 10, FRAME_LIMITS_CONTINUATIONS - 1, SECOND, &name);
		assert_null(name);
		flood(CONTINUATION, END_HEADERS, 10, 1, SECOND, &name);
		assert_null(name);
		assert_false(frame_limits_is_inside(&limits, &(unsigned){0}));
	}
	flood(HEADERS, 0, 10, 1, SECOND, &name);
	assert_int_equal(
		flood(CONTINUATION, 0, 0, 100, SECOND, &name), FRAME_LIMITS_CONTINUATIONS + 1);
	assert_string_equal(name, "too many CONTINUATION frames");
	begin(state);
	flood(HEADERS, 0, 16384, 1, SECOND, &name);
	assert_int_equal(flood(CONTINUATION, 0, 16384, 100, SECOND, &name), 8);
	assert_string_equal(name, "too many CONTINUATION frames");
}

static void
resets_by_the_server_count_as_well(void **state)
{
	const char *name;

	(void)state;
	assert_int_equal(flood(RST_STREAM, 0, 4, 600, SECOND, &name), 600);
	for (int i = 0; i < 400; i++)
		assert_null(frame_limits_reset(&limits, SECOND));
	assert_string_equal(frame_limits_reset(&limits, SECOND), "too many cancelled requests");
}

/* The same frames give the same result, in whatever pieces they come. */
static void
pieces_make_no_difference(void **state)
{
	struct buf bytes = {0};

	buf_add_text(&bytes, preface);
	add_frame(&bytes, SETTINGS, 0, 6);
	add_frame(&bytes, HEADERS, 0, 30);
	add_frame(&bytes, CONTINUATION, END_HEADERS, 0);
	add_frame(&bytes, DATA, 0, 300);
	add_frame(&bytes, WINDOW_UPDATE, 0, 4);
	for (size_t size = 1; size <= bytes.length; size++) {
		struct slice rest = buf_slice(&bytes);

		frame_limits_init(&limits);
		while (rest.length) {
			size_t part = size < rest.length ? size : rest.length;

			assert_null(
				frame_limits_read(&limits, (struct slice){rest.at, part}, SECOND));
			slice_drop(&rest, part);
		}
		assert_false(frame_limits_is_inside(&limits, &(unsigned){0}));
	}
	/* And an incomplete frame is one. */
	frame_limits_init(&limits);
	bytes.length--;
	assert_null(frame_limits_read(&limits, buf_slice(&bytes), SECOND));
	assert_true(frame_limits_is_inside(&limits, &(unsigned){0}));
	buf_finish(&bytes);
	(void)state;
}

/* So the time for a frame begins anew with each frame, but a header block has its time as a whole. */
static void
each_frame_is_another_one(void **state)
{
	unsigned first, second, third;
	struct buf bytes = {0};
	const char *name;

	(void)state;
	flood(HEADERS, 0, 10, 1, SECOND, &name);
	assert_true(frame_limits_is_inside(&limits, &first));
	flood(CONTINUATION, 0, 10, 1, SECOND, &name);
	assert_true(frame_limits_is_inside(&limits, &second));
	assert_int_equal(first, second);
	flood(CONTINUATION, END_HEADERS, 10, 1, SECOND, &name);
	assert_false(frame_limits_is_inside(&limits, &second));
	for (int i = 0; i < 2; i++) {
		buf_clear(&bytes);
		add_frame(&bytes, DATA, 0, 100);
		bytes.length--;
		assert_null(frame_limits_read(&limits, buf_slice(&bytes), SECOND));
		assert_true(frame_limits_is_inside(&limits, i ? &third : &second));
		assert_null(frame_limits_read(&limits, slice_of("x"), SECOND));
	}
	assert_int_not_equal(second, first);
	assert_int_not_equal(third, second);
	buf_finish(&bytes);
}

/* Frames in a row, "h5" for HEADERS on stream 5; upper case: with END_STREAM. The last one is wrong, or none. */
static void
frames_for_streams_that_are_closed(void **state)
{
	static const struct {
		const char *frames;
		enum frame_limits_error error;
	} rows[] = {
		/* what is right */
		{"h1 d1 H1", FRAME_LIMITS_NO_ERROR}, /* with trailers */
		{"h1 d1 D1 H3 H5", FRAME_LIMITS_NO_ERROR},
		{"H1 w1 r1 p1", FRAME_LIMITS_NO_ERROR},
		{"h1 r1 w1 r1 p1", FRAME_LIMITS_NO_ERROR},
		{"p9 p1 H5", FRAME_LIMITS_NO_ERROR},
		{"h3 h5 d3 d5 D3 D5", FRAME_LIMITS_NO_ERROR},
		{"d1", FRAME_LIMITS_NO_ERROR}, /* nghttp2 says what is wrong with these */
		{"h2 h2 H2 d2", FRAME_LIMITS_NO_ERROR},
		{"h0 d0", FRAME_LIMITS_NO_ERROR},
		/* ended by END_STREAM */
		{"H1 h1", FRAME_LIMITS_STREAM_CLOSED},
		{"H1 d1", FRAME_LIMITS_STREAM_CLOSED},
		{"h1 D1 d1", FRAME_LIMITS_STREAM_CLOSED},
		{"h1 H1 H1", FRAME_LIMITS_STREAM_CLOSED},
		{"H1 H3 H5 D1", FRAME_LIMITS_STREAM_CLOSED},
		/* ended by RST_STREAM */
		{"h1 r1 d1", FRAME_LIMITS_STREAM_CLOSED},
		{"h1 r1 H1", FRAME_LIMITS_STREAM_CLOSED},
		/* passed over */
		{"H5 h3", FRAME_LIMITS_PROTOCOL_ERROR},
		{"h5 d5 H1", FRAME_LIMITS_PROTOCOL_ERROR},
		{"h5 d3", FRAME_LIMITS_STREAM_CLOSED},
		/* for no stream */
		{"p0", FRAME_LIMITS_PROTOCOL_ERROR},
	};
	static const char letters[] = "dhprwDH";
	static const unsigned types[] = {
		DATA, HEADERS, PRIORITY, RST_STREAM, WINDOW_UPDATE, DATA, HEADERS};

	for (size_t i = 0; i < ROWS(rows); i++) {
		const char *fault = NULL, *at = rows[i].frames;

		begin(state);
		for (; *at; at += at[2] ? 3 : 2) {
			size_t which = (size_t)(strchr(letters, *at) - letters);
			bool ends = *at == 'D' || *at == 'H', is_headers = types[which] == HEADERS;
			struct buf frame = {0};

			stream = (uint32_t)(at[1] - '0');
			add_frame(&frame, types[which],
				(ends ? END_STREAM : 0) | (is_headers ? END_HEADERS : 0), 5);
			fault = frame_limits_read(&limits, buf_slice(&frame), SECOND);
			buf_finish(&frame);
			if (fault && at[2])
				fail_msg("%s: \"%s\" at %s", rows[i].frames, fault, at);
		}
		if (limits.error != rows[i].error || !fault != !rows[i].error)
			fail_msg("%s: %d, \"%s\"", rows[i].frames, limits.error, fault);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(floods_are_noticed, begin),
		cmocka_unit_test_setup(what_is_needed_is_no_flood, begin),
		cmocka_unit_test_setup(header_blocks_have_an_end, begin),
		cmocka_unit_test_setup(resets_by_the_server_count_as_well, begin),
		cmocka_unit_test_setup(pieces_make_no_difference, begin),
		cmocka_unit_test_setup(each_frame_is_another_one, begin),
		cmocka_unit_test_setup(frames_for_streams_that_are_closed, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

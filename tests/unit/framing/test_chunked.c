/*
 * Chunked bodies, whole and in pieces, valid and invalid.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "framing/chunked.h"

/* Reads bytes in pieces of that size, and adds the data. Returns the last verdict. */
static enum chunked_verdict
read_in_pieces(struct slice bytes, size_t size, struct buf *data)
{
	struct chunked chunked = {0};
	enum chunked_verdict verdict = CHUNKED_MORE;

	while (bytes.length && verdict == CHUNKED_MORE) {
		struct slice piece = bytes, part;
		size_t taken;

		piece.length = size < bytes.length ? size : bytes.length;
		taken = piece.length;
		while ((verdict = chunked_read(&chunked, &piece, &part)) == CHUNKED_DATA)
			buf_add_slice(data, part);
		slice_drop(&bytes, taken - piece.length);
	}
	return verdict == CHUNKED_END && bytes.length ? CHUNKED_DATA : verdict;
}

static void
bodies(void **state)
{
	static const struct {
		const char *bytes, *data;
		enum chunked_verdict verdict; /* CHUNKED_DATA: complete, with bytes behind it */
	} rows[] = {
		{"0\r\n\r\n", "", CHUNKED_END},
		{"5\r\nhello\r\n0\r\n\r\n", "hello", CHUNKED_END},
		{"00A\r\n0123456789\r\n1\r\nx\r\n000\r\n\r\n", "0123456789x", CHUNKED_END},
		{"5;a=b;c=\"d e\"\r\nhello\r\n0;x\r\n\r\n", "hello", CHUNKED_END},
		{"0\r\nA: b\r\nC:\r\n\r\n", "", CHUNKED_END},
		{"0\r\n\r\nGET /", "", CHUNKED_DATA},
		{"5\r\nhel", "hel", CHUNKED_MORE},
		{"5\r\nhello\r\n", "hello", CHUNKED_MORE},
		{"5\r\nhello\r\n0\r\n", "hello", CHUNKED_MORE},
		{"\r\n", "", CHUNKED_MALFORMED},
		{"5\nhello\r\n", "", CHUNKED_MALFORMED},
		{"5\r\nhello!", "hello", CHUNKED_MALFORMED},
		{"5\r\nhello\n", "hello", CHUNKED_MALFORMED},
		{"5\r\nhello\rx", "hello", CHUNKED_MALFORMED},
		{"g\r\n", "", CHUNKED_MALFORMED},
		{"0x5\r\n", "", CHUNKED_MALFORMED},
		{"-5\r\n", "", CHUNKED_MALFORMED},
		{" 5\r\n", "", CHUNKED_MALFORMED},
		{"5 \r\n", "", CHUNKED_MALFORMED},
		{"5;a\nb\r\n", "", CHUNKED_MALFORMED},
		{"5;a\x01\r\n", "", CHUNKED_MALFORMED},
		{"5;a\rb", "", CHUNKED_MALFORMED},
		{"ffffffffffffffff\r\n", "", CHUNKED_MALFORMED},
		{"0000000000000005\r\n", "", CHUNKED_MALFORMED},
		{"0\r\n A: b\r\n", "", CHUNKED_MALFORMED},
		{"0\r\n: b\r\n", "", CHUNKED_MALFORMED},
		{"0\r\nA b\r\n", "", CHUNKED_MALFORMED},
		{"0\r\nA\r\n", "", CHUNKED_MALFORMED},
		{"0\r\nA: b\n", "", CHUNKED_MALFORMED},
		{"0\r\n\n", "", CHUNKED_MALFORMED},
		{"0\r\n\rx", "", CHUNKED_MALFORMED},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		for (size_t size = 1; size <= strlen(rows[i].bytes); size++) {
			struct buf data = {0};
			enum chunked_verdict verdict = read_in_pieces(
				slice_of(rows[i].bytes), size, &data);

			if (verdict != rows[i].verdict)
				fail_msg("%s: %d", rows[i].bytes, verdict);
			assert_string_equal(buf_slice(&data).at, rows[i].data);
			buf_finish(&data);
		}
}

/* A line of that many bytes after start. */
static enum chunked_verdict
read_long(const char *start, size_t length, const char *end)
{
	struct buf bytes = {0}, data = {0};
	enum chunked_verdict verdict;

	buf_add_text(&bytes, start);
	for (size_t i = 0; i < length; i++)
		buf_add_char(&bytes, 'x');
	buf_add_text(&bytes, end);
	verdict = read_in_pieces(buf_slice(&bytes), bytes.length, &data);
	buf_finish(&bytes);
	buf_finish(&data);
	return verdict;
}

static void
limits(void **state)
{
	(void)state;
	assert_int_equal(read_long("0;", CHUNKED_EXTENSION_MAX, "\r\n\r\n"), CHUNKED_END);
	assert_int_equal(read_long("0;", CHUNKED_EXTENSION_MAX + 1, "\r\n\r\n"), CHUNKED_MALFORMED);
	assert_int_equal(read_long("0\r\nA:", CHUNKED_TRAILER_MAX - 4, "\r\n\r\n"), CHUNKED_END);
	assert_int_equal(read_long("0\r\nA:", CHUNKED_TRAILER_MAX, "\r\n\r\n"), CHUNKED_MALFORMED);
}

static void
writing(void **state)
{
	struct buf text = {0};

	(void)state;
	chunked_add(&text, SLICE_LITERAL("0123456789"));
	chunked_add_end(&text);
	assert_string_equal(text.bytes, "a\r\n0123456789\r\n0\r\n\r\n");
	buf_finish(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bodies),
		cmocka_unit_test(limits),
		cmocka_unit_test(writing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

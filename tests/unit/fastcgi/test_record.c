/*
 * Records, written and read, in whichever pieces they arrive.
 */
#include "support/test.h"

#include <string.h>

#include "fastcgi/record.h"

/* What a reader makes of bytes: its output, its errors after a '!', and the last verdict. */
static enum record_verdict
read_in_pieces(struct slice bytes, size_t size, struct buf *text, const char **fault)
{
	struct record_reader reader = {0};
	enum record_verdict verdict = RECORD_MORE;

	while (bytes.length && verdict == RECORD_MORE) {
		struct slice piece = bytes, data;

		piece.length = size < bytes.length ? size : bytes.length;
		slice_drop(&bytes, piece.length);
		while ((verdict = record_read(&reader, &piece, &data, fault)) == RECORD_OUTPUT ||
			verdict == RECORD_ERRORS) {
			assert_true(data.length > 0);
			for (size_t i = 0; i < data.length; i++) {
				if (verdict == RECORD_ERRORS)
					buf_add_char(text, '!');
				buf_add_char(text, data.at[i]);
			}
		}
	}
	return verdict;
}

#define HEADER(type, length) "\1" type "\0\1\0" length "\0\0"
#define END HEADER("\3", "\x08") "\0\0\0\0\0\0\0\0"
#define ENDED_WITH(status) HEADER("\3", "\x08") "\0\0\0\0" status "\0\0\0"
#define ROW(bytes, ...)                                 \
	{                                               \
		{bytes, sizeof(bytes) - 1}, __VA_ARGS__ \
	}

static void
answers(void **state)
{
	static const struct {
		struct slice bytes;
		const char *text;
		enum record_verdict verdict;
		const char *fault;
	} rows[] = {
		ROW(HEADER("\6", "\5") "hello" END, "hello", RECORD_ENDED, NULL),
		ROW(HEADER("\6", "\2") "he" HEADER("\7", "\1") "x" HEADER("\6", "\1") "y" END,
			"he!xy", RECORD_ENDED, NULL),
		ROW(HEADER("\6", "\2") "he" HEADER("\6", "\0") END, "he", RECORD_ENDED, NULL),
		ROW("\1\6\0\1\0\2\3\0hepad" END, "he", RECORD_ENDED, NULL),
		ROW("\1\11\0\0\0\2\1\0xxp" END, "", RECORD_ENDED, NULL),
		ROW("\1\3\0\0\0\2\0\0xx" END, "", RECORD_ENDED, NULL),
		ROW(END "anything", "", RECORD_ENDED, NULL),
		ROW(HEADER("\6", "\5") "hel", "hel", RECORD_MORE, NULL),
		ROW("\1\6\0", "", RECORD_MORE, NULL),
		ROW(HEADER("\3", "\x08") "\0\0", "", RECORD_MORE, NULL),
		ROW("\2\6\0\1\0\0\0\0", "", RECORD_FAILED, "does not speak FastCGI"),
		ROW("\1\6\0\2\0\0\0\0", "", RECORD_FAILED, "sent a record of another request"),
		ROW("\1\6\1\1\0\0\0\0", "", RECORD_FAILED, "sent a record of another request"),
		ROW("\1\5\0\1\0\0\0\0", "", RECORD_FAILED,
			"sent a record that is none of an answer"),
		ROW("\1\0\0\1\0\0\0\0", "", RECORD_FAILED,
			"sent a record that is none of an answer"),
		ROW("\1\3\0\1\0\7\0\0", "", RECORD_FAILED, "sent a record of a wrong length"),
		ROW("\1\3\0\1\1\10\0\0", "", RECORD_FAILED, "sent a record of a wrong length"),
		ROW(HEADER("\6", "\0") HEADER("\6", "\1") "x", "", RECORD_FAILED,
			"sent more of an answer behind its end"),
		ROW(ENDED_WITH("\1"), "", RECORD_FAILED, "is overloaded"),
		ROW(ENDED_WITH("\2"), "", RECORD_FAILED, "is overloaded"),
		ROW(ENDED_WITH("\3"), "", RECORD_FAILED,
			"does not answer requests (it is no FastCGI responder)"),
		ROW(ENDED_WITH("\4"), "", RECORD_FAILED, "ended the request in an unknown way"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t size = 1; size <= rows[i].bytes.length; size++) {
			struct buf text = {0};
			const char *fault = NULL;

			assert_int_equal(read_in_pieces(rows[i].bytes, size, &text, &fault),
				rows[i].verdict);
			assert_true(slice_is(buf_slice(&text), rows[i].text));
			if (rows[i].fault)
				assert_string_equal(fault, rows[i].fault);
			buf_finish(&text);
		}
}

static void
written(void **state)
{
	static const char begin[] = "\1\1\0\1\0\x08\0\0\0\1\0\0\0\0\0\0";
	static const char end[] = "\1\5\0\1\0\0\0\0";
	struct buf to = {0}, content = {0}, read = {0};
	const char *fault;

	(void)state;
	record_add_begin(&to);
	record_add_end(&to, RECORD_STDIN);
	assert_int_equal(to.length, sizeof(begin) - 1 + sizeof(end) - 1);
	assert_memory_equal(to.bytes, begin, sizeof(begin) - 1);
	assert_memory_equal(to.bytes + sizeof(begin) - 1, end, sizeof(end) - 1);
	buf_clear(&to);
	record_add(&to, RECORD_STDIN, (struct slice){NULL, 0});
	assert_int_equal(to.length, 0);
	for (size_t i = 0; i < RECORD_CONTENT_MAX + 10; i++)
		buf_add_char(&content, (char)('a' + i % 26));
	record_add(&to, RECORD_STDOUT, buf_slice(&content));
	assert_int_equal(to.length, content.length + (size_t)2 * RECORD_HEADER);
	assert_int_equal(read_in_pieces(buf_slice(&to), 1000, &read, &fault), RECORD_MORE);
	assert_true(slice_equal(buf_slice(&read), buf_slice(&content)));
	buf_finish(&to);
	buf_finish(&content);
	buf_finish(&read);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers),
		cmocka_unit_test(written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

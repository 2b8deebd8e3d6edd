#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "jsonrpc/framing.h"

/* Feeds text in pieces of step bytes. Adds each message and a "|" to messages; returns the last verdict. */
static enum framing_verdict
feed(struct framing *framing, struct slice text, size_t step, struct buf *messages)
{
	enum framing_verdict verdict = FRAMING_MORE;

	while (text.length) {
		size_t count = step < text.length ? step : text.length, length;
		char *content;

		framing_feed(framing, text.at, count);
		slice_drop(&text, count);
		while ((verdict = framing_next(framing, &content, &length)) == FRAMING_MESSAGE) {
			buf_add(messages, content, length);
			buf_add_char(messages, '|');
		}
	}
	return verdict;
}

static void
test_messages(void **state)
{
	static const struct {
		const char *label, *text, *messages, *error;
	} rows[] = {
		{"one", "Content-Length: 2\r\n\r\n{}", "{}|", NULL},
		{"two at once", "Content-Length: 2\r\n\r\n{}Content-Length: 3\r\n\r\n{ }",
			"{}|{ }|", NULL},
		{"an empty one", "Content-Length: 0\r\n\r\n", "|", NULL},
		{"another case", "content-length:2\r\n\r\n{}", "{}|", NULL},
		{"a type",
			"Content-Type: application/vscode-jsonrpc; "
			"charset=utf-8\r\nContent-Length: "
			"2\r\n\r\n{}",
			"{}|", NULL},
		{"the type of old clients",
			"Content-Length: 2\r\nContent-Type: application/vscode-jsonrpc; "
			"charset=utf8\r\n\r\n{}",
			"{}|", NULL},
		{"a field nobody knows", "X-A: b:c\r\nContent-Length: 2\r\n\r\n{}", "{}|", NULL},
		{"the beginning", "Content-Length: 5\r\n\r\n{", "", NULL},
		{"no length", "X-A: b\r\n\r\n{}", "", "there is no Content-Length"},
		{"no head at all", "\r\n\r\n{}", "", "there is no Content-Length"},
		{"JSON without a head", "{\"a\":1}\n", "", "a message has no head"},
		{"lines end with LF", "Content-Length: 2\n\n{}", "", "a message has no head"},
		{"no number", "Content-Length: two\r\n\r\n{}", "", "is no number"},
		{"a negative number", "Content-Length: -2\r\n\r\n{}", "", "is no number"},
		{"too long", "Content-Length: 67108865\r\n\r\n", "", "more than 64 MiB"},
		{"very much too long", "Content-Length: 18446744073709551617\r\n\r\n", "",
			"is no number"},
		{"two lengths", "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "",
			"two Content-Length"},
		{"no colon", "Content-Length 2\r\n\r\n{}", "", "not \"Name: value\""},
		{"a blank in a name", "Content Length: 2\r\n\r\n{}", "", "not \"Name: value\""},
		{"another charset",
			"Content-Length: 2\r\nContent-Type: a/b; charset=latin1\r\n\r\n{}", "",
			"not utf-8"},
		{"after a message", "Content-Length: 2\r\n\r\n{}nonsense\r\n\r\n", "{}|",
			"not \"Name: value\""},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		for (size_t step = 1; step < 200; step += 7) {
			struct framing framing = {0};
			struct buf messages = {0};
			enum framing_verdict verdict = feed(
				&framing, slice_of(rows[i].text), step, &messages);

			print_message("  %s, %zu bytes at a time\n", rows[i].label, step);
			assert_string_equal(buf_slice(&messages).at, rows[i].messages);
			assert_int_equal(verdict, rows[i].error ? FRAMING_BROKEN : FRAMING_MORE);
			if (rows[i].error)
				assert_non_null(strstr(framing.error, rows[i].error));
			buf_finish(&messages);
			framing_finish(&framing);
		}
}

static void
test_long_head(void **state)
{
	struct framing framing = {0};
	struct buf text = {0};
	char *content;
	size_t length;

	(void)state;
	buf_add_text(&text, "X: ");
	while (text.length <= FRAMING_HEAD_MAX)
		buf_add_char(&text, 'a');
	framing_feed(&framing, text.bytes, text.length);
	assert_int_equal(framing_next(&framing, &content, &length), FRAMING_BROKEN);
	assert_non_null(strstr(framing.error, "4096"));
	framing_feed(&framing, "Content-Length: 2\r\n\r\n{}", 23);
	assert_int_equal(framing_next(&framing, &content, &length), FRAMING_BROKEN);
	buf_finish(&text);
	framing_finish(&framing);
}

/* What is written can be read; and memory is given back after a large message. */
static void
test_round_trip(void **state)
{
	struct framing framing = {0};
	struct buf large = {0}, output = {0};
	char *content;
	size_t length;

	(void)state;
	while (large.length < 3 * 1024 * 1024)
		buf_add_text(&large, "0123456789abcdef");
	framing_add(&output, buf_slice(&large));
	framing_feed(&framing, output.bytes, output.length);
	assert_int_equal(framing_next(&framing, &content, &length), FRAMING_MESSAGE);
	assert_int_equal(length, large.length);
	assert_memory_equal(content, large.bytes, length);
	framing_feed(&framing, "C", 1);
	assert_true(framing.input.capacity < 1024);
	buf_finish(&large);
	buf_finish(&output);
	framing_finish(&framing);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_long_head),
		cmocka_unit_test(test_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "folder.h"
#include "jsonrpc/client.h"
#include "played_editor.h"

/* A client, and the editor at its other ends. */
struct test {
	struct loop *loop;
	struct played_editor editor;
};

static int
set_up(void **state)
{
	struct test *test = calloc(1, sizeof(*test));

	assert_non_null(test);
	*state = test;
	test->loop = loop_create();
	played_editor_begin(&test->editor, test->loop);
	return 0;
}

static int
tear_down(void **state)
{
	struct test *test = *state;

	played_editor_finish(&test->editor);
	loop_destroy(test->loop);
	free(test);
	return 0;
}

static void
send_text(struct test *test, const char *content)
{
	played_editor_send(&test->editor, content);
}

static void
assert_sent(struct test *test, const char *part)
{
	print_message("  %s\n", part);
	played_editor_expect(&test->editor, part);
}

static void
test_messages(void **state)
{
	struct test *test = *state;

	send_text(test, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\",\"params\":{\"x\":1}}");
	send_text(test, "{\"jsonrpc\":\"2.0\",\"id\":\"i\",\"method\":\"b\",\"params\":[2]}");
	send_text(test, "{\"jsonrpc\":\"2.0\",\"method\":\"c\"}");
	send_text(test, "{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":null}");
	assert_string_equal(test->editor.heard.bytes, "a 1 {\"x\":1}|b \"i\" [2]|c - null|");
	played_editor_expect_nothing(&test->editor);
}

static void
test_wrong_messages(void **state)
{
	static const struct {
		const char *message, *answer;
	} rows[] = {
		{"{", "\"id\":null,\"error\":{\"code\":-32700"},
		{"[]", "\"id\":null,\"error\":{\"code\":-32600,\"message\":\"a message is one"},
		{"{\"id\":1,\"method\":\"a\"}",
			"\"id\":1,\"error\":{\"code\":-32600,\"message\":\"jsonr"},
		{"{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"a\"}",
			"\"id\":1,\"error\":{\"code\":-32600"},
		{"{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"a\"}",
			"\"id\":null,\"error\":{\"code\":-32600,\"message\":\"the id is"},
		{"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}",
			"\"id\":1,\"error\":{\"code\":-32600,\"message\":\"there is no method"},
		{"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\",\"params\":3}",
			"\"id\":1,\"error\":{\"code\":-32600,\"message\":\"params"},
	};
	struct test *test = *state;

	for (size_t i = 0; i < ROWS(rows); i++) {
		send_text(test, rows[i].message);
		assert_sent(test, rows[i].answer);
	}
	assert_string_equal(test->editor.heard.bytes, "unreadable|");
	assert_false(test->editor.has_ended);
}

static void
test_sending(void **state)
{
	struct test *test = *state;

	client_answer(test->editor.client, "1", (struct slice){NULL, 0});
	assert_sent(
		test, "Content-Length: 38\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":null}");
	client_answer(test->editor.client, "\"a\"", slice_of("[1]"));
	assert_sent(test, "\"id\":\"a\",\"result\":[1]}");
	client_answer_error(test->editor.client, "1", CLIENT_REQUEST_FAILED, "no\n\"server\"");
	assert_sent(test, "{\"code\":-32803,\"message\":\"no\\u000a\\\"server\\\"\"}");
	client_notify(test->editor.client, "a/b", slice_of("{}"));
	assert_sent(test, "{\"jsonrpc\":\"2.0\",\"method\":\"a/b\",\"params\":{}}");
	client_request(test->editor.client, "c", slice_of("{}"));
	client_request(test->editor.client, "d", slice_of("{}"));
	assert_sent(test, "\"id\":2,\"method\":\"d\",\"params\":{}}");
	client_show(test->editor.client, CLIENT_WARNING, "w");
	assert_sent(test, "window/showMessage\",\"params\":{\"type\":2,\"message\":\"w\"}");
	client_log(test->editor.client, CLIENT_INFO, "%d", 7);
	assert_sent(test, "window/logMessage\",\"params\":{\"type\":3,\"message\":\"7\"}");
	send_text(
		test, "{\"jsonrpc\":\"2.0\",\"id\":2,\"error\":{\"code\":1,\"message\":\"nay\"}}");
	assert_sent(test, "has refused a request: nay");
}

static void
test_trace(void **state)
{
	struct test *test = *state;

	client_set_trace(test->editor.client, "messages");
	client_set_trace(test->editor.client, "nonsense");
	client_set_trace(test->editor.client, NULL);
	send_text(test, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\",\"params\":{}}");
	assert_sent(test, "$/logTrace\",\"params\":{\"message\":\"received a (1)\"}}");
	client_set_trace(test->editor.client, "verbose");
	send_text(test, "{\"jsonrpc\":\"2.0\",\"method\":\"b\",\"params\":{}}");
	assert_sent(test, "{\"message\":\"received b\",\"verbose\":\"{}\"}}");
	client_set_trace(test->editor.client, "off");
	send_text(test, "{\"jsonrpc\":\"2.0\",\"method\":\"b\",\"params\":{}}");
	played_editor_expect_nothing(&test->editor);
}

static bool
is_sent(void *context)
{
	struct test *test = context;

	played_editor_read(&test->editor);
	return client_is_drained(test->editor.client);
}

/* An editor that reads late gets everything in order. */
static void
test_slow_reader(void **state)
{
	struct test *test = *state;
	struct buf large = {0};

	while (large.length < 1024 * 1024)
		buf_add_text(&large, "1000000000000000");
	client_notify(test->editor.client, "large", buf_slice(&large));
	loop_dispatch(test->loop);
	assert_false(client_is_drained(test->editor.client));
	client_notify(test->editor.client, "last", slice_of("{}"));
	clock_wait(test->loop, is_sent, test);
	played_editor_read(&test->editor);
	assert_true(test->editor.got.length > large.length);
	assert_non_null(strstr(test->editor.got.bytes + large.length, "\"method\":\"last\""));
	buf_finish(&large);
}

/* One that never reads is gone, before memory is. */
static void
test_no_reader(void **state)
{
	struct test *test = *state;
	struct buf large = {0};

	while (large.length < 8 * 1024 * 1024)
		buf_add_text(&large, "1000000000000000");
	for (int i = 0; i < 9; i++)
		client_notify(test->editor.client, "large", buf_slice(&large));
	loop_dispatch(test->loop);
	assert_true(test->editor.has_ended);
	assert_string_equal(test->editor.error, "the editor does not read what it is sent");
	buf_finish(&large);
}

static bool
has_ended(void *context)
{
	return ((const struct test *)context)->editor.has_ended;
}

static void
test_end_of_input(void **state)
{
	struct test *test = *state;

	close(test->editor.to_client[1]);
	test->editor.to_client[1] = -1;
	clock_wait(test->loop, has_ended, test);
	assert_string_equal(test->editor.error, "");
}

static void
test_not_the_protocol(void **state)
{
	struct test *test = *state;

	assert_int_equal(write(test->editor.to_client[1], "hello\r\n\r\n", 9), 9);
	clock_wait(test->loop, has_ended, test);
	assert_non_null(strstr(test->editor.error, "Name: value"));
}

static void
test_file_as_input(void **state)
{
	struct test *test = *state;
	int file;

	folder_enter();
	folder_write("input", "");
	file = open("input", O_RDONLY | O_CLOEXEC);
	errno = 0;
	assert_null(client_create(
		test->loop, file, test->editor.from_client[1], &test->editor.listener));
	assert_int_equal(errno, EPERM);
	close(file);
	folder_leave();
}

int
main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ROW(test_messages),
		ROW(test_wrong_messages),
		ROW(test_sending),
		ROW(test_trace),
		ROW(test_slow_reader),
		ROW(test_no_reader),
		ROW(test_end_of_input),
		ROW(test_not_the_protocol),
		ROW(test_file_as_input),
	};
#undef ROW

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "folder.h"
#include "jsonrpc/client.h"
#include "jsonrpc/framing.h"

/* A client, and the editor's ends of its two pipes. */
struct test {
	struct loop *loop;
	struct client_listener listener;
	struct client *client;
	int to_client[2], from_client[2];
	struct buf heard; /* "method id params|", "unreadable|" and "drained|" */
	struct buf sent;  /* what the editor has got */
	bool has_ended;
	char error[128];
};

static void
hear(void *context, const struct client_message *message)
{
	struct test *test = context;

	buf_addf(&test->heard, "%s %s ", message->method, message->id ? message->id : "-");
	json_value_add(&test->heard, message->params);
	buf_add_char(&test->heard, '|');
}

static void
hear_unreadable(void *context)
{
	buf_add_text(&((struct test *)context)->heard, "unreadable|");
}

static void
hear_drained(void *context)
{
	(void)context;
}

static void
hear_end(void *context, const char *error)
{
	struct test *test = context;

	assert_false(test->has_ended);
	test->has_ended = true;
	snprintf(test->error, sizeof(test->error), "%s", error ? error : "");
}

static int
set_up(void **state)
{
	struct test *test = calloc(1, sizeof(*test));

	assert_non_null(test);
	*state = test;
	test->loop = loop_create();
	test->listener = (struct client_listener){
		hear, hear_unreadable, hear_drained, hear_end, test};
	assert_int_equal(pipe2(test->to_client, O_CLOEXEC), 0);
	assert_int_equal(pipe2(test->from_client, O_CLOEXEC), 0);
	fcntl(test->from_client[0], F_SETFL, O_NONBLOCK);
	test->client = client_create(
		test->loop, test->to_client[0], test->from_client[1], &test->listener);
	assert_non_null(test->client);
	return 0;
}

static int
tear_down(void **state)
{
	struct test *test = *state;

	client_destroy(test->client);
	for (int i = 0; i < 2; i++) {
		close(test->to_client[i]);
		close(test->from_client[i]);
	}
	loop_destroy(test->loop);
	buf_finish(&test->heard);
	buf_finish(&test->sent);
	free(test);
	return 0;
}

static void
send_text(struct test *test, const char *content)
{
	struct buf message = {0};

	framing_add(&message, slice_of(content));
	assert_int_equal(write(test->to_client[1], message.bytes, message.length), message.length);
	buf_finish(&message);
	clock_drain(test->loop);
}

static void
read_sent(struct test *test)
{
	static char bytes[64 * 1024];
	ssize_t count;

	while ((count = read(test->from_client[0], bytes, sizeof(bytes))) > 0)
		buf_add(&test->sent, bytes, (size_t)count);
}

static void
assert_sent(struct test *test, const char *part)
{
	loop_dispatch(test->loop);
	read_sent(test);
	print_message("  %s\n", part);
	assert_non_null(strstr(buf_slice(&test->sent).at, part));
	buf_clear(&test->sent);
}

static void
test_messages(void **state)
{
	struct test *test = *state;

	send_text(test, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\",\"params\":{\"x\":1}}");
	send_text(test, "{\"jsonrpc\":\"2.0\",\"id\":\"i\",\"method\":\"b\",\"params\":[2]}");
	send_text(test, "{\"jsonrpc\":\"2.0\",\"method\":\"c\"}");
	send_text(test, "{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":null}");
	assert_string_equal(test->heard.bytes, "a 1 {\"x\":1}|b \"i\" [2]|c - null|");
	read_sent(test);
	assert_int_equal(test->sent.length, 0);
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
	assert_string_equal(test->heard.bytes, "unreadable|");
	assert_false(test->has_ended);
}

static void
test_sending(void **state)
{
	struct test *test = *state;

	client_answer(test->client, "1", (struct slice){NULL, 0});
	assert_sent(
		test, "Content-Length: 38\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":null}");
	client_answer(test->client, "\"a\"", slice_of("[1]"));
	assert_sent(test, "\"id\":\"a\",\"result\":[1]}");
	client_answer_error(test->client, "1", CLIENT_REQUEST_FAILED, "no\n\"server\"");
	assert_sent(test, "{\"code\":-32803,\"message\":\"no\\u000a\\\"server\\\"\"}");
	client_notify(test->client, "a/b", slice_of("{}"));
	assert_sent(test, "{\"jsonrpc\":\"2.0\",\"method\":\"a/b\",\"params\":{}}");
	client_request(test->client, "c", slice_of("{}"));
	client_request(test->client, "d", slice_of("{}"));
	assert_sent(test, "\"id\":2,\"method\":\"d\",\"params\":{}}");
	client_show(test->client, CLIENT_WARNING, "w");
	assert_sent(test, "window/showMessage\",\"params\":{\"type\":2,\"message\":\"w\"}");
	client_log(test->client, CLIENT_INFO, "%d", 7);
	assert_sent(test, "window/logMessage\",\"params\":{\"type\":3,\"message\":\"7\"}");
	send_text(
		test, "{\"jsonrpc\":\"2.0\",\"id\":2,\"error\":{\"code\":1,\"message\":\"nay\"}}");
	assert_sent(test, "has refused a request: nay");
}

static void
test_trace(void **state)
{
	struct test *test = *state;

	client_set_trace(test->client, "messages");
	client_set_trace(test->client, "nonsense");
	client_set_trace(test->client, NULL);
	send_text(test, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\",\"params\":{}}");
	assert_sent(test, "$/logTrace\",\"params\":{\"message\":\"received a (1)\"}}");
	client_set_trace(test->client, "verbose");
	send_text(test, "{\"jsonrpc\":\"2.0\",\"method\":\"b\",\"params\":{}}");
	assert_sent(test, "{\"message\":\"received b\",\"verbose\":\"{}\"}}");
	client_set_trace(test->client, "off");
	send_text(test, "{\"jsonrpc\":\"2.0\",\"method\":\"b\",\"params\":{}}");
	read_sent(test);
	assert_int_equal(test->sent.length, 0);
}

static bool
is_sent(void *context)
{
	struct test *test = context;

	read_sent(test);
	return client_is_drained(test->client);
}

/* An editor that reads late gets everything in order. */
static void
test_slow_reader(void **state)
{
	struct test *test = *state;
	struct buf large = {0};

	while (large.length < 1024 * 1024)
		buf_add_text(&large, "1000000000000000");
	client_notify(test->client, "large", buf_slice(&large));
	loop_dispatch(test->loop);
	assert_false(client_is_drained(test->client));
	client_notify(test->client, "last", slice_of("{}"));
	clock_wait(test->loop, is_sent, test);
	read_sent(test);
	assert_true(test->sent.length > large.length);
	assert_non_null(strstr(test->sent.bytes + large.length, "\"method\":\"last\""));
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
		client_notify(test->client, "large", buf_slice(&large));
	loop_dispatch(test->loop);
	assert_true(test->has_ended);
	assert_string_equal(test->error, "the editor does not read what it is sent");
	buf_finish(&large);
}

static bool
has_ended(void *context)
{
	return ((const struct test *)context)->has_ended;
}

static void
test_end_of_input(void **state)
{
	struct test *test = *state;

	close(test->to_client[1]);
	test->to_client[1] = -1;
	clock_wait(test->loop, has_ended, test);
	assert_string_equal(test->error, "");
}

static void
test_not_the_protocol(void **state)
{
	struct test *test = *state;

	assert_int_equal(write(test->to_client[1], "hello\r\n\r\n", 9), 9);
	clock_wait(test->loop, has_ended, test);
	assert_non_null(strstr(test->error, "Name: value"));
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
	assert_null(client_create(test->loop, file, test->from_client[1], &test->listener));
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

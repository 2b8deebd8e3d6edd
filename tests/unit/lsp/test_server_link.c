#define _GNU_SOURCE
#include "support/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "clock.h"
#include "lsp/server_link.h"

#define SWITCHED                                                      \
	"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n" \
	"Upgrade: liveserve-editor.v1\r\n\r\n"
#define HELLO "{\"type\":\"hello\",\"root\":\"/site\"}\n"

/* A link, and the server's end of its socket. */
struct test {
	struct loop *loop;
	struct server_link *link;
	int server;
	struct buf heard; /* each message and a "|"; "drained|" */
	bool has_ended;
	char reason[200];
};

static void
hear(void *context, const struct json_value *message)
{
	struct test *test = context;

	json_value_add(&test->heard, message);
	buf_add_char(&test->heard, '|');
}

static void
hear_drained(void *context)
{
	(void)context;
}

static void
hear_end(void *context, const char *reason)
{
	struct test *test = context;

	test->has_ended = true;
	snprintf(test->reason, sizeof(test->reason), "%s", reason ? reason : "");
	server_link_destroy(test->link);
	test->link = NULL;
}

static int
set_up(void **state)
{
	static const struct server_link_listener listener = {hear, hear_drained, hear_end};
	struct test *test = calloc(1, sizeof(*test));
	int ends[2];

	assert_non_null(test);
	*state = test;
	test->loop = loop_create();
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	test->server = ends[1];
	test->link = server_link_create(test->loop, ends[0], "Ed \"1\"", true, &listener, test);
	assert_non_null(test->link);
	return 0;
}

static int
tear_down(void **state)
{
	struct test *test = *state;

	server_link_destroy(test->link);
	if (test->server >= 0)
		close(test->server);
	loop_destroy(test->loop);
	buf_finish(&test->heard);
	free(test);
	return 0;
}

static void
answer(struct test *test, const char *text)
{
	assert_int_equal(send(test->server, text, strlen(text), MSG_NOSIGNAL), strlen(text));
	clock_drain(test->loop);
}

static void
test_greeting(void **state)
{
	struct test *test = *state;
	char bytes[1000];
	ssize_t count;

	assert_false(server_link_is_free(test->link));
	clock_drain(test->loop);
	count = recv(test->server, bytes, sizeof(bytes) - 1, 0);
	assert_true(count > 0);
	bytes[count] = '\0';
	assert_string_equal(bytes,
		"GET /__liveserve/editor HTTP/1.1\r\nHost: liveserve\r\nConnection: Upgrade\r\n"
		"Upgrade: liveserve-editor.v1\r\n\r\n"
		"{\"type\":\"hello\",\"editor\":\"Ed \\\"1\\\"\",\"unsaved\":true}\n");
	answer(test, SWITCHED);
	assert_false(server_link_is_free(test->link));
	answer(test, HELLO);
	assert_true(server_link_is_free(test->link));
	server_link_send(test->link, slice_of("{\"type\":\"reload\"}"));
	assert_false(server_link_is_free(test->link));
	clock_drain(test->loop);
	assert_true(server_link_is_free(test->link));
	count = recv(test->server, bytes, sizeof(bytes), 0);
	assert_int_equal(count, 18);
	assert_memory_equal(bytes, "{\"type\":\"reload\"}\n", 18);
}

/* Which folders the server has named. */
static void
test_folders(void **state)
{
	struct test *test = *state;

	answer(test, SWITCHED);
	assert_null(server_link_folder(test->link, "/site/a"));
	answer(test, "{\"type\":\"hello\",\"root\":\"/site\",\"folders\":[\"/site\",7,\"lib\",\"/a/"
		     "lib\"]}\n");
	assert_string_equal(server_link_folder(test->link, "/site/a"), "/site");
	assert_string_equal(server_link_folder(test->link, "/a/lib/deep/x"), "/a/lib");
	assert_null(server_link_folder(test->link, "/a/lib"));
	assert_null(server_link_folder(test->link, "/a/library/x"));
	assert_null(server_link_folder(test->link, "lib/x"));
	/* Only its first hello counts. */
	answer(test, "{\"type\":\"hello\",\"folders\":[\"/b\"]}\n");
	assert_null(server_link_folder(test->link, "/b/x"));
}

static void
test_lines(void **state)
{
	struct test *test = *state;
	const char *all = SWITCHED HELLO "{\"a\":1}\n{\"b\":[\"\\u00e4\"]}\n{\"rest";

	for (const char *at = all; *at; at++) {
		char byte[2] = {*at, '\0'};

		answer(test, byte);
	}
	assert_string_equal(test->heard.bytes,
		"{\"type\":\"hello\",\"root\":\"/site\"}|{\"a\":1}|{\"b\":[\"\xc3\xa4\"]}|");
	answer(test, "\":2}\n");
	assert_non_null(strstr(test->heard.bytes, "{\"rest\":2}|"));
	assert_false(test->has_ended);
}

/* What the other end says in place of what it should, and the sentence for the person. */
static void
test_other_answers(void **state)
{
	static const struct {
		const char *answer, *reason;
	} rows[] = {
		{"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "another version"},
		{"HTTP/1.1 426 Upgrade Required\r\n\r\n", "another version"},
		{"HTTP/1.1 503 Service Unavailable\r\n\r\n", "too many editors"},
		{"nonsense\r\n\r\n", "another version"},
		{SWITCHED "nonsense\n", "no JSON"},
		{SWITCHED "[1]\n", "no JSON"},
		{SWITCHED HELLO "{\"a\"\n", "no JSON"},
	};

	for (size_t i = 0; i < ROWS(rows); i++) {
		struct test *test = *state;

		print_message("  %s\n", rows[i].answer);
		answer(test, rows[i].answer);
		assert_true(test->has_ended);
		assert_non_null(strstr(test->reason, rows[i].reason));
		tear_down(state);
		set_up(state);
	}
}

static void
test_end(void **state)
{
	struct test *test = *state;

	answer(test, SWITCHED HELLO);
	close(test->server);
	test->server = -1;
	clock_drain(test->loop);
	assert_true(test->has_ended);
	assert_string_equal(test->reason, "");
}

static void
test_endless_head(void **state)
{
	struct test *test = *state;
	char bytes[4096];

	memset(bytes, 'a', sizeof(bytes));
	for (int i = 0; i < 8 && !test->has_ended; i++) {
		assert_true(send(test->server, bytes, sizeof(bytes), MSG_NOSIGNAL) > 0);
		clock_drain(test->loop);
	}
	assert_true(test->has_ended);
}

int
main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ROW(test_greeting),
		ROW(test_lines),
		ROW(test_folders),
		ROW(test_other_answers),
		ROW(test_end),
		ROW(test_endless_head),
	};
#undef ROW

	return cmocka_run_group_tests(tests, NULL, NULL);
}

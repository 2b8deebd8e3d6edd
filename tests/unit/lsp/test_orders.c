#define _GNU_SOURCE
#include "support/test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "clock.h"
#include "control/control_api.h"
#include "folder.h"
#include "lsp/orders.h"
#include "played_editor.h"
#include "played_server.h"
#include "ui/browser.h"

/*
 * An editor in which a person gives orders, and the server of the folder "site", which is the folder of the workspace. Who is
 * started is this test itself, which main() has play a server.
 */
struct test {
	struct loop *loop;
	struct played_editor editor;
	struct played_server server;
	struct workspace workspace;
	struct orders *orders;
};

/* ---- what is replaced ---- */

static uint64_t later_us; /* the clock goes so much after the real one */
static struct buf opened; /* the URLs that the browser was to open: "http://x/|" */

uint64_t __real_loop_now(void);
uint64_t __wrap_loop_now(void);
void __wrap_browser_open(struct browser *browser, const char *url);

uint64_t
__wrap_loop_now(void)
{
	return __real_loop_now() + later_us;
}

void
__wrap_browser_open(struct browser *browser, const char *url)
{
	assert_non_null(browser);
	buf_addf(&opened, "%s|", url);
}

/* ---- the parts ---- */

static void
take(void *context, const struct client_message *message)
{
	struct test *test = context;

	if (strcmp(message->method, "$/cancelRequest") == 0)
		orders_cancel(test->orders, message);
	else
		orders_take(test->orders, message);
}

static void
note_ready(void *context, struct server *server)
{
	orders_server_ready(((struct test *)context)->orders, server);
}

static void
note_end(void *context, const struct server *server)
{
	orders_server_ended(((struct test *)context)->orders, server);
}

static void
read_abilities(struct test *test, const char *params)
{
	char *text = played_uris(params);
	struct json_value *value = played_json(text);

	abilities_read(&test->workspace.abilities, value);
	json_value_destroy(value);
	free(text);
}

static int
set_up(void **state)
{
	struct test *test = calloc(1, sizeof(*test));

	assert_non_null(test);
	*state = test;
	later_us = 0;
	folder_enter();
	folder_write("css/a b.css", "p {}");
	folder_write("index.html", "<p>");
	folder_write("../outside/x.html", "<p>");
	test->loop = loop_create();
	played_editor_begin(&test->editor, test->loop);
	test->editor.message = take;
	test->editor.context = test;
	played_server_begin(&test->server, test->loop);
	test->workspace = (struct workspace){.loop = test->loop,
		.client = test->editor.client,
		.ready = note_ready,
		.ended = note_end,
		.context = test};
	read_abilities(test, "{\"workspaceFolders\":[{\"uri\":\"@\"}]}");
	workspace_begin(&test->workspace);
	test->orders = orders_create(&test->workspace);
	return 0;
}

static int
tear_down(void **state)
{
	struct test *test = *state;

	orders_destroy(test->orders);
	workspace_finish(&test->workspace);
	played_server_finish(&test->server);
	played_editor_finish(&test->editor);
	loop_destroy(test->loop);
	buf_finish(&opened);
	free(test);
	folder_leave();
	return 0;
}

/* Gives an order with these arguments, a list of JSON. */
static void
order(struct test *test, const char *id, const char *command, const char *arguments)
{
	char *params = mem_format(
		"{\"command\":\"liveserve.%s\",\"arguments\":%s}", command, arguments);

	played_editor_request(&test->editor, id, "workspace/executeCommand", params);
	free(params);
}

/* A running server to which the editor is connected. */
static void
connect_server(struct test *test)
{
	played_server_start(&test->server);
	assert_non_null(servers_find(test->workspace.servers, test->server.root));
	played_server_welcome(&test->server);
	played_editor_expect(&test->editor, "connected with");
}

static void
assert_result(struct test *test, const char *id, const char *result)
{
	char *answer = mem_format("{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":%s}", id, result);

	played_editor_expect(&test->editor, answer);
	free(answer);
}

static void
assert_error(struct test *test, const char *id, enum client_error code, const char *text)
{
	char *answer = mem_format(
		"\"id\":%s,\"error\":{\"code\":%d,\"message\":\"%s", id, (int)code, text);

	played_editor_expect(&test->editor, answer);
	free(answer);
}

static bool
has_answer(void *context)
{
	struct test *test = context;

	played_editor_read(&test->editor);
	return test->editor.got.length > 0;
}

/* Waits until the editor gets something. */
static void
wait_for_answer(struct test *test)
{
	clock_wait(test->loop, has_answer, test);
}

/* ---- tests ---- */

static void
test_names(void **state)
{
	struct buf names = {0};

	(void)state;
	orders_add_names(&names);
	assert_string_equal(names.bytes,
		"[\"liveserve.address\",\"liveserve.open\",\"liveserve.pause\",\"liveserve."
		"reload\","
		"\"liveserve.resume\",\"liveserve.start\",\"liveserve.stop\"]");
	buf_finish(&names);
}

static void
test_no_server(void **state)
{
	static const char *const commands[] = {
		"address", "open", "pause", "reload", "resume", "stop"};
	static const char *const arguments[] = {"[]", "null", "[null]", "[\"@/index.html\"]"};
	struct test *test = *state;

	for (size_t i = 0; i < ROWS(commands); i++)
		for (size_t j = 0; j < ROWS(arguments); j++) {
			order(test, "1", commands[i], arguments[j]);
			assert_error(test, "1", CLIENT_REQUEST_FAILED,
				"no liveserve of yours runs for these files");
		}
}

static void
test_wrong_orders(void **state)
{
	static const char *const commands[] = {
		"{}",
		"[]",
		"{\"command\":7}",
		"{\"command\":\"\"}",
		"{\"command\":\"liveserve.\"}",
		"{\"command\":\"liveserve.opens\"}",
		"{\"command\":\"open\"}",
	};
	static const char *const arguments[] = {
		"[7]",
		"[{}]",
		"[\"\"]",
		"[\"index.html\"]",
		"[\"http://localhost/index.html\"]",
		"[\"file:///no/such/file\"]",
		"[\"@/missing.html\"]",
		"[\"@/index.html%00\"]",
		"[\"file://other/etc\"]",
	};
	struct test *test = *state;

	connect_server(test);
	for (size_t i = 0; i < ROWS(commands); i++) {
		played_editor_request(
			&test->editor, "\"a\"", "workspace/executeCommand", commands[i]);
		assert_error(test, "\"a\"", CLIENT_INVALID_PARAMS, "there is no such command");
	}
	for (size_t i = 0; i < ROWS(arguments); i++) {
		order(test, "1", "reload", arguments[i]);
		assert_error(test, "1", CLIENT_INVALID_PARAMS,
			"the argument has to be the URI of a file or folder that exists");
		order(test, "2", "start", arguments[i]);
		assert_error(test, "2", CLIENT_INVALID_PARAMS, "the argument has to be");
	}
	played_server_expect(&test->server, "");
}

static void
test_address(void **state)
{
	struct test *test = *state;

	connect_server(test);
	order(test, "1", "address", "[]");
	assert_result(test, "1", "\"" PLAYED_SERVER_URL "\"");
	order(test, "2", "address", "[\"@/css/a%20b.css\"]");
	assert_result(test, "2", "\"" PLAYED_SERVER_URL "\"");
	order(test, "3", "address", "[\"@/../outside/x.html\"]");
	assert_error(test, "3", CLIENT_REQUEST_FAILED, "no liveserve of yours runs");
}

static void
test_reload(void **state)
{
	struct test *test = *state;

	connect_server(test);
	order(test, "1", "reload", "[\"@/css/a%20b.css\"]");
	assert_result(test, "1", "null");
	played_server_expect(&test->server, "{\"type\":\"reload\",\"path\":\"css/a b.css\"}\n");
	order(test, "2", "reload", "[]");
	assert_result(test, "2", "null");
	played_server_expect(&test->server, "{\"type\":\"reload\"}\n");
	order(test, "3", "reload", "[\"@\"]");
	assert_result(test, "3", "null");
	played_server_expect(&test->server, "{\"type\":\"reload\"}\n");
}

static void
test_pause(void **state)
{
	struct test *test = *state;

	connect_server(test);
	order(test, "1", "pause", "[]");
	assert_result(test, "1", "null");
	played_server_expect(&test->server, "{\"type\":\"pause\",\"paused\":true}\n");
	order(test, "2", "resume", "[]");
	assert_result(test, "2", "null");
	played_server_expect(&test->server, "{\"type\":\"pause\",\"paused\":false}\n");
}

/* The editor opens the page in the browser if it can, else we do. */
static void
test_open(void **state)
{
	struct test *test = *state;

	folder_write("css/a b.html", "<p>");
	connect_server(test);
	test->workspace.abilities.shows_documents = true;
	order(test, "1", "open", "[\"@/css/a%20b.html\"]");
	loop_dispatch(test->loop);
	played_editor_read(&test->editor);
	assert_non_null(
		strstr(test->editor.got.bytes, "window/showDocument\",\"params\":{\"uri\":"
					       "\"http://x/css/a%20b.html\",\"external\":true}"));
	assert_result(test, "1", "\"http://x/css/a%20b.html\"");
	assert_string_equal(buf_slice(&opened).at, "");
	test->workspace.abilities.shows_documents = false;
	order(test, "2", "open", "[]");
	assert_result(test, "2", "\"http://x/\"");
	order(test, "3", "open", "[\"@/index.html\"]");
	assert_result(test, "3", "\"http://x/index.html\"");
	order(test, "4", "open", "[\"@/css/a%20b.css\"]"); /* no page */
	assert_result(test, "4", "\"http://x/\"");
	order(test, "5", "open", "[\"@/css/a%20b.html\"]");
	assert_result(test, "5", "\"http://x/css/a%20b.html\"");
	assert_string_equal(
		opened.bytes, "http://x/|http://x/index.html|http://x/|http://x/css/a%20b.html|");
}

/* An order for a server that was just found waits for it. */
static void
test_waiting(void **state)
{
	struct test *test = *state;

	played_server_start(&test->server);
	order(test, "1", "address", "[]");
	order(test, "2", "reload", "[\"@/index.html\"]");
	played_server_wait(&test->server);
	played_editor_expect_nothing(&test->editor);
	order(test, "3", "pause", "[]");
	played_server_expect(&test->server, "");
	played_server_say(&test->server, "HTTP/1.1 101 Switching Protocols\r\n\r\n"
					 "{\"type\":\"hello\",\"url\":\"http://x/\"}\n");
	loop_dispatch(test->loop);
	played_editor_read(&test->editor);
	assert_non_null(strstr(test->editor.got.bytes, "\"id\":2,\"result\":null"));
	assert_non_null(strstr(test->editor.got.bytes, "\"id\":3,\"result\":null"));
	assert_result(test, "1", "\"http://x/\"");
	clock_drain(test->loop);
	played_server_receive(&test->server);
	assert_non_null(
		strstr(test->server.got.bytes, "{\"type\":\"reload\",\"path\":\"index.html\"}\n"));
	assert_non_null(strstr(test->server.got.bytes, "{\"type\":\"pause\",\"paused\":true}\n"));
}

/* The server ends, or hangs, before it has answered. */
static void
test_server_that_never_answers(void **state)
{
	struct test *test = *state;

	played_server_start(&test->server);
	order(test, "1", "address", "[]");
	order(test, "\"two\"", "pause", "[]");
	played_server_wait(&test->server);
	played_server_hang_up(&test->server);
	clock_drain(test->loop);
	loop_dispatch(test->loop);
	played_editor_read(&test->editor);
	assert_non_null(strstr(test->editor.got.bytes, "\"id\":\"two\",\"error\":{"));
	assert_error(
		test, "1", CLIENT_REQUEST_FAILED, "the liveserve has ended before it has answered");

	order(test, "3", "address", "[]");
	played_server_wait(&test->server);
	later_us = (ORDERS_PATIENCE_MS + 1) * 1000ULL;
	wait_for_answer(test);
	assert_error(test, "3", CLIENT_REQUEST_FAILED, "the liveserve does not answer; restart it");
}

static void
test_cancel(void **state)
{
	struct test *test = *state;

	played_server_start(&test->server);
	order(test, "1", "address", "[]");
	order(test, "\"1\"", "address", "[]");
	order(test, "-5", "address", "[]");
	played_server_wait(&test->server);
	played_editor_notify(&test->editor, "$/cancelRequest", "{\"id\":2}");
	played_editor_notify(&test->editor, "$/cancelRequest", "{\"id\":1.5}");
	played_editor_notify(&test->editor, "$/cancelRequest", "{\"id\":null}");
	played_editor_notify(&test->editor, "$/cancelRequest", "{}");
	played_editor_notify(&test->editor, "$/cancelRequest", "[]");
	played_editor_expect_nothing(&test->editor);
	played_editor_notify(&test->editor, "$/cancelRequest", "{\"id\":\"1\"}");
	assert_error(test, "\"1\"", CLIENT_REQUEST_CANCELLED, "cancelled");
	played_editor_notify(&test->editor, "$/cancelRequest", "{\"id\":\"1\"}");
	played_editor_expect_nothing(&test->editor);
	played_editor_notify(&test->editor, "$/cancelRequest", "{\"id\":-5}");
	assert_error(test, "-5", CLIENT_REQUEST_CANCELLED, "cancelled");
	played_server_greet(&test->server);
	assert_result(test, "1", "\"" PLAYED_SERVER_URL "\"");
}

static void
test_too_many(void **state)
{
	struct test *test = *state;

	played_server_start(&test->server);
	for (int i = 0; i < ORDERS_MAX; i++) {
		char id[16];

		snprintf(id, sizeof(id), "%d", i);
		order(test, id, "address", "[]");
	}
	played_server_wait(&test->server);
	played_editor_expect_nothing(&test->editor);
	order(test, "99", "address", "[]");
	assert_error(test, "99", CLIENT_REQUEST_FAILED, "too many commands wait for a server");
	played_editor_notify(&test->editor, "$/cancelRequest", "{\"id\":0}");
	assert_error(test, "0", CLIENT_REQUEST_CANCELLED, "");
	order(test, "100", "address", "[]");
	played_editor_expect_nothing(&test->editor);
}

#define STOP_REQUEST "POST " CONTROL_API_STOP " HTTP/1.1\r\n"

/* The order to end is answered when the server has ended. */
static void
test_stop(void **state)
{
	struct test *test = *state;

	connect_server(test);
	order(test, "1", "stop", "[]");
	played_server_expect_second(&test->server, STOP_REQUEST);
	played_editor_expect_nothing(&test->editor);
	/* A second greeting does not ask again. */
	played_server_say(&test->server, "{\"type\":\"hello\"}\n");
	assert_true(test->server.second >= 0);
	played_editor_expect(&test->editor, "connected with");
	played_server_end(&test->server);
	clock_drain(test->loop);
	assert_result(test, "1", "null");
	order(test, "2", "stop", "[]");
	assert_error(test, "2", CLIENT_REQUEST_FAILED, "no liveserve of yours runs");
}

static void
test_stop_that_fails(void **state)
{
	struct test *test = *state;

	connect_server(test);
	order(test, "1", "stop", "[]");
	played_server_expect_second(&test->server, STOP_REQUEST);
	later_us = (ORDERS_PATIENCE_MS + 1) * 1000ULL;
	wait_for_answer(test);
	assert_error(test, "1", CLIENT_REQUEST_FAILED,
		"the liveserve has been asked to end, but has not ended");
	/* Nobody listens any more, but the connection is still there. */
	control_socket_destroy(test->server.control_socket);
	test->server.control_socket = NULL;
	order(test, "2", "stop", "[]");
	assert_error(test, "2", CLIENT_REQUEST_FAILED,
		"the running liveserve cannot be asked to end; see: liveserve stop");
}

/* Only in folders that the person has opened. */
static void
test_start_elsewhere(void **state)
{
	struct test *test = *state;

	order(test, "1", "start", "[\"@/../outside\"]");
	assert_error(test, "1", CLIENT_REQUEST_FAILED,
		"a server is started only for a folder that is open in the editor");
	order(test, "2", "start", "[\"@/../outside/x.html\"]");
	assert_error(test, "2", CLIENT_REQUEST_FAILED, "a server is started only for");
	order(test, "3", "start", "[\"file:///\"]");
	assert_error(test, "3", CLIENT_REQUEST_FAILED, "a server is started only for");
	abilities_finish(&test->workspace.abilities);
	read_abilities(test, "{}");
	order(test, "4", "start", "[]");
	assert_error(test, "4", CLIENT_REQUEST_FAILED, "a server is started only for");
	orders_start_first(test->orders);
	played_editor_expect(&test->editor,
		"window/showMessage\",\"params\":{\"type\":1,\"message\":\"a server is started");
}

/* One that runs already is not started again. */
static void
test_start_of_what_runs(void **state)
{
	struct test *test = *state;

	connect_server(test);
	order(test, "1", "start", "[]");
	assert_result(test, "1", "\"" PLAYED_SERVER_URL "\"");
	order(test, "2", "start", "[\"@/css/a%20b.css\"]");
	assert_result(test, "2", "\"" PLAYED_SERVER_URL "\"");
	orders_start_first(test->orders);
	played_editor_expect_nothing(&test->editor);
}

/* What is started says why it ends. */
static void
test_start_that_fails(void **state)
{
	static const struct {
		const char *folder, *text;
	} rows[] = {
		{"fails", "the liveserve has ended: no \\\"room\\\"\\\\x1b"},
		{"silent", "the liveserve has ended: it does not say why"},
	};
	struct test *test = *state;

	for (size_t i = 0; i < ROWS(rows); i++) {
		char *uri = mem_format("[\"@/%s\"]", rows[i].folder);

		folder_make(rows[i].folder);
		order(test, "1", "start", uri);
		wait_for_answer(test);
		assert_error(test, "1", CLIENT_REQUEST_FAILED, rows[i].text);
		free(uri);
	}
}

/* Two orders are answered by one server, which is found when it listens. */
static void
test_start(void **state)
{
	struct test *test = *state;

	folder_make("waits");
	assert_int_equal(chdir("waits"), 0);
	free(test->server.root);
	test->server.root = getcwd(NULL, 0);
	folder_write("a.html", "");
	order(test, "1", "start", "[\"@\"]");
	order(test, "2", "start", "[\"@/a.html\"]");
	played_editor_expect_nothing(&test->editor);
	played_server_start(&test->server);
	played_server_welcome(&test->server);
	loop_dispatch(test->loop);
	played_editor_read(&test->editor);
	assert_non_null(strstr(test->editor.got.bytes, "\"id\":2,\"result\":\"http://x/\""));
	assert_result(test, "1", "\"" PLAYED_SERVER_URL "\"");
	assert_int_equal(chdir(".."), 0);
}

/* One that somebody else has found and that has answered before the order looks for it. */
static void
test_start_of_what_was_found(void **state)
{
	struct test *test = *state;

	folder_make("waits");
	assert_int_equal(chdir("waits"), 0);
	free(test->server.root);
	test->server.root = getcwd(NULL, 0);
	order(test, "1", "start", "[\"@\"]");
	played_server_start(&test->server);
	assert_non_null(servers_find(test->workspace.servers, test->server.root));
	played_server_welcome(&test->server);
	played_editor_expect(&test->editor, "connected with");
	wait_for_answer(test);
	assert_result(test, "1", "\"" PLAYED_SERVER_URL "\"");
	assert_int_equal(chdir(".."), 0);
}

/* What waits at the end is given up, and nobody is told. */
static void
test_end(void **state)
{
	struct test *test = *state;

	folder_make("waits");
	played_server_start(&test->server);
	order(test, "1", "address", "[]");
	played_server_end(&test->server);
	order(test, "2", "start", "[\"@/waits\"]");
	orders_destroy(test->orders);
	test->orders = NULL;
	orders_destroy(NULL);
	assert_null(strstr(buf_slice(&test->editor.got).at, "\"id\":1"));
	test->workspace.ready = NULL;
	test->workspace.ended = NULL;
}

/* Plays a server: liveserve --no-open --log-format=json -- FOLDER. */
static int
play(const char *folder)
{
	const char *name = strrchr(folder, '/');

	if (name && strcmp(name, "/fails") == 0)
		puts("{\"event\":\"error\",\"text\":\"no \\\"room\\\"\\u001b\"}");
	else if (name && strcmp(name, "/waits") == 0)
		pause(); /* until SIGTERM */
	return 0;
}

int
main(int count, char **arguments)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		ROW(test_no_server),
		ROW(test_wrong_orders),
		ROW(test_address),
		ROW(test_reload),
		ROW(test_pause),
		ROW(test_open),
		ROW(test_waiting),
		ROW(test_server_that_never_answers),
		ROW(test_cancel),
		ROW(test_too_many),
		ROW(test_stop),
		ROW(test_stop_that_fails),
		ROW(test_start_elsewhere),
		ROW(test_start_of_what_runs),
		ROW(test_start_that_fails),
		ROW(test_start),
		ROW(test_start_of_what_was_found),
		ROW(test_end),
	};
#undef ROW

	if (count == 5 && strcmp(arguments[1], "--no-open") == 0 &&
		strcmp(arguments[2], "--log-format=json") == 0 && strcmp(arguments[3], "--") == 0)
		return play(arguments[4]);
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

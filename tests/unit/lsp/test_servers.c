#define _GNU_SOURCE
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/json_writer.h"
#include "clock.h"
#include "control/control_socket.h"
#include "folder.h"
#include "lsp/servers.h"

#define SWITCHED "HTTP/1.1 101 Switching Protocols\r\n\r\n"

/* The servers of one editor, and one running server that the test plays. */
struct test {
	struct loop *loop;
	struct documents documents;
	struct servers *servers;
	char *root; /* of the running server */
	struct control_socket *control_socket;
	int peer;       /* -1: nobody is connected */
	struct buf got; /* what the server has received, without the request and the hello */
	struct buf heard;
};

static void
hear(void *context, struct server *server, const struct json_value *message)
{
	struct test *test = context;

	(void)server;
	json_value_add(&test->heard, message);
}

static void
hear_end(void *context, struct server *server)
{
	struct test *test = context;

	buf_addf(&test->heard, "ended %s|", server_root(server) ? server_root(server) : "-");
}

static void
hear_log(void *context, const char *sentence)
{
	struct test *test = context;

	buf_addf(&test->heard, "log %s|", sentence);
}

static void
accept_peer(void *context, int socket)
{
	struct test *test = context;

	assert_int_equal(test->peer, -1);
	test->peer = socket;
}

static void
start_server(struct test *test)
{
	test->control_socket = control_socket_create(test->loop, test->root, 1, accept_peer, test);
	assert_non_null(test->control_socket);
}

static void
end_server(struct test *test)
{
	control_socket_destroy(test->control_socket);
	test->control_socket = NULL;
	if (test->peer >= 0)
		close(test->peer);
	test->peer = -1;
}

static int
set_up(void **state)
{
	struct test *test = calloc(1, sizeof(*test));
	struct servers_options options = {
		.editor = "Ed",
		.unsaved = true,
		.message = hear,
		.ended = hear_end,
		.log = hear_log,
	};

	assert_non_null(test);
	*state = test;
	folder_enter();
	test->root = getcwd(NULL, 0);
	folder_make("run");
	chmod("run", 0700);
	{
		char path[4096];

		snprintf(path, sizeof(path), "%s/run", test->root);
		setenv("XDG_RUNTIME_DIR", path, 1);
	}
	test->loop = loop_create();
	test->peer = -1;
	options.loop = test->loop;
	options.documents = &test->documents;
	options.context = test;
	test->servers = servers_create(&options);
	return 0;
}

static int
tear_down(void **state)
{
	struct test *test = *state;

	servers_destroy(test->servers);
	end_server(test);
	documents_finish(&test->documents);
	loop_destroy(test->loop);
	buf_finish(&test->got);
	buf_finish(&test->heard);
	free(test->root);
	free(test);
	folder_leave();
	return 0;
}

/* ---- the played server ---- */

static void
receive(struct test *test)
{
	static char bytes[64 * 1024];
	ssize_t count;

	while (test->peer >= 0 &&
		(count = recv(test->peer, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0)
		buf_add(&test->got, bytes, (size_t)count);
}

static bool
has_hello(void *context)
{
	struct test *test = context;

	receive(test);
	return strstr(buf_slice(&test->got).at, "\"hello\"") != NULL;
}

/* Waits for the editor and answers it. */
static void
welcome(struct test *test)
{
	struct buf text = {0};

	buf_clear(&test->got);
	clock_wait(test->loop, has_hello, test);
	buf_clear(&test->got);
	buf_addf(&text, SWITCHED "{\"type\":\"hello\",\"root\":\"%s\",\"url\":\"http://x/\"}\n",
		test->root);
	assert_int_equal(send(test->peer, text.bytes, text.length, 0), text.length);
	buf_finish(&text);
	clock_drain(test->loop);
}

static void
assert_got(struct test *test, const char *expected)
{
	clock_drain(test->loop);
	receive(test);
	clock_drain(test->loop);
	receive(test);
	assert_string_equal(buf_slice(&test->got).at, expected);
	buf_clear(&test->got);
}

/* ---- the editor ---- */

static struct document *
act(struct test *test, const char *what, const char *name, const char *text)
{
	struct buf params = {0};
	struct document *document;
	struct json_value *value;
	const char *error = "";
	bool had_nul;

	buf_addf(
		&params, "{\"textDocument\":{\"uri\":\"file://%s/%s\",\"text\":", test->root, name);
	json_add_text(&params, slice_of(text));
	buf_add_text(&params, "},\"contentChanges\":[{\"text\":");
	json_add_text(&params, slice_of(text));
	buf_add_text(&params, "}]}");
	value = json_value_parse(params.bytes, params.length, &had_nul);
	if (strcmp(what, "open") == 0)
		document = documents_open(&test->documents, value, had_nul, &error);
	else if (strcmp(what, "change") == 0)
		document = documents_change(&test->documents, value, had_nul, &error);
	else if (strcmp(what, "save") == 0)
		document = documents_save(&test->documents, value, had_nul, &error);
	else
		document = documents_close(&test->documents, value, &error);
	assert_non_null(document);
	if (strcmp(what, "change") == 0)
		servers_update(test->servers, document);
	else if (strcmp(what, "close") == 0)
		servers_detach(test->servers, document);
	else
		servers_attach(test->servers, document);
	if (strcmp(what, "close") == 0)
		documents_free(document);
	json_value_destroy(value);
	buf_finish(&params);
	return document;
}

/* ---- tests ---- */

static void
test_draft(void **state)
{
	struct test *test = *state;

	start_server(test);
	folder_make("css");
	act(test, "open", "css/../a.css", "p {}");
	welcome(test);
	assert_got(test, "");
	act(test, "close", "css/../a.css", "");
	act(test, "open", "css/a.css", "p {}");
	assert_got(test, "");
	act(test, "change", "css/a.css", "p { }");
	assert_got(test, "{\"type\":\"draft\",\"path\":\"css/a.css\",\"text\":\"p { }\"}\n");
	act(test, "change", "css/a.css", "p {}");
	assert_got(test, "{\"type\":\"closed\",\"path\":\"css/a.css\"}\n");
	act(test, "change", "css/a.css", "q");
	act(test, "save", "css/a.css", "");
	assert_got(test, "{\"type\":\"draft\",\"path\":\"css/a.css\",\"text\":\"q\"}\n"
			 "{\"type\":\"saved\",\"path\":\"css/a.css\"}\n");
	act(test, "change", "css/a.css", "r");
	assert_got(test, "{\"type\":\"draft\",\"path\":\"css/a.css\",\"text\":\"r\"}\n");
	act(test, "close", "css/a.css", "");
	assert_got(test, "{\"type\":\"closed\",\"path\":\"css/a.css\"}\n");
}

/* While the server does not read, only the newest text is kept. */
static void
test_slow_server(void **state)
{
	struct test *test = *state;
	struct buf large = {0};
	const char *last;

	start_server(test);
	act(test, "open", "a.css", "");
	welcome(test);
	while (large.length < 512 * 1024)
		buf_add_text(&large, "0123456789abcdef");
	for (int i = 0; i < 10; i++) {
		buf_addf(&large, "%d", i);
		act(test, "change", "a.css", large.bytes);
		clock_drain(test->loop);
	}
	for (int i = 0; i < 1000; i++) {
		receive(test);
		clock_drain(test->loop);
	}
	assert_true(test->got.length < 3 * large.length);
	last = strrchr(test->got.bytes, '{');
	assert_string_equal(last + strlen(last) - 10, "3456789\"}\n");
	buf_finish(&large);
}

/* A server that was started later, and one that was restarted, know all that is not saved. */
static void
test_restart(void **state)
{
	struct test *test = *state;

	act(test, "open", "a.css", "p");
	act(test, "open", "b.css", "p");
	act(test, "change", "a.css", "q");
	start_server(test);
	welcome(test);
	assert_got(test, "{\"type\":\"draft\",\"path\":\"a.css\",\"text\":\"q\"}\n");
	end_server(test);
	clock_drain(test->loop);
	assert_non_null(strstr(test->heard.bytes, "ended /"));
	start_server(test);
	welcome(test);
	assert_got(test, "{\"type\":\"draft\",\"path\":\"a.css\",\"text\":\"q\"}\n");
}

static void
test_cursor(void **state)
{
	struct test *test = *state;
	struct document *document;

	start_server(test);
	document = act(test, "open", "a.css", "p {}");
	welcome(test);
	servers_set_cursor(test->servers, document, 3);
	assert_got(test, "{\"type\":\"cursor\",\"path\":\"a.css\",\"offset\":3}\n");
	servers_set_cursor(test->servers, NULL, 0);
	assert_got(test, "{\"type\":\"cursor\"}\n");
	servers_set_cursor(test->servers, NULL, 0);
	assert_got(test, "");
	servers_set_cursor(test->servers, document, 1);
	act(test, "close", "a.css", "");
	assert_got(test, "{\"type\":\"cursor\",\"path\":\"a.css\",\"offset\":1}\n"
			 "{\"type\":\"cursor\"}\n");
}

/* What cannot be spoken of, or must not be. */
static void
test_not_sent(void **state)
{
	struct test *test = *state;
	struct document *document;

	start_server(test);
	document = act(test, "open", "%FF.css", "p");
	welcome(test);
	act(test, "change", "%FF.css", "q");
	document->is_lost = true;
	act(test, "open", "nul.css", "a");
	act(test, "change", "nul.css", "b");
	assert_got(test, "{\"type\":\"draft\",\"path\":\"nul.css\",\"text\":\"b\"}\n");
	document = act(test, "change", "nul.css", "c");
	assert_got(test, "{\"type\":\"draft\",\"path\":\"nul.css\",\"text\":\"c\"}\n");
	document->has_nul = true;
	servers_update(test->servers, document);
	assert_got(test, "{\"type\":\"closed\",\"path\":\"nul.css\"}\n");
	act(test, "open", "../outside/x.css", "a");
	act(test, "change", "../outside/x.css", "b");
	assert_got(test, "");
}

/* Another version is looked for again, as it may be restarted. */
static void
test_other_version(void **state)
{
	struct test *test = *state;
	const char *answer = "HTTP/1.1 404 Not Found\r\n\r\n";

	start_server(test);
	act(test, "open", "a.css", "p");
	for (int i = 0; i < 2; i++) {
		buf_clear(&test->got);
		clock_wait(test->loop, has_hello, test);
		assert_true(send(test->peer, answer, strlen(answer), 0) > 0);
		clock_drain(test->loop);
		close(test->peer);
		test->peer = -1;
	}
	assert_non_null(strstr(test->heard.bytes, "log the running liveserve is another version"));
}

static void
test_finding(void **state)
{
	struct test *test = *state;
	struct server *server;

	folder_make("one/two");
	assert_null(servers_find(test->servers, test->root));
	assert_null(servers_current(test->servers));
	start_server(test);
	assert_null(servers_find(test->servers, "/no/such/folder"));
	server = servers_find(test->servers, "one/two");
	assert_non_null(server);
	assert_null(server_root(server));
	welcome(test);
	assert_string_equal(server_root(server), test->root);
	assert_string_equal(server_url(server), "http://x/");
	assert_ptr_equal(servers_find(test->servers, test->root), server);
	assert_ptr_equal(servers_current(test->servers), server);
	server_send(server, slice_of("{\"type\":\"reload\"}"));
	assert_got(test, "{\"type\":\"reload\"}\n");
}

int
main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ROW(test_draft),
		ROW(test_slow_server),
		ROW(test_restart),
		ROW(test_cursor),
		ROW(test_not_sent),
		ROW(test_other_version),
		ROW(test_finding),
	};
#undef ROW

	return cmocka_run_group_tests(tests, NULL, NULL);
}

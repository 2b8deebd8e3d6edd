#define _GNU_SOURCE
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json_writer.h"
#include "base/mem.h"
#include "clock.h"
#include "folder.h"
#include "lsp/servers.h"
#include "played_editor.h"
#include "played_server.h"

/* The servers of one editor, and one running server that the test plays. */
struct test {
	struct loop *loop;
	struct documents documents;
	struct servers *servers;
	struct played_server server;
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
ask(void *context)
{
	buf_add_text(&((struct test *)context)->heard, "ask, ");
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
		.ask = ask,
		.log = hear_log,
	};

	assert_non_null(test);
	*state = test;
	folder_enter();
	test->loop = loop_create();
	played_server_begin(&test->server, test->loop);
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
	played_server_finish(&test->server);
	documents_finish(&test->documents);
	loop_destroy(test->loop);
	buf_finish(&test->heard);
	free(test);
	folder_leave();
	return 0;
}

/* ---- the editor ---- */

static struct document *
act(struct test *test, const char *what, const char *name, const char *text)
{
	struct buf params = {0};
	struct document *document;
	struct json_value *value;
	const char *error = "";

	buf_addf(&params,
		"{\"textDocument\":{\"uri\":\"file://%s/%s\",\"text\":", test->server.root, name);
	json_add_text(&params, slice_of(text));
	buf_add_text(&params, "},\"contentChanges\":[{\"text\":");
	json_add_text(&params, slice_of(text));
	buf_add_text(&params, "}]}");
	value = played_json(params.bytes);
	if (strcmp(what, "open") == 0)
		document = documents_open(&test->documents, value, false, &error);
	else if (strcmp(what, "change") == 0)
		document = documents_change(&test->documents, value, false, &error);
	else if (strcmp(what, "save") == 0)
		document = documents_save(&test->documents, value, false, &error);
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

	played_server_start(&test->server);
	folder_make("css");
	act(test, "open", "css/../a.css", "p {}");
	played_server_welcome(&test->server);
	played_server_expect(&test->server, "");
	act(test, "close", "css/../a.css", "");
	act(test, "open", "css/a.css", "p {}");
	played_server_expect(&test->server, "");
	act(test, "change", "css/a.css", "p { }");
	played_server_expect(
		&test->server, "{\"type\":\"draft\",\"path\":\"css/a.css\",\"text\":\"p { }\"}\n");
	act(test, "change", "css/a.css", "p {}");
	played_server_expect(&test->server, "{\"type\":\"closed\",\"path\":\"css/a.css\"}\n");
	act(test, "change", "css/a.css", "q");
	act(test, "save", "css/a.css", "");
	played_server_expect(&test->server,
		"{\"type\":\"draft\",\"path\":\"css/a.css\",\"text\":\"q\"}\n"
		"{\"type\":\"saved\",\"path\":\"css/a.css\"}\n");
	act(test, "change", "css/a.css", "r");
	played_server_expect(
		&test->server, "{\"type\":\"draft\",\"path\":\"css/a.css\",\"text\":\"r\"}\n");
	act(test, "close", "css/a.css", "");
	played_server_expect(&test->server, "{\"type\":\"closed\",\"path\":\"css/a.css\"}\n");
}

/* While the server does not read, only the newest text is kept. */
static void
test_slow_server(void **state)
{
	struct test *test = *state;
	struct buf large = {0};
	const char *last;

	played_server_start(&test->server);
	act(test, "open", "a.css", "");
	played_server_welcome(&test->server);
	while (large.length < 512 * 1024)
		buf_add_text(&large, "0123456789abcdef");
	for (int i = 0; i < 10; i++) {
		buf_addf(&large, "%d", i);
		act(test, "change", "a.css", large.bytes);
		clock_drain(test->loop);
	}
	for (int i = 0; i < 1000; i++) {
		played_server_receive(&test->server);
		clock_drain(test->loop);
	}
	assert_true(test->server.got.length < 3 * large.length);
	last = strrchr(test->server.got.bytes, '{');
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
	played_server_start(&test->server);
	played_server_welcome(&test->server);
	played_server_expect(
		&test->server, "{\"type\":\"draft\",\"path\":\"a.css\",\"text\":\"q\"}\n");
	played_server_end(&test->server);
	clock_drain(test->loop);
	assert_non_null(strstr(test->heard.bytes, "ended /"));
	played_server_start(&test->server);
	played_server_welcome(&test->server);
	played_server_expect(
		&test->server, "{\"type\":\"draft\",\"path\":\"a.css\",\"text\":\"q\"}\n");
}

static void
test_cursor(void **state)
{
	struct test *test = *state;
	struct document *document;

	played_server_start(&test->server);
	document = act(test, "open", "a.css", "p {}");
	played_server_welcome(&test->server);
	servers_set_cursor(test->servers, document, 3);
	played_server_expect(
		&test->server, "{\"type\":\"cursor\",\"path\":\"a.css\",\"offset\":3}\n");
	servers_set_cursor(test->servers, NULL, 0);
	played_server_expect(&test->server, "{\"type\":\"cursor\"}\n");
	servers_set_cursor(test->servers, NULL, 0);
	played_server_expect(&test->server, "");
	servers_set_cursor(test->servers, document, 1);
	act(test, "close", "a.css", "");
	played_server_expect(&test->server,
		"{\"type\":\"cursor\",\"path\":\"a.css\",\"offset\":1}\n"
		"{\"type\":\"cursor\"}\n");
}

/* What cannot be spoken of, or must not be. */
static void
test_not_sent(void **state)
{
	struct test *test = *state;
	struct document *document;

	played_server_start(&test->server);
	document = act(test, "open", "%FF.css", "p");
	played_server_welcome(&test->server);
	act(test, "change", "%FF.css", "q");
	document->is_lost = true;
	act(test, "open", "nul.css", "a");
	act(test, "change", "nul.css", "b");
	played_server_expect(
		&test->server, "{\"type\":\"draft\",\"path\":\"nul.css\",\"text\":\"b\"}\n");
	document = act(test, "change", "nul.css", "c");
	played_server_expect(
		&test->server, "{\"type\":\"draft\",\"path\":\"nul.css\",\"text\":\"c\"}\n");
	document->has_nul = true;
	servers_update(test->servers, document);
	played_server_expect(&test->server, "{\"type\":\"closed\",\"path\":\"nul.css\"}\n");
	act(test, "open", "../outside/x.css", "a");
	act(test, "change", "../outside/x.css", "b");
	played_server_expect(&test->server, "");
}

/* Another version is looked for again, as it may be restarted. */
static void
test_other_version(void **state)
{
	struct test *test = *state;

	played_server_start(&test->server);
	act(test, "open", "a.css", "p");
	for (int i = 0; i < 2; i++) {
		played_server_wait(&test->server);
		played_server_say(&test->server, "HTTP/1.1 404 Not Found\r\n\r\n");
		played_server_hang_up(&test->server);
	}
	assert_non_null(strstr(test->heard.bytes, "log the running liveserve is another version"));
}

/* ---- mounted files ---- */

static bool
has_asked(void *context)
{
	return strstr(buf_slice(&((struct test *)context)->heard).at, "ask, ") != NULL;
}

static bool
has_draft(void *context)
{
	struct test *test = context;

	played_server_receive(&test->server);
	return strstr(buf_slice(&test->server.got).at, "\"draft\"") != NULL;
}

/* Answers hello as a server that has mounted the folder lib, which lies beside the one that it serves. */
static void
welcome_with_lib(struct test *test, const char *lib)
{
	const char *root = test->server.root;
	char *text = mem_format("HTTP/1.1 101 Switching Protocols\r\n\r\n"
				"{\"type\":\"hello\",\"root\":\"%s\",\"url\":\"" PLAYED_SERVER_URL
				"\",\"folders\":[\"%s\",3,\"%s\"]}\n",
		root, root, lib);

	played_server_wait(&test->server);
	played_server_say(&test->server, text);
	free(text);
}

/* A file that the server has mounted is known by its absolute path. */
static void
test_mounted(void **state)
{
	struct test *test = *state;
	const char *root = test->server.root;
	char *lib = mem_format("%.*s/lib", (int)(strrchr(root, '/') - root), root);
	char *expected = mem_format(
		"{\"type\":\"draft\",\"path\":\"%s/x.css\",\"text\":\"q\"}\n", lib);

	folder_make("../lib");
	folder_make("../library");
	played_server_start(&test->server);
	act(test, "open", "../lib/x.css", "p");
	act(test, "change", "../lib/x.css", "q");
	act(test, "open", "../library/x.css", "p");
	act(test, "change", "../library/x.css", "q");
	clock_wait(test->loop, has_asked, test);
	assert_int_equal(test->server.peer, -1);
	/* As the workspace does when it is asked. */
	assert_non_null(servers_find(test->servers, root));
	welcome_with_lib(test, lib);
	clock_wait(test->loop, has_draft, test);
	played_server_expect(&test->server, expected);
	free(expected);
	free(lib);
}

static void
test_finding(void **state)
{
	struct test *test = *state;
	struct server *server;

	folder_make("one/two");
	assert_null(servers_find(test->servers, test->server.root));
	assert_null(servers_current(test->servers));
	played_server_start(&test->server);
	assert_null(servers_find(test->servers, "/no/such/folder"));
	server = servers_find(test->servers, "one/two");
	assert_non_null(server);
	assert_null(server_root(server));
	played_server_welcome(&test->server);
	assert_string_equal(server_root(server), test->server.root);
	assert_string_equal(server_url(server), PLAYED_SERVER_URL);
	assert_ptr_equal(servers_find(test->servers, test->server.root), server);
	assert_ptr_equal(servers_current(test->servers), server);
	server_send(server, slice_of("{\"type\":\"reload\"}"));
	played_server_expect(&test->server, "{\"type\":\"reload\"}\n");
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
		ROW(test_mounted),
		ROW(test_finding),
	};
#undef ROW

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "support/test.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "clock.h"
#include "folder.h"
#include "lsp/workspace.h"
#include "played_editor.h"
#include "played_server.h"

/* An editor with a document a.css, and the server of its folder. */
struct test {
	struct loop *loop;
	struct played_editor editor;
	struct played_server server;
	struct workspace workspace;
	struct server *found; /* the connection */
	struct buf calls;     /* "ready|" and "ended|" */
};

static void
note_ready(void *context, struct server *server)
{
	struct test *test = context;

	assert_ptr_equal(server, test->found);
	buf_add_text(&test->calls, "ready|");
}

static void
note_end(void *context, const struct server *server)
{
	struct test *test = context;

	assert_ptr_equal(server, test->found);
	buf_add_text(&test->calls, "ended|");
}

static void
publish(void *context)
{
	workspace_publish(&((struct test *)context)->workspace);
}

static int
set_up(void **state)
{
	struct test *test = calloc(1, sizeof(*test));

	assert_non_null(test);
	*state = test;
	folder_enter();
	test->loop = loop_create();
	played_editor_begin(&test->editor, test->loop);
	test->editor.drained = publish;
	test->editor.context = test;
	played_server_begin(&test->server, test->loop);
	test->workspace = (struct workspace){.loop = test->loop,
		.client = test->editor.client,
		.ready = note_ready,
		.ended = note_end,
		.context = test};
	abilities_read(&test->workspace.abilities, NULL);
	workspace_begin(&test->workspace);
	return 0;
}

static int
tear_down(void **state)
{
	struct test *test = *state;

	workspace_finish(&test->workspace);
	played_server_finish(&test->server);
	played_editor_finish(&test->editor);
	loop_destroy(test->loop);
	buf_finish(&test->calls);
	free(test);
	folder_leave();
	return 0;
}

/* The connection is made, but the server has not answered. */
static void
connect_server(struct test *test)
{
	played_server_start(&test->server);
	test->found = servers_find(test->workspace.servers, test->server.root);
	assert_non_null(test->found);
}

static void
connect_and_welcome(struct test *test)
{
	connect_server(test);
	played_server_welcome(&test->server);
	played_editor_expect(&test->editor, "connected with " PLAYED_SERVER_URL ", which serves ");
}

static void
say(struct test *test, const char *message)
{
	print_message("  %s\n", message);
	played_server_say(&test->server, message);
	played_server_say(&test->server, "\n");
}

/* Fails the test unless the editor is shown this text, with the type of window/showMessage. */
static void
assert_shown(struct test *test, const char *type, const char *text)
{
	char *message = mem_format(
		"window/showMessage\",\"params\":{\"type\":%s,\"message\":\"%s\"}", type, text);

	played_editor_expect(&test->editor, message);
	free(message);
}

#define WARNING "2"
#define INFO "3"

static void
test_beginning_and_end(void **state)
{
	struct test *test = *state;

	connect_server(test);
	played_server_wait(&test->server);
	assert_string_equal(buf_slice(&test->calls).at, "");
	played_server_hang_up(&test->server);
	clock_drain(test->loop);
	assert_string_equal(test->calls.bytes, "ended|");
	played_editor_expect_nothing(&test->editor);
	played_server_end(&test->server);
	buf_clear(&test->calls);

	connect_and_welcome(test);
	assert_string_equal(test->calls.bytes, "ready|");
	say(test, "{\"event\":\"problem\",\"path\":\"a.css\",\"line\":1,\"text\":\"no }\"}");
	played_editor_expect_here(&test->editor, "{\"uri\":\"@/a.css\",\"diagnostics\":[{");
	played_server_end(&test->server);
	clock_drain(test->loop);
	assert_string_equal(test->calls.bytes, "ready|ended|");
	loop_dispatch(test->loop);
	played_editor_read(&test->editor);
	assert_non_null(strstr(test->editor.got.bytes, "the server of /"));
	played_editor_expect_here(&test->editor, "{\"uri\":\"@/a.css\",\"diagnostics\":[]}");
}

/* Nobody has to listen for servers. */
static void
test_no_listener(void **state)
{
	struct test *test = *state;

	test->workspace.ready = NULL;
	test->workspace.ended = NULL;
	connect_and_welcome(test);
	played_server_end(&test->server);
	played_editor_expect(&test->editor, " has ended\"");
	assert_string_equal(buf_slice(&test->calls).at, "");
}

static void
test_taken(void **state)
{
	struct test *test = *state;

	connect_and_welcome(test);
	say(test, "{\"type\":\"taken\",\"path\":\"css/a.css\",\"editor\":\"VS Code\"}");
	assert_shown(test, INFO,
		"VS Code has a later unsaved text of css/a.css; the pages show that one");
	say(test, "{\"type\":\"taken\",\"path\":\"a\\u001b[2Jb\",\"editor\":\"E\\nd\"}");
	assert_shown(test, INFO,
		"E\\\\x0ad has a later unsaved text of a\\\\x1b[2Jb; the pages show that one");
	say(test, "{\"type\":\"taken\",\"path\":7,\"editor\":[]}");
	assert_shown(test, INFO,
		"another editor has a later unsaved text of a file; the pages show that one");
}

static void
test_failed(void **state)
{
	struct test *test = *state;
	struct buf long_text = {0};

	connect_and_welcome(test);
	say(test, "{\"type\":\"failed\",\"text\":\"no\\r\\nroom\"}");
	assert_shown(test, WARNING, "no\\\\x0d\\\\x0aroom");
	say(test, "{\"type\":\"failed\"}");
	assert_shown(test, WARNING, "the server has refused something");
	buf_add_text(&long_text, "{\"type\":\"failed\",\"text\":\"");
	for (int i = 0; i < 10000; i++)
		buf_add_text(&long_text, "0123456789");
	buf_add_text(&long_text, "end\"}");
	say(test, long_text.bytes);
	buf_finish(&long_text);
	loop_dispatch(test->loop);
	played_editor_read(&test->editor);
	assert_true(test->editor.got.length < 1000);
	played_editor_expect(&test->editor, "0123456789");
}

/* What is not known has no effect, and the connection stays. */
static void
test_unknown(void **state)
{
	static const char *const messages[] = {
		"{}",
		"{\"type\":\"later\",\"text\":\"x\"}",
		"{\"type\":7}",
		"{\"event\":\"later\",\"path\":\"a.css\"}",
		"{\"event\":{}}",
		"{\"type\":null,\"event\":\"said\"}",
	};
	struct test *test = *state;

	connect_and_welcome(test);
	for (size_t i = 0; i < ROWS(messages); i++) {
		say(test, messages[i]);
		played_editor_expect_nothing(&test->editor);
	}
	say(test, "{\"type\":\"failed\",\"text\":\"still there\"}");
	assert_shown(test, WARNING, "still there");
}

static void
test_show(void **state)
{
	struct test *test = *state;

	folder_write("a.html", "<p>\n<b>\n");
	connect_and_welcome(test);
	say(test, "{\"type\":\"show\",\"path\":\"a.html\",\"line\":2,\"column\":2}");
	played_editor_expect(&test->editor, "your editor does not open files");
	test->workspace.abilities.shows_documents = true;
	say(test, "{\"type\":\"show\",\"path\":\"a.html\",\"line\":2,\"column\":2}");
	played_editor_expect_here(
		&test->editor, "window/showDocument\",\"params\":{\"uri\":\"@/a.html\"");
	say(test, "{\"type\":\"show\",\"path\":\"../outside/a.html\",\"line\":2,\"column\":2}");
	played_editor_expect(&test->editor, "is not opened");
}

#define SAID(file)                                                                               \
	"{\"event\":\"said\",\"level\":\"error\",\"page\":\"/\",\"text\":\"x\",\"file\":\"" file \
	"\",\"line\":1}"

/* A page may name any file: its errors are shown in plain files of the served folder, and of folders that are open. */
static void
test_where_pages_may_have_errors(void **state)
{
	static const char *const refused[] = {
		SAID("../outside/a.js"),
		SAID("../opened/missing.js"),
		SAID("out.js"),
		SAID("hidden.js"),
		SAID("broken.js"),
		SAID("folder"),
		SAID("pipe.js"),
		SAID("missing.js"),
		SAID("/etc/passwd"),
	};
	struct test *test = *state;
	char *opened = played_uris("{\"event\":{\"added\":[{\"uri\":\"@/../opened\"}]}}");
	struct json_value *params = played_json(opened);

	folder_write("a.js", "x");
	folder_write("../outside/a.js", "x");
	folder_write("../opened/a.js", "x");
	folder_write(".env", "x");
	folder_make("folder");
	assert_int_equal(symlink("../outside/a.js", "out.js"), 0);
	assert_int_equal(symlink(".env", "hidden.js"), 0);
	assert_int_equal(symlink("broken.js", "broken.js"), 0);
	assert_int_equal(symlink("a.js", "in.js"), 0);
	assert_int_equal(mkfifo("pipe.js", 0600), 0);
	abilities_change_folders(&test->workspace.abilities, params);
	json_value_destroy(params);
	free(opened);
	connect_and_welcome(test);
	for (size_t i = 0; i < ROWS(refused); i++) {
		say(test, refused[i]);
		played_editor_expect_nothing(&test->editor);
	}
	say(test, SAID("a.js"));
	played_editor_expect_here(&test->editor, "{\"uri\":\"@/a.js\",\"diagnostics\":[{");
	say(test, SAID("in.js"));
	played_editor_expect_here(&test->editor, "{\"uri\":\"@/in.js\",\"diagnostics\":[{");
	say(test, SAID("../opened/a.js"));
	played_editor_expect(&test->editor, "/opened/a.js\",\"diagnostics\":[{");
	folder_remove("../opened");
}

static void
open_document(struct test *test)
{
	char *text = played_uris("{\"textDocument\":{\"uri\":\"@/a.css\",\"text\":\"\"}}");
	struct json_value *params = played_json(text);
	const char *error;
	struct document *document = documents_open(
		&test->workspace.documents, params, false, &error);

	assert_non_null(document);
	servers_attach(test->workspace.servers, document);
	json_value_destroy(params);
	free(text);
}

static void
refuse(struct test *test)
{
	played_server_wait(&test->server);
	played_server_say(&test->server, "HTTP/1.1 404 Not Found\r\n\r\n");
	played_server_hang_up(&test->server);
	clock_drain(test->loop);
}

/* What servers complain of again and again is in the log once, until one of them has answered. */
static void
test_sentences_are_logged_once(void **state)
{
	struct test *test = *state;

	test->workspace.ready = NULL;
	test->workspace.ended = NULL;
	played_server_start(&test->server);
	open_document(test);
	refuse(test);
	played_editor_expect(&test->editor, "the running liveserve is another version");
	refuse(test);
	played_editor_expect_nothing(&test->editor);
	played_server_welcome(&test->server);
	played_editor_expect(&test->editor, "connected with");
	played_server_hang_up(&test->server);
	clock_drain(test->loop);
	refuse(test);
	played_editor_expect(&test->editor, "the running liveserve is another version");
}

static bool
has_news(void *context)
{
	struct test *test = context;

	played_editor_read(&test->editor);
	return test->editor.got.length && strstr(test->editor.got.bytes, "no }") != NULL;
}

/* What could not be told while the editor did not read is told afterwards. */
static void
test_slow_editor(void **state)
{
	struct test *test = *state;
	struct buf large = {0};

	connect_and_welcome(test);
	while (large.length < 1024 * 1024)
		buf_add_text(&large, "1000000000000000");
	client_notify(test->editor.client, "large", buf_slice(&large));
	buf_finish(&large);
	loop_dispatch(test->loop);
	say(test, "{\"event\":\"problem\",\"path\":\"a.css\",\"line\":1,\"text\":\"no }\"}");
	assert_false(client_is_drained(test->editor.client));
	clock_wait(test->loop, has_news, test);
}

/* A workspace that has never begun is finished as well. */
static void
test_never_begun(void **state)
{
	struct workspace workspace = {0};

	(void)state;
	workspace_finish(&workspace);
}

int
main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ROW(test_beginning_and_end),
		ROW(test_no_listener),
		ROW(test_taken),
		ROW(test_failed),
		ROW(test_unknown),
		ROW(test_show),
		ROW(test_where_pages_may_have_errors),
		ROW(test_sentences_are_logged_once),
		ROW(test_slow_editor),
		cmocka_unit_test(test_never_begun),
	};
#undef ROW

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "support/test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "folder.h"
#include "lsp/notifications.h"
#include "played_editor.h"
#include "played_server.h"

/* An editor that tells of its documents, and a server of their folder. */
struct test {
	struct loop *loop;
	struct played_editor editor;
	struct played_server server;
	struct workspace workspace;
};

static const struct {
	const char *method;
	void (*take)(struct workspace *workspace, const struct client_message *message);
} methods[] = {
	{"textDocument/didOpen", notifications_open},
	{"textDocument/didChange", notifications_change},
	{"textDocument/didSave", notifications_save},
	{"textDocument/didClose", notifications_close},
	{"liveserve/cursor", notifications_cursor},
};

#define OPEN methods[0].method
#define CHANGE methods[1].method
#define SAVE methods[2].method
#define CLOSE methods[3].method
#define CURSOR methods[4].method

static void
take(void *context, const struct client_message *message)
{
	struct test *test = context;

	for (size_t i = 0; i < ROWS(methods); i++)
		if (strcmp(methods[i].method, message->method) == 0)
			methods[i].take(&test->workspace, message);
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
	test->editor.message = take;
	test->editor.context = test;
	played_server_begin(&test->server, test->loop);
	test->workspace.loop = test->loop;
	test->workspace.client = test->editor.client;
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
	free(test);
	folder_leave();
	return 0;
}

static void
notify(struct test *test, const char *method, const char *params)
{
	played_editor_notify(&test->editor, method, params);
}

/* Opens a.css with this text, a part of JSON, and connects with the server. */
#define OPEN_CSS(test, text) \
	notify(test, OPEN, "{\"textDocument\":{\"uri\":\"@/a.css\",\"text\":\"" text "\"}}")
#define CHANGE_CSS(test, text)                                                                  \
	notify(test, CHANGE,                                                                    \
		"{\"textDocument\":{\"uri\":\"@/a.css\"},\"contentChanges\":[{\"text\":\"" text \
		"\"}]}")
#define DRAFT(text) "{\"type\":\"draft\",\"path\":\"a.css\",\"text\":\"" text "\"}\n"
#define CLOSED "{\"type\":\"closed\",\"path\":\"a.css\"}\n"

static void
test_life_of_a_document(void **state)
{
	struct test *test = *state;

	played_server_start(&test->server);
	OPEN_CSS(test, "one");
	played_server_welcome(&test->server);
	played_server_expect(&test->server, "");
	CHANGE_CSS(test, "two");
	played_server_expect(&test->server, DRAFT("two"));
	notify(test, CHANGE,
		"{\"textDocument\":{\"uri\":\"@/a.css\"},\"contentChanges\":[{\"range\":{\"start\":"
		"{\"line\":0,\"character\":1},\"end\":{\"line\":0,\"character\":2}},\"text\":\"W\"}"
		"]}");
	played_server_expect(&test->server, DRAFT("tWo"));
	notify(test, SAVE, "{\"textDocument\":{\"uri\":\"@/a.css\"}}");
	played_server_expect(&test->server, "{\"type\":\"saved\",\"path\":\"a.css\"}\n");
	CHANGE_CSS(test, "three");
	played_server_expect(&test->server, DRAFT("three"));
	notify(test, CLOSE, "{\"textDocument\":{\"uri\":\"@/a.css\"}}");
	played_server_expect(&test->server, CLOSED);
	assert_int_equal(test->workspace.documents.by_uri.entries.count, 0);
}

/* Its file gets the name in the editor, and a place in the editor's text. */
static void
test_findings_of_a_document(void **state)
{
	struct test *test = *state;

	played_server_start(&test->server);
	folder_write("a.css", "");
	OPEN_CSS(test, "a");
	played_server_welcome(&test->server);
	played_server_say(&test->server,
		"{\"event\":\"problem\",\"path\":\"a.css\",\"line\":1,\"text\":\"x\"}\n");
	played_editor_expect_here(&test->editor, "{\"uri\":\"@/a.css\",\"diagnostics\":[{");
	notify(test, CLOSE, "{\"textDocument\":{\"uri\":\"@/a.css\"}}");
	notify(test, OPEN, "{\"textDocument\":{\"uri\":\"@/./a.css\",\"text\":\" abc\"}}");
	played_editor_expect_here(&test->editor,
		"{\"uri\":\"@/./a.css\",\"diagnostics\":[{\"range\":{\"start\":{\"line\":0,"
		"\"character\":1},\"end\":{\"line\":0,\"character\":4}}");
}

/* The log of the editor says which notification had no effect, and why. */
static void
test_wrong_params(void **state)
{
	static const char *const params[] = {
		"{}",
		"[]",
		"{\"textDocument\":7}",
		"{\"textDocument\":{\"uri\":null}}",
		"{\"textDocument\":{\"uri\":7,\"text\":\"a\"}}",
		"{\"textDocument\":{\"uri\":\"@/never opened.css\"}}",
	};
	struct test *test = *state;

	for (size_t i = 0; i < ROWS(params); i++)
		for (size_t j = 0; j < 4; j++) {
			notify(test, methods[j].method, params[i]);
			played_editor_read(&test->editor);
			assert_null(strstr(buf_slice(&test->editor.got).at, "\"error\""));
			played_editor_expect(&test->editor, methods[j].method);
		}
	notify(test, OPEN, "{\"textDocument\":{\"uri\":\"@/a.css\"}}");
	played_editor_expect_here(&test->editor, "textDocument/didOpen of @/a.css: ");
	assert_int_equal(test->workspace.documents.by_uri.entries.count, 0);
}

/* A change that cannot be read: the pages do not show a text that nobody knows. */
static void
test_wrong_change(void **state)
{
	static const char *const changes[] = {
		"",
		",\"contentChanges\":{}",
		",\"contentChanges\":[7]",
		",\"contentChanges\":[{\"text\":7}]",
		",\"contentChanges\":[{\"range\":{},\"text\":\"x\"}]",
		",\"contentChanges\":[{\"text\":\"x\"},{\"range\":[],\"text\":\"x\"}]",
	};
	struct test *test = *state;

	played_server_start(&test->server);
	OPEN_CSS(test, "one");
	played_server_welcome(&test->server);
	for (size_t i = 0; i < ROWS(changes); i++) {
		char params[400];

		CHANGE_CSS(test, "two");
		played_server_expect(&test->server, DRAFT("two"));
		snprintf(params, sizeof(params), "{\"textDocument\":{\"uri\":\"@/a.css\"}%s}",
			changes[i]);
		notify(test, CHANGE, params);
		played_editor_expect_here(&test->editor, "textDocument/didChange of @/a.css: ");
		played_server_expect(&test->server, CLOSED);
	}
}

/* A text with a NUL cannot be told to the server, so pages show the disk. */
static void
test_nul(void **state)
{
	struct test *test = *state;

	played_server_start(&test->server);
	OPEN_CSS(test, "one");
	played_server_welcome(&test->server);
	CHANGE_CSS(test, "two");
	played_server_expect(&test->server, DRAFT("two"));
	CHANGE_CSS(test, "t\\u0000wo");
	played_server_expect(&test->server, CLOSED);
	CHANGE_CSS(test, "three");
	played_server_expect(&test->server, DRAFT("three"));
}

#define PLACE(line, character) "\"position\":{\"line\":" line ",\"character\":" character "}"

static void
test_cursor(void **state)
{
	static const struct {
		const char *params;
		enum position_encoding encoding;
		int offset; /* -1: nowhere */
	} rows[] = {
		{"{\"textDocument\":{\"uri\":\"@/a.css\"}," PLACE("0", "2") "}", POSITION_UTF16, 2},
		{"{\"textDocument\":{\"uri\":\"@/a.css\"}," PLACE("1", "3") "}", POSITION_UTF16, 9},
		{"{\"textDocument\":{\"uri\":\"@/a.css\"}," PLACE("1", "4") "}", POSITION_UTF8, 8},
		{"{\"textDocument\":{\"uri\":\"@/a.css\"}," PLACE("1", "2") "}", POSITION_UTF32, 9},
		{"{\"textDocument\":{\"uri\":\"@/a.css\"}," PLACE("0", "99") "}", POSITION_UTF16,
			3},
		{"{\"textDocument\":{\"uri\":\"@/a.css\"}," PLACE("99", "0") "}", POSITION_UTF16,
			9},
		{"{}", POSITION_UTF16, -1},
		{"{\"textDocument\":{\"uri\":\"@/a.css\"}}", POSITION_UTF16, -1},
		{"{\"textDocument\":{\"uri\":\"@/a.css\"}," PLACE("-1", "0") "}", POSITION_UTF16,
			-1},
		{"{\"textDocument\":{\"uri\":\"@/a.css\"}," PLACE("0", "1.5") "}", POSITION_UTF16,
			-1},
		{"{\"textDocument\":{\"uri\":\"@/a.css\"}," PLACE("0", "null") "}", POSITION_UTF16,
			-1},
		{"{\"textDocument\":{\"uri\":\"@/b.css\"}," PLACE("0", "0") "}", POSITION_UTF16,
			-1},
		{"{\"textDocument\":{\"uri\":7}," PLACE("0", "0") "}", POSITION_UTF16, -1},
		{"[]", POSITION_UTF16, -1},
	};
	struct test *test = *state;

	played_server_start(&test->server);
	OPEN_CSS(test, "one\\n\xf0\x9f\x98\x80x");
	played_server_welcome(&test->server);
	for (size_t i = 0; i < ROWS(rows); i++) {
		char expected[200] = "{\"type\":\"cursor\"}\n";

		test->workspace.abilities.encoding = rows[i].encoding;
		notify(test, CURSOR,
			"{\"textDocument\":{\"uri\":\"@/a.css\"}," PLACE("0", "1") "}");
		clock_drain(test->loop);
		played_server_receive(&test->server);
		buf_clear(&test->server.got);
		notify(test, CURSOR, rows[i].params);
		if (rows[i].offset >= 0)
			snprintf(expected, sizeof(expected),
				"{\"type\":\"cursor\",\"path\":\"a.css\",\"offset\":%d}\n",
				rows[i].offset);
		played_server_expect(&test->server, expected);
	}
}

/* In a text that is not known there is no place. */
static void
test_cursor_in_lost_text(void **state)
{
	struct test *test = *state;

	played_server_start(&test->server);
	OPEN_CSS(test, "one");
	played_server_welcome(&test->server);
	notify(test, CURSOR, "{\"textDocument\":{\"uri\":\"@/a.css\"}," PLACE("0", "1") "}");
	played_server_expect(
		&test->server, "{\"type\":\"cursor\",\"path\":\"a.css\",\"offset\":1}\n");
	documents_lose_all(&test->workspace.documents);
	notify(test, CURSOR, "{\"textDocument\":{\"uri\":\"@/a.css\"}," PLACE("0", "2") "}");
	played_server_expect(&test->server, "{\"type\":\"cursor\"}\n");
}

int
main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ROW(test_life_of_a_document),
		ROW(test_findings_of_a_document),
		ROW(test_wrong_params),
		ROW(test_wrong_change),
		ROW(test_nul),
		ROW(test_cursor),
		ROW(test_cursor_in_lost_text),
	};
#undef ROW

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

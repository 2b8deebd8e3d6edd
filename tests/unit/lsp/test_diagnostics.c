#define _GNU_SOURCE
#include "support/test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "clock.h"
#include "folder.h"
#include "lsp/diagnostics.h"
#include "played_editor.h"

/* What servers have said, and the editor that is told of it. */
struct test {
	struct loop *loop;
	struct played_editor editor;
	struct documents documents;
	struct abilities abilities;
	struct findings findings;
	char *root;
};

static bool
allow(void *context, const char *root, const char *path)
{
	(void)context;
	(void)root;
	(void)path;
	return true;
}

static int
set_up(void **state)
{
	struct test *test = calloc(1, sizeof(*test));

	assert_non_null(test);
	*state = test;
	folder_enter();
	test->root = getcwd(NULL, 0);
	test->loop = loop_create();
	played_editor_begin(&test->editor, test->loop);
	test->findings.allows = allow;
	return 0;
}

static int
tear_down(void **state)
{
	struct test *test = *state;

	played_editor_finish(&test->editor);
	documents_finish(&test->documents);
	findings_finish(&test->findings);
	loop_destroy(test->loop);
	free(test->root);
	free(test);
	folder_leave();
	return 0;
}

static void
publish(struct test *test)
{
	const struct diagnostics diagnostics = {
		&test->findings, test->editor.client, &test->documents, &test->abilities};

	diagnostics_publish(&diagnostics);
}

/* A server says event, and the editor is told. */
static void
hear(struct test *test, const char *event)
{
	struct json_value *value = played_json(event);

	print_message("  %s\n", event);
	findings_hear(&test->findings, test, test->root, value);
	json_value_destroy(value);
	publish(test);
}

/* params as in played_editor_notify(). */
static struct document *
open_document(struct test *test, const char *params)
{
	char *text = played_uris(params);
	struct json_value *value = played_json(text);
	const char *error;
	struct document *document = documents_open(&test->documents, value, false, &error);

	assert_non_null(document);
	document->real = documents_real_path(document->path);
	json_value_destroy(value);
	free(text);
	return document;
}

#define PUBLISHED "\"method\":\"textDocument/publishDiagnostics\",\"params\":"
#define PROBLEM(path, line, text) \
	"{\"event\":\"problem\",\"path\":\"" path "\",\"line\":" line ",\"text\":\"" text "\"}"
#define FIXED(path) "{\"event\":\"fixed\",\"path\":\"" path "\"}"
#define SAID(file, place)                                                       \
	"{\"event\":\"said\",\"level\":\"error\",\"page\":\"/\",\"text\":\"x\"" \
	",\"file\":\"" file "\"," place "}"
#define MISSING(page, path)                                        \
	"{\"event\":\"said\",\"level\":\"error\",\"page\":\"" page \
	"\",\"text\":\"img did not load: " path "\"}"
#define RANGE(line, first, last)                                                                   \
	"\"range\":{\"start\":{\"line\":" line ",\"character\":" first "},\"end\":{\"line\":" line \
	",\"character\":" last "}}"

static void
test_whole_message(void **state)
{
	struct test *test = *state;

	folder_write("a b.css", "p {\n\t color: \n");
	hear(test, PROBLEM("a b.css", "2", "no \\\"}\\\"\\u0007"));
	played_editor_expect_here(&test->editor,
		PUBLISHED "{\"uri\":\"@/a%20b.css\",\"diagnostics\":[{" RANGE("1", "2", "8") //
		",\"severity\":1,\"source\":\"liveserve\",\"message\":\"no \\\"}\\\"\\\\x07\"}]}}");
	publish(test);
	played_editor_expect_nothing(&test->editor);
	hear(test, FIXED("a b.css"));
	played_editor_expect_here(
		&test->editor, PUBLISHED "{\"uri\":\"@/a%20b.css\",\"diagnostics\":[]}}");
	assert_int_equal(test->findings.files.entries.count, 0);
}

/* Where in the line it is, as the editor counts. The lines: a word, one of other scripts, blanks, nothing. */
static void
test_places(void **state)
{
	static const struct {
		const char *place, *range;
		enum position_encoding encoding;
	} rows[] = {
		{"\"line\":1,\"column\":1", RANGE("0", "0", "3"), POSITION_UTF16},
		{"\"line\":1,\"column\":2", RANGE("0", "1", "3"), POSITION_UTF16},
		{"\"line\":1,\"column\":4", RANGE("0", "3", "4"), POSITION_UTF16},
		{"\"line\":1,\"column\":99", RANGE("0", "0", "6"), POSITION_UTF16},
		{"\"line\":1", RANGE("0", "0", "6"), POSITION_UTF16},
		{"\"line\":2,\"column\":3", RANGE("1", "2", "5"), POSITION_UTF16},
		{"\"line\":2,\"column\":3", RANGE("1", "4", "10"), POSITION_UTF8},
		{"\"line\":2,\"column\":3", RANGE("1", "1", "4"), POSITION_UTF32},
		{"\"line\":2", RANGE("1", "0", "6"), POSITION_UTF16},
		{"\"line\":2", RANGE("1", "0", "11"), POSITION_UTF8},
		{"\"line\":3", RANGE("2", "3", "3"), POSITION_UTF16},
		{"\"line\":3,\"column\":2", RANGE("2", "1", "2"), POSITION_UTF16},
		{"\"line\":4,\"column\":7", RANGE("3", "0", "0"), POSITION_UTF16},
		{"\"line\":9007199254740991", RANGE("9007199254740990", "0", "0"), POSITION_UTF16},
	};
	struct test *test = *state;

	folder_write("a.js", "one(1)\r\n"
			     "\xf0\x9f\x98\x80\xe4\xb8\xad\xc3\xa9s;\n"
			     "   \n");
	for (size_t i = 0; i < ROWS(rows); i++) {
		char event[200];

		test->abilities.encoding = rows[i].encoding;
		snprintf(event, sizeof(event), SAID("a.js", "%s"), rows[i].place);
		hear(test, event);
		played_editor_expect(&test->editor, rows[i].range);
		hear(test, "{\"event\":\"outdated\",\"path\":\"a.js\"}");
		played_editor_expect(&test->editor, "\"diagnostics\":[]");
	}
}

/* Without the text of the file the column is taken as it is. */
static void
test_text_not_known(void **state)
{
	struct test *test = *state;
	struct buf large = {0};

	hear(test, SAID("gone.js", "\"line\":7,\"column\":3"));
	played_editor_expect(&test->editor, RANGE("6", "2", "3"));
	hear(test, SAID("never.js", "\"line\":7"));
	played_editor_expect(&test->editor, RANGE("6", "0", "1"));
	hear(test, MISSING("/gone.html", "/a.png"));
	played_editor_expect(&test->editor, RANGE("0", "0", "0"));
	while (large.length <= DIAGNOSTICS_FILE_MAX)
		buf_add_text(&large, "words and more words\n");
	folder_write_bytes("large.js", large.bytes, large.length);
	buf_finish(&large);
	hear(test, SAID("large.js", "\"line\":2,\"column\":1"));
	played_editor_expect(&test->editor, RANGE("1", "0", "1"));
}

static void
test_missing(void **state)
{
	static const struct {
		const char *path, *range;
	} rows[] = {
		{"/img/a.png", RANGE("1", "5", "14")},
		{"/img/a.png?v=1", RANGE("1", "5", "14")},
		{"/b.png", RANGE("2", "5", "11")},
		{"/x/y/c.png", RANGE("3", "8", "13")},
		{"/not/written.here", RANGE("0", "0", "0")},
		{"/?x", RANGE("1", "8", "9")},
	};
	struct test *test = *state;

	folder_write("index.html", "<p>\n<img img/a.png>\n<img /b.png>\n<a /é/=\"c.png\">");
	test->abilities.encoding = POSITION_UTF32;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char event[200];

		snprintf(event, sizeof(event), MISSING("/", "%s"), rows[i].path);
		hear(test, event);
		played_editor_expect(&test->editor, rows[i].range);
		hear(test, "{\"event\":\"lost\",\"told\":1,\"open\":1}");
		played_editor_expect(&test->editor, "\"diagnostics\":[]");
	}
	hear(test, MISSING("/", "/b.png"));
	played_editor_expect(&test->editor, "\"severity\":2,");
}

/* The text of an open document counts, and its name as the editor writes it. */
static void
test_open_document(void **state)
{
	struct test *test = *state;
	struct document *document;

	folder_write("a.js", "word");
	test->abilities.takes_versions = true;
	hear(test, SAID("a.js", "\"line\":1,\"column\":1"));
	played_editor_expect_here(
		&test->editor, "{\"uri\":\"@/a.js\",\"diagnostics\":[{" RANGE("0", "0", "4"));
	document = open_document(test, "{\"textDocument\":{\"uri\":\"@/./a.js\",\"version\":7,"
				       "\"text\":\"longer words\"}}");
	findings_refresh(&test->findings, document->real);
	publish(test);
	played_editor_expect_here(&test->editor,
		"{\"uri\":\"@/./a.js\",\"version\":7,\"diagnostics\":[{" RANGE("0", "0", "6"));
	/* A text that is not known any more is that of the disk. */
	documents_lose_all(&test->documents);
	findings_refresh(&test->findings, document->real);
	publish(test);
	played_editor_expect(&test->editor, RANGE("0", "0", "4"));
	test->abilities.takes_versions = false;
	findings_refresh(&test->findings, document->real);
	publish(test);
	played_editor_expect_here(&test->editor, "{\"uri\":\"@/./a.js\",\"diagnostics\":[{");
}

/* What the editor knew by another name is taken back there. */
static void
test_other_name(void **state)
{
	struct test *test = *state;
	struct document *document;

	hear(test, PROBLEM("a.css", "1", "x"));
	played_editor_expect_here(&test->editor, "{\"uri\":\"@/a.css\",\"diagnostics\":[{");
	document = open_document(test, "{\"textDocument\":{\"uri\":\"@/./a.css\",\"text\":\"\"}}");
	findings_refresh(&test->findings, document->real);
	publish(test);
	played_editor_expect_here(&test->editor, "{\"uri\":\"@/a.css\",\"diagnostics\":[]}");
	findings_refresh(&test->findings, document->real);
	publish(test);
	played_editor_expect_here(&test->editor, "{\"uri\":\"@/./a.css\",\"diagnostics\":[{");
	hear(test, FIXED("a.css"));
	played_editor_expect_here(&test->editor, "{\"uri\":\"@/./a.css\",\"diagnostics\":[]}");
}

static bool
has_room(void *context)
{
	struct test *test = context;

	played_editor_read(&test->editor);
	return client_is_drained(test->editor.client);
}

/* An editor that reads slowly gets the newest state, and nothing of what was in between. */
static void
test_slow_editor(void **state)
{
	struct test *test = *state;
	struct buf large = {0};

	while (large.length < 1024 * 1024)
		buf_add_text(&large, "1000000000000000");
	client_notify(test->editor.client, "large", buf_slice(&large));
	buf_finish(&large);
	loop_dispatch(test->loop);
	hear(test, PROBLEM("a.css", "1", "the first"));
	hear(test, PROBLEM("b.css", "1", "mended"));
	hear(test, FIXED("b.css"));
	hear(test, PROBLEM("a.css", "1", "the second"));
	clock_wait(test->loop, has_room, test);
	played_editor_read(&test->editor);
	assert_null(strstr(test->editor.got.bytes, "the first"));
	assert_null(strstr(test->editor.got.bytes, "the second"));
	publish(test);
	loop_dispatch(test->loop);
	played_editor_read(&test->editor);
	assert_null(strstr(test->editor.got.bytes, "b.css"));
	played_editor_expect(&test->editor, "the second");
}

int
main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ROW(test_whole_message),
		ROW(test_places),
		ROW(test_text_not_known),
		ROW(test_missing),
		ROW(test_open_document),
		ROW(test_other_name),
		ROW(test_slow_editor),
	};
#undef ROW

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

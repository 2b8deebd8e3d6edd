#define _GNU_SOURCE
#include "support/test.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "clock.h"
#include "folder.h"
#include "lsp/shown.h"
#include "played_editor.h"

/* An editor that is asked to open files. */
struct test {
	struct loop *loop;
	struct played_editor editor;
	struct documents documents;
	struct abilities abilities;
	char *root;
};

static int
set_up(void **state)
{
	struct test *test = calloc(1, sizeof(*test));

	assert_non_null(test);
	*state = test;
	folder_enter();
	test->root = getcwd(NULL, 0);
	folder_write("index.html", "<p>one</p>\n<p>\xf0\x9f\x98\x80two</p>\n");
	folder_write("css/a b.css", "p {}\n");
	folder_write(".env", "secret");
	folder_write("../outside/x.html", "x");
	assert_int_equal(symlink("../outside/x.html", "out.html"), 0);
	assert_int_equal(symlink("css", "styles"), 0);
	assert_int_equal(mkfifo("pipe.html", 0600), 0);
	test->loop = loop_create();
	played_editor_begin(&test->editor, test->loop);
	test->abilities.shows_documents = true;
	return 0;
}

static int
tear_down(void **state)
{
	struct test *test = *state;

	played_editor_finish(&test->editor);
	documents_finish(&test->documents);
	loop_destroy(test->loop);
	free(test->root);
	free(test);
	folder_leave();
	return 0;
}

/* What the editor gets for a message. The next call replaces it. */
static const char *
show(struct test *test, const char *message)
{
	const struct shown shown = {test->editor.client, &test->documents, &test->abilities};
	struct json_value *value = played_json(message);

	print_message("  %s\n", message);
	shown_hear(&shown, test->root, value);
	json_value_destroy(value);
	loop_dispatch(test->loop);
	buf_clear(&test->editor.got);
	played_editor_read(&test->editor);
	return buf_slice(&test->editor.got).at;
}

static void
assert_shown(struct test *test, const char *message, const char *name, const char *place)
{
	const char *output = show(test, message);
	char *uri = mem_format("\"uri\":\"file://%s/%s\"", test->root, name);
	char *start = mem_format("\"selection\":{\"start\":%s", place);

	assert_non_null(strstr(output, "\"method\":\"window/showDocument\""));
	assert_non_null(strstr(output, uri));
	assert_non_null(strstr(output, start));
	free(uri);
	free(start);
}

#define SHOW(path, line, column) \
	"{\"type\":\"show\",\"path\":\"" path "\",\"line\":" line ",\"column\":" column "}"

static void
test_files_of_the_site(void **state)
{
	struct test *test = *state;

	assert_shown(
		test, SHOW("index.html", "1", "4"), "index.html", "{\"line\":0,\"character\":3}");
	assert_shown(
		test, SHOW("index.html", "2", "6"), "index.html", "{\"line\":1,\"character\":5}");
	assert_shown(test, SHOW("css/a b.css", "1", "1"), "css/a%20b.css",
		"{\"line\":0,\"character\":0}");
	assert_shown(test, SHOW("styles/a b.css", "1", "1"), "css/a%20b.css",
		"{\"line\":0,\"character\":0}");
	assert_shown(test, SHOW("index.html", "1", "999"), "index.html",
		"{\"line\":0,\"character\":10}");
	assert_shown(
		test, SHOW("index.html", "0", "0"), "index.html", "{\"line\":0,\"character\":0}");
	assert_shown(test, "{\"type\":\"show\",\"path\":\"index.html\"}", "index.html",
		"{\"line\":0,\"character\":0}");
	test->abilities.encoding = POSITION_UTF8;
	assert_shown(
		test, SHOW("index.html", "2", "6"), "index.html", "{\"line\":1,\"character\":7}");
	test->abilities.encoding = POSITION_UTF32;
	assert_shown(
		test, SHOW("index.html", "2", "6"), "index.html", "{\"line\":1,\"character\":4}");
}

/* What a page may have made up. */
static void
test_hostile(void **state)
{
	static const char *const messages[] = {
		SHOW("../outside/x.html", "1", "1"),
		SHOW("css/../../outside/x.html", "1", "1"),
		SHOW("/etc/passwd", "1", "1"),
		SHOW("out.html", "1", "1"),
		SHOW(".env", "1", "1"),
		SHOW("css", "1", "1"),
		SHOW("", "1", "1"),
		SHOW(".", "1", "1"),
		SHOW("pipe.html", "1", "1"),
		SHOW("missing.html", "1", "1"),
		SHOW("index.html\\u0000", "1", "1"),
		SHOW("file:///etc/passwd", "1", "1"),
		"{\"type\":\"show\",\"path\":1}",
		"{\"type\":\"show\"}",
	};
	struct test *test = *state;

	for (size_t i = 0; i < ROWS(messages); i++) {
		const char *output = show(test, messages[i]);

		assert_null(strstr(output, "showDocument"));
		assert_non_null(strstr(output, "is not opened"));
	}
}

/* A file of a folder that is mounted, or another site's, has an absolute path. */
static void
test_absolute(void **state)
{
	struct test *test = *state;
	char *inside = mem_format(SHOW("%s/index.html", "3", "1"), test->root);
	char *outside = mem_format(SHOW("%s/../outside/x", "3", "1"), test->root);

	assert_shown(test, inside, "index.html", "{\"line\":2,\"character\":0}");
	assert_null(strstr(show(test, outside), "showDocument"));
	free(inside);
	free(outside);
}

/* Its name in the editor counts, and its text as it stands there. */
static void
test_open_document(void **state)
{
	struct test *test = *state;
	char *params = mem_format("{\"textDocument\":{\"uri\":\"file://%s/./index.html\","
				  "\"text\":\"\\n\\n\\u4e2d\"}}",
		test->root);
	struct json_value *value = played_json(params);
	const char *error;
	struct document *document = documents_open(&test->documents, value, false, &error);

	assert_non_null(document);
	document->real = documents_real_path(document->path);
	assert_shown(
		test, SHOW("index.html", "3", "2"), "./index.html", "{\"line\":2,\"character\":1}");
	json_value_destroy(value);
	free(params);
}

static void
test_editor_that_cannot(void **state)
{
	struct test *test = *state;
	const char *output;

	test->abilities.shows_documents = false;
	output = show(test, SHOW("index.html", "2", "1"));
	assert_null(strstr(output, "showDocument"));
	assert_non_null(strstr(output, "index.html:2: your editor does not open files"));
}

int
main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ROW(test_files_of_the_site),
		ROW(test_hostile),
		ROW(test_absolute),
		ROW(test_open_document),
		ROW(test_editor_that_cannot),
	};
#undef ROW

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

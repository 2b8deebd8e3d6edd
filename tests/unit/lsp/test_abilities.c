#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "folder.h"
#include "lsp/abilities.h"
#include "played_editor.h"

static int
enter(void **state)
{
	(void)state;
	folder_enter();
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	folder_leave();
	return 0;
}

static void
read_text(struct abilities *abilities, const char *text)
{
	struct json_value *value = played_json(text);

	abilities_read(abilities, value);
	json_value_destroy(value);
}

static void
test_encodings(void **state)
{
	static const struct {
		const char *offered, *chosen;
	} rows[] = {
		{"[\"utf-8\",\"utf-16\"]", "utf-8"},
		{"[\"utf-16\",\"utf-8\"]", "utf-8"},
		{"[\"utf-16\"]", "utf-16"},
		{"[\"utf-32\"]", "utf-32"},
		{"[\"utf-32\",\"utf-16\"]", "utf-16"},
		{"[]", "utf-16"},
		{"null", "utf-16"},
		{"[\"ebcdic\",7]", "utf-16"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct abilities abilities;
		struct buf answer = {0};
		char text[200];

		snprintf(text, sizeof(text),
			"{\"capabilities\":{\"general\":{\"positionEncodings\":%s}}}",
			rows[i].offered);
		print_message("  %s\n", rows[i].offered);
		read_text(&abilities, text);
		assert_string_equal(position_encoding_name(abilities.encoding), rows[i].chosen);
		abilities_add_answer(&abilities, "1.2.3", slice_of("[\"a.b\"]"), &answer);
		assert_non_null(strstr(answer.bytes, "{\"commands\":[\"a.b\"]}"));
		snprintf(text, sizeof(text), "\"positionEncoding\":\"%s\"", rows[i].chosen);
		assert_non_null(strstr(answer.bytes, text));
		assert_non_null(strstr(answer.bytes, "\"version\":\"1.2.3\""));
		json_value_destroy(played_json(answer.bytes));
		buf_finish(&answer);
		abilities_finish(&abilities);
	}
}

static void
test_defaults(void **state)
{
	struct abilities abilities;

	(void)state;
	read_text(&abilities, "{}");
	assert_string_equal(abilities.editor, "an editor");
	assert_int_equal(abilities.folder_count, 0);
	assert_int_equal(abilities.process, 0);
	assert_true(abilities.unsaved);
	assert_false(abilities.start || abilities.shows_documents || abilities.takes_versions);
	abilities_finish(&abilities);
	abilities_read(&abilities, NULL);
	assert_true(abilities.unsaved);
	abilities_finish(&abilities);
}

static void
test_all_said(void **state)
{
	struct abilities abilities;

	(void)state;
	read_text(&abilities,
		"{\"processId\":42,\"clientInfo\":{\"name\":\"Neo\\nvim\",\"version\":\"0.11\"},"
		"\"capabilities\":{\"window\":{\"showDocument\":{\"support\":true}},"
		"\"textDocument\":{\"publishDiagnostics\":{\"versionSupport\":true}}},"
		"\"initializationOptions\":{\"unsaved\":false,\"start\":true}}");
	assert_string_equal(abilities.editor, "Neo\\x0avim 0.11");
	assert_int_equal(abilities.process, 42);
	assert_true(abilities.start && abilities.shows_documents && abilities.takes_versions);
	assert_false(abilities.unsaved);
	abilities_finish(&abilities);
}

/* Reads params in which @ is the URI of the current folder. */
static void
read_uris(struct abilities *abilities, const char *params)
{
	char *text = played_uris(params);

	read_text(abilities, text);
	free(text);
}

static void
test_folders(void **state)
{
	struct abilities abilities;
	char *here = getcwd(NULL, 0), *below, *text;
	struct json_value *event;

	(void)state;
	below = malloc(strlen(here) + 8);
	assert_non_null(below);
	folder_make("one");
	folder_make("two");
	sprintf(below, "%s/one/x", here);
	read_uris(&abilities, "{\"rootUri\":\"@/two\",\"workspaceFolders\":[{\"uri\":\"@/one\"},"
			      "{\"uri\":\"@/one\"},{\"uri\":\"@/missing\"},{\"uri\":\"x:y\"},{}]}");
	assert_int_equal(abilities.folder_count, 1);
	assert_true(abilities_hold(&abilities, below));
	assert_false(abilities_hold(&abilities, here));
	sprintf(below, "%s/oneX", here);
	assert_false(abilities_hold(&abilities, below));
	text = played_uris("{\"event\":{\"added\":[{\"uri\":\"@/two\"}],"
			   "\"removed\":[{\"uri\":\"@/one\"},{\"uri\":\"@\"}]}}");
	event = played_json(text);
	abilities_change_folders(&abilities, event);
	json_value_destroy(event);
	free(text);
	assert_int_equal(abilities.folder_count, 1);
	assert_non_null(strstr(abilities.folders[0], "/two"));
	abilities_finish(&abilities);
	read_uris(&abilities, "{\"rootUri\":\"@/two\",\"rootPath\":\"/\"}");
	assert_int_equal(abilities.folder_count, 1);
	assert_non_null(strstr(abilities.folders[0], "/two"));
	abilities_finish(&abilities);
	read_uris(&abilities, "{\"rootUri\":null,\"workspaceFolders\":null,\"rootPath\":\"/\"}");
	assert_string_equal(abilities.folders[0], "/");
	abilities_finish(&abilities);
	free(below);
	free(here);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_encodings),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_all_said),
		cmocka_unit_test_setup_teardown(test_folders, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

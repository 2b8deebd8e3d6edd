/*
 * What an editor's program sends, right and wrong.
 */
#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include "editors/editor_message.h"

static struct editor_message
read_line(const char *line)
{
	return editor_message_read(slice_of(line));
}

static void
test_messages(void **state)
{
	static const struct {
		const char *line;
		enum editor_message_type type;
		const char *path, *text; /* NULL: absent */
	} rows[] = {
		{"{\"type\":\"hello\"}", EDITOR_MESSAGE_HELLO, NULL, NULL},
		{" {\"type\":\"draft\",\"path\":\"a.css\",\"text\":\"\"}\r", EDITOR_MESSAGE_DRAFT,
			"a.css", ""},
		{"{\"type\":\"draft\",\"path\":\"a b/\u4f60.html\",\"text\":\"\\ud83d\\ude00\\r\\n"
		 "\\u4f60\",\"more\":{}}",
			EDITOR_MESSAGE_DRAFT, "a b/\u4f60.html", "\U0001f600\r\n\u4f60"},
		{"{\"type\":\"saved\",\"path\":\"a\"}", EDITOR_MESSAGE_SAVED, "a", NULL},
		{"{\"type\":\"closed\",\"path\":\"a\"}", EDITOR_MESSAGE_CLOSED, "a", NULL},
		{"{\"type\":\"cursor\"}", EDITOR_MESSAGE_CURSOR, NULL, NULL},
		{"{\"type\":\"cursor\",\"path\":\"a\",\"offset\":7}", EDITOR_MESSAGE_CURSOR, "a",
			NULL},
		{"{\"type\":\"reload\"}", EDITOR_MESSAGE_RELOAD, NULL, NULL},
		{"{\"type\":\"reload\",\"path\":\"a\"}", EDITOR_MESSAGE_RELOAD, "a", NULL},
		{"{\"type\":\"pause\",\"paused\":true}", EDITOR_MESSAGE_PAUSE, NULL, NULL},
		{"{\"type\":\"dance\",\"path\":1}", EDITOR_MESSAGE_UNKNOWN, NULL, NULL},
		{"", EDITOR_MESSAGE_INVALID, NULL, NULL},
		{"null", EDITOR_MESSAGE_INVALID, NULL, NULL},
		{"[{\"type\":\"hello\"}]", EDITOR_MESSAGE_INVALID, NULL, NULL},
		{"{}", EDITOR_MESSAGE_INVALID, NULL, NULL},
		{"{\"type\":1}", EDITOR_MESSAGE_INVALID, NULL, NULL},
		{"{\"type\":\"hello\"}{}", EDITOR_MESSAGE_INVALID, NULL, NULL},
		{"{\"type\":\"hello\",\"editor\":\"\xff\"}", EDITOR_MESSAGE_INVALID, NULL, NULL},
		{"{\"type\":\"draft\",\"path\":\"a\"}", EDITOR_MESSAGE_INVALID, "a", NULL},
		{"{\"type\":\"draft\",\"text\":\"a\"}", EDITOR_MESSAGE_INVALID, NULL, NULL},
		{"{\"type\":\"draft\",\"path\":\"\",\"text\":\"a\"}", EDITOR_MESSAGE_INVALID, "",
			NULL},
		{"{\"type\":\"saved\",\"path\":[]}", EDITOR_MESSAGE_INVALID, NULL, NULL},
		{"{\"type\":\"cursor\",\"path\":\"a\"}", EDITOR_MESSAGE_INVALID, "a", NULL},
		{"{\"type\":\"cursor\",\"path\":\"a\",\"offset\":-1}", EDITOR_MESSAGE_INVALID, "a",
			NULL},
		{"{\"type\":\"cursor\",\"path\":\"a\",\"offset\":1e99}", EDITOR_MESSAGE_INVALID,
			"a", NULL},
		{"{\"type\":\"pause\"}", EDITOR_MESSAGE_INVALID, NULL, NULL},
		{"{\"type\":\"pause\",\"paused\":\"no\"}", EDITOR_MESSAGE_INVALID, NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct editor_message message = read_line(rows[i].line);

		if (message.type != rows[i].type)
			fail_msg("%s is of type %d", rows[i].line, message.type);
		assert_int_equal(!message.path.at, !rows[i].path);
		assert_int_equal(!message.text.at, !rows[i].text);
		if (rows[i].path)
			assert_true(slice_is(message.path, rows[i].path));
		if (rows[i].text)
			assert_true(slice_is(message.text, rows[i].text));
		assert_false(message.has_nul);
		editor_message_finish(&message);
	}
}

static void
test_members(void **state)
{
	struct editor_message message = read_line(
		"{\"type\":\"hello\",\"editor\":\"Emacs\",\"unsaved\":true}");

	(void)state;
	assert_true(slice_is(message.editor, "Emacs"));
	assert_true(message.is_unsaved);
	editor_message_finish(&message);
	message = read_line("{\"type\":\"cursor\",\"path\":\"a\",\"offset\":4294967296}");
	assert_int_equal(message.offset, 4294967296);
	editor_message_finish(&message);
	message = read_line("{\"type\":\"pause\",\"paused\":true}");
	assert_true(message.is_paused);
	editor_message_finish(&message);
}

/* cJSON cuts a text there, so that must not stay unseen. */
static void
test_nul(void **state)
{
	static const struct {
		const char *text;
		bool has_nul;
	} rows[] = {
		{"\\u0000", true},
		{"a\\\\\\u0000b", true},
		{"\\\\u0000", false},
		{"\\u00001", true},
		{"\\u0001", false},
		{"\\\\", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char line[100];
		struct editor_message message;

		snprintf(line, sizeof(line), "{\"type\":\"draft\",\"path\":\"a\",\"text\":\"%s\"}",
			rows[i].text);
		message = read_line(line);
		assert_int_equal(message.type, EDITOR_MESSAGE_DRAFT);
		assert_int_equal(message.has_nul, rows[i].has_nul);
		editor_message_finish(&message);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_nul),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

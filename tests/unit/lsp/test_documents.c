#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_writer.h"
#include "lsp/documents.h"

#define URI "file:///site/a.css"

struct test {
	struct documents documents;
	const char *error;
};

/* What can be done with the params of a notification. */
enum act { OPEN, CHANGE, SAVE, CLOSE };

static struct document *
act(struct test *test, enum act what, const char *params)
{
	struct buf text = {0};
	struct document *document = NULL;
	struct json_value *value;
	bool had_nul;

	buf_add_text(&text, params);
	value = json_value_parse(text.bytes, text.length, &had_nul);
	assert_non_null(value);
	test->error = NULL;
	switch (what) {
	case OPEN:
		document = documents_open(&test->documents, value, had_nul, &test->error);
		break;
	case CHANGE:
		document = documents_change(&test->documents, value, had_nul, &test->error);
		break;
	case SAVE:
		document = documents_save(&test->documents, value, had_nul, &test->error);
		break;
	case CLOSE:
		document = documents_close(&test->documents, value, &test->error);
		break;
	}
	json_value_destroy(value);
	buf_finish(&text);
	return document;
}

static struct document *
open_text(struct test *test, const char *text)
{
	struct buf params = {0};
	struct document *document;

	buf_add_text(&params, "{\"textDocument\":{\"uri\":\"" URI "\",\"version\":1,\"text\":");
	json_add_text(&params, slice_of(text));
	buf_add_text(&params, "}}");
	document = act(test, OPEN, params.bytes);
	buf_finish(&params);
	return document;
}

/* changes: the elements of contentChanges. */
static struct document *
change(struct test *test, const char *changes)
{
	struct buf params = {0};
	struct document *document;

	buf_addf(&params,
		"{\"textDocument\":{\"uri\":\"" URI "\",\"version\":2},"
		"\"contentChanges\":[%s]}",
		changes);
	document = act(test, CHANGE, params.bytes);
	buf_finish(&params);
	return document;
}

#define RANGE(l1, c1, l2, c2)                                                                   \
	"{\"range\":{\"start\":{\"line\":" #l1 ",\"character\":" #c1 "},\"end\":{\"line\":" #l2 \
	",\"character\":" #c2 "}},\"text\":"

static void
test_changes(void **state)
{
	static const struct {
		const char *label, *before, *changes, *after;
		enum position_encoding encoding;
	} rows[] = {
		{"a key", "ab", RANGE(0, 1, 0, 1) "\"x\"}", "axb", POSITION_UTF16},
		{"one taken away", "abc", RANGE(0, 1, 0, 2) "\"\"}", "ac", POSITION_UTF16},
		{"all taken away", "abc\n", RANGE(0, 0, 1, 0) "\"\"}", "", POSITION_UTF16},
		{"into nothing", "", RANGE(0, 0, 0, 0) "\"abc\"}", "abc", POSITION_UTF16},
		{"over lines", "a\nb\nc", RANGE(0, 1, 2, 0) "\"-\"}", "a-c", POSITION_UTF16},
		{"a line with CR LF", "a\r\nb\r\n", RANGE(1, 0, 2, 0) "\"x\\r\\n\"}", "a\r\nx\r\n",
			POSITION_UTF16},
		{"two, the second after the first", "abc",
			RANGE(0, 0, 0, 1) "\"\"}," RANGE(0, 0, 0, 1) "\"\"}", "c", POSITION_UTF16},
		{"the whole", "abc", "{\"text\":\"new\"}", "new", POSITION_UTF16},
		{"the whole, then a key", "abc", "{\"text\":\"new\"}," RANGE(0, 3, 0, 3) "\"!\"}",
			"new!", POSITION_UTF16},
		{"behind a smiley, UTF-16", "\xf0\x9f\x98\x80", RANGE(0, 2, 0, 2) "\"x\"}",
			"\xf0\x9f\x98\x80x", POSITION_UTF16},
		{"behind a smiley, UTF-8", "\xf0\x9f\x98\x80", RANGE(0, 4, 0, 4) "\"x\"}",
			"\xf0\x9f\x98\x80x", POSITION_UTF8},
		{"behind a smiley, UTF-32", "\xf0\x9f\x98\x80", RANGE(0, 1, 0, 1) "\"x\"}",
			"\xf0\x9f\x98\x80x", POSITION_UTF32},
		{"Chinese for Chinese", "\xe4\xb8\xad\xe6\x96\x87",
			RANGE(0, 0, 0, 1) "\"\\u82f1\"}", "\xe8\x8b\xb1\xe6\x96\x87",
			POSITION_UTF16},
		{"a range with its ends mixed up", "abc", RANGE(0, 2, 0, 1) "\"\"}", "ac",
			POSITION_UTF16},
		{"behind the end", "abc", RANGE(5, 0, 5, 9) "\"d\"}", "abcd", POSITION_UTF16},
		{"nothing", "abc", "", "abc", POSITION_UTF16},
		{"with the length of old clients", "abc",
			"{\"range\":{\"start\":{\"line\":0,\"character\":0},\"end\":{\"line\":0,"
			"\"character\":1}},\"rangeLength\":1,\"text\":\"\"}",
			"bc", POSITION_UTF16},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct test test = {.documents = {.encoding = rows[i].encoding}};
		struct document *document;

		print_message("  %s\n", rows[i].label);
		open_text(&test, rows[i].before);
		document = change(&test, rows[i].changes);
		assert_non_null(document);
		assert_string_equal(buf_slice(&document->text).at, rows[i].after);
		assert_int_equal(document->version, 2);
		assert_int_equal(document->is_changed, strcmp(rows[i].before, rows[i].after) != 0);
		assert_int_equal(test.documents.bytes, document->text.length);
		documents_finish(&test.documents);
	}
}

/* A change that cannot be read: nobody knows the text until the whole of it comes. */
static void
test_lost(void **state)
{
	static const char *const rows[] = {
		"{}",
		"1",
		"{\"text\":1}",
		"{\"range\":{},\"text\":\"\"}",
		"{\"range\":{\"start\":{\"line\":-1,\"character\":0},\"end\":{\"line\":0,"
		"\"character\":0}},\"text\":\"\"}",
		RANGE(0, 0, 0, 1.5) "\"\"}",
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct test test = {0};
		struct document *document = open_text(&test, "abc");

		print_message("  %s\n", rows[i]);
		assert_null(change(&test, rows[i]));
		assert_non_null(strstr(test.error, "cannot be read"));
		assert_true(document->is_lost && document->is_changed);
		assert_int_equal(test.documents.bytes, 0);
		assert_ptr_equal(change(&test, RANGE(0, 0, 0, 0) "\"x\"}"), document);
		assert_true(document->is_lost);
		assert_ptr_equal(change(&test, "{\"text\":\"abc\"}"), document);
		assert_false(document->is_lost || document->is_changed);
		documents_lose_all(&test.documents);
		assert_true(document->is_lost);
		act(&test, SAVE, "{\"textDocument\":{\"uri\":\"" URI "\"},\"text\":\"saved\"}");
		assert_false(document->is_lost || document->is_changed);
		assert_string_equal(document->text.bytes, "saved");
		documents_finish(&test.documents);
	}
}

static void
test_changed_and_back(void **state)
{
	struct test test = {0};
	struct document *document = open_text(&test, "abc");

	(void)state;
	assert_false(document->is_changed);
	change(&test, RANGE(0, 3, 0, 3) "\"d\"}");
	assert_true(document->is_changed);
	change(&test, RANGE(0, 3, 0, 4) "\"\"}");
	assert_false(document->is_changed);
	change(&test, RANGE(0, 3, 0, 3) "\"d\"}");
	act(&test, SAVE, "{\"textDocument\":{\"uri\":\"" URI "\"}}");
	assert_false(document->is_changed);
	change(&test, RANGE(0, 3, 0, 4) "\"\"}");
	assert_true(document->is_changed);
	documents_finish(&test.documents);
}

static void
test_nul(void **state)
{
	struct test test = {0};
	struct document *document = open_text(&test, "abc");

	(void)state;
	change(&test, RANGE(0, 1, 0, 1) "\"\\u0000\"}");
	assert_true(document->has_nul);
	assert_int_equal(document->text.length, 4);
	change(&test, RANGE(0, 0, 0, 0) "\"x\"}");
	assert_true(document->has_nul);
	change(&test, "{\"text\":\"abc\"}");
	assert_false(document->has_nul);
	documents_finish(&test.documents);
}

static void
test_wrong_notifications(void **state)
{
	static const struct {
		enum act what;
		const char *params, *error;
	} rows[] = {
		{OPEN, "{}", "uri is missing"},
		{OPEN, "[]", "uri is missing"},
		{OPEN, "{\"textDocument\":{\"uri\":\"file:///x\"}}", "text is missing"},
		{OPEN, "{\"textDocument\":{\"uri\":1,\"text\":\"\"}}", "uri is missing"},
		{CHANGE, "{\"textDocument\":{\"uri\":\"file:///x\"},\"contentChanges\":[]}",
			"not open"},
		{SAVE, "{\"textDocument\":{\"uri\":\"file:///x\"}}", "not open"},
		{CLOSE, "{\"textDocument\":{\"uri\":\"file:///x\"}}", "not open"},
		{CLOSE, "{}", "uri is missing"},
	};
	struct test test = {0};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		print_message("  %s\n", rows[i].params);
		assert_null(act(&test, rows[i].what, rows[i].params));
		assert_non_null(strstr(test.error, rows[i].error));
	}
	assert_int_equal(test.documents.by_uri.entries.count, 0);
	documents_finish(&test.documents);
}

static void
test_opened_and_closed(void **state)
{
	struct test test = {0};
	struct document *document = open_text(&test, "abc"), *closed;

	(void)state;
	assert_string_equal(document->path, "/site/a.css");
	assert_ptr_equal(documents_find(&test.documents, URI), document);
	assert_ptr_equal(open_text(&test, "abcd"), document);
	assert_int_equal(test.documents.bytes, 4);
	assert_false(document->is_changed);
	closed = act(&test, CLOSE, "{\"textDocument\":{\"uri\":\"" URI "\"}}");
	assert_ptr_equal(closed, document);
	assert_null(documents_find(&test.documents, URI));
	assert_int_equal(test.documents.bytes, 0);
	documents_free(closed);
	documents_free(NULL);
	assert_null(documents_find(&test.documents, NULL));
	documents_finish(&test.documents);
}

static void
test_limits(void **state)
{
	struct test test = {0};
	struct buf text = {0};
	struct document *document;

	(void)state;
	for (int i = 0; i <= DOCUMENTS_MAX; i++) {
		char params[128];

		snprintf(params, sizeof(params),
			"{\"textDocument\":{\"uri\":\"file:///%d\",\"text\":\"\"}}", i);
		assert_int_equal(act(&test, OPEN, params) != NULL, i < DOCUMENTS_MAX);
	}
	assert_non_null(strstr(test.error, "more than 4096"));
	documents_finish(&test.documents);
	document = open_text(&test, "abc");
	buf_add_text(&text, "{\"text\":\"");
	while (text.length <= DOCUMENTS_TEXT_MAX + 32)
		buf_add_text(
			&text, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd");
	buf_add_text(&text, "\"}");
	change(&test, text.bytes);
	assert_true(document->is_lost);
	assert_int_equal(document->text.length, 0);
	buf_finish(&text);
	documents_finish(&test.documents);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_changed_and_back),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_wrong_notifications),
		cmocka_unit_test(test_opened_and_closed),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

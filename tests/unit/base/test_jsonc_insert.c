/*
 * Files as people write them, before and after an insertion.
 */
#include "support/test.h"

#include <string.h>

#include "base/jsonc_insert.h"

static const struct jsonc_insertion insertion = {
	.list = "tasks",
	.key = "label",
	.name = "me",
	.element = "    {\"label\": \"me\", \"x\": [1]}",
};

#define ME "\n    {\"label\": \"me\", \"x\": [1]}"

static void
added(void **state)
{
	static const struct {
		const char *before, *after;
	} rows[] = {
		{"{}", "{\n  \"tasks\": [" ME "\n  ]\n}"},
		{"{\"a\": 1}", "{\n  \"tasks\": [" ME "\n  ],\"a\": 1}"},
		{"{\"tasks\": []}", "{\"tasks\": [" ME "\n  ]}"},
		{"{\"tasks\": [{\"label\": \"you\"}]}",
			"{\"tasks\": [" ME ",{\"label\": \"you\"}]}"},
		{"\xef\xbb\xbf// mine\n{ // \"tasks\": [\n  \"v\": \"[{\", /* x */\n  \"tasks\": [ "
		 "// these\n"
		 "    {\"label\": \"you\",}, // last\n  ],\n}\n// end",
			"\xef\xbb\xbf// mine\n{ // \"tasks\": [\n  \"v\": \"[{\", /* x */\n  "
			"\"tasks\": [" ME
			", // these\n    {\"label\": \"you\",}, // last\n  ],\n}\n// end"},
		{"{\"tasks\":\r\n[ ]\r\n,}\r\n", "{\"tasks\":\r\n[" ME "\n   ]\r\n,}\r\n"},
		{"{\"inner\": {\"tasks\": 1}, \"tasks\": [1]}",
			"{\"inner\": {\"tasks\": 1}, \"tasks\": [" ME ",1]}"},
		{"{\"tasks\": [{\"label\": 1}, {\"name\": \"me\"}]}",
			"{\"tasks\": [" ME ",{\"label\": 1}, {\"name\": \"me\"}]}"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf result = {0};
		const char *why;

		print_message("%s\n", rows[i].before);
		assert_int_equal(jsonc_insert(&result, slice_of(rows[i].before), &insertion, &why),
			JSONC_INSERT_ADDED);
		assert_string_equal(result.bytes, rows[i].after);
		buf_finish(&result);
	}
}

static void
present(void **state)
{
	static const struct {
		const char *file, *element;
	} rows[] = {
		{"{\"tasks\": [{\"label\": \"me\"}]}", "{\"label\":\"me\"}"},
		{"{\"tasks\": [1, {\"label\": \"you\"}, /**/ {\"x\": 1, \"label\": \"me\"},]}",
			"{\"x\":1,\"label\":\"me\"}"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf result = {0};
		const char *why;

		assert_int_equal(jsonc_insert(&result, slice_of(rows[i].file), &insertion, &why),
			JSONC_INSERT_PRESENT);
		assert_string_equal(result.bytes, rows[i].element);
		buf_finish(&result);
	}
}

static void
not_safe(void **state)
{
	static const char *const rows[] = {
		"",
		"[]",
		"1",
		"{",
		"{\"tasks\": [}",
		"{\"tasks\": [] /*",
		"{} {}",
		"{\"a\" 1}",
		"{\"tasks\": {}}",
		"{\"tasks\": 1}",
		"{\"tasks\": null}",
		"{\"tasks\": [], \"tasks\": []}",
		"{\"tasks\": [], \"\\u0074asks\": []}",
		/* cJSON reads each of these as something that it is not. */
		"{\"a\": \"\\uZZZZ\", \"tasks\": []}",
		"{\"a\": \"\\u12\"}",
		"{\"a\": \"\\u0000\"}",
		"{\"a\": \"\\ud800\"}",
		"{\"a\": \"\\udc00\"}",
		"{\"a\": \"\\ud800\\u0041\"}",
		"{\"a\": \"\xff\"}",
		"{\"a\": \"\t\"}",
		"{\"a\":\v1}",
		"{\"a\": 01}",
		"{\"a\": +1}",
		"{\"a\": 1.}",
		"{\"a\": 1, \"a\": 2}",
		"{\"a\": [{\"b\": 1, \"b\": 1}]}",
		"{} x",
		"{}\xef\xbb\xbf",
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf result = {0};
		const char *why = NULL;

		print_message("%s\n", rows[i]);
		assert_int_equal(jsonc_insert(&result, slice_of(rows[i]), &insertion, &why),
			JSONC_INSERT_IMPOSSIBLE);
		assert_non_null(why);
		buf_finish(&result);
	}
}

static void
nested_too_deeply(void **state)
{
	enum { DEPTH = 900 };
	char text[2 * DEPTH + 16];
	struct buf result = {0};
	const char *why = NULL;

	(void)state;
	memset(text, '[', sizeof(text));
	memcpy(text, "{\"a\":", 5);
	memset(text + DEPTH, ']', DEPTH - 5);
	text[2 * DEPTH - 5] = '}';
	text[2 * DEPTH - 4] = '\0';
	assert_int_equal(
		jsonc_insert(&result, slice_of(text), &insertion, &why), JSONC_INSERT_IMPOSSIBLE);
	assert_string_equal(why, "it is nested too deeply");
	buf_finish(&result);
}

/* Comparing each member with all others would take minutes. */
static void
many_members(void **state)
{
	struct buf text = {0}, result = {0};
	const char *why;

	(void)state;
	buf_add_text(&text, "{\"Tasks\": 1");
	for (unsigned i = 0; i < 60000; i++)
		buf_addf(&text, ",\"member %u\":%u", i, i);
	buf_add_text(&text, "}");
	assert_int_equal(
		jsonc_insert(&result, buf_slice(&text), &insertion, &why), JSONC_INSERT_ADDED);
	buf_finish(&result);
	buf_finish(&text);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(added),
		cmocka_unit_test(present),
		cmocka_unit_test(not_safe),
		cmocka_unit_test(nested_too_deeply),
		cmocka_unit_test(many_members),
	};

	return cmocka_run_group_tests_name("jsonc_insert", tests, NULL, NULL);
}

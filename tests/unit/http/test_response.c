#include "support/test.h"

#include <fcntl.h>

#include "http/response.h"
#include "support/ask.h"
#include "support/folder.h"

static void
text(void **state)
{
	struct answer answer;
	char words[] = "hello";

	(void)state;
	answer_init(&answer);
	answer_field(&answer, "X-First", SLICE_LITERAL("1"));
	answer_text(&answer, 404, "text/plain", slice_of(words));
	words[0] = 'j'; /* it was copied */
	assert_int_equal(answer.status, 404);
	assert_true(answer.has_content);
	assert_string_equal(answer.fields.bytes, "X-First: 1\r\nContent-Type: text/plain\r\n");
	assert_int_equal(answer.body.length, 5);
	assert_string_equal(answer_body(&answer).at, "hello");
	answer_finish(&answer);
}

static void
empty_text(void **state)
{
	struct answer answer;

	(void)state;
	answer_init(&answer);
	answer_text(&answer, 200, "text/plain", SLICE_LITERAL(""));
	assert_true(answer.has_content);
	assert_int_equal(answer_body(&answer).length, 0);
	answer_finish(&answer);
}

static void
status_alone(void **state)
{
	struct answer answer;

	(void)state;
	answer_init(&answer);
	answer_status(&answer, 304);
	assert_int_equal(answer.status, 304);
	assert_false(answer.has_content);
	assert_int_equal(answer.body.length, 0);
	answer_finish(&answer);
}

static void
fields(void **state)
{
	struct answer answer;

	(void)state;
	answer_init(&answer);
	answer_field(&answer, "Vary", SLICE_LITERAL("a, b"));
	answer_field(&answer, "Empty", SLICE_LITERAL(""));
	answer_field(&answer, "Part", (struct slice){"abcdef", 3});
	assert_string_equal(answer.fields.bytes, "Vary: a, b\r\nEmpty: \r\nPart: abc\r\n");
	answer_finish(&answer);
}

static void
dropped_fields(void **state)
{
	static const struct {
		const char *name, *left;
	} rows[] = {
		{"vary", "Vary-More: b\r\nEmpty: \r\n"},
		{"Empty", "Vary: a\r\nVary-More: b\r\nVary: c\r\n"},
		{"Var", "Vary: a\r\nVary-More: b\r\nEmpty: \r\nVary: c\r\n"},
		{"a", "Vary: a\r\nVary-More: b\r\nEmpty: \r\nVary: c\r\n"},
	};
	struct answer answer;

	(void)state;
	answer_init(&answer);
	for (size_t i = 0; i < ROWS(rows); i++) {
		answer_clear(&answer);
		answer_drop_field(&answer, slice_of("Vary"));
		answer_field(&answer, "Vary", SLICE_LITERAL("a"));
		answer_field(&answer, "Vary-More", SLICE_LITERAL("b"));
		answer_field(&answer, "Empty", SLICE_LITERAL(""));
		answer_field(&answer, "Vary", SLICE_LITERAL("c"));
		answer_drop_field(&answer, slice_of(rows[i].name));
		assert_string_equal(answer.fields.bytes, rows[i].left);
	}
	answer_finish(&answer);
}

static void
cleared_is_ready_for_the_next(void **state)
{
	size_t before = folder_open_descriptors();
	struct answer answer;

	(void)state;
	answer_init(&answer);
	answer_text(&answer, 200, "text/plain", SLICE_LITERAL("first"));
	body_set_file(&answer.body, open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
	answer_clear(&answer);
	assert_int_equal(folder_open_descriptors(), before);
	assert_int_equal(answer.status, 0);
	assert_false(answer.has_content);
	assert_int_equal(answer.fields.length, 0);
	assert_int_equal(answer.body.length, 0);
	answer_text(&answer, 200, "text/html", SLICE_LITERAL("second"));
	assert_string_equal(answer.fields.bytes, "Content-Type: text/html\r\n");
	assert_string_equal(answer_body(&answer).at, "second");
	answer_finish(&answer);
	answer_finish(&answer);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(text),
		cmocka_unit_test(empty_text),
		cmocka_unit_test(status_alone),
		cmocka_unit_test(fields),
		cmocka_unit_test(dropped_fields),
		cmocka_unit_test(cleared_is_ready_for_the_next),
	};

	return cmocka_run_group_tests_name("exchange", tests, NULL, NULL);
}

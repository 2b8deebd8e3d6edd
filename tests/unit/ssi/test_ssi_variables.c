/*
 * Variables: their values in a text, and what limits them.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "ssi/ssi_variables.h"

static struct ssi_variables variables;

static void
set(const char *name, const char *value)
{
	assert_true(
		ssi_variables_set(&variables, slice_of(name), slice_of(value), SSI_VARIABLE_SITE));
}

static int
enter(void **state)
{
	(void)state;
	ssi_variables_init(&variables, 1580702706, 1500000000);
	set("a", "1");
	set("a_b", "2");
	set("empty", "");
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	ssi_variables_finish(&variables);
	return 0;
}

static void
expanded(void **state)
{
	static const struct {
		const char *text, *expanded;
		bool is_whole;
	} rows[] = {
		{"", "", true},
		{"a", "a", true},
		{"$a", "1", true},
		{"$A.$a_b$a", "1.21", true},
		{"${a}b${a_b}", "1b2", true},
		{"[$empty$none]", "[]", true},
		{"\\$a \\\\$a \\n", "$a \\$a \\n", true},
		{"$ $. ${} $", "$ $. ${} $", true},
		{"$$a", "$1", true},
		{"x${a", "x", false},
		{"$1$0", "", true},
		{"$DATE_GMT ${last_modified}", "2020 2017", true},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf text = {0};

		buf_add_char(&text, '>');
		assert_int_equal(
			ssi_variables_expand(&variables, slice_of(rows[i].text), "%Y", &text),
			rows[i].is_whole);
		assert_string_equal(text.bytes + 1, rows[i].expanded);
		buf_finish(&text);
	}
}

static void
captures(void **state)
{
	char *found[SSI_VARIABLES_CAPTURES] = {mem_text("all"), NULL, mem_text("two")};
	struct buf text = {0};

	(void)state;
	ssi_variables_set_captures(&variables, found);
	assert_null(found[0]);
	assert_true(ssi_variables_expand(&variables, SLICE_LITERAL("$0-$1-$2"), "", &text));
	assert_string_equal(text.bytes, "all--two");
	buf_finish(&text);
}

static void
limits(void **state)
{
	size_t length = SSI_VARIABLES_VALUE_MAX;
	char *value = mem_zero(length + 1);
	struct buf text = {0};
	char name[16];
	int count = 0;

	(void)state;
	memset(value, 'x', length + 1);
	assert_false(ssi_variables_set(&variables, SLICE_LITERAL("v"),
		(struct slice){value, length + 1}, SSI_VARIABLE_SITE));
	assert_true(ssi_variables_set(
		&variables, SLICE_LITERAL("v"), (struct slice){value, length}, SSI_VARIABLE_SITE));
	ssi_variables_expand(&variables, SLICE_LITERAL("$v$v"), "", &text);
	assert_int_equal(text.length, length);
	do
		snprintf(name, sizeof(name), "w%d", count++);
	while (ssi_variables_set(
		&variables, slice_of(name), (struct slice){value, length}, SSI_VARIABLE_SITE));
	assert_in_range(count, 7, 9);
	assert_true(ssi_variables_set(
		&variables, SLICE_LITERAL("v"), SLICE_LITERAL("short"), SSI_VARIABLE_SITE));
	while (ssi_variables_get(&variables, SLICE_LITERAL("w0"), "", &text))
		buf_clear(&text);
	assert_in_range(variables.work, SSI_VARIABLES_WORK_MAX, SSI_VARIABLES_WORK_MAX + length);
	free(value);
	buf_finish(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(expanded, enter, leave),
		cmocka_unit_test_setup_teardown(captures, enter, leave),
		cmocka_unit_test_setup_teardown(limits, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

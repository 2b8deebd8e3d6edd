/*
 * Fields are added as pairs, and read back as lines and as pairs.
 */
#include "support/test.h"

#include "http/fields.h"

static void
add(struct fields *fields, const char *name, const char *value)
{
	fields_add(fields, slice_of(name), slice_of(value));
}

static void
lines_and_pairs(void **state)
{
	struct fields fields = {0};
	struct field field;

	(void)state;
	assert_null(fields_get(&fields, SLICE_LITERAL("a")).at);
	add(&fields, "First", "1");
	add(&fields, "Empty", "");
	add(&fields, "Colon", "a: b");
	assert_string_equal(fields.text.bytes, "First: 1\r\nEmpty: \r\nColon: a: b\r\n");
	assert_int_equal(fields.count, 3);
	field = fields_at(&fields, 2);
	assert_true(slice_is(field.name, "Colon"));
	assert_true(slice_is(field.value, "a: b"));
	assert_true(slice_is(fields_get(&fields, SLICE_LITERAL("first")), "1"));
	assert_non_null(fields_get(&fields, SLICE_LITERAL("empty")).at);
	assert_int_equal(fields_get(&fields, SLICE_LITERAL("empty")).length, 0);
	assert_null(fields_get(&fields, SLICE_LITERAL("Firs")).at);
	fields_finish(&fields);
}

static void
a_value_in_pieces(void **state)
{
	struct fields fields = {0};
	struct buf *value;

	(void)state;
	value = fields_begin(&fields, SLICE_LITERAL("Range"));
	buf_addf(value, "%d", 1);
	buf_add_text(value, "-2");
	fields_end(&fields);
	add(&fields, "Next", "x");
	assert_string_equal(fields.text.bytes, "Range: 1-2\r\nNext: x\r\n");
	assert_true(slice_is(fields_at(&fields, 0).value, "1-2"));
	assert_true(slice_is(fields_at(&fields, 1).value, "x"));
	fields_finish(&fields);
}

static void
a_list_is_one_field(void **state)
{
	struct fields fields = {0};

	(void)state;
	fields_add_to_list(&fields, SLICE_LITERAL("Vary"), SLICE_LITERAL("a"));
	assert_string_equal(fields.text.bytes, "Vary: a\r\n");
	add(&fields, "Next", "x");
	add(&fields, "vary", "b, c");
	fields_add_to_list(&fields, SLICE_LITERAL("Vary"), SLICE_LITERAL("d"));
	assert_string_equal(fields.text.bytes, "Next: x\r\nVary: a, b, c, d\r\n");
	assert_int_equal(fields.count, 2);
	fields_finish(&fields);
}

static void
dropped_and_added_again(void **state)
{
	struct fields fields = {0};

	(void)state;
	add(&fields, "A", "1");
	add(&fields, "B", "2");
	add(&fields, "a", "33");
	add(&fields, "C", "4");
	fields_drop(&fields, SLICE_LITERAL("A"));
	add(&fields, "D", "5");
	assert_string_equal(fields.text.bytes, "B: 2\r\nC: 4\r\nD: 5\r\n");
	assert_true(slice_is(fields_get(&fields, SLICE_LITERAL("C")), "4"));
	assert_true(slice_is(fields_get(&fields, SLICE_LITERAL("D")), "5"));
	fields_drop(&fields, SLICE_LITERAL("D"));
	fields_drop(&fields, SLICE_LITERAL("X"));
	assert_int_equal(fields.count, 2);
	assert_string_equal(fields.text.bytes, "B: 2\r\nC: 4\r\n");
	fields_finish(&fields);
}

static void
many(void **state)
{
	struct fields fields = {0}, copy = {0};

	(void)state;
	for (int round = 0; round < 2; round++) {
		fields_clear(&fields);
		for (int i = 0; i < 100; i++) {
			buf_addf(fields_begin(&fields, SLICE_LITERAL("Number")), "%d", i);
			fields_end(&fields);
		}
	}
	add(&copy, "First", "0");
	fields_add_all(&copy, &fields);
	assert_int_equal(copy.count, 101);
	assert_true(slice_is(fields_at(&copy, 100).value, "99"));
	fields_drop(&copy, SLICE_LITERAL("Number"));
	assert_string_equal(copy.text.bytes, "First: 0\r\n");
	fields_finish(&fields);
	fields_finish(&copy);
}

static void
copied_as_a_whole(void **state)
{
	struct fields fields = {0}, copy = {0}, none = {0};

	(void)state;
	add(&fields, "A", "1");
	add(&fields, "B", "");
	add(&copy, "Old", "0");
	fields_copy(&copy, &fields);
	fields_drop(&fields, SLICE_LITERAL("A"));
	assert_string_equal(copy.text.bytes, "A: 1\r\nB: \r\n");
	add(&copy, "C", "3");
	fields_drop(&copy, SLICE_LITERAL("A"));
	assert_string_equal(copy.text.bytes, "B: \r\nC: 3\r\n");
	fields_copy(&copy, &none);
	assert_int_equal(copy.count, 0);
	assert_int_equal(copy.text.length, 0);
	fields_finish(&fields);
	fields_finish(&copy);
}

static void
of_a_head(void **state)
{
	struct fields fields = {0};

	(void)state;
	fields_add_head(&fields, slice_of("\r\nGET /a:b HTTP/1.1\r\nHost: a\nX:  b c "
					  "\r\nEmpty:\r\n\r\nNo: field\r\n"));
	assert_int_equal(fields.count, 3);
	assert_true(slice_is(fields_get(&fields, slice_of("host")), "a"));
	assert_true(slice_is(fields_get(&fields, slice_of("x")), "b c"));
	assert_true(slice_is(fields_get(&fields, slice_of("empty")), ""));
	fields_clear(&fields);
	fields_add_head(&fields, slice_of("\r\n"));
	assert_int_equal(fields.count, 0);
	fields_finish(&fields);
}

static void
quality_values(void **state)
{
	static const struct {
		const char *parameters;
		unsigned quality;
	} rows[] = {
		{"", 1000},
		{"q=1", 1000},
		{"q=1.000", 1000},
		{"q=0", 0},
		{"q=0.5", 500},
		{"level=1; Q=0.125", 125},
		{"q=0.0004", 0},
		{"q=9", 1000},
		{"q=", 0},
		{"q=high", 0},
		{"q=0,5", 0},
		{"q=-1", 0},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_int_equal(fields_quality(slice_of(rows[i].parameters)), rows[i].quality);
	assert_int_equal(fields_quality((struct slice){0}), 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quality_values),
		cmocka_unit_test(lines_and_pairs),
		cmocka_unit_test(a_value_in_pieces),
		cmocka_unit_test(a_list_is_one_field),
		cmocka_unit_test(dropped_and_added_again),
		cmocka_unit_test(many),
		cmocka_unit_test(copied_as_a_whole),
		cmocka_unit_test(of_a_head),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "support/test.h"

#include <string.h>

#include "html/scanner.h"

/* The rest of a text after what a function skips; NULL when the text ends before that. */
static const char *
rest(const char *(*after)(const char *, const char *), const char *text)
{
	return after(text, text + strlen(text));
}

static void
assert_rest(const char *found, const char *expected)
{
	if (expected)
		assert_string_equal(found ? found : "(cut off)", expected);
	else
		assert_null(found);
}

static void
starts_and_texts(void **state)
{
	static const char text[] = "a--b-->c";
	const char *end = text + strlen(text);

	(void)state;
	assert_true(scanner_starts(text, end, "a--"));
	assert_true(scanner_starts(end, end, ""));
	assert_false(scanner_starts(text, end, "A"));
	assert_false(scanner_starts(end - 1, end, "c-"));
	assert_string_equal(scanner_after(text, end, "-->"), "c");
	assert_string_equal(scanner_after(text, end, "--"), "b-->c");
	assert_null(scanner_after(text, end - 2, "-->"));
}

/* HTML Standard 13.2.5.43 to .52 */
static void
comments(void **state)
{
	static const struct {
		const char *text, *rest;
	} rows[] = {
		{">x", "x"},
		{"->x", "x"},
		{"-->x", "x"},
		{" a -->x", "x"},
		{" a --!>x", "x"},
		{" a --- -- ->-->x", "x"},
		{" > -->x", "x"},
		{"", NULL},
		{"-", NULL},
		{" a --", NULL},
		{" a -- >", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_rest(rest(scanner_after_comment, rows[i].text), rows[i].rest);
}

/* HTML Standard 13.2.5.32 to .40 */
static void
tags(void **state)
{
	static const struct {
		const char *text, *rest;
	} rows[] = {
		{">x", "x"},
		{"/>x", "x"},
		{" a>x", "x"},
		{" a=b>x", "x"},
		{" a='>'>x", "x"},
		{" a=\">\" b = '>' c>x", "x"},
		{" a=b'>x", "x"},
		{" 'a>x", "x"},
		{" =>x", "x"},
		{" a=>x", "x"},
		{" a=b/>x", "x"},
		{" a='>x", NULL},
		{" a=\"'>x", NULL},
		{" a", NULL},
		{"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_rest(rest(scanner_after_tag, rows[i].text), rows[i].rest);
}

static void
names(void **state)
{
	static const char text[] = " \t\r\n\fhead/>";
	struct scanner scanner = {text, text + strlen(text)};

	(void)state;
	scanner_skip_space(&scanner);
	assert_true(slice_is(scanner_take_name(&scanner), "head"));
	assert_string_equal(scanner.at, "/>");
	scanner = (struct scanner){"hea", text};
	scanner.end = scanner.at + 3;
	assert_null(scanner_take_name(&scanner).at);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(starts_and_texts),
		cmocka_unit_test(comments),
		cmocka_unit_test(tags),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests_name("scanner", tests, NULL, NULL);
}

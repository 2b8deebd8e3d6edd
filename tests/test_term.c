/*
 * Every line that is printed while pages are followed, in a pipe: scripts and problem matchers rely
 * on the words.
 */
#include "support/test.h"

#include <string.h>

#include "support/capture.h"
#include "term.h"

/* What was printed behind "HH:MM:SS  ", without the end of the line; "" when nothing was. */
static const char *
said(const char *line)
{
	static char text[256];
	size_t length = strlen(line);

	if (length == 0)
		return line;
	assert_true(length > 11 && length < sizeof(text) && line[length - 1] == '\n');
	assert_true(line[2] == ':' && line[5] == ':' && line[8] == ' ' && line[9] == ' ');
	memcpy(text, line + 10, length - 11);
	text[length - 11] = '\0';
	assert_null(strchr(text, '\n'));
	return text;
}

struct row {
	size_t count;
	enum change_kind kind;
	size_t told, open;
	size_t left_out[LEFT_OUT_COUNT];
	const char *text;
};

static const char *
print(const struct row *row, bool is_quiet)
{
	struct term *term = term_create(is_quiet);
	struct changes changes = {0};

	for (size_t i = 0; i < row->count; i++)
		changes_add(&changes, slice_of(i ? "other" : "index.html"), row->kind);
	for (int i = 0; i < LEFT_OUT_COUNT; i++)
		for (size_t k = 0; k < row->left_out[i]; k++)
			changes_leave_out(&changes, slice_of(k ? "c.css" : "b.css"), i);
	capture_begin(1);
	if (row->count)
		term_print_changes(term, &changes, row->told, row->open);
	else
		term_print_unchanged(term, &changes);
	changes_finish(&changes);
	term_destroy(term);
	return said(capture_end());
}

static const struct row rows[] = {
	{1, CHANGE_MODIFIED, 1, 1, {0}, "changed index.html, told 1 page"},
	{1, CHANGE_CREATED, 2, 2, {0}, "created index.html, told 2 pages"},
	{1, CHANGE_DELETED, 1, 3, {0}, "deleted index.html, told 1 of 3 pages"},
	{3, CHANGE_MODIFIED, 1, 1, {0}, "changed index.html and 2 more, told 1 page"},
	{1, CHANGE_MODIFIED, 0, 0, {0}, "changed index.html, no page is open"},
	{1, CHANGE_MODIFIED, 0, 1, {0}, "changed index.html, no page uses it"},
	{2, CHANGE_MODIFIED, 0, 1, {0}, "changed index.html and 1 more, no page uses them"},
	{3, CHANGE_MODIFIED, 1, 1, {3},
		"changed index.html and 2 more, told 1 page (3 with the same bytes)"},
	{1, CHANGE_MODIFIED, 1, 1, {1, 2, 3},
		"changed index.html, told 1 page (1 with the same bytes, 2 only touched, "
		"3 ignored)"},
	{1, CHANGE_MODIFIED, 0, 0, {0, 0, 1}, "changed index.html, no page is open (1 ignored)"},
	{0, 0, 0, 0, {1}, "saved b.css with the same bytes, nothing to tell"},
	{0, 0, 0, 0, {3}, "saved b.css and 2 more with the same bytes, nothing to tell"},
	{0, 0, 0, 0, {1, 1, 2},
		"saved b.css with the same bytes, nothing to tell (1 only touched, 2 ignored)"},
	{0, 0, 0, 0, {0, 1}, "touched b.css, nothing to tell"},
	{0, 0, 0, 0, {0, 2, 1}, "touched b.css and 1 more, nothing to tell (1 ignored)"},
};

static void
test_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_string_equal(print(&rows[i], false), rows[i].text);
}

static void
test_reloads(void **state)
{
	static const struct {
		size_t count, told, open;
		const char *text;
	} reloads[] = {
		{1, 1, 1, "changed ../a.html, told 1 page to reload"},
		{3, 2, 2, "changed ../a.html and 2 more, told 2 pages to reload"},
		{1, 0, 0, "changed ../a.html, no page is open"},
	};
	struct term *quiet = term_create(true), *term = term_create(false);

	(void)state;
	for (size_t i = 0; i < ROWS(reloads); i++) {
		struct changes changes = {0};

		for (size_t k = 0; k < reloads[i].count; k++)
			changes_add(&changes, slice_of("../a.html"), CHANGE_MODIFIED);
		capture_begin(1);
		term_print_reload(quiet, &changes, reloads[i].told, reloads[i].open);
		term_print_reload(term, &changes, reloads[i].told, reloads[i].open);
		assert_string_equal(said(capture_end()), reloads[i].text);
		changes_finish(&changes);
	}
	term_destroy(quiet);
	term_destroy(term);
}

static void
test_quiet(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_string_equal(print(&rows[i], true), "");
}

/* A name is shown, never obeyed. */
static void
test_names_drive_no_terminal(void **state)
{
	struct term *term = term_create(false);
	struct changes changes = {0};

	(void)state;
	changes_add(&changes, slice_of("a\x1b[31m\nb"), CHANGE_MODIFIED);
	changes_leave_out(&changes, slice_of("c\x1b[31m\nd"), LEFT_OUT_SAME);
	capture_begin(1);
	term_print_changes(term, &changes, 1, 1);
	assert_string_equal(said(capture_end()),
		"changed a\\x1b[31m\\x0ab, told 1 page (1 with the same bytes)");
	capture_begin(1);
	term_print_unchanged(term, &changes);
	assert_string_equal(
		said(capture_end()), "saved c\\x1b[31m\\x0ad with the same bytes, nothing to tell");
	changes_finish(&changes);
	term_destroy(term);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_reloads),
		cmocka_unit_test(test_quiet),
		cmocka_unit_test(test_names_drive_no_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

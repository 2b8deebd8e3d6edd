#define _GNU_SOURCE
#include "support/test.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/capture.h"
#include "term.h"

static const struct term_banner banner = {
	.version = "1.2.3",
	.root = "/home/me/site",
	.url = "http://localhost:9000/",
	.remark = "port 9000 is taken",
	.watching = "every folder in it",
};

/* "hh:mm:ss  " is in front; returns what comes behind. */
static const char *
behind_time(const char *line)
{
	static const char form[] = "00:00:00  ";

	for (size_t i = 0; form[i]; i++) {
		if (form[i] == '0')
			assert_true(isdigit((unsigned char)line[i]));
		else
			assert_int_equal(line[i], form[i]);
	}
	return line + strlen(form);
}

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

static const struct row all_lines[] = {
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
lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(all_lines); i++)
		assert_string_equal(print(&all_lines[i], false), all_lines[i].text);
}

static void
reload_lines(void **state)
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
asked_lines(void **state)
{
	static const struct {
		const char *path;
		size_t told, open;
		const char *text;
	} rows[] = {
		{"", 2, 2, "asked to reload, told 2 pages"},
		{"", 0, 0, "asked to reload, no page is open"},
		{"a\x1b.html", 1, 2, "asked to reload a\\x1b.html, told 1 of 2 pages"},
		{"a.html", 0, 2, "asked to reload a.html, no page uses it"},
	};
	struct term *quiet = term_create(true), *term = term_create(false);

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct slice path = slice_of(rows[i].path);

		capture_begin(1);
		term_print_asked(quiet, path, rows[i].told, rows[i].open);
		term_print_asked(term, path, rows[i].told, rows[i].open);
		assert_string_equal(said(capture_end()), rows[i].text);
	}
	term_destroy(quiet);
	term_destroy(term);
}

static void
lines_when_quiet(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(all_lines); i++)
		assert_string_equal(print(&all_lines[i], true), "");
}

/* A name is shown, never obeyed. */
static void
names_drive_no_terminal(void **state)
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

static void
banners(void **state)
{
	struct term_banner plain = banner;
	struct term *term = term_create(false);

	(void)state;
	capture_begin(1);
	term_print_banner(term, &banner);
	assert_string_equal(capture_end(),
		"liveserve 1.2.3\n"
		"  Serving   /home/me/site\n"
		"  Open      http://localhost:9000/  (port 9000 is taken)\n"
		"  Watching  every folder in it\n"
		"  Stop      Ctrl-C\n");
	plain.remark = NULL;
	plain.root = "/a\033[31m";
	capture_begin(1);
	term_print_banner(term, &plain);
	assert_string_equal(capture_end(), "liveserve 1.2.3\n"
					   "  Serving   /a\\x1b[31m\n"
					   "  Open      http://localhost:9000/\n"
					   "  Watching  every folder in it\n"
					   "  Stop      Ctrl-C\n");
	term_destroy(term);
}

static void
quiet(void **state)
{
	struct term *term = term_create(true);
	const char *said;

	(void)state;
	capture_begin(1);
	term_print_banner(term, &banner);
	term_print_event(term, "something");
	said = capture_end();
	assert_non_null(strstr(said, banner.url));
	assert_null(strstr(said, banner.root));
	assert_null(strstr(said, "something"));
	term_destroy(term);
}

static void
events(void **state)
{
	struct term *term = term_create(false);

	(void)state;
	capture_begin(1);
	term_print_event(term, "something");
	assert_string_equal(behind_time(capture_end()), "something\n");
	term_destroy(term);
	term_destroy(NULL);
}

/* ---- on a terminal ---- */

/* Prints an event to a terminal of our own; what it got, or NULL when there are no terminals here.
 */
static const char *
printed_on_terminal(void)
{
	static char text[256];
	int ours = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), theirs, out;
	struct term *term;
	ssize_t length;

	if (ours < 0 || grantpt(ours) < 0 || unlockpt(ours) < 0)
		return NULL;
	theirs = open(ptsname(ours), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_return_code(theirs, errno);
	fflush(stdout);
	out = dup(STDOUT_FILENO);
	dup2(theirs, STDOUT_FILENO);
	term = term_create(false);
	term_print_event(term, "something");
	term_destroy(term);
	dup2(out, STDOUT_FILENO);
	length = read(ours, text, sizeof(text) - 1);
	close(out);
	close(theirs);
	close(ours);
	assert_true(length > 0);
	text[length] = '\0';
	return text;
}

static void
colours(void **state)
{
	static const struct {
		const char *no_color, *term;
		bool has_colour;
	} rows[] = {
		{NULL, "xterm", true},
		{NULL, NULL, true},
		{"", "xterm", true}, /* https://no-color.org: when it is not empty */
		{"1", "xterm", false},
		{"0", "xterm", false},
		{NULL, "dumb", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const char *said;

		unsetenv("NO_COLOR");
		unsetenv("TERM");
		if (rows[i].no_color)
			setenv("NO_COLOR", rows[i].no_color, 1);
		if (rows[i].term)
			setenv("TERM", rows[i].term, 1);
		said = printed_on_terminal();
		if (!said)
			skip();
		assert_int_equal(strchr(said, '\033') != NULL, rows[i].has_colour);
		assert_non_null(strstr(said, "something"));
	}
}

/* Nobody reads, or the disk is full: that stops nothing. */
static void
output_that_fails(void **state)
{
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC), out;
	struct term *term = term_create(false);

	(void)state;
	fflush(stdout);
	out = dup(STDOUT_FILENO);
	dup2(full, STDOUT_FILENO);
	term_print_event(term, "something");
	term_print_banner(term, &banner);
	dup2(out, STDOUT_FILENO);
	close(out);
	close(full);
	__fpurge(stdout);
	clearerr(stdout);
	capture_begin(1);
	term_print_event(term, "again");
	assert_string_equal(behind_time(capture_end()), "again\n");
	term_destroy(term);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(reload_lines),
		cmocka_unit_test(asked_lines),
		cmocka_unit_test(lines_when_quiet),
		cmocka_unit_test(names_drive_no_terminal),
		cmocka_unit_test(banners),
		cmocka_unit_test(quiet),
		cmocka_unit_test(events),
		cmocka_unit_test(colours),
		cmocka_unit_test(output_that_fails),
	};

	return cmocka_run_group_tests_name("term", tests, NULL, NULL);
}

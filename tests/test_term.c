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

static const char *
printed_changes(bool is_quiet, size_t count, size_t pages)
{
	static const char *const paths[] = {"index.html", "style.css", "a\033[31m.js"};
	static const enum change_kind kinds[] = {CHANGE_MODIFIED, CHANGE_CREATED, CHANGE_DELETED};
	struct changes changes = {0};
	struct term *term = term_create(is_quiet);

	for (size_t i = 0; i < count; i++)
		changes_add(&changes, slice_of(paths[i]), kinds[i]);
	term_print_changes(term, &changes, pages);
	changes_finish(&changes);
	term_destroy(term);
	return capture_end();
}

static void
changes(void **state)
{
	static const struct {
		size_t count, pages;
		const char *said;
	} rows[] = {
		{1, 1, "changed index.html, told 1 page\n"},
		{1, 0, "changed index.html, no page is open\n"},
		{2, 2, "changed index.html and 1 more, told 2 pages\n"},
		{3, 100, "changed index.html and 2 more, told 100 pages\n"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		capture_begin(1);
		assert_string_equal(
			behind_time(printed_changes(false, rows[i].count, rows[i].pages)),
			rows[i].said);
	}
	capture_begin(1);
	assert_string_equal(printed_changes(true, 1, 1), "");
}

static void
kinds_and_names(void **state)
{
	static const struct {
		const char *path;
		enum change_kind kind;
		const char *said;
	} rows[] = {
		{"a", CHANGE_CREATED, "created a, no page is open\n"},
		{"a", CHANGE_MODIFIED, "changed a, no page is open\n"},
		{"a/", CHANGE_DELETED, "deleted a/, no page is open\n"},
		{"\033]0;x\a\n\xff", CHANGE_DELETED,
			"deleted \\x1b]0;x\\x07\\x0a\\xff, no page is open\n"},
		{"\xc3\xa4", CHANGE_CREATED, "created \xc3\xa4, no page is open\n"},
	};
	struct term *term = term_create(false);

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct changes batch = {0};

		changes_add(&batch, slice_of(rows[i].path), rows[i].kind);
		capture_begin(1);
		term_print_changes(term, &batch, 0);
		assert_string_equal(behind_time(capture_end()), rows[i].said);
		changes_finish(&batch);
	}
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
		cmocka_unit_test(changes),
		cmocka_unit_test(kinds_and_names),
		cmocka_unit_test(banners),
		cmocka_unit_test(quiet),
		cmocka_unit_test(events),
		cmocka_unit_test(colours),
		cmocka_unit_test(output_that_fails),
	};

	return cmocka_run_group_tests_name("term", tests, NULL, NULL);
}

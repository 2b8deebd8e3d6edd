/*
 * What is printed to a pipe, to a terminal and to an output that fails.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "support/capture.h"
#include "support/clock.h"
#include "ui/terminal.h"

static const struct event_start start = {
	.version = "1.2.3",
	.root = "/home/me/site",
	.url = "http://localhost:9000/",
};
static const struct event paused = {.kind = EVENT_PAUSED};
static const struct terminal_options text = {0}, json = {.format = TERMINAL_JSON},
				     quiet = {.is_quiet = true},
				     quiet_json = {.is_quiet = true, .format = TERMINAL_JSON};

/* Calls each function once. Returns what was printed, valid until the next call. */
static const char *
use(const struct terminal_options *options)
{
	struct terminal *terminal;

	capture_begin(1);
	terminal = terminal_create(options);
	terminal_show_status(terminal, &(struct terminal_status){.pages_open = 1});
	terminal_print_start(terminal, &start);
	terminal_print(terminal, &paused);
	terminal_show_status(terminal, &(struct terminal_status){.pages_open = 1});
	terminal_show_status(terminal, &(struct terminal_status){.pages_open = 2});
	terminal_clear(terminal);
	terminal_destroy(terminal);
	return capture_end();
}

/* Whole lines, as event_text.h writes them. */
static void
in_a_pipe(void **state)
{
	const char *printed = use(&text);

	(void)state;
	assert_memory_equal(printed, "liveserve 1.2.3\n  Serving ", 26);
	assert_non_null(strstr(printed, "\n  Stop      Ctrl-C\n"));
	assert_string_equal(strstr(printed, "  paused"), "  paused: pages are told nothing\n");
	assert_null(strchr(printed, '\033'));
	assert_null(strchr(printed, '\r'));
}

static void
when_quiet(void **state)
{
	(void)state;
	assert_string_equal(use(&quiet), "liveserve 1.2.3\n  Open      http://localhost:9000/\n");
	assert_null(strstr(use(&quiet_json), "\"pages\""));
	assert_null(strstr(use(&quiet_json), "\"stop\""));
	assert_non_null(strstr(use(&quiet_json), "\"event\":\"start\""));
}

static void
as_json(void **state)
{
	static const char *const events[] = {"pages", "start", "paused", "pages", "stop"};
	char *printed = strdup(use(&json)), *rest = printed;

	(void)state;
	for (size_t i = 0; i < ROWS(events); i++) {
		const char *line = strsep(&rest, "\n");

		assert_memory_equal(line, "{\"time\":\"", 9);
		assert_non_null(strstr(line, events[i]));
	}
	assert_string_equal(rest, "");
	free(printed);
}

/* A server that did not start prints no "stop". */
static void
that_never_started(void **state)
{
	(void)state;
	capture_begin(1);
	terminal_destroy(terminal_create(&json));
	terminal_destroy(NULL);
	assert_string_equal(capture_end(), "");
}

/* A terminal_copy_fn. */
static void
copy(void *context, struct slice line)
{
	buf_add_slice(context, line);
}

/* The copy is the same for each format, and also if quiet; and nothing else is printed. */
static void
copies(void **state)
{
	static const struct terminal_options formats[] = {
		{0}, {.format = TERMINAL_JSON}, {.is_quiet = true}};

	(void)state;
	for (size_t i = 0; i < ROWS(formats); i++) {
		static const char *const events[] = {"\"event\":\"paused\"}",
			"\"event\":\"pages\",\"open\":3,\"paused\":false}",
			"\"event\":\"notice\",\"text\":\"so\"}"};
		struct terminal *terminal;
		struct buf lines = {0};
		char *line, *rest;

		capture_begin(1);
		terminal = terminal_create(&formats[i]);
		assert_false(terminal_has_copy(terminal));
		terminal_print(terminal, &paused);
		terminal_set_copy(terminal, copy, &lines);
		assert_true(terminal_has_copy(terminal));
		terminal_print(terminal, &paused);
		terminal_show_status(terminal, &(struct terminal_status){.pages_open = 3});
		terminal_show_status(terminal, &(struct terminal_status){.pages_open = 3});
		log_notice("so");
		terminal_set_copy(terminal, NULL, NULL);
		terminal_print(terminal, &paused);
		terminal_destroy(terminal);
		capture_end();
		rest = lines.bytes;
		for (size_t j = 0; j < ROWS(events); j++) {
			line = strsep(&rest, "\n");
			assert_memory_equal(line, "{\"time\":\"", 9);
			assert_non_null(strstr(line, events[j]));
		}
		assert_string_equal(rest, "");
		buf_finish(&lines);
	}
}

static void
sentences(void **state)
{
	struct terminal *terminal;

	(void)state;
	capture_begin(2);
	terminal = terminal_create(&text);
	log_error("wrong: %s", "a\033");
	terminal_destroy(terminal);
	assert_string_equal(capture_end(), "liveserve: wrong: a\\x1b\n");
	capture_begin(2);
	terminal = terminal_create(&json);
	log_notice("wrong: %s", "a");
	terminal_destroy(terminal);
	assert_non_null(strstr(capture_end(), "\"event\":\"notice\",\"text\":\"wrong: a\"}\n"));
	capture_begin(2);
	log_error("as ever");
	assert_string_equal(capture_end(), "liveserve: as ever\n");
}

/* ---- on a terminal ---- */

/* Prints a line to a pseudoterminal. Returns what it got, or NULL when the system has none. */
static const char *
printed_on_terminal(const struct terminal_options *options)
{
	static char printed[256];
	int ours = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), theirs, out;
	struct terminal *terminal;
	ssize_t length;

	if (ours < 0 || grantpt(ours) < 0 || unlockpt(ours) < 0)
		return NULL;
	theirs = open(ptsname(ours), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_return_code(theirs, errno);
	fflush(stdout);
	out = dup(STDOUT_FILENO);
	dup2(theirs, STDOUT_FILENO);
	terminal = terminal_create(options);
	terminal_print(terminal, &paused);
	terminal_destroy(terminal);
	dup2(out, STDOUT_FILENO);
	length = read(ours, printed, sizeof(printed) - 1);
	close(out);
	close(theirs);
	close(ours);
	assert_true(length > 0);
	printed[length] = '\0';
	return printed;
}

static void
colours(void **state)
{
	static const struct {
		const char *no_color, *terminal;
		bool has_colour;
	} rows[] = {
		{NULL, "xterm", true},
		{NULL, NULL, true},
		{"", "xterm", true}, /* https://no-color.org: empty is as unset */
		{"1", "xterm", false},
		{"0", "xterm", false},
		{NULL, "dumb", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const char *printed;

		unsetenv("NO_COLOR");
		unsetenv("TERM");
		if (rows[i].no_color)
			setenv("NO_COLOR", rows[i].no_color, 1);
		if (rows[i].terminal)
			setenv("TERM", rows[i].terminal, 1);
		printed = printed_on_terminal(&text);
		if (!printed)
			skip();
		assert_int_equal(strchr(printed, '\033') != NULL, rows[i].has_colour);
		assert_non_null(strstr(printed, "paused"));
	}
}

/* A full disk stops nothing. */
static void
output_that_fails(void **state)
{
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC), out;
	struct terminal *terminal;

	(void)state;
	fflush(stdout);
	out = dup(STDOUT_FILENO);
	dup2(full, STDOUT_FILENO);
	terminal = terminal_create(&text);
	terminal_print(terminal, &paused);
	terminal_print_start(terminal, &start);
	dup2(out, STDOUT_FILENO);
	close(out);
	close(full);
	capture_begin(1);
	terminal_print(terminal, &paused);
	assert_non_null(strstr(capture_end(), "  paused: "));
	terminal_destroy(terminal);
}

/* ---- more than can be read ---- */

/* Prints events to a pipe until some are dropped, then reads all. The caller frees it. */
static char *
printed_too_fast(const struct terminal_options *options)
{
	struct terminal *terminal;
	struct buf printed = {0};
	struct loop *loop = loop_create();
	int ends[2], out;
	ssize_t got;

	assert_return_code(pipe2(ends, O_CLOEXEC | O_NONBLOCK), errno);
	fcntl(ends[1], F_SETFL, 0);
	fflush(stdout);
	out = dup(STDOUT_FILENO);
	dup2(ends[1], STDOUT_FILENO);
	close(ends[1]);
	terminal = terminal_create(options);
	terminal_begin(terminal, loop);
	for (int i = 0; i < 20000; i++)
		terminal_print(terminal, &paused);
	do {
		buf_reserve(&printed, 4096);
		got = read(ends[0], printed.bytes + printed.length, 4096);
		printed.length += got > 0 ? (size_t)got : 0;
		clock_drain(loop);
	} while (got > 0);
	dup2(out, STDOUT_FILENO);
	close(out);
	close(ends[0]);
	terminal_destroy(terminal);
	loop_destroy(loop);
	buf_add_char(&printed, '\0');
	return buf_take(&printed);
}

/* The number of missing lines is in a line of its own, and with it there are all. */
static void
lines_that_are_missing(void **state)
{
	static const struct {
		const struct terminal_options *options;
		const char *line, *missing;
	} rows[] = {
		{&text, "  paused: pages are told nothing\n", "\nliveserve: "},
		{&json, "\"event\":\"paused\"}\n", "\"event\":\"missing\",\"lines\":"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *printed = printed_too_fast(rows[i].options);
		unsigned long lines = 0;

		for (const char *at = printed; (at = strstr(at, rows[i].line)); at++)
			lines++;
		assert_in_range(lines, 1, 19999);
		for (const char *at = printed; (at = strstr(at, rows[i].missing)); at++)
			lines += strtoul(at + strlen(rows[i].missing), NULL, 10);
		assert_int_equal(lines, 20000);
		free(printed);
	}
}

static bool
nothing_dropped(void *context)
{
	(void)context;
	return !log_has_dropped();
}

/* The number of refusals above the limit is told without a further refusal. */
static void
refusals_that_are_dropped(void **state)
{
	struct log_limit limit = {0};
	struct loop *loop = loop_create();
	struct terminal *terminal;

	(void)state;
	capture_begin(2);
	terminal = terminal_create(&text);
	terminal_begin(terminal, loop);
	for (int i = 0; i < 100; i++)
		log_notice_limited(&limit, 0, "refused %d", i);
	loop_dispatch(loop);
	assert_true(log_has_dropped());
	clock_wait(loop, nothing_dropped, NULL);
	terminal_destroy(terminal);
	assert_non_null(strstr(capture_end(), " more like this: refused "));
	log_limit_finish(&limit);
	loop_destroy(loop);
}

/* What actions.c does before each wait. */
static void
show_seven(void *context)
{
	terminal_show_status(context, &(struct terminal_status){.pages_open = 7});
}

static bool
seven_is_printed(void *context)
{
	char printed[64 * 1024];
	ssize_t length = pread(STDOUT_FILENO, printed, sizeof(printed) - 1, 0);

	(void)context;
	printed[length > 0 ? length : 0] = '\0';
	return strstr(printed, "\"open\":7,");
}

/* Pages that come and go very often are not a line each, but the last number is printed. */
static void
status_that_changes_often(void **state)
{
	struct loop *loop = loop_create();
	struct terminal *terminal;
	const char *printed;
	unsigned lines = 0;

	(void)state;
	capture_begin(1);
	terminal = terminal_create(&json);
	terminal_begin(terminal, loop);
	for (size_t i = 0; i < 1000; i++)
		terminal_show_status(terminal, &(struct terminal_status){.pages_open = i % 2});
	loop_before_wait(loop, show_seven, terminal);
	loop_dispatch(loop);
	clock_wait(loop, seven_is_printed, NULL);
	terminal_destroy(terminal);
	printed = capture_end();
	for (const char *at = printed; (at = strstr(at, "\"pages\"")); at++)
		lines++;
	assert_in_range(lines, 2, 100);
	loop_destroy(loop);
}

static void
count_event(void *context, const struct event *event)
{
	if (event->kind == EVENT_REMARK)
		assert_string_equal(event->text, "a notice");
	else
		assert_int_equal(event->kind, EVENT_PAUSED);
	(*(int *)context)++;
}

static void
a_listener_hears_events_also_if_quiet(void **state)
{
	struct terminal *terminal;
	int count = 0;

	(void)state;
	capture_begin(1);
	terminal = terminal_create(&quiet);
	terminal_set_listener(terminal, count_event, &count);
	terminal_print(terminal, &paused);
	assert_int_equal(count, 1);
	log_notice("a %s", "notice");
	assert_int_equal(count, 2);
	log_set_level(LOG_VERBOSE);
	log_verbose("a decision");
	log_set_level(LOG_NORMAL);
	assert_int_equal(count, 2);
	terminal_set_listener(terminal, NULL, NULL);
	terminal_print(terminal, &paused);
	log_notice("another one");
	assert_int_equal(count, 2);
	terminal_destroy(terminal);
	capture_end();
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_a_pipe),
		cmocka_unit_test(a_listener_hears_events_also_if_quiet),
		cmocka_unit_test(when_quiet),
		cmocka_unit_test(as_json),
		cmocka_unit_test(that_never_started),
		cmocka_unit_test(copies),
		cmocka_unit_test(sentences),
		cmocka_unit_test(colours),
		cmocka_unit_test(output_that_fails),
		cmocka_unit_test(lines_that_are_missing),
		cmocka_unit_test(refusals_that_are_dropped),
		cmocka_unit_test(status_that_changes_often),
	};

	return cmocka_run_group_tests_name("terminal", tests, NULL, NULL);
}

/*
 * When the first page is opened, and which page that comes back makes that needless.
 */
#include "support/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "support/capture.h"
#include "support/clock.h"
#include "support/folder.h"
#include "support/wrap_loop.h"
#include "ui/first_page.h"

enum { LOCAL = 2, STRANGER = 3 };

static struct {
	struct loop *loop;
	struct browser_options options;
	struct browser *browser;
	struct terminal *terminal;
	char *program;
	unsigned seconds; /* how often a timer was set to one */
} here;

/* The second is a millisecond here. */
void
__wrap_loop_timer_set(struct loop *loop, struct loop_timer *timer, uint64_t delay_us,
	loop_timer_fn *fn, void *context)
{
	bool is_second = delay_us == 1000000;

	here.seconds += is_second;
	__real_loop_timer_set(loop, timer, is_second ? 1000 : delay_us, fn, context);
}

static int
enter(void **state)
{
	const struct terminal_options terminal = {0};
	char *folder;

	(void)state;
	here.seconds = 0;
	folder_enter();
	folder = getcwd(NULL, 0);
	folder_write("calls", "");
	folder_write("browser", "#!/bin/sh\ncd \"${0%/*}\" && echo \"$@\" >>calls\n");
	assert_return_code(chmod("browser", 0700), errno);
	here.program = mem_format("%s/browser", folder);
	free(folder);
	here.loop = loop_create();
	here.options.browser = here.program;
	here.browser = browser_create(here.loop, &here.options);
	capture_begin(1);
	here.terminal = terminal_create(&terminal);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	terminal_destroy(here.terminal);
	browser_destroy(here.browser);
	loop_destroy(here.loop);
	free(here.program);
	folder_leave();
	return 0;
}

static struct first_page *
create(const char *path)
{
	return first_page_create(&(struct first_page_options){
		.loop = here.loop,
		.browser = here.browser,
		.terminal = here.terminal,
		.url = "http://localhost:9000/first",
		.path = path,
	});
}

static bool
is_called(void *context)
{
	char text[1000];
	FILE *file = fopen("calls", "re");

	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	return strstr(text, context);
}

/* A page arrives before the second is over. Returns whether the first page is opened all the same. */
static bool
is_opened_after(const char *path, const char *page, uint64_t peer)
{
	const struct hub_arrival arrival = {slice_of(page), "Chrome", peer};
	struct first_page *first_page = create(path);
	bool is_opened;

	first_page_note(first_page, &arrival);
	first_page_note(first_page, &arrival);
	/* Whichever of both comes, this one comes later. */
	browser_open(here.browser, "http://localhost:9000/later");
	if (peer == STRANGER || strcmp(page, "/other") == 0)
		clock_wait(here.loop, is_called, clock_text("/first\n"));
	clock_wait(here.loop, is_called, clock_text("/later\n"));
	is_opened = is_called(clock_text("/first\n"));
	first_page_destroy(first_page);
	folder_write("calls", "");
	return is_opened;
}

static void
is_opened_after_a_second(void **state)
{
	struct first_page *first_page = create("/");

	(void)state;
	assert_int_equal(here.seconds, 1);
	clock_wait(here.loop, is_called, clock_text("/first\n"));
	first_page_note(first_page, &(struct hub_arrival){slice_of("/"), NULL, LOCAL});
	first_page_destroy(first_page);
	assert_null(strstr(capture_end(), "already"));
}

static void
a_tab_that_comes_back_is_enough(void **state)
{
	(void)state;
	assert_false(is_opened_after("/", "/", LOCAL));
	assert_false(is_opened_after("/", "/about.html", LOCAL));
	assert_false(is_opened_after("/a b.html?c#d", "/a%20b.html", LOCAL));
	assert_non_null(strstr(
		capture_end(), "Chrome shows the site already, so no other tab is opened\n"));
}

static void
another_page_or_machine_is_not(void **state)
{
	(void)state;
	assert_true(is_opened_after("/", "/", STRANGER));
	assert_true(is_opened_after("/a.html", "/other", LOCAL));
	assert_null(strstr(capture_end(), "already"));
	first_page_note(NULL, NULL);
	first_page_destroy(NULL);
}

int
main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)
	const struct CMUnitTest tests[] = {
		TEST(is_opened_after_a_second),
		TEST(a_tab_that_comes_back_is_enough),
		TEST(another_page_or_machine_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

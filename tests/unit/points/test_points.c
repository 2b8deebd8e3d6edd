/*
 * What pages are told of the editor, and what they may have it open, in a real folder.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "points/points.h"
#include "support/ask.h"
#include "support/folder.h"
#include "support/wrap_loop.h"

static struct {
	struct loop *loop;
	uint64_t now_us; /* it only passes when a test says so */
	struct journal *journal;
	struct hub *hub;
	struct hub_page *page;
	struct root *root;
	struct points *points;
	struct buf shown, said;
} here;

uint64_t
__wrap_loop_now(void)
{
	return here.now_us;
}

static void
wake(void *socket)
{
	(void)socket;
}

static void
show(void *context, const char *path, uint32_t line, uint32_t column)
{
	assert_ptr_equal(context, &here);
	buf_addf(&here.shown, "%s:%u:%u\n", path, line, column);
}

static void
receive(const char *text)
{
	assert_true(hub_receive(here.hub, here.page, text, strlen(text)));
}

/* A points_locate_fn. */
static char *
locate(void *context, const char *name)
{
	struct stat state;

	assert_ptr_equal(context, &here);
	return root_stat(here.root, name, &state) && S_ISREG(state.st_mode) ? mem_text(name) : NULL;
}

static int
enter(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	folder_enter();
	folder_write("a b.html", "x");
	folder_write("in/page.html", "x");
	folder_write(".env", "x");
	folder_write("../outside/secret.txt", "x");
	assert_return_code(symlink("../outside/secret.txt", "out.txt"), errno);
	here.loop = loop_create();
	here.now_us = 1000000;
	here.journal = journal_create();
	here.hub = hub_create(
		&(struct hub_options){.loop = here.loop, .journal = here.journal, .wake = wake});
	here.root = root_create(".");
	here.points = points_create(
		&(struct points_options){.locate = locate, .context = &here, .hub = here.hub});
	points_set_show(here.points, show, &here);
	here.page = hub_join(here.hub, PROTOCOL_LIVESERVE, NULL, &here);
	hub_set_visitor(here.page, &(struct hub_visitor){.sees = HUB_SEES_EDITOR});
	receive("{\"type\":\"hello\",\"epoch\":\"\",\"version\":0}");
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	hub_leave(here.hub, here.page);
	points_destroy(here.points);
	points_destroy(NULL);
	root_destroy(here.root);
	hub_destroy(here.hub);
	journal_destroy(here.journal);
	loop_destroy(here.loop);
	buf_finish(&here.shown);
	buf_finish(&here.said);
	folder_leave();
	return 0;
}

/* All that the page is told now. */
static const char *
told(void)
{
	buf_clear(&here.said);
	buf_add_text(&here.said, "");
	while (hub_next_message(here.hub, here.page, &here.said))
		buf_add_char(&here.said, '\n');
	return here.said.bytes;
}

static void
what_pages_are_told(void **state)
{
	static const struct points_settings both = {"alt+shift", true};

	(void)state;
	told();
	points_set_cursor(here.points, "in/page.html", 3);
	points_reconfigure(here.points, &both);
	points_reconfigure(here.points, &(struct points_settings){0});
	assert_string_equal(told(), "");
	points_set_editor(here.points, true);
	assert_string_equal(told(), "{\"type\":\"editor\",\"there\":true,\"follow\":false}\n");
	points_set_editor(here.points, true);
	assert_string_equal(told(), "");

	/* Only the newest is told. */
	points_set_cursor(here.points, "in/page.html", 3);
	points_set_cursor(here.points, "a b.html", 1234);
	points_reconfigure(here.points, &both);
	assert_string_equal(told(), "{\"type\":\"editor\",\"there\":true,\"keys\":\"alt+shift\","
				    "\"follow\":true,\"url\":\"/a%20b.html\",\"offset\":1234}\n");
	points_set_cursor(here.points, ".env", 1);
	assert_string_equal(told(), "{\"type\":\"editor\",\"there\":true,\"keys\":\"alt+shift\","
				    "\"follow\":true}\n");
	points_set_cursor(here.points, "a b.html", 0);
	points_set_editor(here.points, false);
	assert_string_equal(told(), "{\"type\":\"editor\",\"there\":false,\"keys\":\"alt+shift\","
				    "\"follow\":true}\n");
}

static void
ask_to_show(const char *url)
{
	points_show(here.points, slice_of(url), 12, 5);
	here.now_us += 10000000;
}

static void
what_may_be_opened(void **state)
{
	static const char *const refused[] = {"/", "/in", "/in/", "/none.html", "/.env", "/out.txt",
		"/../outside/secret.txt", "/%2e%2e/outside/secret.txt", "/a%2fb", "/%zz", "/%00"};

	(void)state;
	ask_to_show("/a%20b.html");
	assert_null(here.shown.bytes);
	points_set_editor(here.points, true);
	for (size_t i = 0; i < ROWS(refused); i++) {
		print_message("%s\n", refused[i]);
		ask_to_show(refused[i]);
		assert_null(here.shown.bytes);
	}
	ask_to_show("/a%20b.html");
	ask_to_show("/in/../in/page.html");
	assert_string_equal(here.shown.bytes, "a b.html:12:5\nin/page.html:12:5\n");
}

static void
who_asks_too_often(void **state)
{
	(void)state;
	points_set_editor(here.points, true);
	for (int i = 0; i < 100; i++)
		points_show(here.points, SLICE_LITERAL("/in/page.html"), 1, 1);
	assert_int_equal(here.shown.length, 5 * strlen("in/page.html:1:1\n"));
	here.now_us += 500000;
	for (int i = 0; i < 100; i++)
		points_show(here.points, SLICE_LITERAL("/in/page.html"), 1, 1);
	assert_int_equal(here.shown.length, 6 * strlen("in/page.html:1:1\n"));
}

static void
who_gets_places(void **state)
{
	struct request request = *ask("GET /\nAccept: " FILE_PLACES_TYPE);
	const struct sockaddr_in loopback = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	(void)state;
	request.peer = connection_limit_peer((const struct sockaddr *)&loopback);
	assert_null(points_places(NULL, &request));
	assert_null(points_places(here.points, &request));
	points_set_editor(here.points, true);
	assert_non_null(points_places(here.points, &request));
	request.fields[REQUEST_ACCEPT] = SLICE_LITERAL("*/*");
	assert_null(points_places(here.points, &request));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(what_pages_are_told),
		TEST(what_may_be_opened),
		TEST(who_asks_too_often),
		TEST(who_gets_places),
	};

	return cmocka_run_group_tests_name("points", tests, NULL, NULL);
}

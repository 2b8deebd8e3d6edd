/*
 * The rings of events and requests: what is noted, and what is forgotten.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "local/recent.h"
#include "support/ask.h"

enum { LOCAL = 2, STRANGER = 3 };

static struct {
	struct journal *journal;
	struct hub *hub;
	struct recent *recent;
} here;

static void
wake(void *socket)
{
	(void)socket;
}

static int
enter(void **state)
{
	(void)state;
	here.journal = journal_create();
	here.hub = hub_create(&(struct hub_options){.journal = here.journal, .wake = wake});
	here.recent = recent_create();
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	recent_destroy(here.recent);
	hub_destroy(here.hub);
	journal_destroy(here.journal);
	return 0;
}

/* A page at that address, which uses only that. */
static struct hub_page *
open_page(const char *address)
{
	struct hub_page *page = hub_join(here.hub, PROTOCOL_LIVESERVE, "Firefox", NULL);
	char *hello = mem_format(
		"{\"type\":\"hello\",\"page\":\"%s\",\"epoch\":\"%s\",\"version\":1,"
		"\"urls\":[\"%s\"]}",
		address, journal_epoch(here.journal), address);

	assert_true(hub_receive(here.hub, page, hello, strlen(hello)));
	free(hello);
	return page;
}

/* A change of a.html, as the publisher tells it. */
static void
change(struct event event)
{
	struct changes changes = {0};

	changes_add(&changes, slice_of("a.html"), CHANGE_MODIFIED);
	if (!event.is_hidden) {
		journal_add(here.journal, &changes);
		event.pages_told = hub_publish(here.hub);
	}
	event.kind = EVENT_CHANGED;
	event.changes = &changes;
	event.pages_open = hub_page_count(here.hub);
	recent_note_event(here.recent, &event, here.hub);
	changes_finish(&changes);
}

static void
assert_page(size_t index, const char *name, const char *why)
{
	const struct recent_page *page = &recent_get_event(here.recent, 0)->pages[index];

	assert_string_equal(page->name, name);
	if (why)
		assert_string_equal(page->why, why);
	else
		assert_null(page->why);
}

static void
who_was_told_and_why_not(void **state)
{
	static const char not_used[] = "Not told, because not used by";
	struct hub_page *pages[] = {open_page("/a.html"), open_page("/b.html")};
	struct hub_page *silent = hub_join(here.hub, PROTOCOL_LIVESERVE, NULL, NULL);

	(void)state;
	change((struct event){0});
	assert_int_equal(recent_get_event(here.recent, 0)->page_count, 2);
	assert_string_equal(recent_get_event(here.recent, 0)->line + strlen("00:00:00"),
		"  changed a.html, told 1 of 2 pages");
	assert_page(0, "/b.html (Firefox)", not_used);
	assert_page(1, "/a.html (Firefox)", NULL);
	change((struct event){.is_deferred = true});
	assert_page(0, "/b.html (Firefox)", not_used);
	assert_page(1, "/a.html (Firefox)", "To be told after the pause");
	change((struct event){.is_hidden = true});
	assert_page(0, "/b.html (Firefox)", "Not told, because the name is hidden");
	assert_page(1, "/a.html (Firefox)", "Not told, because the name is hidden");
	hub_leave(here.hub, silent);
	hub_leave(here.hub, pages[0]);
	hub_leave(here.hub, pages[1]);
}

static void
many_pages_are_counted(void **state)
{
	struct hub_page *pages[RECENT_PAGES_MAX + 5];

	(void)state;
	for (size_t i = 0; i < ROWS(pages); i++)
		pages[i] = open_page("/b.html");
	change((struct event){0});
	assert_int_equal(recent_get_event(here.recent, 0)->page_count, ROWS(pages));
	for (size_t i = 0; i < ROWS(pages); i++)
		hub_leave(here.hub, pages[i]);
}

static void
old_events_are_forgotten(void **state)
{
	(void)state;
	assert_null(recent_get_event(here.recent, 0));
	for (int i = 0; i < RECENT_EVENTS_MAX + 7; i++) {
		char *text = mem_format("number %d", i);
		const struct event event = {.kind = EVENT_REMARK, .text = text};

		recent_note_event(here.recent, &event, here.hub);
		free(text);
	}
	assert_non_null(strstr(recent_get_event(here.recent, 0)->line, "number 56"));
	assert_non_null(
		strstr(recent_get_event(here.recent, RECENT_EVENTS_MAX - 1)->line, "number 7"));
	assert_null(recent_get_event(here.recent, RECENT_EVENTS_MAX));
	assert_int_equal(recent_get_event(here.recent, 0)->page_count, 0);
}

static void
note(const char *text, int status, uint64_t peer)
{
	struct request request = *ask(text);
	struct response response;

	request.peer.key = peer;
	response_init(&response);
	response_status(&response, status);
	recent_note_request(here.recent, &request, &response);
	response_finish(&response);
}

static void
requests(void **state)
{
	const struct recent_request *request;
	char *path = mem_array(RECENT_PATH_MAX + 100, 1), *text;

	(void)state;
	assert_null(recent_get_request(here.recent, 0));
	note("GET /a%20b?secret\nSec-Fetch-Dest: style", 304, LOCAL);
	request = recent_get_request(here.recent, 0);
	assert_string_equal(request->path, "/a%20b");
	assert_string_equal(request->method, "GET");
	assert_string_equal(request->what, "style");
	assert_int_equal(request->status, 304);
	assert_true(request->is_local);
	assert_null(recent_get_request(here.recent, 1));

	memset(path, 'x', RECENT_PATH_MAX + 99);
	text = mem_format("PROPFINDPROPFIND /%s", path);
	note(text, 501, STRANGER);
	request = recent_get_request(here.recent, 0);
	assert_int_equal(strlen(request->path), RECENT_PATH_MAX + 3);
	assert_string_equal(request->path + RECENT_PATH_MAX - 2, "xx...");
	assert_string_equal(request->method, "PROPFINDPRO");
	assert_string_equal(request->what, "");
	assert_false(request->is_local);
	free(text);
	free(path);

	for (int i = 0; i < RECENT_REQUESTS_MAX; i++)
		note("GET /new", 200, LOCAL);
	assert_string_equal(recent_get_request(here.recent, RECENT_REQUESTS_MAX - 1)->path, "/new");
	assert_null(recent_get_request(here.recent, RECENT_REQUESTS_MAX));
}

int
main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)
	const struct CMUnitTest tests[] = {
		TEST(who_was_told_and_why_not),
		TEST(many_pages_are_counted),
		TEST(old_events_are_forgotten),
		TEST(requests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

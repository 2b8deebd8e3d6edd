/*
 * The answers to those who wait, and when they come: hub, journal and pages are real, and the requests are made by hand.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fs/root.h"
#include "pages/page_waits.h"
#include "support/ask.h"
#include "support/clock.h"
#include "support/folder.h"

static struct {
	struct loop *loop;
	struct root *root;
	struct journal *journal;
	struct problems *problems;
	struct hub *hub;
	struct page_waits *waits;
	struct response response;
	bool is_quiet;
	unsigned resumed;
} here;

static void
wake(void *socket)
{
	(void)socket;
}

static void
noted(void *context, const struct hub_page_state *left)
{
	(void)context;
	page_waits_note(here.waits, left);
}

static void
arrived(void *context, const struct hub_arrival *arrival)
{
	(void)context;
	page_waits_note_arrival(here.waits, arrival);
}

static bool
is_used(void *context, const char *path)
{
	(void)context;
	(void)path;
	return true;
}

static bool
is_quiet(void *context)
{
	(void)context;
	return here.is_quiet;
}

static int
enter(void **state)
{
	(void)state;
	folder_enter();
	memset(&here, 0, sizeof(here));
	here.is_quiet = true;
	here.loop = loop_create();
	here.root = root_create(".");
	here.journal = journal_create();
	here.problems = problems_create(here.root, is_used, NULL);
	here.hub = hub_create(&(struct hub_options){.loop = here.loop,
		.journal = here.journal,
		.problems = here.problems,
		.wake = wake,
		.noted = noted,
		.arrived = arrived});
	here.waits = page_waits_create(&(struct page_waits_options){.loop = here.loop,
		.sites = &(struct page_waits_site){here.hub, here.journal, here.problems, NULL},
		.site_count = 1,
		.is_quiet = is_quiet});
	response_init(&here.response);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	response_finish(&here.response);
	page_waits_destroy(here.waits);
	hub_destroy(here.hub);
	problems_destroy(here.problems);
	journal_destroy(here.journal);
	root_destroy(here.root);
	loop_destroy(here.loop);
	folder_leave();
	return 0;
}

/* Asks for rest, and returns the status; 0: the request is paused. */
static int
ask_for(const char *rest)
{
	response_clear(&here.response);
	page_waits_respond(here.waits, slice_of(rest), &here.response);
	return here.response.waiters ? 0 : here.response.status;
}

static struct hub_page *
open_page(const char *address)
{
	struct hub_page *page = hub_join(here.hub, PROTOCOL_LIVESERVE, "Chrome", NULL);
	char *hello = mem_format(
		"{\"type\":\"hello\",\"page\":\"%s\",\"epoch\":\"%s\",\"version\":1}", address,
		journal_epoch(here.journal));

	assert_true(hub_receive(here.hub, page, hello, strlen(hello)));
	free(hello);
	return page;
}

/* Takes all messages; the page then answers the last question, if there is one. */
static void
settle(struct hub_page *page, const char *failed)
{
	struct buf text = {0};
	const char *question = NULL;
	unsigned round = 0;

	while (hub_next_message(here.hub, page, &text)) {
		question = strstr(text.bytes, "\"settle\":");
		if (question)
			round = (unsigned)strtoul(question + strlen("\"settle\":"), NULL, 10);
		buf_clear(&text);
	}
	buf_finish(&text);
	if (round) {
		char *answer = mem_format(
			"{\"type\":\"settled\",\"round\":%u,\"errors\":[],\"failed\":[%s]}", round,
			failed);

		assert_true(hub_receive(here.hub, page, answer, strlen(answer)));
		free(answer);
	}
}

static void
happen(const char *path)
{
	struct changes changes = {0};

	changes_add(&changes, slice_of(path), CHANGE_MODIFIED);
	problems_update(here.problems, &changes);
	journal_add(here.journal, &changes);
	changes_finish(&changes);
	hub_publish(here.hub);
}

static void
answers(void **state)
{
	struct hub_page *page;

	(void)state;
	assert_int_equal(ask_for("/ask"), 201);
	assert_answer_body(&here.response, "1\n");
	assert_int_equal(ask_for("/1/0"), 410);
	assert_answer_body(&here.response, "no page is open\n");
	page = open_page("/");
	assert_int_equal(ask_for("/1/0"), 0);
	assert_int_equal(ask_for("/1/0/now"), 202);
	settle(page, "");
	assert_int_equal(ask_for("/1/0"), 200);
	assert_answer_body(&here.response, "1 page shows the newest files\n");
	happen("a.css");
	assert_int_equal(ask_for("/1/0/now"), 202);
	assert_answer_body(&here.response, "waiting for / (Chrome): 1 change behind\n");
	settle(page, "\"/a.png\"");
	assert_int_equal(ask_for("/1/0"), 409);
	assert_answer_body(
		&here.response, "/a.png did not load  / (Chrome)\n1 of 1 page in trouble\n");
	assert_int_equal(ask_for("/1/2/now"), 202);
	hub_leave(here.hub, page);
	assert_int_equal(ask_for("/1/0"), 410);
}

/* The question of another one does not spoil the answer to this one; an older answer is not enough. */
static void
numbers(void **state)
{
	struct hub_page *page = open_page("/");

	(void)state;
	assert_int_equal(ask_for("/ask"), 201);
	settle(page, "");
	assert_int_equal(ask_for("/ask"), 201);
	assert_answer_body(&here.response, "2\n");
	assert_int_equal(ask_for("/1/0"), 200);
	assert_int_equal(ask_for("/2/0/now"), 202);
	settle(page, "");
	assert_int_equal(ask_for("/2/0"), 200);
	hub_leave(here.hub, page);
}

static void
pages_that_load_again(void **state)
{
	static const char leaving[] = "{\"type\":\"leaving\"}";
	struct hub_page *page = open_page("/");

	(void)state;
	assert_int_equal(ask_for("/ask"), 201);
	settle(page, "");
	assert_true(hub_receive(here.hub, page, leaving, strlen(leaving)));
	assert_int_equal(ask_for("/1/0/now"), 202);
	assert_non_null(strstr(answer_body(&here.response).at, "told to load again"));
	hub_leave(here.hub, page);
	assert_int_equal(ask_for("/1/0/now"), 202);
	assert_non_null(strstr(answer_body(&here.response).at, "is not back yet"));
	page = open_page("/");
	settle(page, "");
	assert_int_equal(ask_for("/1/0"), 200);
	hub_leave(here.hub, page);
	assert_int_equal(ask_for("/1/0"), 410);
}

static void
changes_that_are_looked_at(void **state)
{
	struct hub_page *page = open_page("/");

	(void)state;
	here.is_quiet = false;
	assert_int_equal(ask_for("/ask"), 201);
	settle(page, "");
	assert_int_equal(ask_for("/1/0/now"), 202);
	assert_answer_body(&here.response, "a change on disk is still being looked at\n");
	here.is_quiet = true;
	assert_int_equal(ask_for("/1/0"), 200);
	hub_leave(here.hub, page);
}

static void
broken_files(void **state)
{
	struct hub_page *page = open_page("/");

	(void)state;
	folder_write("a.css", "p {\n");
	assert_int_equal(ask_for("/ask"), 201);
	happen("a.css");
	settle(page, "");
	/* The change came after the question, so the page is asked anew. */
	assert_int_equal(ask_for("/1/1/now"), 202);
	settle(page, "");
	assert_int_equal(ask_for("/1/1"), 409);
	assert_answer_body(
		&here.response, "a.css:1: a { is never closed\n1 of 1 page in trouble\n");
	assert_int_equal(ask_for("/1/1.json"), 409);
	assert_non_null(strstr(answer_body(&here.response).at,
		"\"problems\":[{\"file\":\"a.css\",\"line\":1,\"column\":3,\"text\":\"a { is never "
		"closed\"}],"
		"\"awaited\":[]}\n"));
	hub_leave(here.hub, page);
}

static void
resume(void *context)
{
	(void)context;
	here.resumed++;
}

static bool
is_resumed(void *context)
{
	(void)context;
	return here.resumed > 0;
}

/* A request that waits is answered again when something is new. Without one, pages are not asked any more. */
static void
news(void **state)
{
	struct response_waiter waiter = {.fn = resume};
	struct hub_page *page = open_page("/");

	(void)state;
	assert_int_equal(ask_for("/ask"), 201);
	assert_int_equal(ask_for("/1/0"), 0);
	response_waiter_join(&waiter, here.response.waiters);
	settle(page, "");
	clock_wait(here.loop, is_resumed, NULL);
	assert_int_equal(here.resumed, 1);
	happen("a.css");
	settle(page, "");
	hub_leave(here.hub, page);
}

static void
malformed(void **state)
{
	static const char *const rows[] = {
		"/",
		"/ask/",
		"/1",
		"/1/",
		"//1",
		"/x/1",
		"/1/x",
		"/1/1/later",
		"/1/1/now/now",
		"/-1/1",
		"/1/1.xml",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(ask_for(rows[i]), 404);
	page_waits_note(NULL, NULL);
	page_waits_note_arrival(NULL, NULL);
	page_waits_destroy(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(answers),
		TEST(numbers),
		TEST(pages_that_load_again),
		TEST(changes_that_are_looked_at),
		TEST(broken_files),
		TEST(news),
		TEST(malformed),
	};

	return cmocka_run_group_tests_name("page_waits", tests, NULL, NULL);
}

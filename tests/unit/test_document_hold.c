/*
 * Which requests are held, and when they are answered.
 */
#include "support/test.h"

#include <stdlib.h>

#include "document_hold.h"
#include "support/ask.h"

static struct {
	struct loop *loop;
	struct document_hold *hold;
	struct response_handler handler;
	unsigned answers;
} here;

static void
answer_all(void *context, const struct request *request, struct response *response)
{
	(void)request;
	assert_ptr_equal(context, &here);
	here.answers++;
	response_status(response, 204);
}

static int
enter(void **state)
{
	(void)state;
	here.answers = 0;
	here.loop = loop_create();
	here.hold = document_hold_create(here.loop);
	here.handler = (struct response_handler){.answer = answer_all, .context = &here};
	document_hold_wrap(here.hold, &here.handler);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	document_hold_destroy(here.hold);
	loop_destroy(here.loop);
	return 0;
}

/* Whether a request is answered, not held. Whoever is held gives up. */
static bool
is_answered(const char *text)
{
	struct response response;
	unsigned before = here.answers;
	bool is_held;

	response_init(&response);
	here.handler.answer(here.handler.context, ask(text), &response);
	is_held = response.waiters;
	assert_int_equal(here.answers, before + !is_held);
	response_finish(&response);
	return !is_held;
}

#define DOCUMENT "GET /\nSec-Fetch-Dest: document\nSec-Fetch-Mode: navigate\nAccept: text/html"
#define FETCHED "GET /\nSec-Fetch-Dest: empty\nSec-Fetch-Mode: cors\nAccept: text/html"
#define SHEET "GET /a.css\nSec-Fetch-Dest: style\nSec-Fetch-Mode: no-cors\nAccept: text/css"

static void
documents_wait(void **state)
{
	(void)state;
	assert_true(is_answered(DOCUMENT));
	assert_true(document_hold_note(here.hold, true));
	assert_false(is_answered(DOCUMENT));
	assert_false(is_answered(FETCHED));
	assert_true(is_answered(SHEET));
	assert_false(document_hold_note(here.hold, false));
	assert_true(is_answered(DOCUMENT));
}

static void
all_watches_count(void **state)
{
	(void)state;
	assert_true(document_hold_note(here.hold, true));
	assert_true(document_hold_note(here.hold, true));
	assert_true(document_hold_note(here.hold, false));
	assert_false(is_answered(DOCUMENT));
	assert_false(document_hold_note(here.hold, false));
	assert_true(is_answered(DOCUMENT));
}

static void
count_resumed(void *context)
{
	(*(unsigned *)context)++;
}

static void
answered_in_the_next_round(void **state)
{
	unsigned resumed = 0;
	struct response_waiter waiter = {.fn = count_resumed, .context = &resumed};
	struct response response;

	(void)state;
	document_hold_note(here.hold, true);
	response_init(&response);
	here.handler.answer(here.handler.context, ask(DOCUMENT), &response);
	assert_non_null(response.waiters);
	response_waiter_join(&waiter, response.waiters);
	document_hold_note(here.hold, false);
	assert_int_equal(resumed, 0);
	document_hold_note(here.hold, true);
	loop_dispatch(here.loop);
	assert_int_equal(resumed, 0);
	document_hold_note(here.hold, false);
	loop_dispatch(here.loop);
	assert_int_equal(resumed, 1);
	response_finish(&response);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(documents_wait),
		TEST(all_watches_count),
		TEST(answered_in_the_next_round),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

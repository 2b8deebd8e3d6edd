/*
 * What is put in the place of a 404 of the site, and what never is.
 */
#include "support/test.h"

#include "base/log.h"
#include "local/own_pages.h"
#include "support/ask.h"

#define UPDATE "\nSec-Fetch-Dest: serviceworker\nSec-Fetch-Site: same-origin"

enum { ENTRY = 5, LOCAL = 2 };

static struct {
	struct root *root;
	struct own_pages *own_pages;
	struct response_handler handler;
	struct response_waiters waiters;
	struct buf said;
	int status; /* what the site answers; 0: it pauses */
} here;

static void
answer_as_site(void *context, const struct request *request, struct response *response)
{
	(void)request;
	assert_ptr_equal(context, &here);
	if (here.status)
		response_text(response, here.status, "text/plain", SLICE_LITERAL("site"));
	else
		response_pause(response, &here.waiters);
}

static void
note(void *context, enum log_level level, const char *sentence)
{
	(void)context, (void)level;
	buf_addf(&here.said, "%s\n", sentence);
}

static int
enter(void **state)
{
	(void)state;
	here.root = root_create("/");
	here.own_pages = own_pages_create(
		&(struct own_pages_options){.root = here.root, .entry = ENTRY});
	here.handler = (struct response_handler){.answer = answer_as_site, .context = &here};
	own_pages_wrap(here.own_pages, &here.handler);
	log_set_sink(note, NULL);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	log_set_sink(NULL, NULL);
	own_pages_destroy(here.own_pages);
	root_destroy(here.root);
	buf_finish(&here.said);
	return 0;
}

/* Whether the answer is one of ours. */
static bool
is_ours(const char *text, int status, unsigned entry)
{
	struct request request = *ask(text);
	struct response response;
	bool is_ours;

	here.status = status;
	request.entry = entry;
	request.peer.key = LOCAL;
	response_init(&response);
	here.handler.answer(here.handler.context, &request, &response);
	is_ours = response.status == 200 && status != 200;
	if (is_ours)
		assert_string_equal(
			answer_value(&response, "Cross-Origin-Resource-Policy"), "same-origin");
	else
		assert_int_equal(response.status, status);
	response_finish(&response);
	return is_ours;
}

static void
only_a_404_is_replaced(void **state)
{
	static const char *const ours[] = {
		"GET /sw.js" UPDATE, "GET /.well-known/appspecific/com.chrome.devtools.json"};

	(void)state;
	for (size_t i = 0; i < ROWS(ours); i++) {
		assert_true(is_ours(ours[i], 404, ENTRY));
		for (int status = 200; status < 600; status++)
			assert_false(status != 404 && is_ours(ours[i], status, ENTRY));
		assert_false(is_ours(ours[i], 404, ENTRY + 1));
		assert_false(is_ours(ours[i], 0, ENTRY));
	}
	assert_false(is_ours("GET /sw.js", 404, ENTRY));
}

static void
each_worker_is_said_once(void **state)
{
	(void)state;
	assert_true(is_ours("GET /a.js" UPDATE, 404, ENTRY));
	assert_true(is_ours("GET /a.js" UPDATE, 404, ENTRY));
	assert_string_equal(here.said.bytes, "a browser asked for the service worker /a.js, which "
					     "is not here: if an earlier project on "
					     "this port has left it, it is removed now\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(only_a_404_is_replaced, enter, leave),
		cmocka_unit_test_setup_teardown(each_worker_is_said_once, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Which requests are updates of a service worker, and what they get.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <string.h>

#include "local/stale_worker.h"
#include "support/ask.h"

#define FETCH "\nSec-Fetch-Dest: serviceworker\nSec-Fetch-Site: same-origin"

static void
updates(void **state)
{
	static const struct {
		const char *request;
		bool is_update;
	} rows[] = {
		{"GET /sw.js" FETCH "\nReferer: http://localhost:9000/sw.js", true},
		{"GET /sw.js?v=2" FETCH "\nReferer: http://localhost:9000/sw.js?v=2", true},
		{"GET /a/sw.js" FETCH "\nReferer: https://code.example/proxy/9000/a/sw.js", true},
		{"GET /sw.js" FETCH, true},
		{"GET /sw.js" FETCH "\nReferer: http://localhost:9000/", false},
		{"GET /sw.js" FETCH "\nReferer: http://localhost:9000/?/sw.js", false},
		{"GET /sw.js" FETCH "\nReferer: x", false},
		{"HEAD /sw.js" FETCH, false},
		{"GET /sw.js", false},
		{"GET /sw.js\nSec-Fetch-Dest: script\nSec-Fetch-Site: same-origin", false},
		{"GET /sw.js\nSec-Fetch-Dest: serviceworker\nSec-Fetch-Site: cross-site", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		print_message("%s\n", rows[i].request);
		assert_int_equal(
			stale_worker_is_asked_for(ask(rows[i].request)), rows[i].is_update);
	}
}

static void
the_worker_may_be_for_all(void **state)
{
	struct response response;
	struct slice body;

	(void)state;
	response_init(&response);
	response_text(&response, 404, "text/html", SLICE_LITERAL("none"));
	stale_worker_respond(&response);
	assert_int_equal(response.status, 200);
	assert_string_equal(
		answer_value(&response, "Content-Type"), "text/javascript; charset=utf-8");
	assert_string_equal(answer_value(&response, "Service-Worker-Allowed"), "/");
	assert_string_equal(answer_value(&response, "Cache-Control"), "no-store");
	body = answer_body(&response);
	assert_non_null(memmem(body.at, body.length, "unregister()", strlen("unregister()")));
	response_finish(&response);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(updates),
		cmocka_unit_test(the_worker_may_be_for_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

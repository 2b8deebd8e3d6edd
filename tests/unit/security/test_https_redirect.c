/*
 * Where plain HTTP is sent to.
 */
#include "support/test.h"

#include <string.h>

#include "security/https_redirect.h"
#include "support/ask.h"

static struct response response;

static int
enter(void **state)
{
	(void)state;
	response_init(&response);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	response_finish(&response);
	return 0;
}

static void
the_url_stays_the_same(void **state)
{
	static const struct {
		const char *request, *location;
	} rows[] = {
		{"GET /", "https://localhost:9000/"},
		{"POST /form?a=b&c", "https://localhost:9000/form?a=b&c"},
		{"GET //evil.example/\nHost: localhost:9000",
			"https://localhost:9000//evil.example/"},
		{"GET /\\evil.example\nHost: localhost:9000",
			"https://localhost:9000/\\evil.example"},
		{"GET http://127.0.0.1:9000/x\nHost: other", "https://127.0.0.1:9000/x"},
		{"GET /caf\xc3\xa9", "https://localhost:9000/caf%C3%A9"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		response_clear(&response);
		assert_true(https_redirect_respond(&response, ask(rows[i].request)));
		assert_int_equal(response.status, 308);
		assert_string_equal(answer_value(&response, "Location"), rows[i].location);
		assert_string_equal(answer_value(&response, "Cache-Control"), "no-store");
	}
}

static void
without_a_url_there_is_no_redirect(void **state)
{
	struct request request = *ask("GET /");

	(void)state;
	assert_false(https_redirect_respond(&response, ask("OPTIONS *")));
	request.authority = (struct slice){0}; /* HTTP/1.0 */
	assert_false(https_redirect_respond(&response, &request));
	assert_int_equal(response.status, 0);
	assert_int_equal(response.fields.count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_url_stays_the_same, enter, leave),
		cmocka_unit_test_setup_teardown(without_a_url_there_is_no_redirect, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

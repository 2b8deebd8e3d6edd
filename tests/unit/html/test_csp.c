#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "html/csp.h"
#include "support/ask.h"

static void
policies(void **state)
{
	struct response response;
	char *without;

	(void)state;
	response_init(&response);
	csp_add(&response, NULL);
	without = strdup(answer_value(&response, "Content-Security-Policy"));
	assert_true(slice_starts(slice_of(without), "default-src 'none'; script-src 'self';"));
	assert_null(strstr(without, "style-src"));
	response_clear(&response);
	csp_add(&response, "abc=");
	assert_true(slice_starts(
		slice_of(answer_value(&response, "Content-Security-Policy")), without));
	assert_true(slice_ends(slice_of(answer_value(&response, "Content-Security-Policy")),
		"; style-src 'sha256-abc='"));
	assert_non_null(strstr(without, "form-action 'none'"));
	response_clear(&response);
	csp_add_with_form(&response, NULL);
	assert_non_null(
		strstr(answer_value(&response, "Content-Security-Policy"), "form-action 'self'"));
	free(without);
	response_finish(&response);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(policies),
	};

	return cmocka_run_group_tests_name("csp", tests, NULL, NULL);
}

#include "support/test.h"

#include "http/status.h"

static void
test_reasons(void **state)
{
	(void)state;
	assert_string_equal(status_reason(200), "OK");
	assert_string_equal(status_reason(416), "Range Not Satisfiable");
	assert_string_equal(status_reason(505), "HTTP Version Not Supported");
	assert_true(status_is_known(451));
	assert_false(status_is_known(299));
	assert_false(status_is_known(599));
	assert_string_equal(status_reason(299), "Unknown");
	assert_string_equal(status_reason(0), "Unknown");
	assert_string_equal(status_reason(-1), "Unknown");
	assert_string_equal(status_reason(506), "Unknown");
	assert_string_equal(status_reason(100000), "Unknown");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

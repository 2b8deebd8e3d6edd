#include "support/test.h"

#include "http/user_agent.h"

#define WEBKIT " AppleWebKit/537.36 (KHTML, like Gecko) "

static void
browsers(void **state)
{
	static const struct {
		const char *user_agent, *name;
	} rows[] = {
		{"Mozilla/5.0 (X11; Linux x86_64)" WEBKIT "Chrome/126.0.0.0 Safari/537.36",
			"Chrome"},
		{"Mozilla/5.0 (X11; Linux x86_64)" WEBKIT "HeadlessChrome/126.0.0.0 Safari/537.36",
			"Chrome"},
		{"Mozilla/5.0 (Windows NT 10.0)" WEBKIT
		 "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
			"Edge"},
		{"Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0",
			"Firefox"},
		{"Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) "
		 "Version/17.4 Safari/605.1.15",
			"Safari"},
		{"curl/7.88.1", NULL},
		{"Firefox", NULL},
		{"", NULL},
		{NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct slice user_agent = {0};

		if (rows[i].user_agent)
			user_agent = slice_of(rows[i].user_agent);
		if (rows[i].name)
			assert_string_equal(user_agent_browser(user_agent), rows[i].name);
		else
			assert_null(user_agent_browser(user_agent));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(browsers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

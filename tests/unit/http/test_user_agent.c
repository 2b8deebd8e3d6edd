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

static void
versions_and_devices(void **state)
{
	static const struct {
		const char *user_agent;
		unsigned version;
		const char *device;
	} rows[] = {
		{"Mozilla/5.0 (X11; Linux x86_64)" WEBKIT "Chrome/126.0.0.0 Safari/537.36", 126,
			"Linux"},
		{"Mozilla/5.0 (Windows NT 10.0)" WEBKIT
		 "Chrome/126.0.0.0 Safari/537.36 Edg/127.0.0.0",
			127, "Windows"},
		{"Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0", 130,
			"Android"},
		{"Mozilla/5.0 (Linux; Android 10; K)" WEBKIT "Chrome/130.0.0.0 Mobile", 130,
			"Android"},
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) Version/17.4 Mobile", 17,
			"iPhone"},
		{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17.4 Safari", 17,
			"macOS"},
		{"Mozilla/5.0 (X11; CrOS x86_64)" WEBKIT "Chrome/x", 0, "ChromeOS"},
		{"Firefox/99999999999999999999", 999999, NULL},
		{"Firefox/", 0, NULL},
		{"curl/7.88.1", 0, NULL},
		{"", 0, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const char *device = user_agent_device(slice_of(rows[i].user_agent));

		assert_int_equal(user_agent_version(slice_of(rows[i].user_agent)), rows[i].version);
		if (rows[i].device)
			assert_string_equal(device, rows[i].device);
		else
			assert_null(device);
	}
	assert_int_equal(user_agent_version((struct slice){0}), 0);
	assert_null(user_agent_device((struct slice){0}));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(browsers),
		cmocka_unit_test(versions_and_devices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

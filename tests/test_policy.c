/*
 * Who may ask: every name an attacker could try, and those a person uses.
 */
#include "support/test.h"

#include <string.h>

#include "policy.h"

static const char *const allowed[] = {"my-site.test", "Dev.Example", NULL};

static void
hosts(void **state)
{
	static const struct {
		const char *bound;
		const char *authority;
		bool may;
	} rows[] = {
		{"localhost", "localhost:9000", true},
		{"localhost", "localhost", true},
		{"localhost", "LOCALHOST:9000", true},
		{"localhost", "localhost.:9000", true},
		{"localhost", "my.localhost:9000", true},
		{"localhost", "127.0.0.1:9000", true},
		{"localhost", "127.8.9.10", true},
		{"localhost", "[::1]:9000", true},
		{"localhost", "my-site.test:9000", true},
		{"localhost", "dev.example:1", true},
		{"localhost", "localhost:8443", true},
		{"localhost", "evil.example:9000", false},
		{"localhost", "localhost.evil.example", false},
		{"localhost", "127.0.0.1.evil.example", false},
		{"localhost", "evillocalhost", false},
		{"localhost", ".localhost", false},
		{"localhost", "my-site.test.evil.example", false},
		{"localhost", "x.my-site.test", false},
		{"localhost", "0.0.0.0:9000", false},
		{"localhost", "[::]:9000", false},
		{"localhost", "192.168.1.5:9000", false},
		{"localhost", "[fe80::1]:9000", false},
		{"localhost", "127.1:9000", false},
		{"localhost", "0x7f000001", false},
		{"localhost", "2130706433", false},
		{"localhost", "[", false},
		{"localhost", "[::1", false},
		{"localhost", "[::1].evil.example", false},
		{"localhost", "[::1]9000", false},
		{"localhost", "[localhost]", false},
		{"localhost", "[127.0.0.1]:9000", false},
		{"localhost", "localhost:9000.evil.example", false},
		{"localhost", "localhost:", true},
		{"localhost", "", false},
		{"localhost", ":9000", false},
		{"localhost", "..", false},
		{"127.0.0.1", "192.168.1.5", false},
		{"::1", "192.168.1.5", false},
		{"0.0.0.0", "192.168.1.5:9000", true},
		{"0.0.0.0", "[fe80::1]:9000", true},
		{"0.0.0.0", "localhost:9000", true},
		{"0.0.0.0", "0.0.0.0:9000", false},
		{"0.0.0.0", "evil.example", false},
		{"::", "192.168.1.5", true},
		{"192.168.1.5", "192.168.1.5:9000", true},
		{"mymachine", "mymachine:9000", true},
		{"mymachine", "othermachine:9000", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct policy_options options = {rows[i].bound, allowed};

		print_message("%s asked as %s\n", rows[i].bound, rows[i].authority);
		assert_int_equal(
			policy_allows_host(&options, slice_of(rows[i].authority)), rows[i].may);
	}
}

static void
hosts_that_are_no_text(void **state)
{
	struct policy_options options = {"localhost", NULL};
	char name[300];

	(void)state;
	assert_true(policy_allows_host(&options, (struct slice){NULL, 0}));
	memset(name, 'a', sizeof(name));
	assert_false(policy_allows_host(&options, (struct slice){name, sizeof(name)}));
}

static void
origins(void **state)
{
	static const struct {
		const char *origin;
		const char *authority;
		bool may;
	} rows[] = {
		{NULL, "localhost:9000", true},
		{"http://localhost:9000", "localhost:9000", true},
		{"https://localhost:9000", "localhost:9000", true},
		{"http://LOCALHOST:9000", "localhost:9000", true},
		{"http://localhost:9001", "localhost:9000", false},
		{"http://localhost", "localhost:9000", false},
		{"http://127.0.0.1:9000", "localhost:9000", false},
		{"http://evil.example", "localhost:9000", false},
		{"http://localhost:9000.evil.example", "localhost:9000", false},
		{"http://evil.example/localhost:9000", "localhost:9000", false},
		{"null", "localhost:9000", false},
		{"", "localhost:9000", false},
		{"http://", "localhost:9000", false},
		{"http://[", "localhost:9000", false},
		{"ftp://localhost:9000", "localhost:9000", false},
		{"localhost:9000", "localhost:9000", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct slice origin = {NULL, 0};

		if (rows[i].origin)
			origin = slice_of(rows[i].origin);
		print_message("%s\n", rows[i].origin ? rows[i].origin : "(none)");
		assert_int_equal(policy_allows_origin(origin, slice_of(rows[i].authority), false),
			rows[i].may);
		assert_int_equal(policy_allows_origin(origin, slice_of(rows[i].authority), true),
			rows[i].may &&
				(!rows[i].origin || strncmp(rows[i].origin, "https", 5) == 0));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts),
		cmocka_unit_test(hosts_that_are_no_text),
		cmocka_unit_test(origins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

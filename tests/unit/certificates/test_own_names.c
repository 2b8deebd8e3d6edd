/*
 * Which hosts are names for a certificate, and how they are written there.
 */
#include "support/test.h"

#include <string.h>

#include "base/mem.h"
#include "certificates/own_names.h"

static void
hosts_become_names_and_addresses(void **state)
{
	static const struct {
		const char *host, *item; /* NULL: nothing is added */
	} rows[] = {
		{"localhost", "DNS:localhost"},
		{"Site.test", "DNS:Site.test"},
		{"site.test.", "DNS:site.test"},
		{"a_b-c.test", "DNS:a_b-c.test"},
		{"*.site.test", "DNS:*.site.test"},
		{"127.0.0.1", "IP:127.0.0.1"},
		{"192.168.1.20", "IP:192.168.1.20"},
		{"::1", "IP:::1"},
		{"FD00::0:1", "IP:fd00::1"},
		{"*", NULL},
		{"0.0.0.0", NULL},
		{"::", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct own_names names = {0};

		assert_true(own_names_add(&names, rows[i].host));
		assert_int_equal(names.count, rows[i].item ? 1 : 0);
		if (rows[i].item)
			assert_string_equal(names.items[0], rows[i].item);
		own_names_finish(&names);
	}
}

static void
what_is_no_host_is_left_out(void **state)
{
	static const char *const rows[] = {"", ".", "..", "a..b", ".test", "a b",
		"a,DNS:evil.example", "a;b", "a\nb", "a:b", "a/b", "*.test", "*.", "*..test",
		"a.*.test", "*.*.test", "x*.a.test", "caf\xc3\xa9.test", "[::1]", "fe80::1%eth0"};
	struct own_names names = {0};
	char longest[256];

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_false(own_names_add(&names, rows[i]));
	memset(longest, 'a', sizeof(longest));
	longest[254] = '\0';
	assert_false(own_names_add(&names, longest));
	assert_int_equal(names.count, 0);
	longest[253] = '\0';
	assert_true(own_names_add(&names, longest));
	own_names_finish(&names);
}

static void
each_is_there_once(void **state)
{
	struct own_names names = {0};

	(void)state;
	own_names_add_machine(&names);
	assert_string_equal(names.items[0], "DNS:localhost");
	assert_string_equal(names.items[1], "IP:127.0.0.1");
	assert_string_equal(names.items[2], "IP:::1");
	own_names_add_machine(&names);
	own_names_add_interfaces(&names);
	own_names_add_interfaces(&names);
	for (size_t i = 0; i < names.count; i++)
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(names.items[i], names.items[j]);
	own_names_finish(&names);
}

static void
only_loopback_is_the_same_everywhere(void **state)
{
	static const char *const ours[] = {
		"a.localhost", "a.b.LOCALHOST", "127.0.0.1", "127.9.8.7"};
	static const char *const others[] = {"localhost", "localhost.", ".localhost",
		"a..localhost", "a,b.localhost", "xlocalhost", "localhost.evil.example", "10.0.0.1",
		"::1", "128.0.0.1", "127.0.0.1.evil.example", "127.1", "a\n.localhost", ""};

	(void)state;
	for (size_t i = 0; i < ROWS(ours); i++)
		assert_true(own_names_is_loopback(ours[i]));
	for (size_t i = 0; i < ROWS(others); i++)
		assert_false(own_names_is_loopback(others[i]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_become_names_and_addresses),
		cmocka_unit_test(what_is_no_host_is_left_out),
		cmocka_unit_test(each_is_there_once),
		cmocka_unit_test(only_loopback_is_the_same_everywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

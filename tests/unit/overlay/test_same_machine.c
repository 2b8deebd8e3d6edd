/*
 * Which requests come from a browser on this machine.
 */
#include "support/test.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "overlay/same_machine.h"

static struct peer
peer_at(const char *address)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};

	if (inet_pton(AF_INET, address, &v4.sin_addr) == 1)
		return connection_limit_peer((const struct sockaddr *)&v4);
	assert_int_equal(inet_pton(AF_INET6, address, &v6.sin6_addr), 1);
	return connection_limit_peer((const struct sockaddr *)&v6);
}

static bool
has_sent(const char *address, const char *fields)
{
	struct request request;
	char head[300];

	snprintf(head, sizeof(head), "GET / HTTP/1.1\r\n%s\r\n", fields);
	assert_int_equal(request_parse(&request, head, strlen(head)), REQUEST_COMPLETE);
	request.peer = peer_at(address);
	return same_machine_has_sent(&request);
}

static void
requests(void **state)
{
	static const struct {
		const char *address, *fields;
		bool is_ours;
	} rows[] = {
		{"127.0.0.1", "Host: localhost\r\n", true},
		{"127.0.0.1", "Host: LocalHost:9000\r\n", true},
		{"::1", "Host: [::1]:9000\r\n", true},
		{"::1", "Host: [::1]\r\n", true},
		{"127.0.0.1", "Host: 127.8.0.1:1\r\n", true},
		{"127.0.0.1", "Host: blog.localhost.:9000\r\n", true},
		{"192.0.2.7", "Host: localhost\r\n", false},
		{"2001:db8::1", "Host: localhost\r\n", false},
		{"127.0.0.1", "Host: 192.0.2.7:9000\r\n", false},
		{"127.0.0.1", "Host: dev.test\r\n", false},
		{"127.0.0.1", "Host: mylocalhost\r\n", false},
		{"127.0.0.1", "Host: 127.0.0.1.dev.test\r\n", false},
		{"127.0.0.1", "Host: [::2]:9000\r\n", false},
		{"127.0.0.1", "Host: localhost\r\nX-Forwarded-For: 127.0.0.1\r\n", false},
		{"127.0.0.1", "Host: localhost\r\nX-FORWARDED-FOR: a\r\nX-Forwarded-For: b\r\n",
			false},
		{"127.0.0.1", "Host: localhost\r\nX-Forwarded-Host: dev.test\r\n", false},
		{"127.0.0.1", "Host: localhost\r\nForwarded: for=127.0.0.1\r\n", false},
		{"127.0.0.1", "Host: localhost\r\nX-Real-IP: 127.0.0.1\r\n", false},
		{"127.0.0.1", "Host: localhost\r\nX-Original-Host: a\r\n", false},
		{"127.0.0.1", "Host: localhost\r\nX-Forwarded-Proto: https\r\n", false},
		{"127.0.0.1", "Host: localhost\r\nVia: 1.1 a\r\n", false},
		{"127.0.0.1", "Host: localhost\r\nX-Forwarded: a\r\n", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (has_sent(rows[i].address, rows[i].fields) != rows[i].is_ours)
			fail_msg("%s, %s", rows[i].address, rows[i].fields);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(requests)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

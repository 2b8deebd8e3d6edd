/*
 * What dumpcap is asked for. That it works is tested from outside (tests/e2e/wire.test.js).
 */
#include "support/test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "capture/dumpcap.h"

static struct watched_socket
watched(const char *host, uint16_t port, bool has_both_families)
{
	struct watched_socket socket = {.has_both_families = has_both_families};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};

	if (inet_pton(AF_INET, host, &v4.sin_addr) == 1)
		memcpy(&socket.name, &v4, sizeof(v4));
	else if (inet_pton(AF_INET6, host, &v6.sin6_addr) == 1)
		memcpy(&socket.name, &v6, sizeof(v6));
	return socket;
}

static void
filters(void **state)
{
	const struct {
		struct watched_sockets sockets;
		const char *filter, *interface;
	} rows[] = {
		{{.items = {watched("127.0.0.1", 9000, false)}, .count = 1},
			"(host 127.0.0.1 and tcp port 9000)", "lo"},
		{{.items = {watched("127.0.0.1", 9000, false), watched("::1", 9000, false)},
			 .count = 2},
			"(host 127.0.0.1 and tcp port 9000) or (host ::1 and tcp port 9000)", "lo"},
		{{.items = {watched("0.0.0.0", 80, false), watched("::", 80, false)}, .count = 2},
			"(ip and tcp port 80) or (ip6 and tcp port 80)", "any"},
		{{.items = {watched("::", 80, true)}, .count = 1}, "(tcp port 80)", "any"},
		{{.items = {watched("::1", 1, false), watched("192.0.2.1", 1, false)}, .count = 2},
			"(host ::1 and tcp port 1) or (host 192.0.2.1 and tcp port 1)", "any"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *filter = dumpcap_filter(&rows[i].sockets);

		assert_string_equal(filter, rows[i].filter);
		assert_string_equal(dumpcap_interface(&rows[i].sockets), rows[i].interface);
		free(filter);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(filters)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The programs that the kernel gets: it accepts them, however many sockets there are. What they let
 * through is tested with real packets in test_liveserve_capture.c.
 */
#include "support/test.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "capture/capture_filter.h"

static struct capture_filter filter;

static struct watched_socket
watched(int family, bool is_loopback, uint16_t port)
{
	struct watched_socket socket = {.fd = -1};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};

	if (is_loopback) {
		v6.sin6_addr = in6addr_loopback;
		v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	}
	if (family == AF_INET)
		memcpy(&socket.name, &v4, sizeof(v4));
	else
		memcpy(&socket.name, &v6, sizeof(v6));
	return socket;
}

static void
assert_kernel_takes_it(void)
{
	const struct sock_fprog program = {filter.length, filter.code};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	assert_return_code(
		setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)), errno);
	close(fd);
}

static void
the_kernel_takes_each(void **state)
{
	(void)state;
	for (size_t count = 1; count <= WATCHED_SOCKETS_MAX; count++)
		for (int is_loopback = 0; is_loopback < 2; is_loopback++) {
			struct watched_sockets sockets = {.count = count};

			for (size_t i = 0; i < count; i++)
				sockets.items[i] = watched(i % 2 ? AF_INET : AF_INET6, is_loopback,
					(uint16_t)(9000 + i));
			capture_filter_write(&filter, &sockets, false);
			assert_int_equal(filter.is_loopback_only, is_loopback);
			assert_kernel_takes_it();
		}
}

static void
an_own_network_is_loopback(void **state)
{
	struct watched_sockets sockets = {.items = {watched(AF_INET, false, 9000)}, .count = 1};

	(void)state;
	capture_filter_write(&filter, &sockets, true);
	assert_true(filter.is_loopback_only);
	assert_kernel_takes_it();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kernel_takes_each),
		cmocka_unit_test(an_own_network_is_loopback),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

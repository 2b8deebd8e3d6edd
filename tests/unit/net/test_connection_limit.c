/*
 * Addresses by hand. getpeername(2) is replaced: peers[] is the other end of each descriptor.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "net/connection_limit.h"

static struct connection_limit *connection_limit;
static const char *peers[4 * CONNECTION_LIMIT_MAX]; /* by descriptor; NULL: closed */

static struct sockaddr_storage
address_of(const char *text)
{
	struct sockaddr_storage address = {0};

	if (strchr(text, ':')) {
		address.ss_family = AF_INET6;
		assert_int_equal(
			inet_pton(AF_INET6, text, &((struct sockaddr_in6 *)&address)->sin6_addr),
			1);
	} else {
		address.ss_family = AF_INET;
		assert_int_equal(
			inet_pton(AF_INET, text, &((struct sockaddr_in *)&address)->sin_addr), 1);
	}
	return address;
}

int __wrap_getpeername(int socket, struct sockaddr *address, socklen_t *length);

int
__wrap_getpeername(int socket, struct sockaddr *address, socklen_t *length)
{
	struct sockaddr_storage found;

	if (!peers[socket]) {
		errno = EBADF;
		return -1;
	}
	found = address_of(peers[socket]);
	memcpy(address, &found, *length < sizeof(found) ? *length : sizeof(found));
	return 0;
}

static int
enter(void **state)
{
	(void)state;
	memset(peers, 0, sizeof(peers));
	connection_limit = connection_limit_create();
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	connection_limit_destroy(connection_limit);
	connection_limit_destroy(NULL);
	return 0;
}

static bool
admit(int socket, const char *from)
{
	struct sockaddr_storage address = address_of(from);
	bool may = connection_limit_admit(connection_limit, socket, (struct sockaddr *)&address);

	peers[socket] = may ? from : NULL;
	return may;
}

static void
one_address(void **state)
{
	(void)state;
	for (int i = 0; i < CONNECTION_LIMIT_MAX; i++)
		assert_true(admit(i, "192.168.1.5"));
	assert_false(admit(CONNECTION_LIMIT_MAX, "192.168.1.5"));
	assert_true(admit(CONNECTION_LIMIT_MAX, "192.168.1.6"));
	assert_true(admit(CONNECTION_LIMIT_MAX + 1, "fe80::5"));
	/* One is closed, so one more is admitted, also with another descriptor. */
	peers[7] = NULL;
	assert_true(admit(CONNECTION_LIMIT_MAX + 2, "192.168.1.5"));
	assert_false(admit(CONNECTION_LIMIT_MAX + 3, "192.168.1.5"));
	/* Its descriptor now belongs to another address. */
	peers[8] = "192.168.1.6";
	assert_true(admit(CONNECTION_LIMIT_MAX + 3, "192.168.1.5"));
	assert_false(admit(CONNECTION_LIMIT_MAX + 4, "192.168.1.5"));
}

/* A descriptor that is used again counts once. */
static void
reused_descriptors(void **state)
{
	(void)state;
	for (int i = 0; i < 10 * CONNECTION_LIMIT_MAX; i++)
		assert_true(admit(i % 3, "192.168.1.5"));
}

static void
networks(void **state)
{
	(void)state;
	for (int i = 0; i < CONNECTION_LIMIT_MAX; i++)
		assert_true(admit(i, i % 2 ? "2001:db8::1" : "2001:db8::ffff:1"));
	assert_false(admit(CONNECTION_LIMIT_MAX, "2001:db8::2"));
	assert_true(admit(CONNECTION_LIMIT_MAX, "2001:db8:0:1::2"));
}

static void
this_machine(void **state)
{
	static const char *const own[] = {"127.0.0.1", "127.9.9.9", "::1"};

	(void)state;
	for (int i = 0; i < 3 * CONNECTION_LIMIT_MAX; i++)
		assert_true(admit(i, own[i % 3]));
	for (int i = 0; i < CONNECTION_LIMIT_MAX; i++)
		assert_true(admit(i, "192.168.1.5"));
	assert_false(admit(CONNECTION_LIMIT_MAX, "192.168.1.5"));
	for (int i = 0; i < CONNECTION_LIMIT_MAX; i++)
		assert_true(admit(i, "127.0.0.1"));
	assert_true(admit(CONNECTION_LIMIT_MAX, "192.168.1.5"));
}

static uint64_t
peer_of(const char *text)
{
	struct sockaddr_storage address = address_of(text);

	return connection_limit_peer((struct sockaddr *)&address).key;
}

static void
peers_are_addresses_without_ports(void **state)
{
	static const struct {
		const char *one, *other;
		bool is_same;
	} rows[] = {
		{"127.0.0.1", "127.9.9.9", true},
		{"127.0.0.1", "::1", true},
		{"192.168.1.5", "192.168.1.5", true},
		{"192.168.1.5", "192.168.1.6", false},
		{"192.168.1.5", "127.0.0.1", false},
		{"2001:db8::1", "2001:db8::ffff:1", true},
		{"2001:db8::1", "2001:db8:0:1::1", false},
		{"fe80::5", "::1", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		assert_int_not_equal(peer_of(rows[i].one), 0);
		if ((peer_of(rows[i].one) == peer_of(rows[i].other)) != rows[i].is_same)
			fail_msg("%s and %s", rows[i].one, rows[i].other);
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

/* ---- peers ---- */

static void
addresses(void **state)
{
	static const char *const rows[][2] = {
		{"127.0.0.1", "127.0.0.1"},
		{"0.0.0.0", "0.0.0.0"},
		{"255.255.255.255", "255.255.255.255"},
		{"::1", "::1"},
		{"2001:DB8:0::1", "2001:db8::1"},
		{"::ffff:192.0.2.1", "192.0.2.1"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct sockaddr_storage address = address_of(rows[i][0]);
		struct peer peer = connection_limit_peer((struct sockaddr *)&address);
		struct buf text = {0};

		connection_limit_add_address(&text, &peer);
		assert_string_equal(text.bytes, rows[i][1]);
		buf_finish(&text);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(one_address),
		TEST(reused_descriptors),
		TEST(networks),
		TEST(this_machine),
		TEST(peers_are_addresses_without_ports),
		cmocka_unit_test(addresses),
	};

	return cmocka_run_group_tests_name("connection_limit", tests, NULL, NULL);
}

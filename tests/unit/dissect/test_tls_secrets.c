#include "support/test.h"

#include "base/buf.h"
#include "dissect/tls_secrets.h"

#define RANDOM "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1F"
#define SECRET_32 "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf"
#define SECRET_48 SECRET_32 "c0c1c2c3c4c5c6c7c8c9cacbcccdcecf"

static int
setup(void **state)
{
	*state = tls_secrets_create();
	return 0;
}

static int
teardown(void **state)
{
	tls_secrets_destroy(*state);
	return 0;
}

/* The random that counts up from first, as RANDOM does from 0. */
static const char *
counted(uint8_t first)
{
	static char bytes[TLS_RANDOM_SIZE];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(first + i);
	return bytes;
}

static void
assert_secret(struct tls_secrets *secrets, enum tls_secret_kind kind, size_t length)
{
	struct slice found = tls_secrets_find(secrets, counted(0), kind);

	assert_int_equal(found.length, length);
	for (size_t i = 0; i < length; i++)
		assert_int_equal((uint8_t)found.at[i], 0xa0 + i);
}

static void
each_kind_is_found(void **state)
{
	static const char text[] = "# a comment\n"
				   "CLIENT_HANDSHAKE_TRAFFIC_SECRET " RANDOM " " SECRET_32 "\n"
				   "SERVER_HANDSHAKE_TRAFFIC_SECRET " RANDOM " " SECRET_48 "\r\n"
				   "\n"
				   "EXPORTER_SECRET " RANDOM " " SECRET_32 "\n"
				   "CLIENT_TRAFFIC_SECRET_0 " RANDOM " " SECRET_48 "\n"
				   "SERVER_TRAFFIC_SECRET_0 " RANDOM " " SECRET_32;

	assert_int_equal(tls_secrets_add(*state, slice_of(text)), 4);
	assert_secret(*state, TLS_SECRET_CLIENT_HANDSHAKE, 32);
	assert_secret(*state, TLS_SECRET_SERVER_HANDSHAKE, 48);
	assert_secret(*state, TLS_SECRET_CLIENT_APPLICATION, 48);
	assert_secret(*state, TLS_SECRET_SERVER_APPLICATION, 32);
	assert_null(tls_secrets_find(*state, counted(1), TLS_SECRET_CLIENT_HANDSHAKE).at);
}

static void
only_new_secrets_are_counted(void **state)
{
	struct slice line = slice_of("CLIENT_TRAFFIC_SECRET_0 " RANDOM " " SECRET_32);
	struct slice other = slice_of("CLIENT_TRAFFIC_SECRET_0 " RANDOM " " SECRET_48);

	assert_int_equal(tls_secrets_add(*state, line), 1);
	assert_int_equal(tls_secrets_add(*state, line), 0);
	assert_int_equal(tls_secrets_add(*state, other), 1);
	assert_secret(*state, TLS_SECRET_CLIENT_APPLICATION, 48);
	assert_null(tls_secrets_find(*state, counted(0), TLS_SECRET_SERVER_APPLICATION).at);
}

static void
other_lines_are_skipped(void **state)
{
	static const char *const lines[] = {
		"",
		" ",
		"CLIENT_TRAFFIC_SECRET_0",
		"CLIENT_TRAFFIC_SECRET_0 " RANDOM,
		"CLIENT_TRAFFIC_SECRET_0 " RANDOM " ",
		"CLIENT_TRAFFIC_SECRET_0  " RANDOM " " SECRET_32,
		"CLIENT_TRAFFIC_SECRET_0 " RANDOM "00 " SECRET_32,
		"CLIENT_TRAFFIC_SECRET_0 00 " SECRET_32,
		"CLIENT_TRAFFIC_SECRET_0 " RANDOM " " SECRET_32 "00",
		"CLIENT_TRAFFIC_SECRET_0 " RANDOM " " SECRET_32 "0",
		"CLIENT_TRAFFIC_SECRET_0 " RANDOM " " SECRET_48 "00",
		"CLIENT_TRAFFIC_SECRET_0 " RANDOM " " SECRET_32 " ",
		"CLIENT_TRAFFIC_SECRET_0 " RANDOM " g" SECRET_32,
		"client_traffic_secret_0 " RANDOM " " SECRET_32,
		"CLIENT_TRAFFIC_SECRET_1 " RANDOM " " SECRET_32,
		"CLIENT_RANDOM " RANDOM " " SECRET_48,
		"#CLIENT_TRAFFIC_SECRET_0 " RANDOM " " SECRET_32,
	};

	for (size_t i = 0; i < ROWS(lines); i++)
		assert_int_equal(tls_secrets_add(*state, slice_of(lines[i])), 0);
	for (enum tls_secret_kind kind = 0; kind < TLS_SECRET_KINDS; kind++)
		assert_null(tls_secrets_find(*state, counted(0), kind).at);
	assert_int_equal(tls_secrets_add(*state, (struct slice){0}), 0);
}

/* Adds a secret of a connection whose random is number. */
static void
add_numbered(struct tls_secrets *secrets, unsigned number)
{
	struct buf line = {0};

	buf_addf(&line, "SERVER_TRAFFIC_SECRET_0 %064x %064x", number, number);
	assert_int_equal(tls_secrets_add(secrets, buf_slice(&line)), 1);
	buf_finish(&line);
}

static bool
has_numbered(struct tls_secrets *secrets, unsigned number)
{
	uint8_t random[TLS_RANDOM_SIZE] = {0};
	struct slice secret;

	for (size_t i = 0; i < sizeof(number); i++)
		random[TLS_RANDOM_SIZE - 1 - i] = (uint8_t)(number >> 8 * i);
	secret = tls_secrets_find(secrets, random, TLS_SECRET_SERVER_APPLICATION);
	if (secret.at)
		assert_memory_equal(secret.at, random, sizeof(random));
	return secret.at;
}

static void
the_oldest_connection_goes_first(void **state)
{
	const unsigned more = 10;

	for (unsigned i = 0; i < TLS_SECRETS_SESSIONS; i++)
		add_numbered(*state, i);
	assert_true(has_numbered(*state, 0));
	for (unsigned i = 0; i < more; i++)
		add_numbered(*state, TLS_SECRETS_SESSIONS + i);
	for (unsigned i = 0; i < TLS_SECRETS_SESSIONS + more; i++)
		assert_int_equal(has_numbered(*state, i), i >= more);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_kind_is_found, setup, teardown),
		cmocka_unit_test_setup_teardown(only_new_secrets_are_counted, setup, teardown),
		cmocka_unit_test_setup_teardown(other_lines_are_skipped, setup, teardown),
		cmocka_unit_test_setup_teardown(the_oldest_connection_goes_first, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

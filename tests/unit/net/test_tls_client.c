/*
 * TLS connections to a real server (OpenSSL) on the other end of a socket.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/endpoint.h"
#include "net/tls_client.h"
#include "support/clock.h"
#include "support/folder.h"
#include "support/tls_peer.h"

enum { LARGE = 1000 * 1000 };

static struct {
	size_t descriptors;
	struct loop *loop;
	struct tls_client *client;
	struct tls_handshake handshake;
	struct tls_peer peer;
	int calls; /* of the function */
	int plaintext;
	char fault[TLS_HANDSHAKE_FAULT_SIZE];
} here;

static int
enter(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	here.plaintext = -1;
	folder_enter();
	tls_peer_write_pair("cert.pem", "key.pem", "DNS:right.test,IP:127.0.0.1");
	here.descriptors = folder_open_descriptors();
	here.loop = loop_create();
	setenv("SSL_CERT_FILE", "cert.pem", 1);
	here.client = tls_client_create(here.loop);
	assert_non_null(here.client);
	return 0;
}

static void
close_plaintext(void)
{
	if (here.plaintext >= 0)
		close(here.plaintext);
	here.plaintext = -1;
}

static int
leave(void **state)
{
	(void)state;
	close_plaintext();
	tls_client_destroy(here.client);
	tls_peer_finish(&here.peer);
	loop_destroy(here.loop);
	assert_int_equal(folder_open_descriptors(), here.descriptors);
	folder_leave();
	return 0;
}

/* A tls_handshake_fn. */
static void
has_ended(void *context, int plaintext, const char *fault)
{
	assert_ptr_equal(context, &here);
	here.calls++;
	here.plaintext = plaintext;
	if (plaintext < 0)
		snprintf(here.fault, sizeof(here.fault), "%s", fault);
}

static bool
is_called(void *context)
{
	(void)context;
	return here.calls;
}

/* Begins a handshake. Returns the server's end. */
static int
begin(const struct tls_client_peer *who)
{
	int pair[2];

	assert_return_code(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), errno);
	tls_handshake_start(&here.handshake, here.client, pair[0], who, has_ended, &here);
	return pair[1];
}

static void
shake_hands(const struct tls_client_peer *who)
{
	tls_peer_start(&here.peer, begin(who), "cert.pem", "key.pem");
	clock_wait(here.loop, tls_peer_is_ready, &here.peer);
	clock_wait(here.loop, is_called, NULL);
	assert_int_equal(here.calls, 1);
}

static void
open_connection(void)
{
	shake_hands(&(struct tls_client_peer){"right.test", true});
	assert_return_code(here.plaintext, errno);
}

static bool
has_plaintext(void *context)
{
	char byte;

	(void)context;
	return recv(here.plaintext, &byte, 1, MSG_PEEK) >= 0 || errno != EAGAIN;
}

/* "END" stands for the end. */
static void
expect_plaintext(const char *text)
{
	char bytes[64] = {0};
	ssize_t got;

	clock_wait(here.loop, has_plaintext, NULL);
	got = recv(here.plaintext, bytes, sizeof(bytes) - 1, 0);
	if (strcmp(text, "END") == 0)
		assert_int_equal(got, 0);
	else
		assert_string_equal(bytes, text);
}

static bool
was_cut_off(void)
{
	const struct endpoint endpoint = {.source.fd = here.plaintext};

	return endpoint_was_cut_off(&endpoint);
}

/* ---- handshakes ---- */

static void
the_server_is_told_whom_the_client_expects(void **state)
{
	const unsigned char *protocol;
	unsigned length;

	(void)state;
	open_connection();
	assert_string_equal(
		SSL_get_servername(here.peer.ssl, TLSEXT_NAMETYPE_host_name), "right.test");
	SSL_get0_alpn_selected(here.peer.ssl, &protocol, &length);
	assert_int_equal(length, 8);
	assert_memory_equal(protocol, "http/1.1", 8);
	assert_true(SSL_version(here.peer.ssl) >= TLS1_2_VERSION);
}

static void
an_address_is_checked_but_not_sent_as_a_name(void **state)
{
	(void)state;
	shake_hands(&(struct tls_client_peer){"127.0.0.1", true});
	assert_return_code(here.plaintext, errno);
	assert_null(SSL_get_servername(here.peer.ssl, TLSEXT_NAMETYPE_host_name));
}

static void
who_is_not_expected_is_not_trusted(void **state)
{
	static const char *const rows[] = {"wrong.test", "right.test.evil", "127.0.0.2", "::1"};

	for (size_t i = 0; i < ROWS(rows); i++) {
		if (i > 0)
			enter(state);
		shake_hands(&(struct tls_client_peer){rows[i], true});
		assert_int_equal(here.plaintext, -1);
		assert_non_null(strstr(here.fault, "has a certificate that cannot be trusted ("));
		assert_non_null(strstr(here.fault, "--proxy-insecure"));
		if (i + 1 < ROWS(rows))
			leave(state);
	}
}

static void
a_certificate_of_no_authority_is_not_trusted(void **state)
{
	const struct tls_client_peer right = {"right.test", true};

	(void)state;
	tls_peer_write_pair("other.pem", "other_key.pem", "DNS:right.test");
	tls_peer_start(&here.peer, begin(&right), "other.pem", "other_key.pem");
	clock_wait(here.loop, tls_peer_is_ready, &here.peer);
	clock_wait(here.loop, is_called, NULL);
	assert_int_equal(here.plaintext, -1);
	assert_non_null(strstr(here.fault, "cannot be trusted"));
}

static void
without_a_check_anyone_will_do(void **state)
{
	(void)state;
	shake_hands(&(struct tls_client_peer){"wrong.test", false});
	assert_return_code(here.plaintext, errno);
}

static void
old_versions_are_refused(void **state)
{
	const struct tls_client_peer right = {"right.test", true};

	(void)state;
	tls_peer_start(&here.peer, begin(&right), "cert.pem", "key.pem");
	SSL_set_security_level(here.peer.ssl, 0);
	SSL_set_min_proto_version(here.peer.ssl, TLS1_VERSION);
	SSL_set_max_proto_version(here.peer.ssl, TLS1_1_VERSION);
	clock_wait(here.loop, tls_peer_is_ready, &here.peer);
	tls_peer_drop(&here.peer);
	clock_wait(here.loop, is_called, NULL);
	assert_int_equal(here.plaintext, -1);
	assert_non_null(strstr(here.fault, "does not speak TLS ("));
}

static void
who_does_not_speak_tls_is_told_so(void **state)
{
	static const char *const rows[] = {"HTTP/1.1 400 Bad Request\r\n\r\n", "", NULL};
	const struct tls_client_peer right = {"right.test", true};

	(void)state;
	for (size_t i = 0; rows[i]; i++) {
		int server = begin(&right);

		here.calls = 0;
		assert_int_equal(send(server, rows[i], strlen(rows[i]), 0), strlen(rows[i]));
		close(server);
		clock_wait(here.loop, is_called, NULL);
		assert_int_equal(here.plaintext, -1);
		assert_non_null(strstr(here.fault, "does not speak TLS ("));
	}
	assert_string_equal(here.fault, "does not speak TLS (the connection was closed)");
}

static void
a_handshake_can_be_stopped(void **state)
{
	const struct tls_client_peer right = {"right.test", true};
	char bytes[4096];
	int server;

	(void)state;
	tls_handshake_stop(&here.handshake); /* is idle */
	server = begin(&right);
	assert_true(recv(server, bytes, sizeof(bytes), 0) > 0);
	tls_handshake_stop(&here.handshake);
	tls_handshake_stop(&here.handshake);
	assert_int_equal(recv(server, bytes, sizeof(bytes), 0), 0);
	clock_drain(here.loop);
	assert_int_equal(here.calls, 0);
	close(server);
}

/* ---- connections ---- */

static void
bytes_go_both_ways(void **state)
{
	(void)state;
	open_connection();
	assert_int_equal(send(here.plaintext, "question", 8, 0), 8);
	here.peer.expected = "question";
	clock_wait(here.loop, tls_peer_hears, &here.peer);
	tls_peer_say(&here.peer, "answer");
	expect_plaintext("answer");
}

/* All that comes is 'x', more than the tunnel holds. */
static bool
receives_all(void *context)
{
	size_t *left = context;
	char bytes[4099];
	ssize_t got;

	while ((got = recv(here.plaintext, bytes, sizeof(bytes), 0)) > 0) {
		for (ssize_t i = 0; i < got; i++)
			assert_int_equal(bytes[i], 'x');
		*left -= (size_t)got;
	}
	return got == 0;
}

static void
say_all(size_t *left)
{
	static char bytes[10000]; /* it must not move until it is written (SSL_write(3)) */
	int sent = 1;

	memset(bytes, 'x', sizeof(bytes));
	SSL_set_mode(here.peer.ssl, SSL_MODE_ENABLE_PARTIAL_WRITE);
	while (*left > 0 && sent > 0) {
		sent = SSL_write(
			here.peer.ssl, bytes, (int)(*left < sizeof(bytes) ? *left : sizeof(bytes)));
		*left -= sent > 0 ? (size_t)sent : 0;
	}
}

static void
a_long_answer_comes_to_its_end(void **state)
{
	size_t unsaid = LARGE, missing = LARGE;

	(void)state;
	open_connection();
	for (int i = 0; i < 10000 && unsaid; i++) {
		say_all(&unsaid);
		receives_all(&missing);
		clock_drain(here.loop);
	}
	assert_int_equal(unsaid, 0);
	tls_peer_say_end(&here.peer);
	clock_wait(here.loop, receives_all, &missing);
	assert_int_equal(missing, 0);
	assert_false(was_cut_off());
}

static void
a_proper_end_is_known_however_late(void **state)
{
	(void)state;
	open_connection();
	tls_peer_say(&here.peer, "all of it");
	tls_peer_say_end(&here.peer);
	for (int i = 0; i < 20; i++)
		clock_drain(here.loop);
	expect_plaintext("all of it");
	expect_plaintext("END");
	assert_false(was_cut_off());
}

/* RFC 9112 9.8 */
static void
a_connection_without_close_notify_was_cut_off(void **state)
{
	(void)state;
	open_connection();
	tls_peer_say(&here.peer, "half of it");
	tls_peer_drop(&here.peer);
	expect_plaintext("half of it");
	expect_plaintext("END");
	assert_true(was_cut_off());
}

static void
a_connection_that_was_tampered_with_was_cut_off(void **state)
{
	static const char record[] = "\x17\x03\x03\0\x20"
				     "0123456789abcdef0123456789abcdef";

	(void)state;
	open_connection();
	tls_peer_say(&here.peer, "half of it");
	assert_int_equal(send(here.peer.fd, record, sizeof(record) - 1, 0), sizeof(record) - 1);
	expect_plaintext("half of it");
	expect_plaintext("END");
	assert_true(was_cut_off());
}

static bool
is_closed(void *before)
{
	return folder_open_descriptors() == *(size_t *)before;
}

static void
the_server_is_told_of_the_end(void **state)
{
	size_t before = folder_open_descriptors() + 1; /* with the peer's socket */

	(void)state;
	open_connection();
	assert_int_equal(send(here.plaintext, "bye", 3, 0), 3);
	close_plaintext();
	here.peer.expected = "bye";
	clock_wait(here.loop, tls_peer_hears, &here.peer);
	clock_wait(here.loop, tls_peer_hears_end, &here.peer);
	clock_wait(here.loop, is_closed, &before);
}

static void
destroying_closes_all(void **state)
{
	(void)state;
	open_connection();
	assert_int_equal(send(here.plaintext, "last words", 10, 0), 10);
	tls_client_destroy(here.client);
	here.client = NULL;
	here.peer.expected = "last words";
	clock_wait(here.loop, tls_peer_hears, &here.peer);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_server_is_told_whom_the_client_expects),
		TEST(an_address_is_checked_but_not_sent_as_a_name),
		TEST(who_is_not_expected_is_not_trusted),
		TEST(a_certificate_of_no_authority_is_not_trusted),
		TEST(without_a_check_anyone_will_do),
		TEST(old_versions_are_refused),
		TEST(who_does_not_speak_tls_is_told_so),
		TEST(a_handshake_can_be_stopped),
		TEST(bytes_go_both_ways),
		TEST(a_long_answer_comes_to_its_end),
		TEST(a_proper_end_is_known_however_late),
		TEST(a_connection_without_close_notify_was_cut_off),
		TEST(a_connection_that_was_tampered_with_was_cut_off),
		TEST(the_server_is_told_of_the_end),
		TEST(destroying_closes_all),
	};

	signal(SIGPIPE, SIG_IGN); /* as the program does */
	return cmocka_run_group_tests(tests, NULL, NULL);
}

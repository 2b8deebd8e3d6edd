/*
 * TLS connections from a real client (OpenSSL) to a real socket. What the e2e tests cannot see: the
 * lines of the key log, and certificates that change.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "net/tls.h"
#include "support/clock.h"
#include "support/folder.h"

static struct {
	struct loop *loop;
	SSL_CTX *context; /* of the client */
	struct buf heard, expected;
} here;

/* Writes a certificate with this serial number, and its key. */
static void
write_pair(const char *cert, const char *key_file, long serial)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = X509_new();
	FILE *file;

	ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
	X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
	X509_set_pubkey(certificate, key);
	assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
	file = fopen(cert, "we");
	assert_int_equal(PEM_write_X509(file, certificate), 1);
	fclose(file);
	file = fopen(key_file, "we");
	assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
	fclose(file);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

/* What the client's OpenSSL says of the same connection. */
static void
expect_line(const SSL *ssl, const char *line)
{
	(void)ssl;
	buf_add_text(&here.expected, line);
	buf_add_char(&here.expected, '\n');
}

static void
hear_line(void *context, struct slice line)
{
	assert_ptr_equal(context, &here);
	assert_null(memchr(line.at, '\n', line.length));
	buf_add_slice(&here.heard, line);
	buf_add_char(&here.heard, '\n');
}

static int
enter(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	signal(SIGPIPE, SIG_IGN); /* as the program does */
	folder_enter();
	write_pair("cert.pem", "key.pem", 1);
	here.loop = loop_create();
	here.context = SSL_CTX_new(TLS_client_method());
	SSL_CTX_set_keylog_callback(here.context, expect_line);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	SSL_CTX_free(here.context);
	loop_destroy(here.loop);
	buf_finish(&here.heard);
	buf_finish(&here.expected);
	folder_leave();
	return 0;
}

static bool
has_exchanged(void *context)
{
	static char byte;

	ERR_clear_error();
	return SSL_read(context, &byte, 1) == 1 && byte == 'a';
}

static int accepted; /* the last socket that the server was given */

/* Has the client ask and the server answer, both by one byte. Returns the serial number that the client saw. */
static long
connect_to(struct tls *tls, const char *server_name)
{
	SSL *client = SSL_new(here.context);
	X509 *certificate;
	int pair[2], plaintext;
	long serial;

	SSL_set_tlsext_host_name(client, server_name);
	assert_return_code(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), errno);
	accepted = pair[0];
	plaintext = tls_accept(tls, pair[0]);
	assert_return_code(plaintext, errno);
	assert_int_equal(send(plaintext, "a", 1, MSG_NOSIGNAL), 1);
	SSL_set_fd(client, pair[1]);
	SSL_set_connect_state(client);
	clock_wait(here.loop, has_exchanged, client);
	certificate = SSL_get1_peer_certificate(client);
	serial = ASN1_INTEGER_get(X509_get0_serialNumber(certificate));
	X509_free(certificate);
	SSL_free(client);
	close(pair[1]);
	close(plaintext);
	return serial;
}

static void
connect_once(const struct tls_options *options)
{
	struct tls *tls = tls_create(here.loop, options);

	assert_non_null(tls);
	connect_to(tls, NULL);
	tls_destroy(tls);
}

static bool
has_failed(void *context)
{
	int result;

	ERR_clear_error();
	result = SSL_do_handshake(context);
	return result <= 0 && SSL_get_error(context, result) == SSL_ERROR_SSL;
}

/* The server says that it can do nothing of what the client offers. */
static void
assert_refused(const struct tls_options *options)
{
	struct tls *tls = tls_create(here.loop, options);
	SSL *client = SSL_new(here.context);
	int pair[2], plaintext;

	assert_non_null(tls);
	assert_return_code(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), errno);
	plaintext = tls_accept(tls, pair[0]);
	SSL_set_fd(client, pair[1]);
	SSL_set_connect_state(client);
	clock_wait(here.loop, has_failed, client);
	assert_true(ERR_GET_REASON(ERR_peek_error()) > SSL_AD_REASON_OFFSET); /* an alert came */
	ERR_clear_error();
	SSL_free(client);
	close(pair[1]);
	close(plaintext);
	tls_destroy(tls);
}

static size_t
count_lines(const struct buf *text)
{
	struct slice rest = buf_slice(text), line;
	size_t count = 0;

	while (slice_split(&rest, '\n', &line))
		count += line.length > 0;
	return count;
}

/* The two sides make their secrets in different orders. */
static void
assert_heard_the_expected(void)
{
	struct slice rest = buf_slice(&here.expected), line;

	assert_int_equal(count_lines(&here.heard), count_lines(&here.expected));
	while (slice_split(&rest, '\n', &line))
		assert_non_null(memmem(here.heard.bytes, here.heard.length, line.at, line.length));
}

static void
all_secrets_are_heard(void **state)
{
	static const char *const labels[] = {
		"CLIENT_HANDSHAKE_TRAFFIC_SECRET ",
		"SERVER_HANDSHAKE_TRAFFIC_SECRET ",
		"CLIENT_TRAFFIC_SECRET_0 ",
		"SERVER_TRAFFIC_SECRET_0 ",
	};
	const struct tls_options options = {
		.cert = "cert.pem",
		.key = "key.pem",
		.hear_key_line = hear_line,
		.key_line_context = &here,
	};

	(void)state;
	connect_once(&options);
	for (size_t i = 0; i < ROWS(labels); i++)
		assert_non_null(strstr(here.heard.bytes, labels[i]));
	assert_heard_the_expected();
	connect_once(&options);
	assert_heard_the_expected();
}

static void
secrets_of_tls_1_2_are_heard(void **state)
{
	const struct tls_options options = {
		.cert = "cert.pem",
		.key = "key.pem",
		.hear_key_line = hear_line,
		.key_line_context = &here,
	};

	(void)state;
	SSL_CTX_set_max_proto_version(here.context, TLS1_2_VERSION);
	connect_once(&options);
	assert_int_equal(count_lines(&here.heard), 1);
	assert_heard_the_expected();
}

static size_t set_count; /* of the callbacks that the server has set */

void __real_SSL_CTX_set_keylog_callback(SSL_CTX *context, SSL_CTX_keylog_cb_func callback);
void __wrap_SSL_CTX_set_keylog_callback(SSL_CTX *context, SSL_CTX_keylog_cb_func callback);

void
__wrap_SSL_CTX_set_keylog_callback(SSL_CTX *context, SSL_CTX_keylog_cb_func callback)
{
	if (context != here.context)
		set_count++;
	__real_SSL_CTX_set_keylog_callback(context, callback);
}

static void
nobody_hears_them_unless_asked(void **state)
{
	struct tls_options options = {.cert = "cert.pem", .key = "key.pem"};

	(void)state;
	set_count = 0;
	connect_once(&options);
	assert_int_equal(set_count, 0);
	assert_true(here.expected.length > 0);
	options.hear_key_line = hear_line;
	options.key_line_context = &here;
	connect_once(&options);
	assert_int_equal(set_count, 1);
}

/* ---- other certificates ---- */

static struct {
	struct tls *tls;
	struct tls_options next; /* to be used from the next handshake on, if it has a file */
	char name[64];           /* that the last client asked for */
	size_t count;
	int socket;
} greeting;

static void
greet(void *context, const struct tls_client *client)
{
	struct buf why = {0};

	assert_ptr_equal(context, &greeting);
	greeting.count++;
	greeting.socket = client->socket;
	snprintf(greeting.name, sizeof(greeting.name), "%s",
		client->server_name ? client->server_name : "");
	if (greeting.next.cert)
		assert_true(tls_renew(greeting.tls, &greeting.next, &why));
	greeting.next.cert = NULL;
}

static void
a_handshake_can_change_the_certificate(void **state)
{
	struct tls_options options = {
		.cert = "cert.pem",
		.key = "key.pem",
		.greeted = greet,
		.greeted_context = &greeting,
		.hear_key_line = hear_line,
		.key_line_context = &here,
	};

	(void)state;
	write_pair("other.pem", "other-key.pem", 2);
	greeting.count = 0;
	greeting.tls = tls_create(here.loop, &options);
	assert_non_null(greeting.tls);
	assert_int_equal(connect_to(greeting.tls, NULL), 1);
	assert_string_equal(greeting.name, "");
	assert_int_equal(connect_to(greeting.tls, "site.test"), 1);
	assert_string_equal(greeting.name, "site.test");
	assert_int_equal(greeting.count, 2);
	greeting.next = (struct tls_options){.cert = "other.pem", .key = "other-key.pem"};
	assert_int_equal(connect_to(greeting.tls, "site.test"), 2); /* the same handshake */
	assert_int_equal(connect_to(greeting.tls, NULL), 2);
	assert_heard_the_expected(); /* the secrets of these, too */
	assert_int_equal(greeting.count, 4);
	assert_int_equal(greeting.socket, accepted);
	tls_destroy(greeting.tls);
}

static void
a_certificate_that_is_unusable_changes_nothing(void **state)
{
	static const struct tls_options rows[] = {
		{.cert = "cert.pem", .key = "other-key.pem"},
		{.cert = "none.pem", .key = "key.pem"},
		{.cert = "key.pem", .key = "key.pem"},
		{.cert = "cert.pem", .key = "cert.pem"},
	};
	struct tls_options options = {.cert = "cert.pem", .key = "key.pem"};
	struct tls *tls;

	(void)state;
	write_pair("other.pem", "other-key.pem", 2);
	tls = tls_create(here.loop, &options);
	assert_non_null(tls);
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf why = {0};

		assert_false(tls_renew(tls, &rows[i], &why));
		assert_true(why.length > 0);
		buf_finish(&why);
		assert_int_equal(connect_to(tls, NULL), 1);
	}
	tls_destroy(tls);
}

/* An opener, as the sandbox needs one. */
static int
open_other(void *context, const char *path)
{
	char *other = mem_format("%s-%s", (const char *)context, path);
	int fd = file_open(other);

	free(other);
	return fd;
}

static void
files_are_opened_by_an_opener(void **state)
{
	static char prefix[] = "other";
	struct tls_options options = {
		.cert = "cert.pem", .key = "key.pem", .open = open_other, .open_context = prefix};
	struct buf why = {0};
	struct tls *tls;

	(void)state;
	write_pair("other-cert.pem", "other-key.pem", 7);
	tls = tls_create(here.loop, &options);
	assert_non_null(tls);
	assert_int_equal(connect_to(tls, NULL), 7);
	options.cert = "none.pem";
	assert_false(tls_renew(tls, &options, &why));
	assert_string_equal(why.bytes,
		"cannot read the certificate \"none.pem\": No such file; see if "
		"the path is right");
	buf_finish(&why);
	tls_destroy(tls);
}

/* Of what OpenSSL can do, only what is good is offered. */
static void
ciphers_of_tls_1_2_are_good(void **state)
{
	static const char *const refused[] = {"AES128-SHA256", "AES256-GCM-SHA384",
		"ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384", "ECDHE-ECDSA-AES128-CCM"};
	static const char *const chosen[] = {"ECDHE-ECDSA-AES128-GCM-SHA256",
		"ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305"};
	const struct tls_options options = {.cert = "cert.pem", .key = "key.pem"};

	(void)state;
	SSL_CTX_set_max_proto_version(here.context, TLS1_2_VERSION);
	for (size_t i = 0; i < ROWS(chosen); i++) {
		assert_int_equal(SSL_CTX_set_cipher_list(here.context, chosen[i]), 1);
		connect_once(&options);
	}
	for (size_t i = 0; i < ROWS(refused); i++) {
		assert_int_equal(SSL_CTX_set_cipher_list(here.context, refused[i]), 1);
		assert_refused(&options);
	}
}

static void
older_versions_are_refused(void **state)
{
	const struct tls_options options = {.cert = "cert.pem", .key = "key.pem"};

	(void)state;
#ifdef OPENSSL_NO_TLS1_1
	skip(); /* The client does not have them, either. */
#endif
	SSL_CTX_set_security_level(here.context, 0);
	SSL_CTX_set_min_proto_version(here.context, TLS1_VERSION);
	SSL_CTX_set_max_proto_version(here.context, TLS1_1_VERSION);
	SSL_CTX_set_cipher_list(here.context, "ALL:@SECLEVEL=0");
	assert_refused(&options);
}

static void
a_certificate_can_be_text(void **state)
{
	struct buf cert = {0}, key = {0};
	struct tls_options options = {0};
	struct tls *tls;

	(void)state;
	assert_true(file_read_path("cert.pem", 65536, &cert));
	assert_true(file_read_path("key.pem", 65536, &key));
	options.cert_text = buf_slice(&cert);
	options.key_text = buf_slice(&key);
	tls = tls_create(here.loop, &options);
	assert_non_null(tls);
	buf_finish(&cert);
	buf_finish(&key);
	assert_int_equal(connect_to(tls, NULL), 1);
	tls_destroy(tls);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(all_secrets_are_heard, enter, leave),
		cmocka_unit_test_setup_teardown(secrets_of_tls_1_2_are_heard, enter, leave),
		cmocka_unit_test_setup_teardown(nobody_hears_them_unless_asked, enter, leave),
		cmocka_unit_test_setup_teardown(
			a_handshake_can_change_the_certificate, enter, leave),
		cmocka_unit_test_setup_teardown(
			a_certificate_that_is_unusable_changes_nothing, enter, leave),
		cmocka_unit_test_setup_teardown(a_certificate_can_be_text, enter, leave),
		cmocka_unit_test_setup_teardown(files_are_opened_by_an_opener, enter, leave),
		cmocka_unit_test_setup_teardown(ciphers_of_tls_1_2_are_good, enter, leave),
		cmocka_unit_test_setup_teardown(older_versions_are_refused, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

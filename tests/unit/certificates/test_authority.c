/*
 * What the authority signs, and that OpenSSL, as a browser would, believes it that and nothing else.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "certificates/authority.h"

#define DAY ((time_t)24 * 60 * 60)

static const time_t now = 1800000000; /* 2027-01-15 */

static struct authority *authority;

static int
enter(void **state)
{
	(void)state;
	authority = authority_make(now, "box");
	return authority ? 0 : -1;
}

static int
leave(void **state)
{
	(void)state;
	authority_destroy(authority);
	return 0;
}

static X509 *
to_certificate(const struct buf *bytes)
{
	const unsigned char *at = (const unsigned char *)bytes->bytes;
	X509 *certificate = d2i_X509(NULL, &at, (long)bytes->length);

	assert_non_null(certificate);
	return certificate;
}

/* What a client with this root says of the certificate at this time. */
static int
verify(const struct authority *root, X509 *leaf, time_t at)
{
	struct buf bytes = {0};
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *context = X509_STORE_CTX_new();
	X509 *certificate;
	int error;

	assert_true(authority_add_certificate(root, &bytes));
	certificate = to_certificate(&bytes);
	X509_STORE_add_cert(store, certificate);
	assert_int_equal(X509_STORE_CTX_init(context, store, leaf, NULL), 1);
	X509_STORE_CTX_set_time(context, 0, at);
	X509_STORE_CTX_set_purpose(context, X509_PURPOSE_SSL_SERVER);
	X509_STORE_CTX_set_flags(context, X509_V_FLAG_X509_STRICT);
	X509_verify_cert(context);
	error = X509_STORE_CTX_get_error(context);
	X509_STORE_CTX_free(context);
	X509_STORE_free(store);
	X509_free(certificate);
	buf_finish(&bytes);
	return error;
}

/* The public key of a new key in a group; the caller finishes it. */
static struct buf
make_public_key(const char *group)
{
	EVP_PKEY *key = group ? EVP_EC_gen(group) : EVP_RSA_gen(2048);
	unsigned char *der = NULL;
	int length = i2d_PUBKEY(key, &der);
	struct buf bytes = {0};

	assert_true(length > 0);
	buf_add(&bytes, der, (size_t)length);
	OPENSSL_free(der);
	EVP_PKEY_free(key);
	return bytes;
}

static X509 *
sign(const char *const *names, size_t count, time_t at)
{
	struct buf key = make_public_key("P-256"), bytes = {0};
	X509 *leaf;

	assert_true(authority_sign(authority, buf_slice(&key), names, count, at, &bytes));
	leaf = to_certificate(&bytes);
	buf_finish(&bytes);
	buf_finish(&key);
	return leaf;
}

static void
clients_believe_it(void **state)
{
	static const char *const names[] = {
		"DNS:localhost", "DNS:site.test", "IP:127.0.0.1", "IP:fd00::1"};
	X509 *leaf = sign(names, ROWS(names), now);

	(void)state;
	assert_int_equal(verify(authority, leaf, now), X509_V_OK);
	assert_int_equal(verify(authority, leaf, now + 29 * DAY), X509_V_OK);
	assert_int_equal(verify(authority, leaf, now + 31 * DAY), X509_V_ERR_CERT_HAS_EXPIRED);
	assert_int_equal(
		verify(authority, leaf, now - DAY / 2), X509_V_OK); /* a clock that is slow */
	assert_int_equal(X509_check_host(leaf, "site.test", 0, 0, NULL), 1);
	assert_int_equal(X509_check_host(leaf, "www.site.test", 0, 0, NULL), 0);
	assert_int_equal(X509_check_ip_asc(leaf, "fd00::1", 0), 1);
	assert_int_equal(X509_check_ip_asc(leaf, "10.0.0.1", 0), 0);
	assert_int_equal(X509_check_ca(leaf), 0);
	X509_free(leaf);
}

static void
clients_believe_it_nothing_of_the_internet(void **state)
{
	static const char *const rows[] = {"DNS:example.com", "DNS:localhost.example.com",
		"DNS:mylocal", "DNS:com", "DNS:*.example.com", "IP:8.8.8.8", "IP:172.32.0.1",
		"IP:2001:4860:4860::8888", "IP:::2"};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		X509 *leaf = sign(rows + i, 1, now);

		assert_int_equal(verify(authority, leaf, now), X509_V_ERR_PERMITTED_VIOLATION);
		X509_free(leaf);
		assert_false(authority_permits(authority, rows[i]));
	}
}

static void
what_counts_is_known_before(void **state)
{
	static const char *const permitted[] = {"DNS:localhost", "DNS:a.b.localhost",
		"DNS:box.local", "DNS:x.test", "DNS:x.internal", "DNS:nas.home.arpa",
		"DNS:*.site.test", "DNS:LOCALHOST", "IP:127.255.0.1", "IP:10.1.2.3",
		"IP:172.31.255.255", "IP:192.168.0.1", "IP:100.64.0.1", "IP:169.254.9.9",
		"IP:192.0.2.7", "IP:::1", "IP:fd12::3", "IP:fe80::1", "IP:2001:db8::1"};
	static const char *const malformed[] = {"", "localhost", "DNS:", "IP:localhost",
		"IP:", "IP:1.2.3", "email:a@localhost", "URI:https://localhost/",
		"DNS:localhost,DNS:example.com", "DNS:localhost\n", "dirName:x",
		"critical,DNS:localhost"};

	(void)state;
	for (size_t i = 0; i < ROWS(permitted); i++) {
		X509 *leaf = sign(permitted + i, 1, now);

		assert_true(authority_permits(authority, permitted[i]));
		assert_int_equal(verify(authority, leaf, now), X509_V_OK);
		X509_free(leaf);
	}
	for (size_t i = 0; i < ROWS(malformed); i++)
		assert_false(authority_permits(authority, malformed[i]));
}

/* A host called "dev" must not make the authority count for all of .dev. */
static void
a_long_name_of_this_machine_counts(void **state)
{
	static const struct {
		const char *host, *name;
		bool is_permitted;
	} rows[] = {
		{"build.corp.example", "DNS:build.corp.example", true},
		{"build.corp.example", "DNS:other.corp.example", false},
		{"dev", "DNS:shop.dev", false},
		{"dev", "DNS:dev", false},
		{"co.uk", "DNS:shop.co.uk", false},
		{"a.b.c,permitted;DNS:com", "DNS:shop.com", false},
		{"a.b.", "DNS:a.b.", false},
		{"", "DNS:localhost", true},
		{"a-name-of-sixty-three-bytes-which-is-the-most-that-linux-permits",
			"DNS:localhost", true},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct authority *one = authority_make(now, rows[i].host);

		assert_non_null(one);
		assert_int_equal(authority_permits(one, rows[i].name), rows[i].is_permitted);
		authority_destroy(one);
	}
}

static void
only_keys_on_p256_are_signed(void **state)
{
	static const char *const name = "DNS:localhost";
	struct buf good = make_public_key("P-256"), bytes = {0};
	struct buf bad[] = {make_public_key("P-384"), make_public_key(NULL)};

	(void)state;
	for (size_t i = 0; i < ROWS(bad); i++) {
		assert_int_equal(authority_key_length(buf_slice(&bad[i])), 0);
		assert_false(authority_sign(authority, buf_slice(&bad[i]), &name, 1, now, &bytes));
		buf_finish(&bad[i]);
	}
	for (size_t length = 0; length < good.length; length++) {
		struct slice part = {good.bytes, length};

		assert_int_equal(authority_key_length(part), 0);
		assert_false(authority_sign(authority, part, &name, 1, now, &bytes));
	}
	assert_int_equal(authority_key_length(buf_slice(&good)), good.length);
	assert_int_equal(bytes.length, 0);
	buf_add_text(&good, "more\n");
	assert_int_equal(authority_key_length(buf_slice(&good)), good.length - 5);
	buf_finish(&good);
}

static void
no_certificate_outlives_the_authority(void **state)
{
	static const char *const name = "DNS:localhost";
	time_t end = authority_end(authority);
	X509 *leaf = sign(&name, 1, end - 3 * DAY);

	(void)state;
	assert_int_equal(end, now + AUTHORITY_DAYS * DAY);
	assert_int_equal(authority_begin(authority), now - DAY);
	assert_int_equal(X509_cmp_time(X509_get0_notAfter(leaf), &end), -1); /* not later */
	X509_free(leaf);
}

static void
it_is_read_as_it_was_written(void **state)
{
	static const char *const name = "DNS:localhost";
	struct buf text = {0}, key = make_public_key("P-256"), bytes = {0};
	struct authority *again;
	X509 *leaf;

	(void)state;
	assert_true(authority_add_pem(authority, &text));
	again = authority_read(buf_slice(&text));
	assert_non_null(again);
	assert_true(authority_sign(again, buf_slice(&key), &name, 1, now, &bytes));
	leaf = to_certificate(&bytes);
	assert_int_equal(verify(authority, leaf, now), X509_V_OK);
	X509_free(leaf);
	authority_destroy(again);
	buf_finish(&text);
	buf_finish(&key);
	buf_finish(&bytes);
}

/* Without its limits, a certificate is none of ours. */
static void
make_unlimited(struct buf *text)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = X509_new();
	BIO *memory = BIO_new(BIO_s_mem());
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(
		NULL, NULL, NID_basic_constraints, "critical,CA:TRUE");
	char *bytes;
	long length;

	X509_set_version(certificate, X509_VERSION_3);
	X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
	X509_set_pubkey(certificate, key);
	X509_add_ext(certificate, extension, -1);
	assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
	PEM_write_bio_PrivateKey(memory, key, NULL, NULL, 0, NULL, NULL);
	PEM_write_bio_X509(memory, certificate);
	length = BIO_get_mem_data(memory, &bytes);
	buf_add(text, bytes, (size_t)length);
	BIO_free(memory);
	X509_EXTENSION_free(extension);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

static void
anything_else_is_not_read(void **state)
{
	struct authority *other = authority_make(now, "box");
	struct buf text = {0}, of_other = {0}, mixed = {0};
	const char *middle;

	(void)state;
	authority_add_pem(authority, &text);
	authority_add_pem(other, &of_other);
	for (size_t length = 0; length < text.length - 1; length += 7)
		assert_null(authority_read((struct slice){text.bytes, length}));
	assert_null(authority_read(slice_of("")));
	assert_null(authority_read(slice_of("-----BEGIN PRIVATE KEY-----\nnonsense")));
	middle = strstr(text.bytes, "-----BEGIN CERTIFICATE");
	buf_add(&mixed, text.bytes, (size_t)(middle - text.bytes));
	buf_add_text(&mixed, strstr(of_other.bytes, "-----BEGIN CERTIFICATE"));
	assert_null(authority_read(buf_slice(&mixed)));
	buf_clear(&mixed);
	make_unlimited(&mixed);
	assert_null(authority_read(buf_slice(&mixed)));
	authority_destroy(other);
	buf_finish(&text);
	buf_finish(&of_other);
	buf_finish(&mixed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clients_believe_it),
		cmocka_unit_test(clients_believe_it_nothing_of_the_internet),
		cmocka_unit_test(what_counts_is_known_before),
		cmocka_unit_test(a_long_name_of_this_machine_counts),
		cmocka_unit_test(only_keys_on_p256_are_signed),
		cmocka_unit_test(no_certificate_outlives_the_authority),
		cmocka_unit_test(it_is_read_as_it_was_written),
		cmocka_unit_test(anything_else_is_not_read),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}

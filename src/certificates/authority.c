/*
 * authority: see authority.h. Owns the key and the certificate. Its one idea: what it may sign is written in its own
 * certificate, and there alone: authority_permits() asks OpenSSL what a browser would ask.
 */
#define _GNU_SOURCE
#include "certificates/authority.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "certificates/pem.h"

enum {
	SERIAL_BITS = 127,    /* positive, in 16 bytes (RFC 5280 4.1.2.2) */
	COMMON_NAME_MAX = 64, /* RFC 5280 A.1 */
	HOST_LABELS = 3,
	DAY_S = 24 * 60 * 60,
};

struct authority {
	EVP_PKEY *key;
	X509 *certificate;
	NAME_CONSTRAINTS *constraints;
};

/*
 * Names that are not in the internet's DNS: RFC 6761 (localhost, test), 6762 (local), 8375 (home.arpa), and what
 * ICANN keeps free (internal). Names below these count, too. Addresses: loopback, private (RFC 1918, 4193), shared
 * (RFC 6598, as Tailscale has them), link-local, and those for documentation (RFC 5737, 3849).
 */
static const char permitted[] = "critical,"
				"permitted;DNS:localhost,"
				"permitted;DNS:local,"
				"permitted;DNS:test,"
				"permitted;DNS:internal,"
				"permitted;DNS:home.arpa,"
				"permitted;IP:127.0.0.0/255.0.0.0,"
				"permitted;IP:10.0.0.0/255.0.0.0,"
				"permitted;IP:172.16.0.0/255.240.0.0,"
				"permitted;IP:192.168.0.0/255.255.0.0,"
				"permitted;IP:100.64.0.0/255.192.0.0,"
				"permitted;IP:169.254.0.0/255.255.0.0,"
				"permitted;IP:192.0.2.0/255.255.255.0,"
				"permitted;IP:198.51.100.0/255.255.255.0,"
				"permitted;IP:203.0.113.0/255.255.255.0,"
				"permitted;IP:::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,"
				"permitted;IP:fc00::/fe00::,"
				"permitted;IP:fe80::/ffc0::,"
				"permitted;IP:2001:db8::/ffff:ffff::";

/* ---- pieces of a certificate ---- */

static bool
add_extension(X509 *certificate, X509 *issuer, int kind, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;
	bool is_added;

	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
	is_added = extension && X509_add_ext(certificate, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return is_added;
}

static bool
set_serial(X509 *certificate)
{
	BIGNUM *number = BN_new();
	bool is_set = number && BN_rand(number, SERIAL_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) &&
		      BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));

	BN_free(number);
	return is_set;
}

static bool
set_times(X509 *certificate, time_t begin, time_t end)
{
	return ASN1_TIME_set(X509_getm_notBefore(certificate), begin) &&
	       ASN1_TIME_set(X509_getm_notAfter(certificate), end);
}

static bool
set_subject(X509 *certificate, const char *common_name)
{
	X509_NAME *subject = X509_get_subject_name(certificate);

	return X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_UTF8,
		       (const unsigned char *)"liveserve", -1, -1, 0) == 1 &&
	       X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
		       (const unsigned char *)common_name, -1, -1, 0) == 1;
}

/* Everything but the extensions and the signature. Returns NULL when OpenSSL fails. */
static X509 *
begin_certificate(EVP_PKEY *key, const char *common_name, time_t begin, time_t end)
{
	X509 *certificate = X509_new();

	if (certificate && X509_set_version(certificate, X509_VERSION_3) == 1 &&
		set_serial(certificate) && set_times(certificate, begin, end) &&
		set_subject(certificate, common_name) && X509_set_pubkey(certificate, key) == 1)
		return certificate;
	X509_free(certificate);
	return NULL;
}

/* ---- the authority ---- */

/* Counts the labels of a name of letters, digits and hyphens; 0 when it is no such name. */
static size_t
count_labels(const char *name)
{
	struct slice rest = slice_of(name), label;
	size_t count = 0;

	for (; slice_split(&rest, '.', &label); count++)
		if (label.length == 0 ||
			strspn(label.at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					 "0123456789-") < label.length)
			return 0;
	return count;
}

/* The value of the extension nameConstraints. The caller frees. */
static char *
make_constraints(const char *host)
{
	/* A short name could be that of a whole top-level domain, such as "dev". */
	return count_labels(host) >= HOST_LABELS
		       ? mem_format("%s,permitted;DNS:%s", permitted, host)
		       : mem_text(permitted);
}

static bool
sign_itself(X509 *certificate, EVP_PKEY *key, const char *host)
{
	char *constraints = make_constraints(host);
	bool is_signed = X509_set_issuer_name(certificate, X509_get_subject_name(certificate)) ==
				 1 &&
			 add_extension(certificate, certificate, NID_basic_constraints,
				 "critical,CA:TRUE,pathlen:0") &&
			 add_extension(certificate, certificate, NID_key_usage,
				 "critical,keyCertSign,cRLSign") &&
			 add_extension(certificate, certificate, NID_ext_key_usage, "serverAuth") &&
			 add_extension(
				 certificate, certificate, NID_subject_key_identifier, "hash") &&
			 add_extension(
				 certificate, certificate, NID_name_constraints, constraints) &&
			 X509_sign(certificate, key, EVP_sha256()) > 0;

	free(constraints);
	return is_signed;
}

/* Takes both. Returns NULL unless they belong together and may sign. */
static struct authority *
join(EVP_PKEY *key, X509 *certificate)
{
	struct authority *authority = mem_zero(sizeof(*authority));

	authority->key = key;
	authority->certificate = certificate;
	if (key && certificate && X509_check_private_key(certificate, key) == 1 &&
		X509_check_ca(certificate) == 1)
		authority->constraints = X509_get_ext_d2i(
			certificate, NID_name_constraints, NULL, NULL);
	ERR_clear_error();
	if (authority->constraints)
		return authority;
	authority_destroy(authority);
	return NULL;
}

struct authority *
authority_make(time_t now, const char *host)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	char *name = mem_format("liveserve authority%s%s", count_labels(host) ? " at " : "",
		count_labels(host) ? host : "");
	X509 *certificate;

	if (strlen(name) > COMMON_NAME_MAX)
		name[COMMON_NAME_MAX] = '\0';
	certificate = key ? begin_certificate(key, name, now - AUTHORITY_SKEW_DAYS * DAY_S,
				    now + (time_t)AUTHORITY_DAYS * DAY_S)
			  : NULL;
	free(name);
	if (certificate && !sign_itself(certificate, key, host)) {
		X509_free(certificate);
		certificate = NULL;
	}
	return join(key, certificate);
}

/* Nobody is asked for the passphrase of a key that has one. */
static int
/* NOLINTNEXTLINE(readability-non-const-parameter): a pem_password_cb. */
give_no_passphrase(char *text, int size, int writes, void *context)
{
	(void)text;
	(void)size;
	(void)writes;
	(void)context;
	return -1;
}

struct authority *
authority_read(struct slice pem)
{
	BIO *text = pem.length <= INT_MAX ? BIO_new_mem_buf(pem.at, (int)pem.length) : NULL;
	EVP_PKEY *key = text ? PEM_read_bio_PrivateKey(text, NULL, give_no_passphrase, NULL) : NULL;
	X509 *certificate = key ? PEM_read_bio_X509(text, NULL, give_no_passphrase, NULL) : NULL;

	BIO_free(text);
	return join(key, certificate);
}

void
authority_destroy(struct authority *authority)
{
	if (!authority)
		return;
	NAME_CONSTRAINTS_free(authority->constraints);
	X509_free(authority->certificate);
	EVP_PKEY_free(authority->key);
	free(authority);
}

/* ---- as text ---- */

bool
authority_add_pem(const struct authority *authority, struct buf *text)
{
	BIO *memory = BIO_new(BIO_s_mem());
	bool is_written = memory &&
			  PEM_write_bio_PrivateKey(
				  memory, authority->key, NULL, NULL, 0, NULL, NULL) == 1 &&
			  PEM_write_bio_X509(memory, authority->certificate) == 1;

	return pem_take(memory, is_written, text);
}

bool
authority_add_certificate_pem(const struct authority *authority, struct buf *text)
{
	BIO *memory = BIO_new(BIO_s_mem());
	bool is_written = memory && PEM_write_bio_X509(memory, authority->certificate) == 1;

	return pem_take(memory, is_written, text);
}

/* Adds the bytes of a certificate. */
static bool
add_bytes(const X509 *certificate, struct buf *bytes)
{
	unsigned char *der = NULL;
	int length = i2d_X509(certificate, &der);

	if (length > 0)
		buf_add(bytes, der, (size_t)length);
	OPENSSL_free(der);
	return length > 0;
}

bool
authority_add_certificate(const struct authority *authority, struct buf *bytes)
{
	return add_bytes(authority->certificate, bytes);
}

static time_t
to_time(const ASN1_TIME *text)
{
	struct tm broken_down = {0};

	return ASN1_TIME_to_tm(text, &broken_down) == 1 ? timegm(&broken_down) : 0;
}

time_t
authority_begin(const struct authority *authority)
{
	return to_time(X509_get0_notBefore(authority->certificate));
}

time_t
authority_end(const struct authority *authority)
{
	return to_time(X509_get0_notAfter(authority->certificate));
}

/* ---- certificates of servers ---- */

/* OpenSSL compares what it has cached of a certificate; asking for a purpose makes it do so. */
static bool
is_permitted(const struct authority *authority, X509 *certificate)
{
	X509_check_purpose(certificate, -1, 0);
	return NAME_CONSTRAINTS_check(certificate, authority->constraints) == X509_V_OK;
}

bool
authority_permits(const struct authority *authority, const char *name)
{
	X509 *certificate = X509_new();
	bool is_one = certificate && strpbrk(name, ",;\n") == NULL &&
		      (strncmp(name, "DNS:", 4) == 0 || strncmp(name, "IP:", 3) == 0) &&
		      add_extension(
			      certificate, authority->certificate, NID_subject_alt_name, name) &&
		      is_permitted(authority, certificate);

	X509_free(certificate);
	ERR_clear_error();
	return is_one;
}

static bool
is_p256(EVP_PKEY *key)
{
	char group[32] = "";

	return key && EVP_PKEY_is_a(key, "EC") &&
	       EVP_PKEY_get_group_name(key, group, sizeof(group), NULL) == 1 &&
	       strcmp(group, SN_X9_62_prime256v1) == 0;
}

/* Returns NULL for any other bytes. Sets *length to that of the key. */
static EVP_PKEY *
read_key(struct slice bytes, size_t *length)
{
	const unsigned char *at = (const unsigned char *)bytes.at;
	EVP_PKEY *key = bytes.length > 0 && bytes.length <= INT_MAX
				? d2i_PUBKEY(NULL, &at, (long)bytes.length)
				: NULL;

	ERR_clear_error();
	*length = key ? (size_t)(at - (const unsigned char *)bytes.at) : 0;
	if (is_p256(key))
		return key;
	EVP_PKEY_free(key);
	*length = 0;
	return NULL;
}

size_t
authority_key_length(struct slice bytes)
{
	size_t length;

	EVP_PKEY_free(read_key(bytes, &length));
	return length;
}

/* The value of the extension subjectAltName. */
static char *
join_names(const char *const *names, size_t count)
{
	struct buf text = {0};

	buf_add_text(&text, "");
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_add_char(&text, ',');
		buf_add_text(&text, names[i]);
	}
	return buf_take(&text);
}

static bool
sign_leaf(const struct authority *authority, X509 *leaf, const char *names)
{
	X509 *issuer = authority->certificate;

	return X509_set_issuer_name(leaf, X509_get_subject_name(issuer)) == 1 &&
	       add_extension(leaf, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
	       add_extension(leaf, issuer, NID_key_usage, "critical,digitalSignature") &&
	       add_extension(leaf, issuer, NID_ext_key_usage, "serverAuth") &&
	       add_extension(leaf, issuer, NID_subject_key_identifier, "hash") &&
	       add_extension(leaf, issuer, NID_authority_key_identifier, "keyid:always") &&
	       add_extension(leaf, issuer, NID_subject_alt_name, names) &&
	       X509_sign(leaf, authority->key, EVP_sha256()) > 0;
}

bool
authority_sign(const struct authority *authority, struct slice key_bytes, const char *const *names,
	size_t count, time_t now, struct buf *bytes)
{
	time_t end = now + (time_t)AUTHORITY_LEAF_DAYS * DAY_S, last = authority_end(authority);
	size_t length;
	EVP_PKEY *key = read_key(key_bytes, &length);
	X509 *leaf = key ? begin_certificate(key, "liveserve", now - AUTHORITY_SKEW_DAYS * DAY_S,
				   end < last ? end : last)
			 : NULL;
	char *alternatives = join_names(names, count);
	bool is_signed = leaf && sign_leaf(authority, leaf, alternatives) && add_bytes(leaf, bytes);

	free(alternatives);
	X509_free(leaf);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return is_signed;
}

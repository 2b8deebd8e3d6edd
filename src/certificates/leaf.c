/*
 * leaf: see leaf.h. Owns the key, the certificate, and both as text.
 */
#define _GNU_SOURCE
#include "certificates/leaf.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "certificates/pem.h"

struct leaf {
	EVP_PKEY *key;
	X509 *certificate; /* or NULL */
	struct buf key_text, certificate_text;
};

struct leaf *
leaf_create(void)
{
	struct leaf *leaf = mem_zero(sizeof(*leaf));
	BIO *memory = BIO_new(BIO_s_mem());

	leaf->key = EVP_EC_gen("P-256");
	if (pem_take(memory,
		    memory && leaf->key &&
			    PEM_write_bio_PrivateKey(
				    memory, leaf->key, NULL, NULL, 0, NULL, NULL) == 1,
		    &leaf->key_text))
		return leaf;
	ERR_clear_error();
	leaf_destroy(leaf);
	return NULL;
}

void
leaf_destroy(struct leaf *leaf)
{
	if (!leaf)
		return;
	if (leaf->key_text.bytes)
		explicit_bzero(leaf->key_text.bytes, leaf->key_text.length);
	buf_finish(&leaf->key_text);
	buf_finish(&leaf->certificate_text);
	X509_free(leaf->certificate);
	EVP_PKEY_free(leaf->key);
	free(leaf);
}

bool
leaf_add_public_key(const struct leaf *leaf, struct buf *bytes)
{
	unsigned char *der = NULL;
	int length = i2d_PUBKEY(leaf->key, &der);

	if (length > 0)
		buf_add(bytes, der, (size_t)length);
	OPENSSL_free(der);
	return length > 0;
}

bool
leaf_set_certificate(struct leaf *leaf, struct slice bytes)
{
	const unsigned char *at = (const unsigned char *)bytes.at;
	X509 *certificate = bytes.length > 0 && bytes.length <= INT_MAX
				    ? d2i_X509(NULL, &at, (long)bytes.length)
				    : NULL;
	BIO *memory = BIO_new(BIO_s_mem());
	bool is_ours = certificate && X509_check_private_key(certificate, leaf->key) == 1;

	buf_clear(&leaf->certificate_text);
	is_ours = pem_take(memory,
		is_ours && memory && PEM_write_bio_X509(memory, certificate) == 1,
		&leaf->certificate_text);
	ERR_clear_error();
	X509_free(is_ours ? leaf->certificate : certificate);
	if (is_ours)
		leaf->certificate = certificate;
	return is_ours;
}

struct slice
leaf_certificate_text(const struct leaf *leaf)
{
	return buf_slice(&leaf->certificate_text);
}

struct slice
leaf_key_text(const struct leaf *leaf)
{
	return buf_slice(&leaf->key_text);
}

bool
leaf_is_for(const struct leaf *leaf, const char *host)
{
	return X509_check_ip_asc(leaf->certificate, host, 0) == 1 ||
	       X509_check_host(
		       leaf->certificate, host, 0, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, NULL) == 1;
}

bool
leaf_is_old(const struct leaf *leaf, time_t now)
{
	const ASN1_TIME *begin = X509_get0_notBefore(leaf->certificate);
	const ASN1_TIME *end = X509_get0_notAfter(leaf->certificate);
	int days, seconds, rest_days, rest_seconds;
	ASN1_TIME *at = ASN1_TIME_set(NULL, now);
	bool is_known = at && ASN1_TIME_diff(&days, &seconds, begin, end) == 1 &&
			ASN1_TIME_diff(&rest_days, &rest_seconds, at, end) == 1 &&
			ASN1_TIME_compare(begin, at) <= 0;

	ASN1_TIME_free(at);
	return !is_known || rest_days < days / 3 || rest_days > days;
}

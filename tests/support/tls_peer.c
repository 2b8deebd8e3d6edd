#define _GNU_SOURCE
#include "support/tls_peer.h"

#include "support/test.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <unistd.h>

void
tls_peer_write_pair(const char *cert, const char *key_file, const char *names)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = X509_new();
	X509_NAME *name = X509_get_subject_name(certificate);
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, names);
	FILE *file;

	assert_non_null(extension);
	X509_set_version(certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
	X509_NAME_add_entry_by_txt(
		name, "CN", MBSTRING_ASC, (const unsigned char *)"test", -1, -1, 0);
	X509_set_issuer_name(certificate, name);
	X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
	X509_set_pubkey(certificate, key);
	X509_add_ext(certificate, extension, -1);
	assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
	file = fopen(cert, "we");
	assert_int_equal(PEM_write_X509(file, certificate), 1);
	fclose(file);
	file = fopen(key_file, "we");
	assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
	fclose(file);
	X509_EXTENSION_free(extension);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

static int
choose_protocol(SSL *ssl, const unsigned char **chosen, unsigned char *length,
	const unsigned char *offered, unsigned offered_length, void *context)
{
	(void)ssl;
	(void)context;
	assert_true(offered_length > 1 && offered[0] < offered_length);
	*chosen = offered + 1;
	*length = offered[0];
	return SSL_TLSEXT_ERR_OK;
}

void
tls_peer_start(struct tls_peer *peer, int fd, const char *cert, const char *key)
{
	*peer = (struct tls_peer){.context = SSL_CTX_new(TLS_server_method()), .fd = fd};
	assert_int_equal(SSL_CTX_use_certificate_file(peer->context, cert, SSL_FILETYPE_PEM), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey_file(peer->context, key, SSL_FILETYPE_PEM), 1);
	SSL_CTX_set_alpn_select_cb(peer->context, choose_protocol, NULL);
	peer->ssl = SSL_new(peer->context);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	SSL_set_fd(peer->ssl, fd);
	SSL_set_accept_state(peer->ssl);
}

void
tls_peer_finish(struct tls_peer *peer)
{
	if (!peer->ssl)
		return;
	tls_peer_drop(peer);
	SSL_free(peer->ssl);
	SSL_CTX_free(peer->context);
	peer->ssl = NULL;
	ERR_clear_error();
}

bool
tls_peer_is_ready(void *context)
{
	const struct tls_peer *peer = context;
	int result, error;

	ERR_clear_error();
	result = SSL_do_handshake(peer->ssl);
	error = SSL_get_error(peer->ssl, result);
	return result == 1 || (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE);
}

/* Returns as SSL_get_error. */
static int
hear(struct tls_peer *peer)
{
	int got;

	ERR_clear_error();
	got = SSL_read(peer->ssl, peer->heard + peer->length,
		(int)(sizeof(peer->heard) - 1 - peer->length));
	if (got > 0)
		peer->length += (size_t)got;
	return SSL_get_error(peer->ssl, got);
}

bool
tls_peer_hears(void *context)
{
	struct tls_peer *peer = context;

	hear(peer);
	return strcmp(peer->heard, peer->expected) == 0;
}

bool
tls_peer_hears_end(void *context)
{
	return hear(context) == SSL_ERROR_ZERO_RETURN;
}

void
tls_peer_say(struct tls_peer *peer, const char *text)
{
	assert_int_equal(SSL_write(peer->ssl, text, (int)strlen(text)), strlen(text));
}

void
tls_peer_say_end(struct tls_peer *peer)
{
	SSL_shutdown(peer->ssl);
	tls_peer_drop(peer);
}

void
tls_peer_drop(struct tls_peer *peer)
{
	if (peer->fd >= 0)
		close(peer->fd);
	peer->fd = -1;
}

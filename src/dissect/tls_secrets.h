/*
 * tls_secrets: the secrets of a key log, by which TLS 1.3 connections can be decrypted.
 *
 * A key log is text in the format that NSS began (RFC 9850): one secret a line, as
 * "LABEL CLIENT_RANDOM SECRET", the last two in hexadecimal digits. A pcapng file can carry such lines,
 * and OpenSSL gives one line for each secret as it makes it (tls_options in net/tls.h).
 */
#ifndef TLS_SECRETS_H
#define TLS_SECRETS_H

#include <stddef.h>

#include "base/slice.h"

struct tls_secrets;

enum tls_secret_kind {
	TLS_SECRET_CLIENT_HANDSHAKE,   /* CLIENT_HANDSHAKE_TRAFFIC_SECRET */
	TLS_SECRET_SERVER_HANDSHAKE,   /* SERVER_HANDSHAKE_TRAFFIC_SECRET */
	TLS_SECRET_CLIENT_APPLICATION, /* CLIENT_TRAFFIC_SECRET_0 */
	TLS_SECRET_SERVER_APPLICATION, /* SERVER_TRAFFIC_SECRET_0 */
	TLS_SECRET_KINDS,
};

enum {
	TLS_RANDOM_SIZE = 32,       /* of the ClientHello (RFC 8446 4.1.2) */
	TLS_SECRET_MAX = 48,        /* bytes: a hash of SHA-384 */
	TLS_SECRETS_SESSIONS = 4096 /* so many connections are kept; the oldest one goes first */
};

struct tls_secrets *tls_secrets_create(void);
/* Overwrites the secrets before their memory is freed. Takes NULL, too. */
void tls_secrets_destroy(struct tls_secrets *secrets);

/*
 * Borrows text: one line or many, each with or without its line break. Comments, lines with other
 * labels and lines of any other form are skipped. Returns how many secrets were not known before: 0
 * means that no record can be opened now that could not be opened before.
 */
size_t tls_secrets_add(struct tls_secrets *secrets, struct slice text);

/*
 * The secret of the connection whose ClientHello had random (TLS_RANDOM_SIZE bytes): 32 or 48 bytes,
 * valid until the next tls_secrets_add. Absent when the key log did not have it, or has had so many
 * connections since that it is gone.
 */
struct slice tls_secrets_find(
	const struct tls_secrets *secrets, const void *random, enum tls_secret_kind kind);

#endif

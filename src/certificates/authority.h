/*
 * authority: a certificate authority of the user's own, which signs certificates for the servers of this machine.
 *
 * Whoever has its key could pretend to be another server towards the browsers that trust it. So its certificate
 * says that it counts only for names and addresses which nobody has in the internet (RFC 5280 4.2.1.10), and only
 * for servers (4.2.1.12). Browsers and TLS libraries check both.
 *
 * Only memory: no file is touched, and nothing is logged.
 */
#ifndef AUTHORITY_H
#define AUTHORITY_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/buf.h"
#include "base/slice.h"

struct authority;

enum {
	AUTHORITY_DAYS = 3650,
	AUTHORITY_LEAF_DAYS = 30,
	AUTHORITY_SKEW_DAYS = 1, /* a certificate begins earlier, for devices whose clock is slow */
};

/*
 * Makes a new key (ECDSA, P-256) and its certificate, valid from now on. host is what gethostname(2) says; if it has
 * at least three labels ("build.example.com"), the authority counts for that name, too. Returns NULL when
 * OpenSSL fails.
 */
struct authority *authority_make(time_t now, const char *host);

/* Reads what authority_add_pem() has written. Returns NULL when it is anything else, or the key is another one's. */
struct authority *authority_read(struct slice pem);

/* Wipes the key. NULL is allowed. */
void authority_destroy(struct authority *authority);

/* Adds the key and the certificate in PEM form. The owner of text wipes it. */
bool authority_add_pem(const struct authority *authority, struct buf *text);

/* Adds only the certificate, in PEM form or as its bytes (DER). */
bool authority_add_certificate_pem(const struct authority *authority, struct buf *text);
bool authority_add_certificate(const struct authority *authority, struct buf *bytes);

/* From when to when the authority counts. */
time_t authority_begin(const struct authority *authority);
time_t authority_end(const struct authority *authority);

/*
 * Whether a certificate for name, "DNS:a.localhost" or "IP:10.0.0.1", would count. False for any text that is
 * neither.
 */
bool authority_permits(const struct authority *authority, const char *name);

/*
 * Signs a certificate for a server. key is its public key (SubjectPublicKeyInfo, RFC 5280 4.1), on P-256; what
 * follows it in the slice is left alone. names are those that authority_permits(), at least one. It is valid from
 * now on for AUTHORITY_LEAF_DAYS, but not longer than the authority. Adds the certificate (DER) to bytes. Returns
 * false when the key is no such key, or OpenSSL fails.
 */
bool authority_sign(const struct authority *authority, struct slice key, const char *const *names,
	size_t count, time_t now, struct buf *bytes);

/* How many of the first bytes are one public key on P-256, in the form above; 0 when they are not. */
size_t authority_key_length(struct slice bytes);

#endif

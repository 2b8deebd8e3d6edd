/*
 * leaf: a certificate of this server with its key, as TLS needs them.
 *
 * Only memory: nothing is logged.
 */
#ifndef LEAF_H
#define LEAF_H

#include <stdbool.h>
#include <time.h>

#include "base/buf.h"
#include "base/slice.h"

struct leaf;

/* Makes a new key on P-256. Returns NULL when OpenSSL fails. */
struct leaf *leaf_create(void);
/* Wipes the key. NULL is allowed. */
void leaf_destroy(struct leaf *leaf);

/* Adds the public key (SubjectPublicKeyInfo), for signer_sign(). */
bool leaf_add_public_key(const struct leaf *leaf, struct buf *bytes);

/* Gives it the certificate (DER) that was signed for this key. Returns false for any other bytes. */
bool leaf_set_certificate(struct leaf *leaf, struct slice bytes);

/*
 * The rest is for a leaf with a certificate.
 *
 * The certificate and the key in PEM form, for struct tls_options. Valid as long as leaf.
 */
struct slice leaf_certificate_text(const struct leaf *leaf);
struct slice leaf_key_text(const struct leaf *leaf);

/* Whether it is for this host: a name, or an address as text. */
bool leaf_is_for(const struct leaf *leaf, const char *host);

/* Whether a new one is due at this time: two thirds of its time are over, or it has not begun. */
bool leaf_is_old(const struct leaf *leaf, time_t now);

#endif

/*
 * tls_decrypt: opens the records of one captured TLS 1.3 connection by the secrets of a key log.
 *
 * The caller puts TCP's bytes in order, cuts them into records, and gives each record here once: all of
 * both sides, also those that are not encrypted, each side's in the order in which they were sent. This
 * module reads the hellos and the change of keys out of them by itself.
 *
 * Opened are the suites TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384 and
 * TLS_CHACHA20_POLY1305_SHA256 (RFC 8446 B.4), in the handshake and after it, over a HelloRetryRequest
 * and any number of KeyUpdates. Early data (0-RTT), TLS 1.2 and older versions stay sealed.
 *
 * Captured bytes are not trusted: any bytes may be given. A tag that is right is the only proof that a
 * record was opened, so no wrong plaintext is ever given.
 */
#ifndef TLS_DECRYPT_H
#define TLS_DECRYPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "dissect/tls_secrets.h"

struct tls_decrypt;

enum tls_decrypt_side { TLS_DECRYPT_CLIENT, TLS_DECRYPT_SERVER };

enum {
	TLS_DECRYPT_HEADER = 5,                       /* bytes in front of a record's body */
	TLS_DECRYPT_RECORD_MAX = 5 + (1 << 14) + 2048 /* header and body, in any version */
};

/* Of a record (RFC 8446 5.1). An encrypted record says APPLICATION outside, whatever is inside. */
enum tls_decrypt_type {
	TLS_DECRYPT_CHANGE_CIPHER = 20,
	TLS_DECRYPT_ALERT = 21,
	TLS_DECRYPT_HANDSHAKE = 22,
	TLS_DECRYPT_APPLICATION = 23,
};

enum tls_decrypt_verdict {
	TLS_DECRYPT_PLAIN,  /* the record was not encrypted */
	TLS_DECRYPT_OPENED, /* it was encrypted, and is decrypted */
	/* These are not opened: */
	TLS_DECRYPT_NO_KEY,    /* a hello or the secret is missing, or it is early data */
	TLS_DECRYPT_OTHER,     /* another version than TLS 1.3, or another suite */
	TLS_DECRYPT_WRONG_TAG, /* bytes were changed or are missing, or the secret is another's */
	TLS_DECRYPT_MALFORMED, /* a record that is cut, too long, or without a type inside */
};

struct tls_decrypt_plaintext {
	uint8_t type; /* PLAIN: of the record; OPENED: the inner one; otherwise 0 */
	/*
	 * PLAIN: the body within the given record. OPENED: within the caller's buf, without type and
	 * padding (RFC 8446 5.4); it may be empty. Absent otherwise.
	 */
	struct slice bytes;
};

/* A connection of which nothing was given yet. Keeps a pointer to secrets. */
struct tls_decrypt *tls_decrypt_create(const struct tls_secrets *secrets);
/* Overwrites the keys before their memory is freed. Takes NULL, too. */
void tls_decrypt_destroy(struct tls_decrypt *decrypt);

/*
 * Takes the next record that side has sent. record is borrowed: the header and the whole body, exactly
 * as many bytes as the header says. room is the caller's, and can be one for all connections; it is
 * emptied, and holds the plaintext until it is used again. At most one record is held in it; the
 * connection itself holds less than 4 KiB.
 *
 * When the secret comes after the record, the record is NO_KEY, and it is not kept. The next ones are
 * opened as soon as their secret is there. But if the unopened records were the end of the handshake
 * (its Finished), a KeyUpdate, or a part of a message, those of this side that follow stay sealed,
 * because it is not known where the next key begins. To open the earlier ones, too, give all records
 * from the connection's first one to a new tls_decrypt. In a live capture, tls_decrypt_is_waiting can be
 * asked first.
 *
 * After a record with a wrong tag, or one that is missing in the capture and given as an empty slice,
 * the next ones are opened as well.
 */
enum tls_decrypt_verdict tls_decrypt_record(struct tls_decrypt *decrypt, enum tls_decrypt_side side,
	struct slice record, struct buf *room, struct tls_decrypt_plaintext *plaintext);

/*
 * Whether nothing but the secret is missing to open the side's next encrypted record. This happens in a
 * live capture, where the first request can be captured before its secret is made (net/tls.h). The
 * caller then keeps the record for a moment, gives none of this side, and asks again after
 * tls_secrets_add has returned more than 0.
 */
bool tls_decrypt_is_waiting(struct tls_decrypt *decrypt, enum tls_decrypt_side side);

/*
 * The cipher suite that the ServerHello has chosen, by its number (0x1301 is TLS_AES_128_GCM_SHA256); 0
 * before it.
 */
uint16_t tls_decrypt_suite(const struct tls_decrypt *decrypt);

#endif

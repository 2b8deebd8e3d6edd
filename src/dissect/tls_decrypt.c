/*
 * tls_decrypt: see tls_decrypt.h. Owns the keys of both sides. Its one idea: each side is a key, the
 * number of its next record, and the handshake message that is being read; a Finished or a KeyUpdate
 * that has been read to its end changes the key.
 */
#include "dissect/tls_decrypt.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <stdlib.h>

#include "base/mem.h"

enum {
	IV_SIZE = 12,
	TAG_SIZE = 16,
	LENGTH_MAX = TLS_DECRYPT_RECORD_MAX - TLS_DECRYPT_HEADER,
	SEALED_MAX = (1 << 14) + 256, /* RFC 8446 5.2 */
	KEY_MAX = 32,
};

/* Of handshake messages (RFC 8446 4). */
enum { CLIENT_HELLO = 1, SERVER_HELLO = 2, FINISHED = 20, KEY_UPDATE = 24 };
enum {
	MESSAGE_HEADER = 4,
	HELLO_RANDOM = MESSAGE_HEADER + 2,
	HELLO_SESSION_ID = HELLO_RANDOM + TLS_RANDOM_SIZE,
	/* With the longest session ID and the suite behind it. */
	HELLO_FRONT = HELLO_SESSION_ID + 1 + 32 + 2,
};

struct suite {
	uint16_t number;
	const char *hash;
	size_t hash_size, key_size;
	const EVP_CIPHER *(*cipher)(void);
};

/* RFC 8446 B.4 */
static const struct suite suites[] = {
	{0x1301, "SHA256", 32, 16, EVP_aes_128_gcm},
	{0x1302, "SHA384", 48, 32, EVP_aes_256_gcm},
	{0x1303, "SHA256", 32, 32, EVP_chacha20_poly1305},
};

enum epoch { EPOCH_HANDSHAKE, EPOCH_APPLICATION };

struct message {
	uint8_t front[HELLO_FRONT]; /* its first bytes, with its header */
	size_t read;                /* of its bytes */
};

struct direction {
	enum epoch epoch;
	EVP_CIPHER_CTX *cipher; /* NULL until the secret is known */
	uint8_t secret[TLS_SECRET_MAX], iv[IV_SIZE];
	uint64_t sequence;       /* of the next record, when none is missing */
	uint64_t unread;         /* encrypted records since then that were not opened */
	bool is_opened;          /* one record at least */
	bool has_changed_cipher; /* has sent ChangeCipherSpec, which matters up to TLS 1.2 */
	bool sends_early;        /* has sent encrypted records before any ServerHello */
	struct message message;
};

struct tls_decrypt {
	const struct tls_secrets *secrets;
	bool has_random;
	uint8_t random[TLS_RANDOM_SIZE]; /* of the ClientHello */
	uint16_t suite_number;           /* 0: no ServerHello yet */
	const struct suite *suite;       /* NULL: none of ours */
	struct direction directions[2];  /* by side */
};

struct tls_decrypt *
tls_decrypt_create(const struct tls_secrets *secrets)
{
	struct tls_decrypt *decrypt = mem_zero(sizeof(*decrypt));

	decrypt->secrets = secrets;
	return decrypt;
}

void
tls_decrypt_destroy(struct tls_decrypt *decrypt)
{
	if (!decrypt)
		return;
	EVP_CIPHER_CTX_free(decrypt->directions[TLS_DECRYPT_CLIENT].cipher);
	EVP_CIPHER_CTX_free(decrypt->directions[TLS_DECRYPT_SERVER].cipher);
	OPENSSL_cleanse(decrypt, sizeof(*decrypt));
	free(decrypt);
}

uint16_t
tls_decrypt_suite(const struct tls_decrypt *decrypt)
{
	return decrypt->suite_number;
}

static size_t
number_at(const void *bytes, size_t size)
{
	const uint8_t *at = bytes;
	size_t number = 0;

	while (size-- > 0)
		number = number << 8 | *at++;
	return number;
}

/* ---- keys ---- */

/* HKDF-Expand-Label without a context (RFC 8446 7.1). */
static bool
expand_label(const struct suite *suite, const uint8_t *secret, const char *label, uint8_t *result,
	size_t size)
{
	static const char prefix[] = "tls13 ";
	int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
	struct buf info = {0};
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, OSSL_KDF_NAME_HKDF, NULL);
	EVP_KDF_CTX *context = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
	bool is_derived;

	buf_add_char(&info, (char)(size >> 8));
	buf_add_char(&info, (char)size);
	buf_add_char(&info, (char)(strlen(prefix) + strlen(label)));
	buf_add_text(&info, prefix);
	buf_add_text(&info, label);
	buf_add_char(&info, 0);
	is_derived = context && EVP_KDF_derive(context, result, size,
					(OSSL_PARAM[]){
						OSSL_PARAM_int(OSSL_KDF_PARAM_MODE, &mode),
						OSSL_PARAM_utf8_string(OSSL_KDF_PARAM_DIGEST,
							(char *)suite->hash, 0),
						OSSL_PARAM_octet_string(OSSL_KDF_PARAM_KEY,
							(uint8_t *)secret, suite->hash_size),
						OSSL_PARAM_octet_string(OSSL_KDF_PARAM_INFO,
							info.bytes, info.length),
						OSSL_PARAM_END,
					}) == 1;
	EVP_KDF_CTX_free(context);
	EVP_KDF_free(kdf);
	buf_finish(&info);
	return is_derived;
}

/* Drops the key, and what was counted with it. */
static void
forget_key(struct direction *direction)
{
	EVP_CIPHER_CTX_free(direction->cipher);
	direction->cipher = NULL;
	direction->sequence = direction->unread = 0;
}

/* Makes key and IV from the secret (RFC 8446 7.3). */
static void
use_secret(struct direction *direction, const struct suite *suite)
{
	uint8_t key[KEY_MAX];

	direction->cipher = EVP_CIPHER_CTX_new();
	if (!direction->cipher ||
		!expand_label(suite, direction->secret, "key", key, suite->key_size) ||
		!expand_label(suite, direction->secret, "iv", direction->iv, IV_SIZE) ||
		EVP_DecryptInit_ex(direction->cipher, suite->cipher(), NULL, key, NULL) != 1) {
		EVP_CIPHER_CTX_free(direction->cipher);
		direction->cipher = NULL;
	}
	OPENSSL_cleanse(key, sizeof(key));
}

static bool
need_key(struct tls_decrypt *decrypt, enum tls_decrypt_side side)
{
	static const enum tls_secret_kind kinds[2][2] = {
		[EPOCH_HANDSHAKE] = {TLS_SECRET_CLIENT_HANDSHAKE, TLS_SECRET_SERVER_HANDSHAKE},
		[EPOCH_APPLICATION] = {TLS_SECRET_CLIENT_APPLICATION,
			TLS_SECRET_SERVER_APPLICATION},
	};
	struct direction *direction = &decrypt->directions[side];
	struct slice secret;

	if (direction->cipher)
		return true;
	if (!decrypt->has_random)
		return false;
	secret = tls_secrets_find(decrypt->secrets, decrypt->random, kinds[direction->epoch][side]);
	if (secret.length != decrypt->suite->hash_size)
		return false;
	memcpy(direction->secret, secret.at, secret.length);
	use_secret(direction, decrypt->suite);
	return direction->cipher;
}

bool
tls_decrypt_is_waiting(struct tls_decrypt *decrypt, enum tls_decrypt_side side)
{
	return decrypt->suite && decrypt->has_random && !need_key(decrypt, side);
}

/* The next secret is made from the present one (RFC 8446 7.2). */
static void
update_key(struct direction *direction, const struct suite *suite)
{
	uint8_t next[TLS_SECRET_MAX];

	forget_key(direction);
	if (expand_label(suite, direction->secret, "traffic upd", next, suite->hash_size)) {
		memcpy(direction->secret, next, sizeof(next));
		use_secret(direction, suite);
	}
	OPENSSL_cleanse(next, sizeof(next));
}

/* ---- handshake messages ---- */

static void
hear_server_hello(struct tls_decrypt *decrypt, const struct message *message)
{
	size_t id_length, at;

	if (decrypt->suite_number || message->read <= HELLO_SESSION_ID)
		return;
	id_length = message->front[HELLO_SESSION_ID];
	at = HELLO_SESSION_ID + 1 + id_length;
	if (at + 2 > message->read || at + 2 > HELLO_FRONT)
		return;
	/* A HelloRetryRequest has the form of a ServerHello, and the same suite (RFC 8446 4.1.4). */
	decrypt->suite_number = (uint16_t)number_at(message->front + at, 2);
	for (size_t i = 0; i < sizeof(suites) / sizeof(*suites); i++)
		if (suites[i].number == decrypt->suite_number)
			decrypt->suite = &suites[i];
}

static void
hear_message(struct tls_decrypt *decrypt, enum tls_decrypt_side side, bool is_sealed)
{
	struct direction *direction = &decrypt->directions[side];
	const struct message *message = &direction->message;
	uint8_t type = message->front[0];

	if (is_sealed && type == FINISHED && direction->epoch == EPOCH_HANDSHAKE) {
		forget_key(direction);
		direction->epoch = EPOCH_APPLICATION;
	} else if (is_sealed && type == KEY_UPDATE && direction->epoch == EPOCH_APPLICATION) {
		update_key(direction, decrypt->suite);
	} else if (is_sealed) {
		return;
	} else if (type == CLIENT_HELLO && side == TLS_DECRYPT_CLIENT && !decrypt->has_random &&
		   message->read >= HELLO_SESSION_ID) {
		/* A second ClientHello has the same random (RFC 8446 4.1.2). */
		memcpy(decrypt->random, message->front + HELLO_RANDOM, TLS_RANDOM_SIZE);
		decrypt->has_random = true;
	} else if (type == SERVER_HELLO && side == TLS_DECRYPT_SERVER) {
		hear_server_hello(decrypt, message);
	}
}

/* Reads on in the side's handshake messages, which need not end where records end. */
static void
hear_handshake(
	struct tls_decrypt *decrypt, enum tls_decrypt_side side, struct slice bytes, bool is_sealed)
{
	struct message *message = &decrypt->directions[side].message;

	while (bytes.length > 0) {
		size_t whole = MESSAGE_HEADER, part;

		if (message->read >= MESSAGE_HEADER)
			whole += number_at(message->front + 1, MESSAGE_HEADER - 1);
		part = whole - message->read < bytes.length ? whole - message->read : bytes.length;
		for (size_t i = 0; i < part && message->read + i < HELLO_FRONT; i++)
			message->front[message->read + i] = (uint8_t)bytes.at[i];
		message->read += part;
		slice_drop(&bytes, part);
		if (message->read < MESSAGE_HEADER ||
			message->read <
				MESSAGE_HEADER + number_at(message->front + 1, MESSAGE_HEADER - 1))
			continue;
		hear_message(decrypt, side, is_sealed);
		message->read = 0;
	}
}

/* ---- records ---- */

/* Decrypts the body into room as the record with that number (RFC 8446 5.2, 5.3). */
static bool
decrypt_as(
	const struct direction *direction, uint64_t sequence, struct slice record, struct buf *room)
{
	EVP_CIPHER_CTX *cipher = direction->cipher;
	const uint8_t *header = (const uint8_t *)record.at, *body = header + TLS_DECRYPT_HEADER;
	int length = (int)(record.length - TLS_DECRYPT_HEADER - TAG_SIZE), done;
	uint8_t nonce[IV_SIZE], *plaintext;

	memcpy(nonce, direction->iv, IV_SIZE);
	for (size_t i = 0; i < sizeof(sequence); i++)
		nonce[IV_SIZE - 1 - i] ^= (uint8_t)(sequence >> 8 * i);
	buf_clear(room);
	buf_reserve(room, (size_t)length);
	plaintext = (uint8_t *)room->bytes;
	if (EVP_DecryptInit_ex(cipher, NULL, NULL, NULL, nonce) != 1 ||
		EVP_DecryptUpdate(cipher, NULL, &done, header, TLS_DECRYPT_HEADER) != 1 ||
		EVP_DecryptUpdate(cipher, plaintext, &done, body, length) != 1 ||
		EVP_CIPHER_CTX_ctrl(
			cipher, EVP_CTRL_AEAD_SET_TAG, TAG_SIZE, (void *)(body + length)) != 1 ||
		EVP_DecryptFinal_ex(cipher, plaintext + length, &done) != 1) {
		OPENSSL_cleanse(plaintext, (size_t)length);
		ERR_clear_error(); /* for whoever asks OpenSSL next why a call failed */
		return false;
	}
	room->length = (size_t)length;
	room->bytes[length] = '\0';
	return true;
}

/* Decrypts the record and counts it. */
static bool
decrypt_next(struct direction *direction, struct slice record, struct buf *room)
{
	uint64_t sequence = direction->sequence;

	/* Those that were not opened have numbers of their own, except for early data. */
	if (!decrypt_as(direction, sequence, record, room)) {
		sequence += direction->unread;
		if (direction->unread == 0 || !decrypt_as(direction, sequence, record, room))
			return false;
	}
	if (!direction->is_opened || direction->unread)
		direction->message.read = 0; /* The rest of that message will not come. */
	direction->is_opened = true;
	direction->sequence = sequence + 1;
	direction->unread = 0;
	return true;
}

static enum tls_decrypt_verdict
open_record(struct tls_decrypt *decrypt, enum tls_decrypt_side side, struct slice record,
	struct buf *room, struct tls_decrypt_plaintext *plaintext)
{
	struct direction *direction = &decrypt->directions[side];
	size_t body = record.length - TLS_DECRYPT_HEADER;

	if (decrypt->suite_number && !decrypt->suite)
		return TLS_DECRYPT_OTHER;
	if (!decrypt->suite) {
		direction->sends_early = true;
		return TLS_DECRYPT_NO_KEY;
	}
	if (body <= TAG_SIZE || body > SEALED_MAX)
		return TLS_DECRYPT_MALFORMED;
	if (!need_key(decrypt, side))
		return TLS_DECRYPT_NO_KEY;
	if (!decrypt_next(direction, record, room))
		return direction->sends_early && !direction->is_opened ? TLS_DECRYPT_NO_KEY
								       : TLS_DECRYPT_WRONG_TAG;
	/* The type is the last byte that is not zero (RFC 8446 5.2). */
	plaintext->bytes = buf_slice(room);
	while (plaintext->bytes.length && plaintext->bytes.at[plaintext->bytes.length - 1] == 0)
		plaintext->bytes.length--;
	if (plaintext->bytes.length == 0) {
		plaintext->bytes.at = NULL;
		return TLS_DECRYPT_MALFORMED;
	}
	plaintext->type = (uint8_t)plaintext->bytes.at[--plaintext->bytes.length];
	if (plaintext->type == TLS_DECRYPT_HANDSHAKE)
		hear_handshake(decrypt, side, plaintext->bytes, true);
	return TLS_DECRYPT_OPENED;
}

static enum tls_decrypt_verdict
read_plain(struct tls_decrypt *decrypt, enum tls_decrypt_side side, struct slice record,
	struct tls_decrypt_plaintext *plaintext)
{
	struct direction *direction = &decrypt->directions[side];

	/* Up to TLS 1.2, all is encrypted from here on; so it may be when the hellos were missed. */
	if (direction->has_changed_cipher && !decrypt->suite)
		return decrypt->suite_number ? TLS_DECRYPT_OTHER : TLS_DECRYPT_NO_KEY;
	plaintext->type = (uint8_t)record.at[0];
	plaintext->bytes = record;
	slice_drop(&plaintext->bytes, TLS_DECRYPT_HEADER);
	direction->has_changed_cipher |= plaintext->type == TLS_DECRYPT_CHANGE_CIPHER;
	if (plaintext->type == TLS_DECRYPT_HANDSHAKE && !direction->is_opened)
		hear_handshake(decrypt, side, plaintext->bytes, false);
	return TLS_DECRYPT_PLAIN;
}

enum tls_decrypt_verdict
tls_decrypt_record(struct tls_decrypt *decrypt, enum tls_decrypt_side side, struct slice record,
	struct buf *room, struct tls_decrypt_plaintext *plaintext)
{
	struct direction *direction = &decrypt->directions[side];
	enum tls_decrypt_verdict verdict = TLS_DECRYPT_MALFORMED;

	*plaintext = (struct tls_decrypt_plaintext){0};
	buf_clear(room);
	if (record.length >= TLS_DECRYPT_HEADER && record.length <= TLS_DECRYPT_RECORD_MAX &&
		number_at(record.at + 3, 2) == record.length - TLS_DECRYPT_HEADER) {
		if ((uint8_t)record.at[0] != TLS_DECRYPT_APPLICATION)
			return read_plain(decrypt, side, record, plaintext);
		verdict = open_record(decrypt, side, record, room, plaintext);
	}
	if (verdict != TLS_DECRYPT_OPENED)
		direction->unread++;
	return verdict;
}

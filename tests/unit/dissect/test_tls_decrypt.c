/*
 * tls_decrypt: OpenSSL is both ends of a real connection in memory, and writes the key log; what was
 * sent has to be found in the records.
 */
#include "support/test.h"

#include <openssl/ssl.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "dissect/tls_decrypt.h"

#define REQUEST "GET /logo.jpg HTTP/1.1\r\nHost: localhost\r\n\r\n"

enum { RECORDS_MAX = 256, ANSWER = 40000, RANDOM_AT = TLS_DECRYPT_HEADER + 4 + 2 };

struct record {
	enum tls_decrypt_side side;
	struct buf bytes;
};

/* A connection, and all that a sniffer has of it. */
struct visit {
	SSL_CTX *contexts[2];
	SSL *ends[2]; /* by side */
	struct buf keys;
	struct record records[RECORDS_MAX];
	size_t count;
	struct buf sent[2];
};

/* ---- both ends ---- */

static void
hear_line(const SSL *ssl, const char *line)
{
	struct visit *visit = SSL_get_app_data(ssl);

	buf_add_text(&visit->keys, line);
	buf_add_char(&visit->keys, '\n');
}

static void
use_own_certificate(SSL_CTX *context)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = X509_new();
	X509_NAME *name = X509_get_subject_name(certificate);

	X509_NAME_add_entry_by_txt(
		name, "CN", MBSTRING_ASC, (const unsigned char *)"localhost", -1, -1, 0);
	X509_set_issuer_name(certificate, name);
	X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
	X509_set_pubkey(certificate, key);
	assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
	assert_int_equal(SSL_CTX_use_certificate(context, certificate), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(context, key), 1);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

static struct visit *
visit_create(const char *suite)
{
	struct visit *visit = mem_zero(sizeof(*visit));

	visit->contexts[TLS_DECRYPT_CLIENT] = SSL_CTX_new(TLS_client_method());
	visit->contexts[TLS_DECRYPT_SERVER] = SSL_CTX_new(TLS_server_method());
	use_own_certificate(visit->contexts[TLS_DECRYPT_SERVER]);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(SSL_CTX_set_ciphersuites(visit->contexts[i], suite), 1);
	SSL_CTX_set_keylog_callback(visit->contexts[TLS_DECRYPT_SERVER], hear_line);
	SSL_CTX_set_options(visit->contexts[TLS_DECRYPT_SERVER], SSL_OP_NO_ANTI_REPLAY);
	return visit;
}

/* What was recorded stays; a connection can be opened anew. */
static void
visit_hang_up(struct visit *visit)
{
	SSL_free(visit->ends[TLS_DECRYPT_CLIENT]);
	SSL_free(visit->ends[TLS_DECRYPT_SERVER]);
	visit->ends[TLS_DECRYPT_CLIENT] = visit->ends[TLS_DECRYPT_SERVER] = NULL;
}

static void
visit_forget(struct visit *visit)
{
	for (size_t i = 0; i < visit->count; i++)
		buf_finish(&visit->records[i].bytes);
	visit->count = 0;
	buf_finish(&visit->keys);
	buf_finish(&visit->sent[TLS_DECRYPT_CLIENT]);
	buf_finish(&visit->sent[TLS_DECRYPT_SERVER]);
}

static void
visit_destroy(struct visit *visit)
{
	visit_hang_up(visit);
	visit_forget(visit);
	SSL_CTX_free(visit->contexts[TLS_DECRYPT_CLIENT]);
	SSL_CTX_free(visit->contexts[TLS_DECRYPT_SERVER]);
	free(visit);
}

static void
visit_connect(struct visit *visit)
{
	for (size_t i = 0; i < 2; i++) {
		SSL *ssl = visit->ends[i] = SSL_new(visit->contexts[i]);

		SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
		SSL_set_app_data(ssl, visit);
	}
	SSL_set_connect_state(visit->ends[TLS_DECRYPT_CLIENT]);
	SSL_set_accept_state(visit->ends[TLS_DECRYPT_SERVER]);
}

/* Hands over what the side has written, and records it. Returns whether there was something. */
static bool
deliver(struct visit *visit, enum tls_decrypt_side side)
{
	char *bytes;
	struct slice rest;

	rest.length = (size_t)BIO_get_mem_data(SSL_get_wbio(visit->ends[side]), &bytes);
	rest.at = bytes;
	if (rest.length == 0)
		return false;
	BIO_write(SSL_get_rbio(visit->ends[!side]), rest.at, (int)rest.length);
	while (rest.length > 0) {
		struct record *record = &visit->records[visit->count++];
		size_t length = TLS_DECRYPT_HEADER +
				((size_t)(uint8_t)rest.at[3] << 8 | (uint8_t)rest.at[4]);

		assert_true(visit->count < RECORDS_MAX && length <= rest.length);
		*record = (struct record){.side = side};
		buf_add(&record->bytes, rest.at, length);
		slice_drop(&rest, length);
	}
	BIO_reset(SSL_get_wbio(visit->ends[side]));
	return true;
}

/* Lets both sides read and answer until neither has more to say. */
static void
settle(struct visit *visit)
{
	char bytes[4096];
	bool is_moving = true;

	while (is_moving) {
		is_moving = false;
		for (enum tls_decrypt_side i = 0; i <= TLS_DECRYPT_SERVER; i++) {
			while (SSL_read(visit->ends[i], bytes, sizeof(bytes)) > 0)
				continue;
			is_moving |= deliver(visit, i);
		}
	}
}

static void
say(struct visit *visit, enum tls_decrypt_side side, const void *bytes, size_t length)
{
	assert_int_equal(SSL_write(visit->ends[side], bytes, (int)length), length);
	buf_add(&visit->sent[side], bytes, length);
	settle(visit);
}

static void
ask_and_answer(struct visit *visit)
{
	static char answer[ANSWER];

	for (size_t i = 0; i < sizeof(answer); i++)
		answer[i] = (char)(i * 7 + i / 256);
	say(visit, TLS_DECRYPT_CLIENT, REQUEST, strlen(REQUEST));
	say(visit, TLS_DECRYPT_SERVER, answer, sizeof(answer));
}

static void
visit_run(struct visit *visit)
{
	visit_connect(visit);
	settle(visit);
	assert_true(SSL_is_init_finished(visit->ends[TLS_DECRYPT_CLIENT]));
	ask_and_answer(visit);
	SSL_shutdown(visit->ends[TLS_DECRYPT_SERVER]);
	SSL_shutdown(visit->ends[TLS_DECRYPT_CLIENT]);
	settle(visit);
}

/* ---- what is read out of the records ---- */

struct reading {
	struct tls_secrets *secrets;
	struct tls_decrypt *decrypt;
	struct buf room;
	struct buf said[2]; /* application data, by side */
	size_t verdicts[TLS_DECRYPT_MALFORMED + 1];
	size_t sealed[2];      /* records that were not opened, by side */
	size_t close_notices;  /* encrypted alerts that say close_notify */
	bool messages[2][256]; /* encrypted handshake messages at the front of a record */
};

static void
reading_init(struct reading *reading, const struct visit *visit)
{
	*reading = (struct reading){.secrets = tls_secrets_create()};
	reading->decrypt = tls_decrypt_create(reading->secrets);
	if (visit)
		tls_secrets_add(reading->secrets, buf_slice(&visit->keys));
}

static void
reading_finish(struct reading *reading)
{
	tls_decrypt_destroy(reading->decrypt);
	tls_secrets_destroy(reading->secrets);
	buf_finish(&reading->room);
	buf_finish(&reading->said[TLS_DECRYPT_CLIENT]);
	buf_finish(&reading->said[TLS_DECRYPT_SERVER]);
}

static enum tls_decrypt_verdict
read_bytes(struct reading *reading, enum tls_decrypt_side side, struct slice bytes)
{
	struct tls_decrypt_plaintext plain;
	enum tls_decrypt_verdict verdict = tls_decrypt_record(
		reading->decrypt, side, bytes, &reading->room, &plain);

	reading->verdicts[verdict]++;
	if (verdict == TLS_DECRYPT_OPENED && plain.type == TLS_DECRYPT_APPLICATION)
		buf_add_slice(&reading->said[side], plain.bytes);
	if (verdict == TLS_DECRYPT_OPENED && plain.type == TLS_DECRYPT_ALERT) {
		assert_int_equal(plain.bytes.length, 2);
		reading->close_notices += plain.bytes.at[1] == 0;
	}
	if (verdict == TLS_DECRYPT_OPENED && plain.type == TLS_DECRYPT_HANDSHAKE)
		reading->messages[side][(uint8_t)plain.bytes.at[0]] = true;
	if (verdict == TLS_DECRYPT_PLAIN) {
		assert_int_equal(plain.type, (uint8_t)bytes.at[0]);
		assert_ptr_equal(plain.bytes.at, bytes.at + TLS_DECRYPT_HEADER);
		assert_int_equal(plain.bytes.length, bytes.length - TLS_DECRYPT_HEADER);
	} else if (verdict != TLS_DECRYPT_OPENED) {
		assert_null(plain.bytes.at);
		assert_int_equal(plain.type, 0);
		reading->sealed[side]++;
	}
	return verdict;
}

static enum tls_decrypt_verdict
read_record(struct reading *reading, const struct visit *visit, size_t number)
{
	const struct record *record = &visit->records[number];

	return read_bytes(reading, record->side, buf_slice(&record->bytes));
}

static void
read_all(struct reading *reading, const struct visit *visit)
{
	for (size_t i = 0; i < visit->count; i++)
		read_record(reading, visit, i);
}

static void
assert_said(const struct reading *reading, const struct visit *visit, enum tls_decrypt_side side)
{
	assert_int_equal(reading->said[side].length, visit->sent[side].length);
	assert_memory_equal(
		reading->said[side].bytes, visit->sent[side].bytes, visit->sent[side].length);
}

/* Reads the visit with its own keys: nothing is sealed, and everything that was sent is found. */
static void
assert_all_is_open(const struct visit *visit)
{
	struct reading reading;

	reading_init(&reading, visit);
	read_all(&reading, visit);
	assert_int_equal(reading.sealed[TLS_DECRYPT_CLIENT], 0);
	assert_int_equal(reading.sealed[TLS_DECRYPT_SERVER], 0);
	assert_true(reading.verdicts[TLS_DECRYPT_PLAIN] >= 2);
	assert_said(&reading, visit, TLS_DECRYPT_CLIENT);
	assert_said(&reading, visit, TLS_DECRYPT_SERVER);
	reading_finish(&reading);
}

static bool
is_sealed(const struct record *record)
{
	return record->bytes.bytes[0] == TLS_DECRYPT_APPLICATION;
}

/* The record that holds the end of what the side has said. */
static size_t
last_of(const struct visit *visit, enum tls_decrypt_side side, size_t longer_than)
{
	size_t i = visit->count;

	while (i-- > 0)
		if (visit->records[i].side == side && visit->records[i].bytes.length > longer_than)
			return i;
	fail_msg("no such record");
	return 0;
}

/* ---- tests ---- */

static void
each_suite_is_opened(void **state)
{
	static const struct {
		const char *name;
		uint16_t number;
	} suites[] = {
		{"TLS_AES_128_GCM_SHA256", 0x1301},
		{"TLS_AES_256_GCM_SHA384", 0x1302},
		{"TLS_CHACHA20_POLY1305_SHA256", 0x1303},
	};
	/* EncryptedExtensions, Certificate, CertificateVerify, Finished, NewSessionTicket */
	static const uint8_t messages[] = {8, 11, 15, 20, 4};

	(void)state;
	for (size_t i = 0; i < ROWS(suites); i++) {
		struct visit *visit = visit_create(suites[i].name);
		struct reading reading;

		visit_run(visit);
		assert_all_is_open(visit);
		reading_init(&reading, visit);
		assert_int_equal(tls_decrypt_suite(reading.decrypt), 0);
		read_all(&reading, visit);
		assert_int_equal(tls_decrypt_suite(reading.decrypt), suites[i].number);
		assert_int_equal(reading.close_notices, 2);
		for (size_t k = 0; k < sizeof(messages); k++)
			assert_true(reading.messages[TLS_DECRYPT_SERVER][messages[k]]);
		assert_true(reading.messages[TLS_DECRYPT_CLIENT][20]);
		reading_finish(&reading);
		visit_destroy(visit);
	}
}

/* Reads the visit with these keys. Returns how many records had the verdict; no other one is sealed. */
static size_t
count_sealed(const struct visit *visit, const struct buf *keys, enum tls_decrypt_verdict verdict)
{
	struct reading reading;
	size_t count = 0;

	reading_init(&reading, NULL);
	tls_secrets_add(reading.secrets, buf_slice(keys));
	for (size_t i = 0; i < visit->count; i++) {
		enum tls_decrypt_verdict read = read_record(&reading, visit, i);

		count += read == verdict;
		assert_true(read == verdict || read == TLS_DECRYPT_PLAIN);
	}
	assert_int_equal(reading.said[TLS_DECRYPT_CLIENT].length, 0);
	assert_int_equal(reading.said[TLS_DECRYPT_SERVER].length, 0);
	reading_finish(&reading);
	return count;
}

static size_t
count_encrypted(const struct visit *visit)
{
	size_t count = 0;

	for (size_t i = 0; i < visit->count; i++)
		count += is_sealed(&visit->records[i]);
	return count;
}

static void
another_connections_keys_open_nothing(void **state)
{
	struct visit *visit = visit_create("TLS_AES_128_GCM_SHA256");
	struct visit *other = visit_create("TLS_AES_128_GCM_SHA256");
	struct buf none = {0}, wrong = {0};
	struct slice lines, line;

	(void)state;
	visit_run(visit);
	visit_run(other);
	assert_int_equal(count_sealed(visit, &none, TLS_DECRYPT_NO_KEY), count_encrypted(visit));
	assert_int_equal(
		count_sealed(visit, &other->keys, TLS_DECRYPT_NO_KEY), count_encrypted(visit));

	/* The other's secrets under this one's random */
	lines = buf_slice(&other->keys);
	while (slice_split(&lines, '\n', &line) && line.length) {
		struct slice label;

		slice_split(&line, ' ', &label);
		buf_add_slice(&wrong, label);
		buf_add_char(&wrong, ' ');
		for (size_t i = 0; i < TLS_RANDOM_SIZE; i++)
			buf_addf(&wrong, "%02x",
				(uint8_t)visit->records[0].bytes.bytes[RANDOM_AT + i]);
		slice_drop(&line, 2 * TLS_RANDOM_SIZE);
		buf_add_slice(&wrong, line);
		buf_add_char(&wrong, '\n');
	}
	assert_int_equal(
		count_sealed(visit, &wrong, TLS_DECRYPT_WRONG_TAG), count_encrypted(visit));
	buf_finish(&wrong);
	visit_destroy(visit);
	visit_destroy(other);
}

/* What is done to one record of the server's answer, and what is then said of it. */
static void
only_one_record_is_sealed(void (*damage)(struct buf *record), enum tls_decrypt_verdict verdict)
{
	struct visit *visit = visit_create("TLS_AES_256_GCM_SHA384");
	struct reading reading;
	size_t damaged;

	visit_run(visit);
	damaged = last_of(visit, TLS_DECRYPT_SERVER, 16384);
	damage(&visit->records[damaged].bytes);
	reading_init(&reading, visit);
	for (size_t i = 0; i < visit->count; i++)
		assert_true((read_record(&reading, visit, i) == verdict) == (i == damaged));
	assert_int_equal(reading.sealed[TLS_DECRYPT_SERVER], 1);
	assert_int_equal(reading.said[TLS_DECRYPT_SERVER].length, ANSWER - 16384);
	assert_said(&reading, visit, TLS_DECRYPT_CLIENT);
	reading_finish(&reading);
	visit_destroy(visit);
}

static void
flip_in_body(struct buf *record)
{
	record->bytes[1000] ^= 1;
}

static void
flip_in_tag(struct buf *record)
{
	record->bytes[record->length - 1] ^= (char)0x80;
}

static void
flip_in_header(struct buf *record)
{
	record->bytes[2] ^= 1; /* the version, which the tag protects, too */
}

static void
cut_end(struct buf *record)
{
	record->length--;
}

static void
cut_in_header(struct buf *record)
{
	record->length = 4;
}

static void
cut_all(struct buf *record)
{
	record->length = 0;
}

/* A header that is right, with less than a tag behind it */
static void
cut_rightly(struct buf *record)
{
	record->length = TLS_DECRYPT_HEADER + 16;
	record->bytes[3] = 0;
	record->bytes[4] = 16;
}

static void
a_damaged_record_stays_alone(void **state)
{
	(void)state;
	only_one_record_is_sealed(flip_in_body, TLS_DECRYPT_WRONG_TAG);
	only_one_record_is_sealed(flip_in_tag, TLS_DECRYPT_WRONG_TAG);
	only_one_record_is_sealed(flip_in_header, TLS_DECRYPT_WRONG_TAG);
	only_one_record_is_sealed(cut_end, TLS_DECRYPT_MALFORMED);
	only_one_record_is_sealed(cut_in_header, TLS_DECRYPT_MALFORMED);
	only_one_record_is_sealed(cut_all, TLS_DECRYPT_MALFORMED);
	only_one_record_is_sealed(cut_rightly, TLS_DECRYPT_MALFORMED);
}

static void
too_long_records_are_malformed(void **state)
{
	struct reading reading;
	struct buf record = {0};

	(void)state;
	reading_init(&reading, NULL);
	buf_add(&record, "\x16\x03\x03\x48\x00", 5);
	while (record.length < 5 + 0x4800)
		buf_add_char(&record, 0);
	assert_int_equal(
		read_bytes(&reading, TLS_DECRYPT_CLIENT, buf_slice(&record)), TLS_DECRYPT_PLAIN);
	record.bytes[4] = 1;
	buf_add_char(&record, 0);
	assert_int_equal(read_bytes(&reading, TLS_DECRYPT_CLIENT, buf_slice(&record)),
		TLS_DECRYPT_MALFORMED);
	buf_finish(&record);
	reading_finish(&reading);
}

static void
key_updates_are_followed(void **state)
{
	struct visit *visit = visit_create("TLS_AES_128_GCM_SHA256");

	(void)state;
	visit_connect(visit);
	settle(visit);
	ask_and_answer(visit);
	for (size_t i = 0; i < 5; i++) {
		SSL_key_update(visit->ends[TLS_DECRYPT_SERVER],
			i % 2 ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED);
		ask_and_answer(visit);
		SSL_key_update(visit->ends[TLS_DECRYPT_CLIENT], SSL_KEY_UPDATE_REQUESTED);
		ask_and_answer(visit);
	}
	assert_all_is_open(visit);
	visit_destroy(visit);
}

static void
a_hello_retry_is_followed(void **state)
{
	int offered[] = {NID_X25519, NID_secp384r1}, wanted[] = {NID_secp384r1};
	struct visit *visit = visit_create("TLS_AES_256_GCM_SHA384");
	size_t hellos = 0;

	(void)state;
	SSL_CTX_set1_groups(visit->contexts[TLS_DECRYPT_CLIENT], offered, 2);
	SSL_CTX_set1_groups(visit->contexts[TLS_DECRYPT_SERVER], wanted, 1);
	visit_run(visit);
	for (size_t i = 0; i < visit->count; i++)
		hellos += visit->records[i].bytes.bytes[0] == TLS_DECRYPT_HANDSHAKE;
	assert_int_equal(hellos, 4);
	assert_all_is_open(visit);
	visit_destroy(visit);
}

static void
padding_is_taken_off(void **state)
{
	struct visit *visit = visit_create("TLS_CHACHA20_POLY1305_SHA256");

	(void)state;
	for (size_t i = 0; i < 2; i++)
		SSL_CTX_set_block_padding(visit->contexts[i], 512);
	visit_run(visit);
	for (size_t i = 0; i < visit->count; i++)
		if (is_sealed(&visit->records[i]) && visit->records[i].bytes.length < 10000)
			assert_int_equal((visit->records[i].bytes.length - 5 - 16) % 512, 0);
	assert_all_is_open(visit);
	visit_destroy(visit);
}

/* Messages over several records: the certificate, and a ClientHello with many protocols. */
static void
messages_may_span_records(void **state)
{
	struct visit *visit = visit_create("TLS_AES_128_GCM_SHA256");
	struct buf protocols = {0};

	(void)state;
	while (protocols.length < 1000)
		buf_add_text(&protocols, "\x08http/1.1");
	SSL_CTX_set_alpn_protos(visit->contexts[TLS_DECRYPT_CLIENT],
		(const unsigned char *)protocols.bytes, (unsigned)protocols.length);
	for (size_t i = 0; i < 2; i++)
		SSL_CTX_set_max_send_fragment(visit->contexts[i], 512);
	visit_run(visit);
	assert_int_equal(visit->records[1].side, TLS_DECRYPT_CLIENT);
	assert_int_equal(visit->records[1].bytes.bytes[0], TLS_DECRYPT_HANDSHAKE);
	assert_all_is_open(visit);
	buf_finish(&protocols);
	visit_destroy(visit);
}

/* The second half of the Certificate is missing; the messages behind it are read from their beginning. */
static void
a_cut_message_is_given_up(void **state)
{
	struct visit *visit = visit_create("TLS_AES_128_GCM_SHA256");
	SSL_CTX *server = visit->contexts[TLS_DECRYPT_SERVER];
	struct reading reading;
	bool is_half = false;

	(void)state;
	SSL_CTX_add1_chain_cert(server, SSL_CTX_get0_certificate(server));
	SSL_CTX_set_max_send_fragment(server, 512);
	visit_run(visit);
	reading_init(&reading, visit);
	for (size_t i = 0; i < visit->count; i++) {
		if (is_half) {
			assert_true(visit->records[i].bytes.length < 512);
			assert_int_equal(
				read_bytes(&reading, TLS_DECRYPT_SERVER, (struct slice){0}),
				TLS_DECRYPT_MALFORMED);
			is_half = false;
			continue;
		}
		read_record(&reading, visit, i);
		is_half = visit->records[i].bytes.length == 5 + 512 + 1 + 16 &&
			  reading.said[TLS_DECRYPT_CLIENT].length == 0;
	}
	assert_int_equal(reading.sealed[TLS_DECRYPT_SERVER], 1);
	assert_said(&reading, visit, TLS_DECRYPT_SERVER);
	reading_finish(&reading);
	visit_destroy(visit);
}

/* A record of another connection, or junk: nothing that is not encrypted changes the keys later. */
static void
plain_records_between_change_nothing(void **state)
{
	struct visit *visit = visit_create("TLS_AES_128_GCM_SHA256");
	struct visit *other = visit_create("TLS_AES_256_GCM_SHA384");
	struct reading reading;

	(void)state;
	visit_run(other);
	visit_connect(visit);
	settle(visit);
	ask_and_answer(visit);
	SSL_key_update(visit->ends[TLS_DECRYPT_SERVER], SSL_KEY_UPDATE_REQUESTED);
	ask_and_answer(visit);
	reading_init(&reading, visit);
	for (size_t i = 0; i < visit->count; i++) {
		read_record(&reading, visit, i);
		if (i == 0 || i == last_of(visit, TLS_DECRYPT_CLIENT, 60) - 1)
			read_record(&reading, other, 0);
		if (i >= 4)
			read_bytes(&reading, TLS_DECRYPT_SERVER,
				SLICE_LITERAL("\x16\x03\x03\x00\x01\x14"));
	}
	assert_int_equal(tls_decrypt_suite(reading.decrypt), 0x1301);
	assert_int_equal(reading.sealed[TLS_DECRYPT_CLIENT], 0);
	assert_int_equal(reading.sealed[TLS_DECRYPT_SERVER], 0);
	assert_said(&reading, visit, TLS_DECRYPT_CLIENT);
	assert_said(&reading, visit, TLS_DECRYPT_SERVER);
	reading_finish(&reading);
	visit_destroy(other);
	visit_destroy(visit);
}

static void
other_versions_and_suites_stay_sealed(void **state)
{
	struct visit *visit = visit_create("TLS_AES_128_GCM_SHA256");

	(void)state;
	SSL_CTX_set_max_proto_version(visit->contexts[TLS_DECRYPT_SERVER], TLS1_2_VERSION);
	visit_run(visit);
	/* Each side's Finished, the application data, and the alerts */
	assert_true(count_sealed(visit, &visit->keys, TLS_DECRYPT_OTHER) >=
		    2 + count_encrypted(visit) + 2);
	visit_destroy(visit);

	visit = visit_create("TLS_AES_128_CCM_SHA256");
	visit_run(visit);
	assert_int_equal(
		count_sealed(visit, &visit->keys, TLS_DECRYPT_OTHER), count_encrypted(visit));
	visit_destroy(visit);
}

/* Adds those of the visit's lines whose label is that, or all others. */
static void
add_lines(struct reading *reading, const struct visit *visit, const char *label, bool is_label)
{
	struct slice lines = buf_slice(&visit->keys), line;

	while (slice_split(&lines, '\n', &line))
		if (slice_starts(line, label) == is_label)
			tls_secrets_add(reading->secrets, line);
}

static void
a_late_key_opens_what_follows(void **state)
{
	struct visit *visit = visit_create("TLS_AES_128_GCM_SHA256");
	struct reading reading;
	size_t last;

	(void)state;
	visit_run(visit);
	last = last_of(visit, TLS_DECRYPT_SERVER, 1000);
	reading_init(&reading, NULL);
	add_lines(&reading, visit, "SERVER_TRAFFIC_SECRET_0", false);
	for (size_t i = 0; i < last; i++)
		read_record(&reading, visit, i);
	/* Two records of the answer, and the session tickets before it */
	assert_true(reading.sealed[TLS_DECRYPT_SERVER] >= 3);
	assert_int_equal(reading.verdicts[TLS_DECRYPT_NO_KEY], reading.sealed[TLS_DECRYPT_SERVER]);
	assert_said(&reading, visit, TLS_DECRYPT_CLIENT);
	assert_int_equal(reading.said[TLS_DECRYPT_SERVER].length, 0);
	add_lines(&reading, visit, "SERVER_TRAFFIC_SECRET_0", true);
	for (size_t i = last; i < visit->count; i++)
		read_record(&reading, visit, i);
	assert_int_equal(reading.said[TLS_DECRYPT_SERVER].length, ANSWER - 2 * 16384);
	assert_memory_equal(reading.said[TLS_DECRYPT_SERVER].bytes,
		visit->sent[TLS_DECRYPT_SERVER].bytes + 2 * 16384, ANSWER - 2 * 16384);
	reading_finish(&reading);
	visit_destroy(visit);
}

/* As a live capture does: no record is given before its secret is there. */
static void
waiting_for_the_key_loses_nothing(void **state)
{
	struct visit *visit = visit_create("TLS_AES_256_GCM_SHA384");
	struct reading reading;
	size_t waits = 0;

	(void)state;
	visit_run(visit);
	reading_init(&reading, NULL);
	add_lines(&reading, visit, "CLIENT_TRAFFIC_SECRET_0", false);
	for (size_t i = 0; i < visit->count; i++) {
		enum tls_decrypt_side side = visit->records[i].side;

		if (is_sealed(&visit->records[i]) &&
			tls_decrypt_is_waiting(reading.decrypt, side)) {
			waits++;
			assert_int_equal(side, TLS_DECRYPT_CLIENT);
			assert_true(reading.messages[TLS_DECRYPT_CLIENT][20]);
			add_lines(&reading, visit, "CLIENT_TRAFFIC_SECRET_0", true);
			assert_false(tls_decrypt_is_waiting(reading.decrypt, side));
		}
		read_record(&reading, visit, i);
	}
	assert_int_equal(waits, 1);
	assert_int_equal(reading.verdicts[TLS_DECRYPT_NO_KEY], 0);
	assert_said(&reading, visit, TLS_DECRYPT_CLIENT);
	assert_said(&reading, visit, TLS_DECRYPT_SERVER);
	reading_finish(&reading);
	visit_destroy(visit);
}

static void
a_missed_finished_leaves_its_side_sealed(void **state)
{
	struct visit *visit = visit_create("TLS_AES_128_GCM_SHA256");
	struct reading reading;

	(void)state;
	visit_run(visit);
	reading_init(&reading, NULL);
	add_lines(&reading, visit, "SERVER_HANDSHAKE", false);
	read_all(&reading, visit);
	assert_int_equal(reading.said[TLS_DECRYPT_SERVER].length, 0);
	assert_said(&reading, visit, TLS_DECRYPT_CLIENT);
	assert_int_equal(reading.verdicts[TLS_DECRYPT_NO_KEY], reading.sealed[TLS_DECRYPT_SERVER]);
	reading_finish(&reading);
	visit_destroy(visit);
}

static void
without_the_hellos_all_is_sealed(void **state)
{
	struct visit *visit = visit_create("TLS_AES_128_GCM_SHA256");

	(void)state;
	visit_run(visit);
	for (size_t i = 0; i < 2; i++) { /* the ClientHello, the ServerHello */
		struct reading reading;

		assert_int_equal(visit->records[i].side, i);
		reading_init(&reading, visit);
		for (size_t k = 0; k < visit->count; k++)
			if (k != i)
				read_record(&reading, visit, k);
		assert_int_equal(reading.verdicts[TLS_DECRYPT_NO_KEY], count_encrypted(visit));
		reading_finish(&reading);
	}
	visit_destroy(visit);
}

static int
keep_session(SSL *ssl, SSL_SESSION *session)
{
	SSL_SESSION **kept = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));

	SSL_SESSION_free(*kept);
	*kept = session;
	return 1;
}

/* A second connection, which begins with early data. */
static void
visit_again_early(struct visit *visit, bool is_accepted)
{
	SSL *client, *server;
	SSL_SESSION *session = NULL;
	char bytes[256];
	size_t length = 0;

	SSL_CTX_set_max_early_data(visit->contexts[TLS_DECRYPT_SERVER], 16384);
	SSL_CTX_set_recv_max_early_data(visit->contexts[TLS_DECRYPT_SERVER], 16384);
	SSL_CTX_set_session_cache_mode(visit->contexts[TLS_DECRYPT_CLIENT], SSL_SESS_CACHE_CLIENT);
	SSL_CTX_set_app_data(visit->contexts[TLS_DECRYPT_CLIENT], &session);
	SSL_CTX_sess_set_new_cb(visit->contexts[TLS_DECRYPT_CLIENT], keep_session);
	visit_run(visit);
	assert_non_null(session);
	visit_hang_up(visit);
	visit_forget(visit);

	visit_connect(visit);
	client = visit->ends[TLS_DECRYPT_CLIENT];
	server = visit->ends[TLS_DECRYPT_SERVER];
	SSL_set_session(client, session);
	assert_int_equal(SSL_write_early_data(client, "early", 5, &length), 1);
	assert_int_equal(length, 5);
	deliver(visit, TLS_DECRYPT_CLIENT);
	if (is_accepted)
		assert_int_equal(SSL_read_early_data(server, bytes, sizeof(bytes), &length),
			SSL_READ_EARLY_DATA_SUCCESS);
	settle(visit);
	if (is_accepted) { /* EndOfEarlyData */
		assert_int_equal(SSL_do_handshake(client), 1);
		deliver(visit, TLS_DECRYPT_CLIENT);
		assert_int_equal(SSL_read_early_data(server, bytes, sizeof(bytes), &length),
			SSL_READ_EARLY_DATA_FINISH);
		settle(visit);
	}
	assert_int_equal(SSL_get_early_data_status(server),
		is_accepted ? SSL_EARLY_DATA_ACCEPTED : SSL_EARLY_DATA_REJECTED);
	ask_and_answer(visit);
	SSL_SESSION_free(session);
	SSL_CTX_set_app_data(visit->contexts[TLS_DECRYPT_CLIENT], NULL);
}

static void
early_data_stays_sealed(void **state)
{
	(void)state;
	for (size_t is_accepted = 0; is_accepted < 2; is_accepted++) {
		struct visit *visit = visit_create("TLS_AES_128_GCM_SHA256");
		struct reading reading;

		visit_again_early(visit, is_accepted);
		reading_init(&reading, visit);
		read_all(&reading, visit);
		/* The early data and, where it was accepted, EndOfEarlyData */
		assert_int_equal(reading.sealed[TLS_DECRYPT_CLIENT], 1 + is_accepted);
		assert_int_equal(reading.sealed[TLS_DECRYPT_SERVER], 0);
		assert_int_equal(reading.verdicts[TLS_DECRYPT_NO_KEY], 1 + is_accepted);
		assert_said(&reading, visit, TLS_DECRYPT_CLIENT);
		assert_said(&reading, visit, TLS_DECRYPT_SERVER);
		reading_finish(&reading);
		visit_destroy(visit);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_suite_is_opened),
		cmocka_unit_test(another_connections_keys_open_nothing),
		cmocka_unit_test(a_damaged_record_stays_alone),
		cmocka_unit_test(too_long_records_are_malformed),
		cmocka_unit_test(key_updates_are_followed),
		cmocka_unit_test(a_hello_retry_is_followed),
		cmocka_unit_test(padding_is_taken_off),
		cmocka_unit_test(messages_may_span_records),
		cmocka_unit_test(a_cut_message_is_given_up),
		cmocka_unit_test(plain_records_between_change_nothing),
		cmocka_unit_test(other_versions_and_suites_stay_sealed),
		cmocka_unit_test(a_late_key_opens_what_follows),
		cmocka_unit_test(waiting_for_the_key_loses_nothing),
		cmocka_unit_test(a_missed_finished_leaves_its_side_sealed),
		cmocka_unit_test(without_the_hellos_all_is_sealed),
		cmocka_unit_test(early_data_stays_sealed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

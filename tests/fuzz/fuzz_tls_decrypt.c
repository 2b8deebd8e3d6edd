/*
 * Any key log and any records: an input is the lines up to a NUL, then records, each with the byte of
 * its side in front ('c', 's', or another one for a record of four bytes). What is said lies where the
 * contract says, and a second reader says the same.
 */
#include <string.h>

#include "fuzz.h"
#include "dissect/tls_decrypt.h"

/* Takes the next record off the front; its header says how long it is. */
static struct slice
take_record(struct slice *rest, bool is_cut)
{
	struct slice record = *rest;
	size_t length = rest->length;

	if (is_cut)
		length = TLS_DECRYPT_HEADER - 1;
	else if (length >= TLS_DECRYPT_HEADER)
		length = TLS_DECRYPT_HEADER +
			 ((size_t)(uint8_t)rest->at[3] << 8 | (uint8_t)rest->at[4]);
	if (record.length > length)
		record.length = length;
	slice_drop(rest, record.length);
	return record;
}

static bool
lies_in(struct slice part, struct slice whole)
{
	return part.at >= whole.at && part.at + part.length <= whole.at + whole.length;
}

static void
check_said(enum tls_decrypt_verdict verdict, struct slice record, const struct buf *room,
	const struct tls_decrypt_plaintext *plain)
{
	CHECK(room->length <= TLS_DECRYPT_RECORD_MAX);
	if (verdict == TLS_DECRYPT_PLAIN) {
		CHECK(plain->type == (uint8_t)record.at[0] && lies_in(plain->bytes, record));
		CHECK(plain->bytes.length == record.length - TLS_DECRYPT_HEADER);
	} else if (verdict == TLS_DECRYPT_OPENED) {
		CHECK(plain->type != 0 && lies_in(plain->bytes, buf_slice(room)));
		CHECK((uint8_t)record.at[0] == TLS_DECRYPT_APPLICATION);
	} else {
		CHECK(plain->type == 0 && !plain->bytes.at && plain->bytes.length == 0);
	}
}

static void
read_records(struct tls_decrypt *const decrypts[2], struct slice rest)
{
	struct buf rooms[2] = {{0}, {0}};

	while (rest.length > 0) {
		bool is_client = rest.at[0] == 'c', is_server = rest.at[0] == 's';
		enum tls_decrypt_side side = is_server ? TLS_DECRYPT_SERVER : TLS_DECRYPT_CLIENT;
		struct tls_decrypt_plaintext plain[2];
		enum tls_decrypt_verdict verdict[2];
		struct slice record;

		slice_drop(&rest, 1);
		record = take_record(&rest, !is_client && !is_server);
		for (size_t i = 0; i < 2; i++) {
			verdict[i] = tls_decrypt_record(
				decrypts[i], side, record, &rooms[i], &plain[i]);
			check_said(verdict[i], record, &rooms[i], &plain[i]);
		}
		CHECK(verdict[0] == verdict[1] && plain[0].type == plain[1].type);
		CHECK(plain[0].bytes.length == plain[1].bytes.length);
		CHECK(plain[0].bytes.length == 0 ||
			memcmp(plain[0].bytes.at, plain[1].bytes.at, plain[0].bytes.length) == 0);
	}
	buf_finish(&rooms[0]);
	buf_finish(&rooms[1]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = {(const char *)data, size};
	struct slice lines = fuzz_take_text(&rest);
	struct tls_secrets *secrets = tls_secrets_create();
	struct tls_decrypt *decrypts[2];

	tls_secrets_add(secrets, lines);
	for (size_t i = 0; i < 2; i++)
		decrypts[i] = tls_decrypt_create(secrets);
	read_records(decrypts, rest);
	for (size_t i = 0; i < 2; i++)
		tls_decrypt_destroy(decrypts[i]);
	tls_secrets_destroy(secrets);
	return 0;
}

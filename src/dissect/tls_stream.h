/*
 * tls_stream: the TLS records of a connection (RFC 8446 5.1), and what is in them as far as keys are
 * there. It keeps at most one record for each side.
 */
#ifndef TLS_STREAM_H
#define TLS_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "dissect/message.h"
#include "dissect/payload_said.h"
#include "dissect/tls_decrypt.h"

/* What the bytes inside an opened record were. */
enum tls_inside {
	TLS_INSIDE_UNKNOWN, /* of no protocol that is known */
	TLS_INSIDE_PART,    /* part of a message that goes on */
	TLS_INSIDE_WHOLE,   /* a message ends in them; its words are in said */
};

/* Hears the plaintext of application data. */
typedef enum tls_inside tls_stream_fn(void *context, enum tls_decrypt_side side,
	struct slice plaintext, struct payload_said *said);

struct tls_stream_options {
	const struct tls_secrets *secrets; /* kept; may be NULL */
	tls_stream_fn *hear;
	void *context; /* of hear */
};

struct tls_stream;

struct tls_stream *tls_stream_create(const struct tls_stream_options *options);
void tls_stream_destroy(struct tls_stream *stream);

/* Whether bytes begin as the first record of a connection does, 5 of which are needed. An alert does not. */
bool tls_stream_is_start(struct slice bytes);

/* Whether a record of the side has begun that lacks bytes. */
bool tls_stream_is_open(const struct tls_stream *stream, enum tls_decrypt_side side);

/*
 * Hears the bytes of a packet that follow those before, and adds to said. Returns false when they
 * should begin a record and do not; then nothing was heard.
 */
bool tls_stream_hear(struct tls_stream *stream, enum tls_decrypt_side side, struct slice bytes,
	uint32_t packet, uint32_t *next_id, struct payload_said *said);

/* Bytes of the side were not captured: the next byte begins a record, or none is found any more. */
void tls_stream_skip(struct tls_stream *stream, enum tls_decrypt_side side);

#endif

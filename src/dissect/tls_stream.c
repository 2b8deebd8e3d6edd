/*
 * tls_stream: see tls_stream.h. A record is kept until it is whole, then it is opened and named. The
 * words of all records in a packet are joined by commas, unless a message inside them ends there.
 */
#include "dissect/tls_stream.h"

#include <stdlib.h>

#include "base/mem.h"
#include "dissect/tls_words.h"

struct side {
	struct buf held; /* of a record, from its header on */
	struct message message;
	bool is_sealed;      /* TLS 1.2 and older: behind the change of the cipher */
	uint32_t in_message; /* bytes of a handshake message that the next records bring */
};

struct tls_stream {
	struct tls_stream_options options;
	struct tls_decrypt *decrypt; /* NULL without secrets */
	unsigned version;            /* that the server has chosen; 0: not known */
	struct side sides[2];
	struct buf room;
	bool has_inside; /* the last of them ended a message inside */
};

struct tls_stream *
tls_stream_create(const struct tls_stream_options *options)
{
	struct tls_stream *stream = mem_zero(sizeof(*stream));

	stream->options = *options;
	if (options->secrets)
		stream->decrypt = tls_decrypt_create(options->secrets);
	return stream;
}

void
tls_stream_destroy(struct tls_stream *stream)
{
	if (!stream)
		return;
	tls_decrypt_destroy(stream->decrypt);
	buf_finish(&stream->sides[0].held);
	buf_finish(&stream->sides[1].held);
	buf_finish(&stream->room);
	free(stream);
}

/* ---- records ---- */

static size_t
record_length(struct slice head)
{
	return TLS_DECRYPT_HEADER + (slice_get8(head, 3) << 8 | slice_get8(head, 4));
}

/* Whether the bytes that are there can begin a record. */
static bool
may_start(struct slice bytes)
{
	return (bytes.length < 1 || (slice_get8(bytes, 0) >= TLS_DECRYPT_CHANGE_CIPHER &&
					    slice_get8(bytes, 0) <= TLS_DECRYPT_APPLICATION)) &&
	       (bytes.length < 2 || slice_get8(bytes, 1) == 3) &&
	       (bytes.length < 3 || slice_get8(bytes, 2) <= 4) &&
	       (bytes.length < TLS_DECRYPT_HEADER ||
		       (record_length(bytes) <= TLS_DECRYPT_RECORD_MAX &&
			       (record_length(bytes) > TLS_DECRYPT_HEADER ||
				       slice_get8(bytes, 0) == TLS_DECRYPT_APPLICATION)));
}

bool
tls_stream_is_start(struct slice bytes)
{
	return bytes.length >= TLS_DECRYPT_HEADER && may_start(bytes) &&
	       slice_get8(bytes, 0) >= TLS_DECRYPT_HANDSHAKE;
}

bool
tls_stream_is_open(const struct tls_stream *stream, enum tls_decrypt_side side)
{
	return stream->sides[side].held.length;
}

void
tls_stream_skip(struct tls_stream *stream, enum tls_decrypt_side side)
{
	buf_clear(&stream->sides[side].held);
	stream->sides[side].in_message = 0;
}

/* ---- words ---- */

static void
add_words(struct payload_said *said, const char *words)
{
	if (said->info.length)
		buf_add_text(&said->info, ", ");
	buf_add_text(&said->info, words);
}

static void
say_alert(struct payload_said *said, struct slice body)
{
	struct buf words = {0};

	buf_addf(&words, "Alert (Level: %s, Description: %s)",
		tls_words_alert_level(slice_get8(body, 0)), tls_words_alert(slice_get8(body, 1)));
	add_words(said, words.bytes);
	buf_finish(&words);
}

/* Names the messages of the handshake in a record. */
static void
say_handshake(
	struct tls_stream *stream, struct side *side, struct payload_said *said, struct slice body)
{
	size_t length = side->in_message < body.length ? side->in_message : body.length;

	slice_drop(&body, length);
	side->in_message -= (uint32_t)length;
	while (body.length >= TLS_HANDSHAKE_HEAD) {
		const char *name = tls_words_handshake(body);

		length = TLS_HANDSHAKE_HEAD + ((size_t)slice_get8(body, 1) << 16 |
						      slice_get8(body, 2) << 8 |
						      slice_get8(body, 3));
		if (!name) {
			add_words(said, length > body.length
						? "[Encrypted Handshake Message Fragment]"
						: "Encrypted Handshake Message");
			return;
		}
		if (slice_get8(body, 0) == TLS_SERVER_HELLO)
			stream->version = tls_words_chosen_version(body);
		add_words(said, name);
		if (length > body.length) {
			side->in_message = (uint32_t)(length - body.length);
			return;
		}
		slice_drop(&body, length);
	}
}

/* What the plaintext inside says stands in place of the names of the records before it. */
static void
say_inside(struct tls_stream *stream, enum tls_decrypt_side side, struct payload_said *said,
	struct slice plaintext)
{
	enum tls_inside inside = stream->options.hear(
		stream->options.context, side, plaintext, said);

	if (inside == TLS_INSIDE_UNKNOWN)
		add_words(said, "Application Data");
	else
		stream->has_inside = inside == TLS_INSIDE_WHOLE;
	if (inside == TLS_INSIDE_PART) {
		said->info.length = said->fixed;
		buf_add_text(&said->info, "[TLS segment of a reassembled PDU]");
	}
}

/* Says what a record is whose body is plain, or was opened. */
static void
say_plain(struct tls_stream *stream, enum tls_decrypt_side side, struct payload_said *said,
	const struct tls_decrypt_plaintext *plaintext)
{
	switch (plaintext->type) {
	case TLS_DECRYPT_CHANGE_CIPHER:
		add_words(said, "Change Cipher Spec");
		stream->sides[side].is_sealed = stream->version &&
						stream->version < TLS_VERSION_1_3;
		break;
	case TLS_DECRYPT_ALERT:
		if (plaintext->bytes.length == 2)
			say_alert(said, plaintext->bytes);
		else
			add_words(said, "Encrypted Alert");
		break;
	case TLS_DECRYPT_HANDSHAKE:
		say_handshake(stream, &stream->sides[side], said, plaintext->bytes);
		break;
	default:
		say_inside(stream, side, said, plaintext->bytes);
		break;
	}
}

static void
say_sealed(struct payload_said *said, unsigned type)
{
	if (type == TLS_DECRYPT_HANDSHAKE)
		add_words(said, "Encrypted Handshake Message");
	else if (type == TLS_DECRYPT_ALERT)
		add_words(said, "Encrypted Alert");
	else
		add_words(said, "Application Data");
}

/* ---- a whole record ---- */

/* Opens the record, if it can be. Returns whether plaintext was set. */
static bool
open_record(struct tls_stream *stream, enum tls_decrypt_side side, struct slice record,
	struct tls_decrypt_plaintext *plaintext)
{
	bool is_sealed = slice_get8(record, 0) == TLS_DECRYPT_APPLICATION ||
			 stream->sides[side].is_sealed;
	enum tls_decrypt_verdict verdict = TLS_DECRYPT_NO_KEY;

	if (stream->decrypt)
		verdict = tls_decrypt_record(
			stream->decrypt, side, record, &stream->room, plaintext);
	if (verdict == TLS_DECRYPT_OPENED)
		return true;
	plaintext->type = (uint8_t)slice_get8(record, 0);
	plaintext->bytes = record;
	slice_drop(&plaintext->bytes, TLS_DECRYPT_HEADER);
	return !is_sealed;
}

static void
hear_record(struct tls_stream *stream, enum tls_decrypt_side side, struct slice record,
	struct payload_said *said)
{
	struct tls_decrypt_plaintext plaintext = {0};
	unsigned record_version = slice_get8(record, 1) << 8 | slice_get8(record, 2);

	if (open_record(stream, side, record, &plaintext))
		say_plain(stream, side, said, &plaintext);
	else
		say_sealed(said, slice_get8(record, 0));
	if (!stream->has_inside)
		said->protocol = tls_words_version(
			stream->version ? stream->version : record_version);
	stream->sides[side].message.is_complete = true;
	payload_said_add_part(said, &stream->sides[side].message);
}

/* How many bytes the record has, as far as its header says it. */
static size_t
wanted_length(const struct side *side)
{
	struct slice held = buf_slice(&side->held);

	return held.length < TLS_DECRYPT_HEADER ? TLS_DECRYPT_HEADER : record_length(held);
}

/* Moves bytes of the record from the front of bytes. Returns whether the record is whole. */
static bool
take_record(struct side *side, struct slice *bytes, uint32_t packet, uint32_t *next_id)
{
	struct message *message = &side->message;

	if (!side->held.length)
		message_begin(message, MESSAGE_RECORD, ++*next_id, packet);
	while (side->held.length < wanted_length(side)) {
		size_t length = wanted_length(side) - side->held.length;

		if (length > bytes->length)
			length = bytes->length;
		if (!length)
			return false;
		buf_add(&side->held, bytes->at, length);
		slice_drop(bytes, length);
		message_count(message, packet, length);
		message->has_total = side->held.length >= TLS_DECRYPT_HEADER;
		message->total = wanted_length(side);
	}
	return true;
}

/* tshark looks at the records that begin from here on together. */
static void
begin_words(struct tls_stream *stream, struct payload_said *said)
{
	said->fixed = said->info.length;
	stream->has_inside = false;
}

/* The packet ends within a record. is_known: its length was known before the packet. */
static void
say_open(const struct side *own, struct payload_said *said, bool is_known)
{
	/* tshark looks at each packet until it knows how long the record is. */
	said->is_segment = !said->protocol;
	said->hides_tcp = said->is_segment && !is_known;
	payload_said_add_part(said, &own->message);
}

bool
tls_stream_hear(struct tls_stream *stream, enum tls_decrypt_side side, struct slice bytes,
	uint32_t packet, uint32_t *next_id, struct payload_said *said)
{
	struct side *own = &stream->sides[side];
	bool is_known = own->held.length >= TLS_DECRYPT_HEADER;
	const char *protocol = NULL; /* of the record that began in a packet before */

	if (!own->held.length && !may_start(bytes))
		return false;
	begin_words(stream, said);
	while (bytes.length) {
		if (!own->held.length && !may_start(bytes)) {
			add_words(said, "Ignored Unknown Record");
			break;
		}
		if (!take_record(own, &bytes, packet, next_id)) {
			say_open(own, said, is_known);
			break;
		}
		hear_record(stream, side, buf_slice(&own->held), said);
		buf_clear(&own->held);
		if (is_known) {
			protocol = said->protocol;
			begin_words(stream, said);
		}
		is_known = false;
	}
	if (protocol)
		said->protocol = protocol;
	return true;
}

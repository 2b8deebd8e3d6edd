/*
 * payload: see payload.h. Each side has the number of the next byte that it has not heard. What was heard
 * before is left out; what was not captured is skipped where the length of a message allows it.
 */
#include "dissect/payload.h"

#include <stdlib.h>

#include "base/mem.h"
#include "dissect/http_head.h"
#include "dissect/http_stream.h"
#include "dissect/tls_stream.h"
#include "dissect/websocket_stream.h"

enum protocol {
	PROTOCOL_UNKNOWN,
	PROTOCOL_HTTP,
	PROTOCOL_WEBSOCKET,
	PROTOCOL_FOREIGN, /* behind an upgrade, or in a tunnel: it is shown as TCP */
};

enum {
	HOLES_MAX = 64,
	RANGES_MAX = 16,
	UNTIL_END_SIZE = 0x40000000, /* bytes that tshark waits for then */
};

/* Bytes that were not captured in their order. */
struct hole {
	uint32_t from, to;
};

/*
 * Bytes that tshark puts together for a message that does not end in the packet it begins in. to is where
 * it has to end, or one behind the last packet when that is not known.
 */
struct range {
	uint32_t from, to;
	uint32_t message; /* its id */
	bool is_complete;
	bool is_cut; /* what followed was not captured, so the message is not heard any more */
};

struct side {
	bool has_next;
	uint32_t next;
	struct hole holes[HOLES_MAX];
	unsigned hole_count;
	struct range ranges[RANGES_MAX]; /* the last ones; a ring */
	unsigned range_count;            /* of all */
	bool is_lost; /* frames after a hole: where the next one begins is not known */
	struct http_stream http;
	struct websocket_stream websocket;
};

struct payload {
	enum protocol protocol; /* of what is said; inside TLS, if there is tls */
	struct side sides[2];
	struct http_requests requests;
	struct tls_stream *tls; /* NULL until a record was seen */
	const struct tls_secrets *secrets;
	uint32_t *next_id;
	uint32_t number; /* of the packet that is heard */
};

struct payload *
payload_create(uint32_t *next_id, const struct tls_secrets *secrets)
{
	struct payload *payload = mem_zero(sizeof(*payload));

	payload->next_id = next_id;
	payload->secrets = secrets;
	return payload;
}

void
payload_destroy(struct payload *payload)
{
	if (!payload)
		return;
	http_stream_finish(&payload->sides[0].http);
	http_stream_finish(&payload->sides[1].http);
	tls_stream_destroy(payload->tls);
	free(payload);
}

/* ---- the protocol ---- */

/* While the protocol is not known, each packet is looked at by itself. */
static void
find_protocol(struct payload *payload, struct slice bytes)
{
	struct slice next;

	if (payload->protocol == PROTOCOL_UNKNOWN &&
		http_head_is_found(http_head_line(bytes, &next)))
		payload->protocol = PROTOCOL_HTTP;
}

/* tshark's rule for what follows CONNECT: the last answer is 200, also if it was to another request. */
static bool
is_tunnel(const struct payload *payload, struct slice bytes)
{
	return payload->protocol == PROTOCOL_HTTP && payload->requests.is_connect &&
	       payload->requests.status == 200 && !slice_starts(bytes, "HTTP/1.1 200");
}

static void
hear_plain(
	struct payload *payload, struct side *side, struct slice bytes, struct payload_said *said)
{
	struct http_place place = {&payload->requests, payload->number, payload->next_id};

	find_protocol(payload, bytes);
	if (is_tunnel(payload, bytes))
		payload->protocol = PROTOCOL_FOREIGN;
	if (payload->protocol == PROTOCOL_HTTP) {
		http_stream_hear(&side->http, &place, &bytes, said);
		if (side->http.is_foreign)
			payload->protocol = PROTOCOL_FOREIGN;
		if (side->http.is_upgraded) {
			payload->protocol = PROTOCOL_WEBSOCKET;
			said->fixed = said->info.length;
		}
	}
	if (payload->protocol == PROTOCOL_WEBSOCKET && !side->is_lost)
		websocket_stream_hear(
			&side->websocket, bytes, payload->number, payload->next_id, said);
}

/* The message that has begun; NULL when there is none. */
static struct message *
open_message(struct payload *payload, struct side *side)
{
	if (payload->protocol == PROTOCOL_HTTP && http_stream_is_open(&side->http))
		return &side->http.message;
	if (payload->protocol == PROTOCOL_WEBSOCKET && websocket_stream_is_open(&side->websocket))
		return &side->websocket.message;
	return NULL;
}

static void
settle(struct payload *payload, struct side *side, struct payload_said *said)
{
	if (payload->protocol == PROTOCOL_HTTP)
		http_stream_settle(&side->http, said);
	else if (payload->protocol == PROTOCOL_WEBSOCKET)
		websocket_stream_settle(&side->websocket, said);
}

/* ---- TLS ---- */

static enum tls_inside
hear_inside(void *context, enum tls_decrypt_side from, struct slice plaintext,
	struct payload_said *said)
{
	struct payload *payload = context;
	struct side *side = &payload->sides[from];
	const char *before = said->protocol;
	size_t fixed = said->fixed, length = said->info.length;
	struct message *message;

	said->protocol = NULL;
	buf_add_slice(&said->plain, plaintext);
	hear_plain(payload, side, plaintext, said);
	if (said->protocol) {
		payload_said_replace(said, fixed, length);
		/* The words of messages that have ended stay. */
		if (payload->protocol == PROTOCOL_HTTP)
			said->fixed = said->info.length;
		settle(payload, side, said);
		return TLS_INSIDE_WHOLE;
	}
	said->protocol = before;
	message = open_message(payload, side);
	if (message)
		payload_said_add_part(said, message);
	return message ? TLS_INSIDE_PART : TLS_INSIDE_UNKNOWN;
}

/* Whether the bytes are TLS; then they were heard. */
static bool
hear_tls(struct payload *payload, enum tcp_side side, struct slice bytes, struct payload_said *said)
{
	const struct tls_stream_options options = {payload->secrets, hear_inside, payload};

	if (!payload->tls && payload->protocol == PROTOCOL_UNKNOWN && tls_stream_is_start(bytes))
		payload->tls = tls_stream_create(&options);
	if (!payload->tls)
		return false;
	if (tls_stream_hear(payload->tls, (enum tls_decrypt_side)side, bytes, payload->number,
		    payload->next_id, said))
		return true;
	/* A server may answer in plain text to what is no TLS. */
	find_protocol(payload, bytes);
	if (payload->protocol == PROTOCOL_UNKNOWN)
		return true;
	tls_stream_destroy(payload->tls);
	payload->tls = NULL;
	return false;
}

static void
hear(struct payload *payload, enum tcp_side from, struct slice bytes, struct payload_said *said)
{
	struct side *side = &payload->sides[from];

	if (hear_tls(payload, from, bytes, said))
		return;
	hear_plain(payload, side, bytes, said);
	settle(payload, side, said);
}

/* ---- the order of bytes ---- */

/* With a record, it is not known how much of a message inside is lost. */
static void
skip_record(struct payload *payload, struct side *side)
{
	tls_stream_skip(payload->tls, (enum tls_decrypt_side)(side - payload->sides));
	http_stream_reset(&side->http);
	side->is_lost |= payload->protocol == PROTOCOL_WEBSOCKET;
}

/* The message that is waited for without knowing its end is not heard any more. */
static void
cut_range(struct side *side)
{
	struct range *last = &side->ranges[(side->range_count - 1) % RANGES_MAX];

	last->is_cut = !last->is_complete && last->to == side->next + 1;
}

/* The bytes from next on, so many, are not in the capture. */
static void
skip(struct payload *payload, struct side *side, uint32_t count)
{
	bool is_counted = false;

	if (payload->tls)
		skip_record(payload, side);
	if (payload->protocol == PROTOCOL_HTTP)
		is_counted = http_stream_skip(&side->http, count);
	else if (payload->protocol == PROTOCOL_WEBSOCKET)
		is_counted = websocket_stream_skip(&side->websocket, count);
	side->is_lost |= payload->protocol == PROTOCOL_WEBSOCKET && !is_counted;
	if (!is_counted && side->range_count)
		cut_range(side);
	if (is_counted && side->hole_count < HOLES_MAX)
		side->holes[side->hole_count++] = (struct hole){side->next, side->next + count};
}

static int32_t
compare(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b);
}

/* Takes the bytes from..to out of the holes. Returns how many were missing. */
static uint32_t
fill_holes(struct side *side, uint32_t from, uint32_t to)
{
	uint32_t filled = 0;

	for (unsigned i = side->hole_count; i > 0; i--) {
		struct hole *hole = &side->holes[i - 1];
		uint32_t left = compare(from, hole->from) > 0 ? from : hole->from;
		uint32_t right = compare(to, hole->to) < 0 ? to : hole->to;
		struct hole behind = {right, hole->to};

		if (compare(left, right) >= 0)
			continue;
		filled += right - left;
		hole->to = left;
		if (hole->to == hole->from)
			*hole = side->holes[--side->hole_count];
		if (behind.from != behind.to && side->hole_count < HOLES_MAX)
			side->holes[side->hole_count++] = behind;
	}
	return filled;
}

/* ---- messages in several packets ---- */

/* A packet that comes late. */
struct late {
	uint32_t from, to;
	bool is_out_of_order; /* tshark does not look into it */
	struct payload_said *said;
};

/* The range whose bytes begin in front of those at sequence, and the nearest to them. */
static struct range *
find_range(struct side *side, uint32_t sequence)
{
	struct range *found = NULL;

	for (unsigned i = 0; i < side->range_count && i < RANGES_MAX; i++) {
		struct range *range = &side->ranges[i];

		if (compare(range->from, sequence) < 0 &&
			(!found || compare(range->from, found->from) > 0))
			found = range;
	}
	return found;
}

/* Whether a message begins there that has all bytes up to end. */
static bool
is_first_of_range(const struct side *side, uint32_t sequence, uint32_t end)
{
	for (unsigned i = 0; i < side->range_count && i < RANGES_MAX; i++)
		if (side->ranges[i].from == sequence && compare(end, side->ranges[i].to) <= 0)
			return true;
	return false;
}

/* Brings the ranges up to date behind a packet. */
static void
note_range(struct payload *payload, struct side *side)
{
	const struct message *message = open_message(payload, side);
	struct range *last = &side->ranges[(side->range_count - 1) % RANGES_MAX];
	uint32_t from;

	for (unsigned i = 0; i < side->range_count && i < RANGES_MAX; i++) {
		struct range *range = &side->ranges[i];

		if (!range->is_cut && (!message || range->message != message->id) &&
			!http_stream_lacking(&side->http, range->message))
			range->is_complete = true;
	}
	if (!message)
		return;
	from = side->next - (uint32_t)message->bytes - message->missing;
	if (!side->range_count || last->message != message->id) {
		last = &side->ranges[side->range_count++ % RANGES_MAX];
		*last = (struct range){.from = from, .message = message->id};
	}
	if (message->has_total)
		last->to = last->from + (uint32_t)message->total;
	else if (side->http.state == HTTP_UNTIL_END)
		last->to = last->from + UNTIL_END_SIZE;
	else
		last->to = side->next + 1;
}

/* A late packet of a message whose end is not known: the very next bytes, or some that were heard. */
static void
hear_late_rest(struct side *side, struct range *range, const struct late *late)
{
	if (!range->is_cut)
		http_stream_reset(&side->http);
	range->is_cut = true;
	if (late->from + 1 != range->to) {
		/* tshark takes it for the last part, and loses what follows. */
		range->to = late->to;
		late->said->is_segment = true;
	} else if (late->is_out_of_order) {
		range->is_complete = true;
	} else {
		range->to = late->to + 1;
		late->said->is_segment = true;
	}
}

/* A late packet of a message that is waited for. */
static void
hear_late_part(
	struct payload *payload, struct side *side, struct range *range, const struct late *late)
{
	struct message *message = http_stream_lacking(&side->http, range->message);
	uint32_t end = compare(late->to, range->to) < 0 ? late->to : range->to;
	uint32_t filled;

	if (!message && side->http.state != HTTP_UNTIL_END) {
		hear_late_rest(side, range, late);
		return;
	}
	filled = fill_holes(side, late->from, end);
	if (message && filled)
		http_stream_fill(&side->http, message, filled, payload->number, late->said);
	late->said->is_segment = !late->said->protocol;
}

/*
 * A packet whose bytes were passed already: they were heard, or were not captured in their order. Returns
 * whether they are to be heard as a begin.
 */
static bool
hear_late(struct payload *payload, struct side *side, const struct late *late)
{
	struct range *range = find_range(side, late->from);

	if (payload->tls || payload->protocol != PROTOCOL_HTTP ||
		is_first_of_range(side, late->from, late->to))
		return false;
	if (!range || compare(range->to, late->from) <= 0)
		return !late->is_out_of_order && !http_stream_is_open(&side->http);
	if (range->is_complete)
		late->said->is_late = true;
	else
		hear_late_part(payload, side, range, late);
	return false;
}

/*
 * The bytes of the packet that are new. What stands in front of them was heard; what lies between is
 * skipped.
 */
static struct slice
new_bytes(struct payload *payload, struct side *side, const struct packet *packet)
{
	struct slice bytes = packet->payload;
	int32_t ahead = compare(packet->sequence, side->next);

	if (side->has_next && ahead < 0) {
		size_t old = (size_t) - (int64_t)ahead;

		slice_drop(&bytes, old < bytes.length ? old : bytes.length);
	} else if (side->has_next && ahead > 0) {
		skip(payload, side, (uint32_t)ahead);
	}
	return bytes;
}

static void
hear_data(struct payload *payload, const struct packet *packet, const struct tcp_view *view,
	struct payload_said *said)
{
	struct side *side = &payload->sides[view->side];
	struct slice bytes = new_bytes(payload, side, packet);
	uint32_t end = packet->sequence + packet->payload_length;
	uint32_t cut = packet->payload_length - (uint32_t)packet->payload.length;

	if (!bytes.length) {
		const struct late late = {
			packet->sequence, end, view->notes & TCP_OUT_OF_ORDER, said};

		if (!hear_late(payload, side, &late))
			return;
		bytes = packet->payload;
	}
	side->next = end;
	side->has_next = true;
	hear(payload, view->side, bytes, said);
	/* The capture may have cut the packet. */
	if (cut)
		skip(payload, side, cut);
	note_range(payload, side);
}

static bool
is_repeated(const struct tcp_view *view)
{
	return view->notes & (TCP_RETRANSMISSION | TCP_SPURIOUS_RETRANSMISSION);
}

void
payload_hear(struct payload *payload, const struct packet *packet, const struct tcp_view *view,
	uint32_t number, struct payload_said *said)
{
	struct side *side = &payload->sides[view->side];
	struct http_place place = {&payload->requests, number, payload->next_id};
	struct packet data = *packet;

	payload_said_clear(said);
	payload->number = number;
	if (packet->flags & PACKET_SYN) {
		/* Its own data are numbered behind it (RFC 7413). */
		side->next = ++data.sequence;
		side->has_next = true;
	}
	if (data.payload.length && view->notes & TCP_ZERO_WINDOW_PROBE)
		settle(payload, side, said); /* The byte comes again when the window opens. */
	else if (data.payload.length && !is_repeated(view))
		hear_data(payload, &data, view, said);
	/* tshark does not show what ends in a packet that came too late. */
	if (view->notes & TCP_OUT_OF_ORDER && said->protocol)
		payload_said_clear_words(said);
	if (packet->flags & PACKET_FIN && payload->protocol == PROTOCOL_HTTP &&
		!is_repeated(view) && side->http.state == HTTP_UNTIL_END) {
		/* What the packet has shown so far is shown as whole. */
		payload_said_clear_words(said);
		payload_said_clear_parts(said);
		http_stream_end(&side->http, &place, said);
	}
}

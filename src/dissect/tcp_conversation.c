/*
 * tcp_conversation: see tcp_conversation.h. The rules for notes are those of tshark 4.0 as its output
 * shows them. They look at what both sides have said before this packet; after them, the state of
 * the packet's side is brought up to date.
 */
#include "dissect/tcp_conversation.h"

#include <string.h>

enum {
	FAST_RETRANSMISSION_NS = 20000000, /* so soon after the last duplicate acknowledgement */
	OUT_OF_ORDER_NS = 3000000,         /* when the round trip is not known */
	FAST_RETRANSMISSION_DUPLICATES = 2,
};

enum { CONTROL = PACKET_SYN | PACKET_FIN | PACKET_RST };

/* Compares numbers that wrap around (RFC 9293 3.4): below 0, 0 or above 0. */
static int32_t
compare(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b);
}

/* ---- the sides ---- */

static enum tcp_side
find_side(struct tcp_conversation *conversation, const struct packet *packet)
{
	if (!conversation->has_packet) {
		bool is_from_server = packet->flags & PACKET_SYN
					      ? packet->flags & PACKET_ACK
					      : packet->source.port < packet->destination.port;

		conversation->has_packet = true;
		conversation->client = is_from_server ? packet->destination : packet->source;
	}
	return packet_address_is(&conversation->client, &packet->source) ? TCP_CLIENT : TCP_SERVER;
}

bool
tcp_conversation_is_over(const struct tcp_conversation *conversation, const struct packet *packet)
{
	enum tcp_side side = packet_address_is(&conversation->client, &packet->source) ? TCP_CLIENT
										       : TCP_SERVER;
	const struct tcp_side_state *own = &conversation->sides[side];

	return (packet->flags & (PACKET_SYN | PACKET_ACK)) == PACKET_SYN &&
	       conversation->has_packet && own->has_base && packet->sequence != own->base;
}

/* A SYN, ACK with another number than before. What the other side has said stays. */
static bool
begins_anew(const struct tcp_side_state *own, const struct packet *packet)
{
	return (packet->flags & (PACKET_SYN | PACKET_ACK)) == (PACKET_SYN | PACKET_ACK) &&
	       own->has_base && packet->sequence != own->base;
}

static void
set_bases(struct tcp_side_state *own, struct tcp_side_state *other, const struct packet *packet)
{
	if (!own->has_base) {
		own->base = packet->flags & PACKET_SYN ? packet->sequence : packet->sequence - 1;
		own->has_base = true;
	}
	if (!other->has_base && packet->flags & PACKET_ACK) {
		other->base = packet->acknowledgement - 1;
		other->has_base = true;
	}
	if (packet->flags & PACKET_SYN) {
		own->has_syn = true;
		own->has_scale_option = packet->has_window_scale;
		own->scale = packet->window_scale < PACKET_SCALE_MAX ? packet->window_scale
								     : PACKET_SCALE_MAX;
	}
}

/* A side that has sent a SYN without the option scales no window; one whose SYN was not seen may. */
static uint32_t
scaled_window(const struct tcp_side_state *own, const struct tcp_side_state *other,
	const struct packet *packet)
{
	bool is_scaled = !(packet->flags & PACKET_SYN) && own->has_scale_option &&
			 (other->has_scale_option || !other->has_syn);

	return (uint32_t)packet->window << (is_scaled ? own->scale : 0);
}

/* ---- notes ---- */

/* What the rules look at. */
struct look {
	const struct packet *packet;
	const struct tcp_side_state *own, *other;
	uint32_t window, length; /* of the packet */
	uint64_t time_ns, round_trip_ns;
	bool is_control;  /* SYN, FIN or RST */
	bool repeats_ack; /* nothing new: neither data nor an acknowledgement */
};

static unsigned
find_probe(const struct look *look)
{
	bool is_next = look->own->has_next && look->packet->sequence == look->own->next;

	if (look->length == 1 && is_next && look->other->has_window && look->other->window == 0)
		return TCP_ZERO_WINDOW_PROBE;
	return 0;
}

/* Of packets that bring nothing new. Several may hold. */
static unsigned
find_window_notes(const struct look *look)
{
	const struct tcp_side_state *own = look->own, *other = look->other;
	uint32_t end = look->packet->sequence + look->length;
	unsigned notes = 0;

	if (look->window == 0 && !look->is_control)
		notes |= TCP_ZERO_WINDOW;
	if (own->has_next && compare(look->packet->sequence, own->next) > 0 &&
		!(look->packet->flags & PACKET_RST))
		notes |= TCP_PREVIOUS_NOT_CAPTURED;
	if (own->has_next && look->length <= 1 && look->packet->sequence == own->next - 1 &&
		!look->is_control)
		notes |= TCP_KEEP_ALIVE;
	if (look->repeats_ack && look->window && look->window != own->window)
		notes |= TCP_WINDOW_UPDATE;
	if (look->length && other->has_syn && other->has_ack && !look->is_control &&
		end == other->ack + other->window)
		notes |= TCP_WINDOW_FULL;
	return notes;
}

/* Of packets that repeat an acknowledgement with the same window. */
static unsigned
find_repeated_ack(const struct look *look)
{
	if (!look->repeats_ack || look->window != look->own->window)
		return 0;
	if (look->window && look->other->last_notes & TCP_KEEP_ALIVE)
		return TCP_KEEP_ALIVE_ACK;
	if (!look->window && look->other->last_notes & TCP_ZERO_WINDOW_PROBE)
		return TCP_ZERO_WINDOW_PROBE_ACK;
	return look->window ? TCP_DUPLICATE_ACK : 0;
}

/* Of packets that begin before what their side has sent. */
static unsigned
find_retransmission(const struct look *look, unsigned notes)
{
	const struct tcp_side_state *own = look->own, *other = look->other;
	const struct packet *packet = look->packet;
	uint32_t counted = look->length + ((packet->flags & (PACKET_SYN | PACKET_FIN)) != 0);
	uint64_t threshold_ns = look->round_trip_ns ? look->round_trip_ns : OUT_OF_ORDER_NS;

	if (!counted || !own->has_next || compare(packet->sequence, own->next) >= 0 ||
		notes & TCP_KEEP_ALIVE)
		return 0;
	if (look->length && other->has_ack &&
		compare(packet->sequence + look->length, other->ack) <= 0)
		return TCP_SPURIOUS_RETRANSMISSION;
	if (other->duplicates >= FAST_RETRANSMISSION_DUPLICATES && other->ack == packet->sequence &&
		look->time_ns - other->ack_ns < FAST_RETRANSMISSION_NS)
		return TCP_FAST_RETRANSMISSION;
	if (look->time_ns - own->next_ns < threshold_ns && own->next != packet->sequence + counted)
		return TCP_OUT_OF_ORDER;
	return TCP_RETRANSMISSION;
}

static unsigned
find_notes(const struct look *look)
{
	unsigned notes = find_probe(look);

	if (!notes) {
		notes = find_window_notes(look);
		notes |= find_repeated_ack(look);
	}
	if (look->packet->flags & PACKET_ACK && look->other->has_highest &&
		compare(look->packet->acknowledgement, look->other->highest) > 0)
		notes |= TCP_ACKED_UNSEEN;
	return notes | find_retransmission(look, notes);
}

/* ---- the state afterwards ---- */

static void
count_duplicates(struct tcp_side_state *own, uint32_t acknowledgement, uint32_t number,
	struct tcp_view *view)
{
	if (view->notes & TCP_DUPLICATE_ACK) {
		view->duplicate_of = own->last_new_ack;
		view->duplicate_number = ++own->duplicates;
		return;
	}
	/* A change of the window alone does not end a row of duplicates. */
	if (!own->has_ack || acknowledgement != own->ack) {
		own->last_new_ack = number;
		own->duplicates = 0;
	}
}

static void
remember(struct tcp_side_state *own, struct tcp_side_state *other, const struct look *look,
	unsigned notes)
{
	const struct packet *packet = look->packet;
	uint32_t end = packet->sequence + look->length +
		       ((packet->flags & (PACKET_SYN | PACKET_FIN)) != 0);
	bool is_probe = notes & TCP_ZERO_WINDOW_PROBE;
	uint32_t before = own->next;

	/* It is said once: not again before the next hole. */
	if (notes & TCP_ACKED_UNSEEN) {
		other->has_highest = false;
		other->was_unseen = true;
	}
	if (!is_probe && (!own->has_next || compare(end, own->next) > 0)) {
		own->next = end;
		own->has_next = true;
		own->next_ns = look->time_ns;
	}
	if (!own->has_highest && own->was_unseen && notes & TCP_PREVIOUS_NOT_CAPTURED) {
		own->highest = before;
		own->has_highest = true;
	} else if (!is_probe &&
		   (own->has_highest ? packet->sequence == own->highest : !own->was_unseen)) {
		own->highest = own->next;
		own->has_highest = true;
	}
	/* Without the flag it counts as the relative number 0. */
	own->ack = packet->flags & PACKET_ACK ? packet->acknowledgement : other->base;
	own->has_ack = own->has_ack || packet->flags & PACKET_ACK;
	own->ack_ns = look->time_ns;
	own->window = look->window;
	own->has_window = true;
	own->last_notes = notes;
}

/* ---- steps ---- */

static unsigned
find_handshake_step(struct tcp_conversation *conversation, const struct packet *packet,
	enum tcp_side side, uint64_t time_ns)
{
	if (packet->flags & PACKET_SYN && !(packet->flags & PACKET_ACK)) {
		conversation->syn_ns = time_ns;
		return TCP_STEP_SYN;
	}
	if (packet->flags & PACKET_SYN)
		return TCP_STEP_SYN_ACK;
	if (side == TCP_CLIENT && packet->flags & PACKET_ACK &&
		conversation->steps & TCP_STEP_SYN_ACK &&
		!(conversation->steps & TCP_STEP_ESTABLISHED)) {
		if (conversation->steps & TCP_STEP_SYN)
			conversation->round_trip_ns = time_ns - conversation->syn_ns;
		return TCP_STEP_ESTABLISHED;
	}
	return 0;
}

/* own has sent the packet. */
static unsigned
find_end_step(
	struct tcp_conversation *conversation, const struct packet *packet, enum tcp_side side)
{
	struct tcp_side_state *own = &conversation->sides[side];
	struct tcp_side_state *other = &conversation->sides[!side];
	unsigned steps = 0;

	if (packet->flags & PACKET_ACK && other->has_fin && packet->acknowledgement == other->fin)
		steps |= conversation->first_fin == side ? TCP_STEP_SECOND_FIN_ACKED
							 : TCP_STEP_FIRST_FIN_ACKED;
	steps &= ~conversation->steps;
	if (packet->flags & PACKET_FIN && !own->has_fin) {
		own->has_fin = true;
		own->fin = packet->sequence + packet->payload_length + 1;
		steps |= other->has_fin ? TCP_STEP_SECOND_FIN : TCP_STEP_FIRST_FIN;
		if (!other->has_fin)
			conversation->first_fin = side;
	}
	if (packet->flags & PACKET_RST)
		steps |= TCP_STEP_RESET;
	return steps;
}

/* ---- the packet ---- */

static void
set_view(struct tcp_view *view, const struct look *look)
{
	const struct packet *packet = look->packet;

	view->sequence = packet->sequence - look->own->base;
	view->acknowledgement = packet->acknowledgement - look->other->base;
	view->window = look->window;
	view->length = look->length;
	for (unsigned i = 0; i < packet->sack_count; i++) {
		view->sacks[i].left = packet->sacks[i].left - look->other->base;
		view->sacks[i].right = packet->sacks[i].right - look->other->base;
	}
}

void
tcp_conversation_add(struct tcp_conversation *conversation, const struct packet *packet,
	uint64_t time_ns, uint32_t number, struct tcp_view *view)
{
	enum tcp_side side = find_side(conversation, packet);
	struct tcp_side_state *own = &conversation->sides[side];
	struct tcp_side_state *other = &conversation->sides[!side];
	struct look look = {
		.packet = packet,
		.own = own,
		.other = other,
		.length = packet->payload_length,
		.time_ns = time_ns,
		.is_control = packet->flags & CONTROL,
	};

	*view = (struct tcp_view){.side = side};
	if (begins_anew(own, packet)) {
		*own = (struct tcp_side_state){0};
		view->notes = TCP_PORTS_REUSED;
	}
	set_bases(own, other, packet);
	view->steps = find_handshake_step(conversation, packet, side, time_ns) |
		      find_end_step(conversation, packet, side);
	conversation->steps |= view->steps;
	look.round_trip_ns = conversation->round_trip_ns;
	look.window = scaled_window(own, other, packet);
	look.repeats_ack = !look.length && !look.is_control && own->has_next &&
			   packet->sequence == own->next && own->has_ack &&
			   packet->acknowledgement == own->ack && own->has_window;
	set_view(view, &look);
	view->notes |= find_notes(&look);
	count_duplicates(own, packet->acknowledgement, number, view);
	remember(own, other, &look, view->notes);
}

void
tcp_view_add_notes(struct buf *text, const struct tcp_view *view)
{
	/* Each note that tshark finds later is written further in front. */
	static const struct {
		enum tcp_note note;
		const char *words;
	} words[] = {
		{TCP_WINDOW_FULL, "[TCP Window Full] "},
		{TCP_ZERO_WINDOW_PROBE_ACK, "[TCP ZeroWindowProbeAck] "},
		{TCP_ZERO_WINDOW, "[TCP ZeroWindow] "},
		{TCP_ZERO_WINDOW_PROBE, "[TCP ZeroWindowProbe] "},
		{TCP_DUPLICATE_ACK, NULL},
		{TCP_KEEP_ALIVE_ACK, "[TCP Keep-Alive ACK] "},
		{TCP_KEEP_ALIVE, "[TCP Keep-Alive] "},
		{TCP_WINDOW_UPDATE, "[TCP Window Update] "},
		{TCP_ACKED_UNSEEN, "[TCP ACKed unseen segment] "},
		{TCP_PREVIOUS_NOT_CAPTURED, "[TCP Previous segment not captured] "},
		{TCP_OUT_OF_ORDER, "[TCP Out-Of-Order] "},
		{TCP_SPURIOUS_RETRANSMISSION, "[TCP Spurious Retransmission] "},
		{TCP_FAST_RETRANSMISSION, "[TCP Fast Retransmission] "},
		{TCP_RETRANSMISSION, "[TCP Retransmission] "},
		{TCP_PORTS_REUSED, "[TCP Port numbers reused] "},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!(view->notes & (unsigned)words[i].note))
			continue;
		if (words[i].words)
			buf_add_text(text, words[i].words);
		else
			buf_addf(text, "[TCP Dup ACK %u#%u] ", view->duplicate_of,
				view->duplicate_number);
	}
}

/*
 * tcp_sentences: see tcp_sentences.h.
 */
#include "explain/tcp_sentences.h"

static const uint64_t IDLE_NS = 1000000000; /* a silence that is worth a word */

static const struct history_side *
own(const struct telling *telling)
{
	return &telling->history->sides[telling->row->tcp.side];
}

static const struct history_side *
other(const struct telling *telling)
{
	return &telling->history->sides[!telling->row->tcp.side];
}

/* ---- the handshake ---- */

static void
tell_handshake(struct telling *telling)
{
	const struct dissect_row *row = telling->row;
	unsigned steps = row->tcp.steps;

	phrase_set_number(telling->facts, "own_mss", row->packet.mss);
	if (steps & TCP_STEP_SYN)
		telling_add(telling, row->packet.has_mss ? SENTENCE_SYN_MSS : SENTENCE_SYN);
	else if (steps & TCP_STEP_SYN_ACK)
		telling_add(telling, SENTENCE_SYN_ACK);
	if (steps & TCP_STEP_ESTABLISHED && telling->history->syn) {
		phrase_set_duration(
			telling->facts, "since_syn", row->time_ns - telling->history->syn_ns);
		telling_add(telling, SENTENCE_ESTABLISHED_AFTER);
	} else if (steps & TCP_STEP_ESTABLISHED) {
		telling_add(telling, SENTENCE_ESTABLISHED);
	}
}

/* ---- what is sent again ---- */

static void
tell_retransmission(struct telling *telling)
{
	const struct dissect_row *row = telling->row;
	uint32_t sent_in = history_sent_in(own(telling), row->tcp.sequence);

	if (row->packet.flags & PACKET_SYN) {
		telling_add(telling, SENTENCE_SYN_AGAIN);
	} else if (!row->tcp.length) {
		telling_add(telling, SENTENCE_FIN_AGAIN);
	} else if (row->tcp.notes & TCP_SPURIOUS_RETRANSMISSION) {
		telling_add(telling, SENTENCE_SPURIOUS);
	} else if (row->tcp.notes & TCP_FAST_RETRANSMISSION) {
		telling_add(telling, SENTENCE_FAST_RETRANSMISSION);
	} else {
		phrase_set_number(telling->facts, "sent_in", sent_in);
		telling_add(
			telling, sent_in ? SENTENCE_RETRANSMISSION_OF : SENTENCE_RETRANSMISSION);
	}
}

bool
tcp_sentences_begin(struct telling *telling)
{
	unsigned notes = telling->row->tcp.notes;

	tell_handshake(telling);
	if (notes & TCP_KEEP_ALIVE)
		telling_add(telling, SENTENCE_KEEP_ALIVE);
	else if (notes & TCP_ZERO_WINDOW_PROBE)
		telling_add(telling, SENTENCE_ZERO_WINDOW_PROBE);
	else if (notes &
		 (TCP_RETRANSMISSION | TCP_FAST_RETRANSMISSION | TCP_SPURIOUS_RETRANSMISSION))
		tell_retransmission(telling);
	else
		return false;
	return true;
}

/* ---- the end ---- */

static void
tell_first_fin(struct telling *telling)
{
	uint64_t idle = telling->row->time_ns - telling->history->data_ns;

	telling_add(telling, SENTENCE_FIRST_FIN);
	if (!telling->history->has_data || telling->row->tcp.length || (int64_t)idle < 0 ||
		idle < IDLE_NS)
		return;
	phrase_set_duration(telling->facts, "idle", idle);
	telling_add(telling, telling->is_from_server ? SENTENCE_IDLE_CLOSED : SENTENCE_IDLE);
}

static void
tell_second_fin(struct telling *telling)
{
	const struct history *history = telling->history;

	phrase_set_duration(telling->facts, "since_fin", telling->row->time_ns - history->fin_ns);
	if (telling->row->tcp.steps & TCP_STEP_FIRST_FIN_ACKED)
		telling_add(telling, SENTENCE_FIN_AND_ACK);
	else if (other(telling)->has_fin_acked)
		telling_add(telling, SENTENCE_SECOND_FIN);
	else
		telling_add(telling, SENTENCE_FIN_AT_ONCE);
}

static void
tell_reset(struct telling *telling)
{
	const struct history *history = telling->history;
	const struct history_side *sender = other(telling);
	uint32_t last =
		sender->segment_count
			? sender->segments[(sender->segment_count - 1) % HISTORY_SEGMENTS_MAX].end
			: 0;

	if (history->syn && !history->has_syn_ack && telling->row->tcp.side == TCP_SERVER) {
		telling_add(telling, SENTENCE_REFUSED);
		return;
	}
	if (own(telling)->fin) {
		phrase_set_number(telling->facts, "own_fin", own(telling)->fin);
		telling_add(telling, SENTENCE_RESET_AFTER_FIN);
		return;
	}
	telling_add(telling, sender->fin ? SENTENCE_RESET_FOR_FIN : SENTENCE_RESET);
	if ((int32_t)(last - sender->acknowledged) <= 0)
		return;
	phrase_set_number(telling->facts, "unread", last - sender->acknowledged);
	telling_add(telling, SENTENCE_RESET_UNREAD);
}

/* Returns whether the packet is a step of the end. */
static bool
tell_end(struct telling *telling)
{
	unsigned steps = telling->row->tcp.steps;

	phrase_set_number(telling->facts, "other_fin", other(telling)->fin);
	if (steps & TCP_STEP_RESET)
		tell_reset(telling);
	else if (steps & TCP_STEP_FIRST_FIN)
		tell_first_fin(telling);
	else if (steps & TCP_STEP_SECOND_FIN)
		tell_second_fin(telling);
	else if (steps & (TCP_STEP_FIRST_FIN_ACKED | TCP_STEP_SECOND_FIN_ACKED) &&
		 telling->history->is_simultaneous)
		telling_add(telling, SENTENCE_FIN_ACKED_CLOSING);
	else if (steps & TCP_STEP_SECOND_FIN_ACKED)
		telling_add(telling, SENTENCE_SECOND_FIN_ACKED);
	else if (steps & TCP_STEP_FIRST_FIN_ACKED)
		telling_add(telling, SENTENCE_FIRST_FIN_ACKED);
	else
		return false;
	return true;
}

/* ---- acknowledgements ---- */

static void
tell_new_ack(struct telling *telling, const struct history_acknowledged *acknowledged)
{
	phrase_set_number(telling->facts, "acked", acknowledged->bytes);
	phrase_set_number(telling->facts, "packets", acknowledged->packets);
	phrase_set_number(telling->facts, "first", acknowledged->first);
	phrase_set_number(telling->facts, "last", acknowledged->last);
	if (acknowledged->packets == 1)
		telling_add(telling, SENTENCE_ACK_PACKET);
	else
		telling_add(
			telling, acknowledged->packets ? SENTENCE_ACK_PACKETS : SENTENCE_ACK_BYTES);
	if (telling->row->tcp.window)
		telling_add(telling, SENTENCE_WINDOW);
}

static void
tell_ack(struct telling *telling)
{
	const struct dissect_row *row = telling->row;
	struct history_acknowledged acknowledged = history_acknowledge(telling->history, row);

	if (row->tcp.notes & TCP_KEEP_ALIVE_ACK) {
		telling_add(telling, SENTENCE_KEEP_ALIVE_ACK);
	} else if (row->tcp.notes & TCP_ZERO_WINDOW_PROBE_ACK) {
		telling_add(telling, SENTENCE_ZERO_WINDOW_PROBE_ACK);
	} else if (row->tcp.notes & TCP_DUPLICATE_ACK) {
		phrase_set_number(telling->facts, "duplicate_of", row->tcp.duplicate_of);
		phrase_set_number(telling->facts, "duplicate_number", row->tcp.duplicate_number);
		telling_add(telling, SENTENCE_DUPLICATE_ACK);
	} else if (row->tcp.notes & TCP_WINDOW_UPDATE) {
		telling_add(telling, SENTENCE_WINDOW_UPDATE);
	} else if (acknowledged.bytes) {
		tell_new_ack(telling, &acknowledged);
	} else {
		telling_add(telling, SENTENCE_ACK_NOTHING_NEW);
	}
}

/* ---- notes ---- */

static void
tell_notes(struct telling *telling)
{
	static const struct {
		unsigned note;
		enum sentence sentence;
	} told[] = {
		{TCP_PORTS_REUSED, SENTENCE_PORTS_REUSED},
		{TCP_OUT_OF_ORDER, SENTENCE_OUT_OF_ORDER},
		{TCP_PREVIOUS_NOT_CAPTURED, SENTENCE_NOT_CAPTURED},
		{TCP_ACKED_UNSEEN, SENTENCE_ACKED_UNSEEN},
		{TCP_ZERO_WINDOW, SENTENCE_ZERO_WINDOW},
		{TCP_WINDOW_FULL, SENTENCE_WINDOW_FULL},
	};
	unsigned notes = telling->row->tcp.notes;

	if (notes & TCP_ZERO_WINDOW_PROBE_ACK)
		notes &= ~(unsigned)TCP_ZERO_WINDOW;
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		if (notes & told[i].note)
			telling_add(telling, told[i].sentence);
}

void
tcp_sentences_end(struct telling *telling)
{
	if (telling->row->tcp.length && !telling_has_said(telling))
		telling_add(telling, SENTENCE_DATA_UNKNOWN);
	if (!tell_end(telling) && !telling_has_said(telling))
		tell_ack(telling);
	tell_notes(telling);
}

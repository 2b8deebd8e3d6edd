/*
 * history: see history.h.
 */
#include "explain/history.h"

/* ---- segments ---- */

static unsigned
kept(unsigned count, unsigned most)
{
	return count < most ? count : most;
}

uint32_t
history_sent_in(const struct history_side *side, uint32_t sequence)
{
	for (unsigned i = 0; i < kept(side->segment_count, HISTORY_SEGMENTS_MAX); i++) {
		const struct history_segment *segment = &side->segments[i];

		if (sequence - segment->begin < segment->end - segment->begin)
			return segment->number;
	}
	return 0;
}

struct history_acknowledged
history_acknowledge(const struct history *history, const struct dissect_row *row)
{
	const struct history_side *sender = &history->sides[!row->tcp.side];
	uint32_t new_end = row->tcp.acknowledgement;
	/* The first byte is 1: the SYN has number 0. */
	uint32_t old_end = sender->acknowledged ? sender->acknowledged : 1;
	struct history_acknowledged result = {.bytes = new_end - old_end};

	if ((int32_t)result.bytes <= 0)
		return (struct history_acknowledged){0};
	for (unsigned i = 0; i < kept(sender->segment_count, HISTORY_SEGMENTS_MAX); i++) {
		const struct history_segment *segment = &sender->segments[i];

		if ((int32_t)(segment->end - old_end) <= 0 || (int32_t)(segment->end - new_end) > 0)
			continue;
		if (!result.packets || segment->number < result.first)
			result.first = segment->number;
		if (segment->number > result.last)
			result.last = segment->number;
		result.packets++;
	}
	return result;
}

static void
add_segment(struct history_side *side, const struct dissect_row *row)
{
	side->segments[side->segment_count++ % HISTORY_SEGMENTS_MAX] = (struct history_segment){
		row->tcp.sequence,
		row->tcp.sequence + row->tcp.length,
		row->number,
	};
}

/* ---- messages ---- */

bool
history_find_request(const struct history *history, uint32_t number, uint64_t *time_ns)
{
	for (unsigned i = 0; i < kept(history->request_count, HISTORY_REQUESTS_MAX); i++) {
		if (history->requests[i].number != number)
			continue;
		*time_ns = history->requests[i].time_ns;
		return true;
	}
	return false;
}

/* The message of the packet that may have begun in one before: the first that is no TLS record. */
static const struct message *
first_message(const struct payload_said *said)
{
	for (unsigned i = 0; i < said->part_count; i++)
		if (said->parts[i].kind != MESSAGE_RECORD)
			return &said->parts[i];
	return NULL;
}

static void
add_piece(struct history_side *side, const struct message *message, uint32_t number)
{
	if (side->message != message->id) {
		side->message = message->id;
		side->piece_count = 0;
	}
	if (side->piece_count < HISTORY_PIECES_MAX)
		side->pieces[side->piece_count] = number;
	side->piece_count++;
}

void
history_add_pieces(struct history *history, const struct dissect_row *row)
{
	const struct message *message = first_message(row->said);

	if (message)
		add_piece(&history->sides[row->tcp.side], message, row->number);
}

/* Of several messages in a packet, only the last can go on in the next one. */
static void
add_messages(struct history *history, const struct dissect_row *row)
{
	const struct payload_said *said = row->said;

	for (unsigned i = 0; i < said->part_count; i++) {
		const struct message *message = &said->parts[i];

		if (message->kind == MESSAGE_REQUEST && message->is_complete)
			history->requests[history->request_count++ % HISTORY_REQUESTS_MAX] =
				(struct history_request){row->number, row->time_ns};
		if (message->kind != MESSAGE_RECORD && !message->is_complete &&
			history->sides[row->tcp.side].message != message->id)
			add_piece(&history->sides[row->tcp.side], message, row->number);
	}
}

/* ---- the packet ---- */

static void
add_steps(struct history *history, const struct dissect_row *row)
{
	unsigned steps = row->tcp.steps;

	if (steps & TCP_STEP_SYN && !history->syn) {
		history->syn = row->number;
		history->syn_ns = row->time_ns;
	}
	if (steps & TCP_STEP_SYN_ACK)
		history->has_syn_ack = true;
	if (steps & TCP_STEP_FIRST_FIN)
		history->fin_ns = row->time_ns;
	if (steps & (TCP_STEP_FIRST_FIN | TCP_STEP_SECOND_FIN))
		history->sides[row->tcp.side].fin = row->number;
	if (steps & (TCP_STEP_FIRST_FIN_ACKED | TCP_STEP_SECOND_FIN_ACKED))
		history->sides[!row->tcp.side].has_fin_acked = true;
	if (steps & TCP_STEP_SECOND_FIN && !history->sides[!row->tcp.side].has_fin_acked)
		history->is_simultaneous = true;
}

void
history_add(struct history *history, const struct dissect_row *row)
{
	struct history_side *own = &history->sides[row->tcp.side];
	struct history_side *other = &history->sides[!row->tcp.side];
	const struct packet *packet = &row->packet;

	add_steps(history, row);
	if (packet->flags & PACKET_SYN && packet->has_mss)
		own->mss = packet->mss;
	if (row->tcp.length) {
		/* What is sent again is known by the packet that had it first. */
		if (!history_sent_in(own, row->tcp.sequence))
			add_segment(own, row);
		history->has_data = true;
		history->data_ns = row->time_ns;
	}
	if (packet->flags & PACKET_ACK &&
		(int32_t)(row->tcp.acknowledgement - other->acknowledged) > 0)
		other->acknowledged = row->tcp.acknowledgement;
	add_messages(history, row);
}

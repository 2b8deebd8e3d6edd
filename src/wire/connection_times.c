/*
 * connection_times: see connection_times.h. Connections are counted, so the number of one is its place in a
 * table.
 */
#include "wire/connection_times.h"

#include <stdlib.h>

#include "base/mem.h"

struct segment {
	uint32_t end; /* relative, behind its last byte */
	uint32_t number;
	uint64_t time_ns;
};

struct side {
	struct segment segments[CONNECTION_TIMES_SEGMENTS]; /* a ring */
	unsigned count;                                     /* of all that there were */
	uint32_t next;                                      /* behind all that it has sent */
	uint32_t acknowledged;                              /* of it, by the other side */
	bool has_syn, has_scale;
	uint8_t scale;
};

struct connection {
	bool is_used;
	uint32_t id;
	uint64_t first_ns, last_ns;
	uint64_t syn_ns, round_trip_ns;
	struct side sides[2];
};

struct connection_times {
	struct connection connections[CONNECTION_TIMES_MAX];
};

struct connection_times *
connection_times_create(void)
{
	return mem_zero(sizeof(struct connection_times));
}

void
connection_times_destroy(struct connection_times *times)
{
	free(times);
}

static struct connection *
find(struct connection_times *times, const struct dissect_row *row)
{
	struct connection
		*connection = &times->connections[row->conversation % CONNECTION_TIMES_MAX];

	if (!connection->is_used || connection->id != row->conversation)
		*connection = (struct connection){.is_used = true,
			.id = row->conversation,
			.first_ns = row->time_ns,
			.last_ns = row->time_ns};
	return connection;
}

static uint64_t
since(uint64_t time_ns, uint64_t before_ns)
{
	return time_ns > before_ns ? time_ns - before_ns : 0;
}

/* RFC 7323 2.2: windows are scaled if both sides have sent the option; those of a SYN never are. */
static int
window_scale(const struct connection *connection, const struct dissect_row *row)
{
	const struct side *own = &connection->sides[row->tcp.side],
			  *other = &connection->sides[!row->tcp.side];

	if (row->packet.flags & PACKET_SYN || !own->has_syn || !other->has_syn)
		return TCP_DETAILS_SCALE_UNKNOWN;
	return own->has_scale && other->has_scale ? own->scale : TCP_DETAILS_SCALE_NONE;
}

/* A packet acknowledges the last one that ends where its number is, if that is new. */
static void
acknowledge(struct connection *connection, const struct dissect_row *row,
	struct tcp_details_context *context)
{
	struct side *peer = &connection->sides[!row->tcp.side];
	uint32_t acknowledgement = row->tcp.acknowledgement;
	unsigned kept = peer->count < CONNECTION_TIMES_SEGMENTS ? peer->count
								: CONNECTION_TIMES_SEGMENTS;

	if (!(row->packet.flags & PACKET_ACK) ||
		(int32_t)(acknowledgement - peer->acknowledged) <= 0)
		return;
	peer->acknowledged = acknowledgement;
	for (unsigned i = 1; i <= kept; i++) {
		const struct segment
			*segment = &peer->segments[(peer->count - i) % CONNECTION_TIMES_SEGMENTS];

		if (segment->end != acknowledgement)
			continue;
		context->acknowledges = segment->number;
		context->round_trip_ns = since(row->time_ns, segment->time_ns);
		return;
	}
}

static void
send(struct connection *connection, const struct dissect_row *row,
	struct tcp_details_context *context)
{
	struct side *side = &connection->sides[row->tcp.side];
	uint32_t length = row->tcp.length + !!(row->packet.flags & PACKET_SYN) +
			  !!(row->packet.flags & PACKET_FIN);
	uint32_t end = row->tcp.sequence + length;

	if (length == 0)
		return;
	side->segments[side->count++ % CONNECTION_TIMES_SEGMENTS] = (struct segment){
		end, row->number, row->time_ns};
	if (side->count == 1 || (int32_t)(end - side->next) > 0)
		side->next = end;
	if (row->tcp.length)
		context->in_flight = side->next - side->acknowledged;
}

static void
note_handshake(struct connection *connection, const struct dissect_row *row)
{
	struct side *side = &connection->sides[row->tcp.side];

	if (row->packet.flags & PACKET_SYN) {
		side->has_syn = true;
		side->has_scale = row->packet.has_window_scale;
		side->scale = row->packet.window_scale < PACKET_SCALE_MAX ? row->packet.window_scale
									  : PACKET_SCALE_MAX;
	}
	if (row->tcp.steps & TCP_STEP_SYN)
		connection->syn_ns = row->time_ns;
	if (row->tcp.steps & TCP_STEP_ESTABLISHED && connection->syn_ns)
		connection->round_trip_ns = since(row->time_ns, connection->syn_ns);
}

void
connection_times_add(struct connection_times *times, const struct dissect_row *row,
	struct tcp_details_context *context)
{
	struct connection *connection = find(times, row);

	*context = (struct tcp_details_context){
		.stream = row->conversation,
		.sequence = row->tcp.sequence,
		.acknowledgement = row->tcp.acknowledgement,
		.peer_start = row->packet.acknowledgement - row->tcp.acknowledgement,
		.since_first_ns = since(row->time_ns, connection->first_ns),
		.since_previous_ns = since(row->time_ns, connection->last_ns),
	};
	note_handshake(connection, row);
	context->window_scale = window_scale(connection, row);
	acknowledge(connection, row, context);
	send(connection, row, context);
	context->first_round_trip_ns = connection->round_trip_ns;
	connection->last_ns = row->time_ns;
}

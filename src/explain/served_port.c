/*
 * served_port: see served_port.h.
 */
#include "explain/served_port.h"

#include "dissect/http_head.h"

#define NAME "liveserve"

void
served_port_hear_program(struct served_port *served, struct slice program)
{
	served->is_own_file |= program.at && slice_starts(program, NAME);
}

void
served_port_hear(struct served_port *served, const struct dissect_row *row)
{
	if (row->verdict != PACKET_TCP)
		return;
	if (!served->asked && row->tcp.steps & TCP_STEP_SYN)
		served->asked = row->packet.destination.port;
	for (unsigned i = 0; i < row->said->head_count && !served->named; i++) {
		uint32_t id = row->said->heads[i].message;
		struct slice head = payload_said_head(row->said, id);
		struct slice server = http_head_field(head, "Server");

		if (slice_starts(head, "HTTP/") && server.at && slice_starts(server, NAME))
			served->named = row->packet.source.port;
	}
}

uint16_t
served_port_of(const struct served_port *served)
{
	if (served->named)
		return served->named;
	return served->is_own_file ? served->asked : 0;
}

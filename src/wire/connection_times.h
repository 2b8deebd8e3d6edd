/*
 * connection_times: what the detail tree says of a packet from the packets of its connection before it: which
 * one it acknowledges, how long that took, how many bytes are on their way, and the scale of the window.
 * Its memory is fixed.
 */
#ifndef CONNECTION_TIMES_H
#define CONNECTION_TIMES_H

#include "details/tcp_details.h"
#include "dissect/dissector.h"

enum {
	CONNECTION_TIMES_SEGMENTS = 8, /* of each side, the last ones */
	CONNECTION_TIMES_MAX = 4096,   /* connections; then the one that began first is forgotten */
};

struct connection_times;

struct connection_times *connection_times_create(void);
/* NULL is allowed. */
void connection_times_destroy(struct connection_times *times);

/* Takes the next row with PACKET_TCP, and says what is known of it. */
void connection_times_add(struct connection_times *times, const struct dissect_row *row,
	struct tcp_details_context *context);

#endif

/*
 * payload: what the two sides of a connection say to each other: HTTP/1.1, WebSocket after a 101, or TLS.
 * It puts the bytes in order, finds out the protocol, and tells for each packet what its bytes say.
 *
 * Memory for each direction is bounded: one head, the head of one frame, one TLS record.
 */
#ifndef PAYLOAD_H
#define PAYLOAD_H

#include <stdint.h>

#include "dissect/packet.h"
#include "dissect/payload_said.h"
#include "dissect/tcp_conversation.h"
#include "dissect/tls_secrets.h"

struct payload;

/*
 * Keeps both pointers. next_id counts messages; it is shared by all connections of a capture. secrets
 * open TLS.
 */
struct payload *payload_create(uint32_t *next_id, const struct tls_secrets *secrets);
void payload_destroy(struct payload *payload);

/* Hears the next packet of the connection. number is that of the packet; said is cleared first. */
void payload_hear(struct payload *payload, const struct packet *packet, const struct tcp_view *view,
	uint32_t number, struct payload_said *said);

#endif

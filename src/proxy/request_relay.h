/*
 * request_relay: turns a request of a client into the bytes that the upstream gets. It knows no
 * sockets but that of the client, for its address.
 *
 * What is behind the request was not checked, so it is not passed on, except behind the request for a
 * WebSocket, which the caller holds back until the upstream has agreed.
 */
#ifndef REQUEST_RELAY_H
#define REQUEST_RELAY_H

#include <stdbool.h>

#include "base/buf.h"
#include "http/response.h"
#include "framing/message_body.h"
#include "upstream/upstream.h"

enum { REQUEST_RELAY_NAME_MAX = 1025 }; /* NI_MAXHOST */

enum request_relay_verdict {
	REQUEST_RELAY_MORE,
	REQUEST_RELAY_COMPLETE,
	REQUEST_RELAY_MALFORMED, /* the chunks are */
	REQUEST_RELAY_CIRCLE,    /* the request comes through this program again and again */
};

/* See proxy_head.h. */
struct request_relay_options {
	bool is_document;
	bool has_own_host;
};

/*
 * Sets body to that of the request, and adds the head to text, with what has arrived of the body.
 * For a WebSocket, adds what has arrived behind the head to held.
 */
enum request_relay_verdict request_relay_begin(struct message_body *body,
	const struct upstream *upstream, const struct takeover *takeover,
	const struct request_relay_options *options, struct buf *scratch, struct buf *text,
	struct buf *held);

/* Sets name to the address of the client ("127.0.0.1"), or to "unknown". */
void request_relay_name_client(int socket, char name[REQUEST_RELAY_NAME_MAX]);

/* Takes bytes that have arrived. The upstream gets *out, which is part of bytes or of scratch. */
enum request_relay_verdict request_relay_read(
	struct message_body *body, struct slice bytes, struct buf *scratch, struct slice *out);

#endif

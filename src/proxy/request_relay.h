/*
 * request_relay: turns a request of a client into the bytes that the upstream gets. It knows no
 * sockets.
 *
 * What is behind the request is not part of it: the caller holds it back.
 */
#ifndef REQUEST_RELAY_H
#define REQUEST_RELAY_H

#include <stdbool.h>

#include "base/buf.h"
#include "http/response.h"
#include "framing/message_body.h"
#include "upstream/upstream.h"

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
	bool closes;
};

/*
 * Sets body to that of the request, and adds the head to text, with what has arrived of the body. Adds
 * what has arrived behind the request to held.
 */
enum request_relay_verdict request_relay_begin(struct message_body *body,
	const struct upstream *upstream, const struct takeover *takeover,
	const struct request_relay_options *options, struct buf *scratch, struct buf *text,
	struct buf *held);

/* Adds the address of the client ("127.0.0.1"), or "unknown" for the owner's control socket. */
void request_relay_name_client(const struct request *request, struct buf *name);

/*
 * Takes the part of the request at the front of bytes, which have arrived, off. The upstream gets *out,
 * which is part of bytes or of scratch.
 */
enum request_relay_verdict request_relay_read(
	struct message_body *body, struct slice *bytes, struct buf *scratch, struct slice *out);

#endif

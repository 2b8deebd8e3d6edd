/*
 * proxy_head: rewrites the heads of a request and of its response for a proxy.
 *
 * Hop-by-hop fields (RFC 9110 7.6.1) are removed, and so are the fields in which a client could pretend
 * to be a proxy. Whether a connection closes after the answer is said anew on each side.
 */
#ifndef PROXY_HEAD_H
#define PROXY_HEAD_H

#include <stdbool.h>

#include "base/buf.h"
#include "http/fields.h"
#include "http/request.h"
#include "framing/response_head.h"
#include "upstream/upstream.h"

/* What proxy_head_request is told beside the request. */
struct proxy_head_options {
	const char *client; /* its address ("127.0.0.1") */
	bool is_upgrade;    /* the request asks for a WebSocket; otherwise its Upgrade is removed */
	bool closes;        /* the connection carries no other request; always so with is_upgrade */
	/*
	 * The answer may get the script tag. So it is asked for as it is: not compressed, and, if the
	 * method is GET or HEAD, whole and without conditions.
	 */
	bool is_document;
	bool has_own_host; /* the only Host is that of upstream, not that of the request */
};

enum {
	PROXY_HEAD_LOOP_MAX = 8
}; /* times that a request may come through a server of this program */

/*
 * Adds the head for upstream to text. Returns false when the request has come through this program too
 * often, so that it runs in a circle (RFC 9110 7.6.3). head is the bytes of the request's head, rest the part of the
 * path that upstream_matches has returned. Authorization is passed on only if request has it. The only
 * Host is request->authority, or that of upstream if there is none.
 */
bool proxy_head_request(struct buf *text, const struct upstream *upstream,
	const struct request *request, struct slice head, struct slice rest,
	const struct proxy_head_options *options);

/* What the connection of the client is used for. */
struct proxy_head_client {
	bool keeps_chunks; /* a chunked body is sent as chunks */
	bool closes;       /* after the response */
};

/*
 * Adds the head for the client to text: that of a 1xx, of a response, or of the change to WebSocket. The
 * fields of ours replace those of the same names.
 */
void proxy_head_response(struct buf *text, const struct response_head *head,
	const struct fields *ours, const struct proxy_head_client *client);

/* Whether the server closes its connection after the response (RFC 9112 9.3). HTTP/1.0 always counts as closed. */
bool proxy_head_closes(const struct response_head *head);

#endif

/*
 * proxy_head: the heads of a request and of its response as a proxy writes them anew.
 *
 * Each connection carries one request, so both heads say that it closes. Bodies pass
 * as they are framed: of the fields that are of one hop only (RFC 9110 7.6.1) Transfer-Encoding
 * stays, because its codings do.
 */
#ifndef PROXY_HEAD_H
#define PROXY_HEAD_H

#include <stdbool.h>

#include "base/buf.h"
#include "http/fields.h"
#include "http/request.h"
#include "proxy/upstream.h"

enum { PROXY_HEAD_MAX = 64 * 1024 }; /* of a response */

/*
 * Adds the head for upstream. head is the bytes of the request's, rest what upstream_matches found
 * behind the route, client the address that asks ("127.0.0.1"). is_upgrade: Upgrade is passed on.
 */
void proxy_head_request(struct buf *text, const struct upstream *upstream,
	const struct request *request, struct slice head, struct slice rest, const char *client,
	bool is_upgrade);

enum proxy_head_verdict {
	PROXY_HEAD_MORE,    /* the head is not complete */
	PROXY_HEAD_INTERIM, /* 1xx: another head follows */
	PROXY_HEAD_FINAL,
	PROXY_HEAD_UPGRADE,   /* 101 */
	PROXY_HEAD_MALFORMED, /* no HTTP/1.x, or longer than PROXY_HEAD_MAX */
};

/*
 * Reads the head at the front of bytes, whose length is put into *length, and adds it as the client
 * is to see it, with ours in place of the fields of the same names.
 */
enum proxy_head_verdict proxy_head_response(
	struct buf *text, struct slice bytes, const struct fields *ours, size_t *length);

#endif

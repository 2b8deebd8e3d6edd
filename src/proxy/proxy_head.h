/*
 * proxy_head: rewrites the heads of a request and of its response for a proxy.
 *
 * Each connection carries one request, so both heads have "Connection: close". Hop-by-hop fields
 * (RFC 9110 7.6.1) are removed, except Transfer-Encoding, because bodies pass unchanged.
 */
#ifndef PROXY_HEAD_H
#define PROXY_HEAD_H

#include <stdbool.h>

#include "base/buf.h"
#include "http/fields.h"
#include "http/request.h"
#include "proxy/upstream.h"

enum { PROXY_HEAD_MAX = 64 * 1024 }; /* bytes of the head of a response */

/*
 * Adds the head for upstream to text. head is the bytes of the request's head, rest the part of the
 * path that upstream_matches has returned, and client the address of the client ("127.0.0.1").
 * is_upgrade: Upgrade is passed on. Authorization is passed on only if request has it.
 */
void proxy_head_request(struct buf *text, const struct upstream *upstream,
	const struct request *request, struct slice head, struct slice rest, const char *client,
	bool is_upgrade);

enum proxy_head_verdict {
	PROXY_HEAD_MORE,    /* the head is not complete */
	PROXY_HEAD_INTERIM, /* 1xx: another head follows */
	PROXY_HEAD_FINAL,
	PROXY_HEAD_UPGRADE,   /* 101 */
	PROXY_HEAD_MALFORMED, /* not HTTP/1.x, or longer than PROXY_HEAD_MAX */
};

/*
 * Parses the head at the front of bytes, sets *length to its length, and adds the head for the
 * client to text. The fields of ours replace those of the same names. With PROXY_HEAD_MORE *length
 * is 0.
 */
enum proxy_head_verdict proxy_head_response(
	struct buf *text, struct slice bytes, const struct fields *ours, size_t *length);

#endif

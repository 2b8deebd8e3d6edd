/*
 * own_address: rewrites what a response says of the address of the server that has made it, so that the
 * client stays with this server.
 *
 * Only what names that server itself is changed, and nothing else: an absolute Location below the URL of
 * the upstream becomes one below its route, and the Domain of a cookie goes if it is the upstream's host.
 * A cookie of an https:// upstream is not Secure for a client of HTTP, which would not send it back.
 */
#ifndef OWN_ADDRESS_H
#define OWN_ADDRESS_H

#include <stdbool.h>

#include "http/fields.h"
#include "upstream/upstream.h"

/* What the client has asked for. */
struct own_address_client {
	struct slice authority; /* "localhost:9000"; may be empty */
	size_t depth;           /* request_depth() */
	bool is_https;
};

/*
 * Rewrites fields, those of a response of upstream. The new Location is relative to the address of the
 * request, so it is also right behind another proxy, and cannot lead to another server.
 */
void own_address_rewrite(struct fields *fields, const struct upstream *upstream,
	const struct own_address_client *client);

#endif

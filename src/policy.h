/*
 * policy: who may ask.
 *
 * Room: rules. A page of another site can make a browser ask this server: by a name that it lets
 * point here (DNS rebinding), or by opening a WebSocket. So the name that was asked for must be one
 * of this machine's, and the origin of a WebSocket that of a page from here.
 */
#ifndef POLICY_H
#define POLICY_H

#include <stdbool.h>

#include "buf.h"

struct policy_options {
	const char *host; /* what the server is bound to, as the person said it */
	const char *const *allowed_hosts; /* further names, NULL at the end, or NULL */
};

/*
 * Whether authority ("localhost:9000") names this server: localhost and names below it (RFC 6761
 * 6.3), loopback addresses, the host it is bound to and the names that were allowed; bound to more
 * than loopback, any other address but 0.0.0.0 and [::] too, because an address cannot be rebound.
 * The port does not count: it differs when it is forwarded. Comparison is exact but for letters'
 * case and one trailing dot. An absent authority (HTTP/1.0) is let in: no browser sends that.
 */
bool policy_allows_host(const struct policy_options *options, struct slice authority);

/*
 * Whether a WebSocket may be opened by a page of origin ("http://localhost:9000"): it must be that
 * of authority itself. What came by HTTPS has an https origin; what came by HTTP may have one, too,
 * for a proxy in between may speak HTTPS. Absent: no browser, so let in. "null" and malformed ones
 * are foreign.
 */
bool policy_allows_origin(struct slice origin, struct slice authority, bool by_https);

#endif

/*
 * access: who may ask, and who may see the answer.
 *
 * Room: rules. A page of another site can make a browser ask this server: by a name that it lets
 * point here (DNS rebinding), by opening a WebSocket, or by a form, an image, a script. So the name
 * that was asked for must be one of this machine's, the origin of a WebSocket, and of whatever
 * would change something, that of a page from here, and each answer tells the browser to show it to
 * no other site.
 */
#ifndef ACCESS_H
#define ACCESS_H

#include <stdbool.h>

#include "base/buf.h"
#include "http/fields.h"
#include "http/request.h"

/* Of allowed_origins and cors: whether text is scheme://host[:port], as browsers write it. */
bool access_is_origin(const char *text);

/* In cors: every origin. */
#define ACCESS_EVERYBODY "*"

struct access_options {
	const char *host; /* what the server is bound to, as the person said it */
	/*
	 * The ports of this server when it has several, else 0: a page at one of them may open a
	 * WebSocket at another.
	 */
	uint16_t ports[2];
	/* Each with NULL at the end, or NULL. */
	const char *const *allowed_hosts;   /* further names */
	const char *const *allowed_origins; /* of pages that may do what ours may */
	const char *const *cors; /* origins of pages that may read answers, or ACCESS_EVERYBODY */
};

/*
 * Whether authority ("localhost:9000") names this server: localhost and names below it (RFC 6761
 * 6.3), loopback addresses, the host it is bound to and the names that were allowed; bound to more
 * than loopback, any other address but 0.0.0.0 and [::] too, because an address cannot be rebound.
 * The port does not count: it differs when it is forwarded. Comparison is exact but for letters'
 * case and one trailing dot. An absent authority (HTTP/1.0) is let in: no browser sends that.
 */
bool access_allows_host(const struct access_options *options, struct slice authority);

/*
 * Whether a page of the request's Origin may open a WebSocket or change something: it must be a
 * page of the authority that is asked, of another port of this server by the same name (or both by
 * loopback), or one that was allowed. What came by HTTPS has an https origin; what came by HTTP may
 * have one, too, for a proxy in between may speak HTTPS. Absent: no browser, so let in. "null" and
 * malformed ones are foreign.
 */
bool access_allows_origin(const struct access_options *options, const struct request *request);

/*
 * Whether it comes from a page of another origin, allowed or not, as far as the browser says so (by
 * Origin or Sec-Fetch-Site).
 */
bool access_is_foreign(const struct request *request);

/* Whether it asks for leave to reach into a private network from outside, which nobody has. */
bool access_is_from_outside(const struct request *request);

/* Adds the fields of a script that any page may load. */
void access_add_fields_for_all(struct fields *fields);

/*
 * Adds the fields that say who may see the answer to request (NULL: it was unreadable): nobody but
 * pages of the same origin, unless cors says otherwise. is_for_all is false for what is not even
 * for those. An answer to OPTIONS is one to a preflight, too.
 */
void access_add_fields(const struct access_options *options, const struct request *request,
	bool is_for_all, struct fields *fields);

#endif

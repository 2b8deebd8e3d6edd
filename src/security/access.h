/*
 * access: which requests are allowed, and which pages may read the response.
 *
 * A page of another site can make a browser send requests to this server: by a host name that it
 * points here (DNS rebinding), by opening a WebSocket, or by a form, an image or a script. Three
 * rules stop that: the host of a request must be a name of this machine; the origin of a WebSocket,
 * and of whatever would change something, must be a page of this server; and each response tells
 * the browser to show it to no other site.
 */
#ifndef ACCESS_H
#define ACCESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"
#include "http/fields.h"
#include "http/request.h"

/*
 * Whether text is scheme://host[:port], as browsers write an origin: in allowed_origins and cors.
 */
bool access_is_origin(const char *text);

/* Texts; items may be NULL when there are none. */
struct access_list {
	const char *const *items;
	size_t count;
};

struct access_options {
	const char *host; /* what the server is bound to, as the user wrote it */
	/*
	 * The ports of this server when it has two, else 0. A page at one of them may open a
	 * WebSocket at the other.
	 */
	uint16_t ports[2];
	struct access_list allowed_hosts;   /* more names of this server */
	struct access_list allowed_origins; /* of pages that may do what our pages may */
	struct access_list cors;            /* origins of pages that may read responses */
	bool cors_for_everybody;            /* pages of every origin may */
};

/*
 * Whether authority ("localhost:9000") names this server. These names do: localhost and names below
 * it (RFC 6761 6.3), loopback addresses, the host that the server is bound to, and allowed_hosts.
 * When it is bound to more than loopback, every other address but 0.0.0.0 and [::] does, too,
 * because an address cannot be rebound. The port is not compared: it differs when a port is
 * forwarded. Letters' case and one dot at the end do not count. An absent authority (HTTP/1.0) is
 * allowed: no browser sends that.
 */
bool access_allows_host(const struct access_options *options, struct slice authority);

/*
 * Whether a page of the request's Origin may open a WebSocket or change something. The origin must
 * be that of the request's authority, or of the server's other port by the same name (or both by
 * loopback), or one of allowed_origins. A request by HTTPS must have an https origin; one by HTTP
 * may have it, because a proxy in between may speak HTTPS. An absent Origin is allowed: no browser
 * leaves it out. "null" and a malformed origin are not allowed.
 */
bool access_allows_origin(const struct access_options *options, const struct request *request);

/*
 * Whether the request comes from a page of another origin, allowed or not, by Origin or
 * Sec-Fetch-Site.
 */
bool access_is_cross_origin(const struct request *request);

/*
 * Whether a page from outside asks for permission to reach into this private network (by
 * Access-Control-Request-Private-Network or -Local-Network). No page gets it.
 */
bool access_is_from_outside(const struct request *request);

/* Adds the fields for a script that any page may load. */
void access_add_fields_for_all(struct fields *fields);

/*
 * Adds the fields that say which pages may read the response to request (NULL: it could not be
 * parsed): pages of the same origin and, if cors_applies, those that cors and cors_for_everybody
 * name. The response to an OPTIONS request answers a preflight, too (Fetch Standard 4.8).
 */
void access_add_fields(const struct access_options *options, const struct request *request,
	bool cors_applies, struct fields *fields);

#endif

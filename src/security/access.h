/*
 * access: decides which requests are allowed, and which pages may read the response.
 *
 * A page of another site can make a browser send requests to this server: by a host name that it
 * points here (DNS rebinding), by opening a WebSocket, or by a form, an image or a script. Three
 * rules prevent that. The host of a request must be a name of this machine. The origin of a
 * WebSocket, and of a request that could change something, must be this server. Each response has
 * fields that forbid other sites to read it.
 */
#ifndef ACCESS_H
#define ACCESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"
#include "http/fields.h"
#include "http/request.h"

/*
 * Whether text is an origin as browsers write it, scheme://host[:port]: for allowed_origins and
 * cors.
 */
bool access_is_origin(const char *text);

/*
 * Whether text is an origin, or "*" in place of the host of browser extensions
 * ("moz-extension://" and "*"): for allowed_origins. Firefox and Safari give each installation of an
 * extension another host.
 */
bool access_is_origin_pattern(const char *text);

/* Whether a shell finds nothing to run in text: it has only letters, digits and "-._:/[]". */
bool access_is_plain(struct slice text);

/*
 * Whether text is a name for allowed_hosts, without scheme and port. A name with a dot in front needs another dot in it,
 * because the names below ".com" belong to anybody; but not below a name that is in no public DNS, as ".test".
 */
bool access_is_host_pattern(const char *text);

/* A list of texts. items may be NULL when count is 0. */
struct access_list {
	const char *const *items;
	size_t count;
};

/* Where a port of this server is shown to the browser by an editor in the cloud, or its tunnel. */
struct access_forwarded {
	const char
		*url; /* "https://me-9000.app.github.dev", or with a path (forwarded_address.h) */
	uint16_t port;
};

struct access_options {
	const char *host;       /* the host that the server is bound to, as the user wrote it */
	const char *local_name; /* another name of it, for the local network; or NULL */
	/*
	 * The ports of this server if it has two, else 0. A page at one of them may open a
	 * WebSocket at the other.
	 */
	uint16_t ports[2];
	const struct access_forwarded *forwarded;
	size_t forwarded_count;
	/* More names of this server; ".dev.test" is dev.test and every name below it. */
	struct access_list allowed_hosts;
	/* Of pages with the rights of the site's own pages; patterns, too. */
	struct access_list allowed_origins;
	struct access_list cors; /* origins of pages that may read responses */
	bool cors_for_everybody; /* pages of all origins may read responses */
};

/* Takes over from old what belongs to the listening sockets: host, ports and forwarded. */
void access_keep_ports(struct access_options *options, const struct access_options *old);

/*
 * Whether authority ("localhost:9000") is a name of this server. These are: localhost and names
 * below it (RFC 6761 6.3), loopback addresses, the host that the server is bound to,
 * local_name, the hosts of forwarded, and allowed_hosts. If it is bound to more than loopback, all other addresses but 0.0.0.0 and [::]
 * are, too, because DNS rebinding needs a name. The port is not compared: it differs when a port is
 * forwarded. The case of letters and one dot at the end do not count. An absent authority
 * (HTTP/1.0) is allowed: no browser sends that.
 */
bool access_allows_host(const struct access_options *options, struct slice authority);

/*
 * Whether a page of the request's Origin may open a WebSocket or change something. The origin must
 * have the host and port of the request's authority, or be the server's other port with the same
 * host (any two loopback names are the same host), or be one of allowed_origins, or that of a URL in
 * forwarded. What forwards a port may change only one of Host and Origin: then the origin is localhost at the
 * forwarded port. A request by HTTPS must have an https origin; one by HTTP may have it, because a proxy in between may use HTTPS. An
 * absent Origin is allowed: browsers always send it. "null" and a malformed origin are not allowed.
 */
bool access_allows_origin(const struct access_options *options, const struct request *request);

/*
 * Whether the request comes from a page of another origin, by Origin or Sec-Fetch-Site.
 * allowed_origins do not count.
 */
bool access_is_cross_origin(const struct request *request);

/*
 * Whether the request is a preflight of a page from a public network (it has
 * Access-Control-Request-Private-Network or -Local-Network). No page gets that permission.
 */
bool access_is_from_outside(const struct request *request);

/* Adds the fields for a response that pages of any origin may load. */
void access_add_fields_for_all(struct fields *fields);

/*
 * Adds the fields that control which pages may read the response to request (NULL: it was
 * malformed): pages of the same origin and, if cors_applies, those of cors and cors_for_everybody.
 * The response to an OPTIONS request also answers a preflight (Fetch Standard 4.8).
 */
void access_add_fields(const struct access_options *options, const struct request *request,
	bool cors_applies, struct fields *fields);

#endif
